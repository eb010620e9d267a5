"""A loopback proxy between an SDK and a server: it does what networks and clouds do to requests.

with Faulty(to_server("http://127.0.0.1:4566")) as faulty:
    client = boto3.client("dynamodb", endpoint_url=faulty.url)
    faulty.refuses("TransactWriteItems", THROTTLED, times=2)
    faulty.loses_the_answer_to("TransactWriteItems")
    faulty.dies_after(writes=1)
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep  # by its name: tests replace time.sleep so that nobody waits
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from orderdesk.adapters.aws import client as aws_client

LOOPBACK: Final = "127.0.0.1"
PATIENCE: Final = 30  # seconds
ANY: Final = ""
WRITES: Final = frozenset(
    {
        "BatchWriteItem",
        "DeleteItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
        "SendTaskFailure",
        "SendTaskSuccess",
        "StartExecution",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`operation` is the name that the service's API gives it, as in TransactWriteItems."""

    operation: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


type Server = Callable[[Request], Answer]
# What becomes of a request; None when the connection closes without an answer.
type Fate = Callable[[Request, Server], Answer | None]


def answered(said: Mapping[str, object], status: int = 200) -> Fate:
    """Answered with this, as a service that speaks JSON does, and not passed on."""
    body = json.dumps(said).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "x-amzn-RequestId": "faulty",
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return lambda request, server: Answer(status, headers, body)


def refused(code: str, status: int = 400, **more: object) -> Fate:
    """Refused before anything is done."""
    said = {"__type": f"com.amazon.coral.service#{code}", "message": "Try again later."}
    return answered(said | more, status)


def cancelled(*reasons: str) -> Fate:
    """A transaction that was given up; one reason for each of its writes."""
    listed = [{"Code": reason, "Message": reason} for reason in reasons]
    return refused("TransactionCanceledException", CancellationReasons=listed)


THROTTLED: Final = refused("ProvisionedThroughputExceededException")
THROTTLING: Final = refused("ThrottlingException")
BROKEN: Final = refused("InternalServerError", 500)


def lost_on_the_way(request: Request, server: Server) -> None:
    """The server never hears of it."""


def lost_on_the_way_back(request: Request, server: Server) -> None:
    """Served, and the connection breaks before the answer comes."""
    server(request)


def after(action: Callable[[], object]) -> Fate:
    """Served after somebody else did something."""

    def act(request: Request, server: Server) -> Answer:
        action()
        return server(request)

    return act


def late(seconds: float) -> Fate:
    def wait(request: Request, server: Server) -> Answer:
        sleep(seconds)
        return server(request)

    return wait


@dataclass(slots=True)
class Rule:
    """What `left` requests of an operation meet once `skipped` were served; None means all."""

    operation: str
    fate: Fate
    left: int | None
    skipped: int

    def applies_to(self, operation: str) -> bool:
        """Counts the request when it does."""
        if self.operation not in {ANY, operation} or self.left == 0:
            return False
        if self.skipped:
            self.skipped -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faulty:
    """Listens on a free port of loopback. `asked` has the operations that came, `served` those that
    reached the server; the rest is refused or lost, as the test laid down.
    """

    def __init__(self, server: Server) -> None:
        self.asked: list[str] = []
        self.served: list[str] = []
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._writes_left: int | None = None
        self._died = False
        self._forward = server
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._listener = _Listener((LOOPBACK, 0), handler)
        self._thread = threading.Thread(target=self._listener.serve_forever, daemon=True)
        self._clients: dict[str, Any] = {}
        self.url = f"http://{LOOPBACK}:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        for client in self._clients.values():
            client.close()
        self._listener.shutdown()
        self._listener.server_close()

    def client(self, service: str) -> Any:
        """As the functions make theirs, with its requests going through here."""
        if service not in self._clients:
            self._clients[service] = aws_client(service, endpoint_url=self.url)
        return self._clients[service]

    def meets(self, operation: str, fate: Fate, *, times: int | None = 1, skip: int = 0) -> None:
        """Let the next requests of this operation (ANY for all) meet that fate; `times` None for
        all that are to come. The first `skip` of them are served as usual.
        """
        with self._lock:
            self._rules.append(Rule(operation, fate, times, skip))

    def refuses(self, operation: str, fate: Fate = THROTTLED, *, times: int | None = 1) -> None:
        self.meets(operation, fate, times=times)

    def loses_the_answer_to(self, operation: str) -> None:
        self.meets(operation, lost_on_the_way_back)

    def dies_after(self, *, writes: int) -> None:
        """After so many writes nothing is served any more: for its client, this is where a function
        that was killed ends.
        """
        with self._lock:
            self._writes_left = writes

    @property
    def is_dead(self) -> bool:
        """Whether it died and somebody noticed."""
        return self._died

    def recovers(self) -> None:
        """From now on every request is served."""
        with self._lock:
            self._writes_left, self._died = None, False
            self._rules.clear()

    def forget(self) -> None:
        with self._lock:
            self.asked.clear()
            self.served.clear()

    def serve(self, request: Request) -> Answer | None:
        with self._lock:
            self.asked.append(request.operation)
            fate = self._fate_of(request.operation)
        return fate(request, self._serve) if fate else self._serve(request)

    def _serve(self, request: Request) -> Answer:
        answer = self._forward(request)
        with self._lock:
            self.served.append(request.operation)
        return answer

    def _fate_of(self, operation: str) -> Fate | None:
        if self._writes_left is not None:
            if self._writes_left == 0:
                self._died = True
                return lost_on_the_way
            self._writes_left -= operation in WRITES
        rule = next((rule for rule in self._rules if rule.applies_to(operation)), None)
        return rule.fate if rule else None


def to_server(url: str) -> Server:
    """Pass requests on to a server that speaks HTTP, such as the local cloud."""
    address = urlsplit(url).netloc

    def forward(request: Request) -> Answer:
        upstream = http.client.HTTPConnection(address, timeout=PATIENCE)
        try:
            upstream.request(request.method, request.path, request.body, dict(request.headers))
            answer = upstream.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            upstream.close()

    return forward


def to_moto() -> Server:
    """Have moto serve requests in this process, one at a time: its transactions need that."""
    # Slow to import, and not needed by those who pass requests on.
    from moto.core.models import botocore_stubber

    lock = threading.Lock()

    def serve(request: Request) -> Answer:
        scope = re.search(
            r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", request.headers["Authorization"]
        )
        assert scope, "only signed requests say which service they are for"
        region, service = scope.groups()
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            headers[name] = value
        url = f"https://{service}.{region}.amazonaws.com{request.path}"
        asked = AWSPreparedRequest(request.method, url, headers, request.body, stream_output=False)
        with lock:
            answer = botocore_stubber("", asked)
        assert answer, f"moto serves nothing at {url}"
        return Answer(answer.status_code, dict(answer.headers.items()), answer.content)

    return serve


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away before its answer came is part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else head and body of an answer wait for each other
    proxy: Faulty

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(
            operation=_operation(self.headers.get("X-Amz-Target", ""), body),
            method=self.command,
            path=self.path,
            headers=dict(self.headers.items()),
            body=body,
        )
        answer = self.proxy.serve(request)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """The test says what went wrong."""


def _operation(target: str, body: bytes) -> str:
    """From the header of services that speak JSON, else from the form of those that do not."""
    if target:
        return target.rpartition(".")[2]
    return parse_qs(body.decode(errors="replace")).get("Action", [ANY])[0]
