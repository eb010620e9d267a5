"""What one move costs of our own time and of DynamoDB's."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.awsrequest import AWSResponse

from bench.report import Figure, Section, at_most
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.adapters.kept import KeptStores
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import NOW, STORE, a_placed_event, a_ready_order, an_actor

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 300
METHOD: Final = f"""\
`usecases.move` with the DynamoDB adapter and a client whose answers are canned before they would
leave the machine: our code, serialising and signing, and no engine. Warm, {ROUNDS} moves."""


class Canned:
    """Answers GetItem with what was written, and everything else with nothing."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.item: dict[str, Any] = {}

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        self.calls.append(operation)
        asked = json.loads(request.body)
        key = asked.get("Key", {}).get("sk", {}).get("S")
        answer = {"Item": self.item} if operation == "GetItem" and key == "ORDER" else {}
        return _response(request.url, json.dumps(answer).encode())


def measure() -> Section:
    session = botocore.session.Session()
    session.set_credentials("bench", "bench")
    client: Any = session.create_client("dynamodb", region_name="ap-south-1")
    canned = Canned()
    client.meta.events.register("before-send.dynamodb", canned)
    orders, stores = DynamoOrders(client, "t"), KeptStores(DynamoStores(client, "t"))
    order = a_ready_order(Stage.CONFIRMED)
    canned.item = _item_of(client, lambda: orders.add(order, a_placed_event(order), raw=""))
    command = MoveCommand(store_id=STORE, order_id=order.order_id, to=Stage.APPROVED, by=an_actor())
    times = []
    for _ in range(ROUNDS):
        canned.calls.clear()
        begun = time.perf_counter()
        move(command, orders=orders, stores=stores, now=NOW)
        times.append((time.perf_counter() - begun) * 1000)
    calls = ", ".join(canned.calls)
    figures = (
        at_most("median", statistics.median(times), 5, "ms"),
        Figure(what="95th percentile", value=f"{statistics.quantiles(times, n=20)[-1]:.2f} ms"),
        at_most(f"SDK calls ({calls})", len(canned.calls), 2, "calls", 0),
    )
    return Section(title="A warm move", method=METHOD, figures=figures)


def _item_of(client: Any, write: Callable[[], object]) -> dict[str, Any]:
    """The order's item as the adapter writes it."""
    seen: list[dict[str, Any]] = []

    def look(params: dict[str, Any], **_: object) -> None:
        seen.append(params["TransactItems"][0]["Put"]["Item"])

    event = "before-parameter-build.dynamodb.TransactWriteItems"
    client.meta.events.register(event, look)
    write()
    client.meta.events.unregister(event, look)
    return seen[0]


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]

    def read(self) -> bytes:
        return self._content


def _response(url: str, content: bytes) -> AWSResponse:
    headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(url, 200, headers, _Body(content))
