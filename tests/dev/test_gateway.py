"""The local gateway hands on what a browser sends and what the application answers, unchanged."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from dev.gateway import Gateway
from dev.ports import any_free


class Application(BaseHTTPRequestHandler):
    """Remembers the last request and answers like a sign-in."""

    path_seen: ClassVar[str] = ""
    body_seen: ClassVar[bytes] = b""
    signature_seen: ClassVar[str | None] = None

    def do_POST(self) -> None:
        Application.body_seen = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Application.path_seen = self.path
        Application.signature_seen = self.headers.get("X-Hub-Signature-256")
        self.send_response(303)
        self.send_header("Location", "/orders")
        self.send_header("Set-Cookie", "session=1; HttpOnly")
        self.send_header("Set-Cookie", "theme=dark")
        self.send_header("Connection", "close")
        self.end_headers()

    do_GET = do_HEAD = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    upstream = HTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    gateway = Gateway(any_free(), address=f"127.0.0.1:{upstream.server_port}", api_id="abc")
    gateway.start()
    yield int(gateway.url.rsplit(":", 1)[1])
    gateway.stop()
    upstream.shutdown()
    upstream.server_close()


def send(port: int, method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body, {"X-Hub-Signature-256": "sha256=1"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_request_reaches_the_api_as_it_was_sent(port: int) -> None:
    send(port, "POST", "/orders/%2Fa?x=%20y&x=2", b"\xff\x00")

    assert Application.path_seen == "/_aws/execute-api/abc/$default/orders/%2Fa?x=%20y&x=2"
    assert Application.body_seen == b"\xff\x00"
    assert Application.signature_seen == "sha256=1"


def test_an_answer_comes_back_with_every_cookie_and_its_redirect(port: int) -> None:
    answer = send(port, "GET", "/")

    assert answer.status == 303
    assert answer.getheader("Location") == "/orders"
    assert answer.headers.get_all("Set-Cookie") == ["session=1; HttpOnly", "theme=dark"]


def test_a_connection_is_kept_although_the_application_closes_its_own(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):
        connection.request("GET", "/")
        assert connection.getresponse().read() == b""
        assert connection.sock is not None
    connection.close()


def test_a_cloud_that_is_down_is_said_to_be() -> None:
    gateway = Gateway(any_free(), address=f"127.0.0.1:{any_free()}", api_id="abc")
    gateway.start()

    assert send(int(gateway.url.rsplit(":", 1)[1]), "GET", "/").status == 502

    gateway.stop()
