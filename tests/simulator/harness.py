"""A simulator running in this process, and an application that writes down what it is sent."""

import asyncio
import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from dev.simulator.app import build_app
from dev.simulator.client import Simulator
from dev.simulator.config import Settings
from dev.simulator.store import Json

APP_SECRET, PAYMENT_SECRET, COURIER_SECRET = "app-secret", "payment-secret", "courier-secret"
VERIFY_TOKEN, ACCESS_TOKEN = "verify-token", "access-token"
PAYMENT_KEY = "key_local:key-secret"
STRIPE_KEY, STRIPE_SECRET = "sk_test_local", "whsec_local"
PHONE_NUMBER_ID = "106540352242922"
ASHA, DANIEL = "+919800012345", "+447700900142"
MEERA_USER_ID = "IN.33180925746610458207"


@dataclass(frozen=True, slots=True)
class Received:
    """One POST as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        document: Json = json.loads(self.body)
        return document

    @property
    def changes(self) -> list[Json]:
        """Each change of a WhatsApp webhook, with its `field` and `value`."""
        return [change for entry in self.json["entry"] for change in entry["changes"]]

    @property
    def values(self) -> list[Json]:
        return [change["value"] for change in self.changes]

    def is_signed_with(self, secret: str) -> bool:
        expected = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        given = self.headers.get("x-hub-signature-256", self.headers.get("x-razorpay-signature"))
        return given in {expected, f"sha256={expected}"}


@dataclass(slots=True)
class Application:
    """Stands in for the deployed application: answers what the test wants and remembers."""

    received: list[Received] = field(default_factory=list)
    #: Answers of the next POSTs; 200 when there is none left.
    answers: list[int] = field(default_factory=list)
    challenge: Callable[[dict[str, str]], tuple[int, str]] = lambda query: (
        (200, query["hub.challenge"])
        if query["hub.verify_token"] == VERIFY_TOKEN
        else (403, "forbidden")
    )
    checks_signatures: bool = False
    port: int = 0

    def of(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]

    @property
    def messages(self) -> list[Json]:
        values = [value for one in self.of("/whatsapp") for value in one.values]
        return [message for value in values for message in value.get("messages", [])]

    @property
    def statuses(self) -> list[Json]:
        values = [value for one in self.of("/whatsapp") for value in one.values]
        return [status for value in values for status in value.get("statuses", [])]

    @property
    def payment_events(self) -> list[Json]:
        return [one.json for one in self.of("/payment")]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        pairs = parse_qs(urlsplit(self.path).query)
        query = {name: values[0] for name, values in pairs.items()}
        self._answer(*self._application.challenge(query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.path, headers, body)
        self._application.received.append(received)
        status = self._application.answers.pop(0) if self._application.answers else 200
        secret = APP_SECRET if self.path == "/whatsapp" else PAYMENT_SECRET
        if self._application.checks_signatures and not received.is_signed_with(secret):
            status = 403
        self._answer(status, "")

    @property
    def _application(self) -> Application:
        return cast("_Server", self.server).application

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    application: Application


def serve_application() -> tuple[Application, Callable[[], None]]:
    """Start a stand-in application on a free port; returns it and what ends it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.application = Application(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return server.application, stop


@dataclass(slots=True)
class Clock:
    """A clock that tests move forward."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Running:
    """A simulator on a free port in a thread of its own."""

    def __init__(self, folder: Path, application: Application, clock: Clock) -> None:
        self._folder = folder
        self._application = application
        self.clock = clock
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.url = ""
        self._start()

    @property
    def phone(self) -> Simulator:
        return Simulator(self.url)

    def _start(self) -> None:
        base = f"http://127.0.0.1:{self._application.port}"
        settings = Settings(
            port=_free_port(),
            webhook_url=f"{base}/whatsapp",
            payment_webhook_url=f"{base}/payment",
            app_secret=APP_SECRET,
            verify_token=VERIFY_TOKEN,
            access_token=ACCESS_TOKEN,
            payment_secret=PAYMENT_SECRET,
            payment_key=PAYMENT_KEY,
            stripe_key=STRIPE_KEY,
            stripe_secret=STRIPE_SECRET,
            courier_webhook_url=f"{base}/courier",
            courier_secret=COURIER_SECRET,
            state_dir=self._folder,
            flows=self._folder / "flows",
            templates=self._folder / "templates",
        )
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(settings), self._loop).result(20)
        self.url = settings.base_url
        self.phone.switch(status_ms=0)

    async def _serve(self, settings: Settings) -> None:
        self._runner = web.AppRunner(build_app(settings, self.clock), shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, settings.host, settings.port).start()

    def stop(self) -> None:
        """Stop it; nothing happens when it is stopped already, as by `restarted`."""
        if self._loop.is_closed():
            return
        assert self._runner is not None
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def restarted(self) -> "Running":
        """Stop and start again on the same state."""
        self.stop()
        return Running(self._folder, self._application, self.clock)

    def send(self, body: Json, *, token: str = ACCESS_TOKEN) -> tuple[int, Json]:
        """Call the Graph API's messages edge; returns the HTTP status and the answer."""
        document = {"messaging_product": "whatsapp"} | body
        headers = {"Authorization": f"Bearer {token}"}
        return self.call("POST", f"/v26.0/{PHONE_NUMBER_ID}/messages", document, headers)

    def send_text(self, to: str = ASHA, body: str = "Hello", **more: Any) -> str:
        """Send a text that must be accepted; returns its wamid."""
        wanted = {"to": to, "type": "text", "text": {"body": body}} | more
        status, answer = self.send(wanted)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    def call(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Json]:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(
            self.url + path, data=data, headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, json.load(problem)


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return int(server.server_address[1])
