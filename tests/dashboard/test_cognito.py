"""The one call to Cognito: a code for a token, over HTTP on this machine."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from pytest_socket import enable_socket

from dashboard.cognito import exchange
from orderdesk.domain.errors import Unauthenticated, Unavailable
from tests.dashboard.screen import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.context import Settings


class TokenEndpoint(BaseHTTPRequestHandler):
    status = 200
    body: bytes = b""
    asked: tuple[str, str, dict[str, list[str]]]

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        form = parse_qs(self.rfile.read(length).decode())
        type(self).asked = (self.path, self.headers["content-type"], form)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@pytest.fixture
def cognito() -> Iterator[Settings]:
    enable_socket()
    server = HTTPServer(("127.0.0.1", 0), TokenEndpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield replace(SETTINGS, sign_in_url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def answers(status: int, body: object) -> None:
    TokenEndpoint.status, TokenEndpoint.body = status, json.dumps(body).encode()


def test_a_code_is_exchanged_for_an_id_token(cognito: Settings) -> None:
    answers(200, {"id_token": "token1", "access_token": "other"})

    assert exchange(cognito, "code1", "verifier1") == "token1"
    assert TokenEndpoint.asked == (
        "/oauth2/token",
        "application/x-www-form-urlencoded",
        {
            "grant_type": ["authorization_code"],
            "client_id": ["client1"],
            "code": ["code1"],
            "redirect_uri": ["https://orders.shop.example/callback"],
            "code_verifier": ["verifier1"],
        },
    )


def test_a_code_that_is_used_up_means_signing_in_again(cognito: Settings) -> None:
    answers(400, {"error": "invalid_grant"})

    with pytest.raises(Unauthenticated):
        exchange(cognito, "code1", "verifier1")


@pytest.mark.parametrize(("status", "body"), [(503, {}), (200, {}), (200, {"id_token": 7})])
def test_a_sign_in_service_in_trouble_is_our_trouble_and_not_the_users(
    cognito: Settings, status: int, body: dict[str, object]
) -> None:
    answers(status, body)

    with pytest.raises(Unavailable):
        exchange(cognito, "code1", "verifier1")


def test_no_answer_is_told_as_such(cognito: Settings) -> None:
    nobody = replace(cognito, sign_in_url="http://127.0.0.1:9")

    with pytest.raises(Unavailable, match="does not answer"):
        exchange(nobody, "code1", "verifier1")
