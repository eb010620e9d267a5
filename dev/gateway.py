"""Gives one API of the local cloud an address of its own, as API Gateway does on AWS.

The local cloud serves an API under /_aws/execute-api/<id>/<stage>/; pages, webhooks and sign-in
want it at the root of an address that stays the same from run to run.
"""

import http.client
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from dev.ports import LOOPBACK

# Said of one connection only, so never passed on (RFC 9110, 7.6.1).
HOP_BY_HOP: Final = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
# API Gateway gives an integration 30 seconds.
PATIENCE: Final = 35


class Gateway:
    """Listens on `port` and passes every request on to the API at `address`."""

    def __init__(self, port: int, *, address: str, api_id: str) -> None:
        handler = type(
            "Handler",
            (Forward,),
            {"address": address, "prefix": f"/_aws/execute-api/{api_id}/$default"},
        )
        self.url = f"http://localhost:{port}"
        self._server = Server((LOOPBACK, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when nothing is accepted any more."""
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    """One thread a connection; browsers keep several open."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error worth a traceback on the terminal."""


class Forward(BaseHTTPRequestHandler):
    """Passes one request on, and its answer back."""

    protocol_version = "HTTP/1.1"
    address: str
    prefix: str

    def forward(self) -> None:
        """Send the request to the API; 502 when the local cloud does not answer."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        upstream = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            upstream.request(
                self.command, self.prefix + self.path, body, dict(passed_on(self.headers.items()))
            )
            answer = upstream.getresponse()
            self._answer(answer.status, list(passed_on(answer.getheaders())), answer.read())
        except (OSError, http.client.HTTPException) as problem:
            text = f"The local cloud does not answer: {problem}\n"
            self._answer(502, [("Content-Type", "text/plain")], text.encode())
        finally:
            upstream.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = forward

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in the functions' logs."""


def passed_on(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The headers that a proxy passes on."""
    return (pair for pair in headers if pair[0].lower() not in HOP_BY_HOP)
