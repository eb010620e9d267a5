"""A server that answers every request with the same bytes, whatever they are."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def closing_server(status: int, body: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Its port and the requests so far. It promises to keep each connection, and closes it."""
    requests: list[bytes] = []
    head = f"HTTP/1.1 {status} Any\r\nconnection: keep-alive\r\ncontent-length: {len(body)}"

    def serve(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                requests.append(_read(connection))
                connection.sendall(head.encode() + b"\r\n\r\n" + body)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1], requests
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _read(connection: socket.socket) -> bytes:
    """Up to the end of the JSON body, or of the head when there is none."""
    request = b""
    while not request.endswith((b"}", b"\r\n\r\n")):
        request += connection.recv(65536)
    if b"content-length" in request.lower() and not request.endswith(b"}"):
        request += connection.recv(65536)
    return request
