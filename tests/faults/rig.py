"""The functions as they are deployed, on a table of moto behind a faulty line.

DynamoDB is real down to the HTTP requests; Meta, the topic, the queues and the machine are in
memory and handed on by the test, so that it decides what comes twice, late or never.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import importlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from dev.api_key import make_key
from orderdesk import wiring
from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.executions import DynamoExecutions
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.memory import (
    MemoryConductor,
    MemoryGateways,
    MemoryLoudspeaker,
    MemoryMessenger,
    MemoryOutbox,
)
from orderdesk.adapters.memory.inbox import MemoryInbox
from orderdesk.adapters.memory.later import MemoryLater
from orderdesk.adapters.memory.media import MemoryMediaQueue
from orderdesk.adapters.records import event_to_record
from orderdesk.adapters.secrets import Secrets
from orderdesk.api.context import SCOPES
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import order_id_of
from tests.builders import NOW, PHONE_NUMBER, STORE
from tests.goods import a_price_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pytest

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import InboxEntry
    from tests.faulty import Faulty

APP_SECRET, PAYMENT_SECRET = "whatsapp-app-secret", "payment-webhook-secret"
SECRETS: Final = Secrets(
    app_secrets=(APP_SECRET,), verify_token="token", payment_webhook_secrets=(PAYMENT_SECRET,)
)
HOLD: Final = {"reason": "Call first"}
FUNCTIONS: Final = (
    "abandon_sweep",
    "api",
    "conduct",
    "enter_stage",
    "inbox",
    "notify_customer",
    "payment_webhook",
    "relay",
    "send_messages",
    "whatsapp_webhook",
)


@dataclass(frozen=True)
class Invocation:
    """What a function is told about the call that it serves."""

    milliseconds: int = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Rig:
    """`faulty` is the line to the table; `orders` sees the table past it."""

    def __init__(self, faulty: Faulty, client: Any, table: str, patch: pytest.MonkeyPatch) -> None:
        self.faulty, self.client, self.table = faulty, client, table
        self.orders = DynamoOrders(client, table)
        self.inbox = MemoryInbox()
        self.messenger = MemoryMessenger()
        self.outbox = MemoryOutbox()
        self.loudspeaker = MemoryLoudspeaker()
        self.conductor = MemoryConductor()
        self.put_off = MemoryLater()
        self.now = NOW
        self._entered: set[str] = set()
        self._told = 0
        keys = DynamoApiKeys(client, table)
        self._token = make_key(keys, store_id=STORE, name="Warehouse", scopes=SCOPES)
        self._wire(patch)

    def _wire(self, patch: pytest.MonkeyPatch) -> None:
        line = self.faulty.client("dynamodb")
        forget_what_is_wired()
        patch.setenv("TABLE_NAME", self.table)
        patch.setenv("STORE_ID", STORE)
        patch.setenv("SENDS_PER_SECOND", "1000")
        patch.setenv("SENDERS", "1")
        patch.setenv("PUBLIC_URL", "https://shop.example")
        patch.setattr(wiring, "dynamodb", lambda: line)
        patch.setattr(wiring, "secrets", lambda: SECRETS)
        patch.setattr(wiring, "gateways", MemoryGateways)
        patch.setattr(wiring, "media_queue", MemoryMediaQueue)
        patch.setattr(wiring, "prices", a_price_book)
        patch.setattr(wiring, "later", lambda: self.put_off)
        for port in ("inbox", "messenger", "outbox", "loudspeaker", "conductor"):
            patch.setattr(wiring, port, functools.partial(getattr, self, port))
        clock = type("Clock", (datetime,), {"now": staticmethod(lambda tz=None: self.now)})
        for name in FUNCTIONS:
            app = self.app(name)
            if hasattr(app, "datetime"):
                patch.setattr(app, "datetime", clock)

    def app(self, name: str) -> Any:
        return importlib.import_module(f"functions.{name}.app")

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def post(self, body: bytes, secret: str = APP_SECRET) -> int:
        """A webhook of Meta's; the status that it is answered with."""
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": f"sha256={signature}"}
        event = an_http_event("POST", "/webhooks/whatsapp", body.decode(), headers)
        status: int = self.app("whatsapp_webhook").handler(event, None)["statusCode"]
        return status

    def pay(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """A webhook of the payment gateway's."""
        signature = hmac.new(PAYMENT_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-razorpay-signature": signature}
        event = an_http_event("POST", "/webhooks/payment", body.decode(), headers)
        answer = self.app("payment_webhook").handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    def hold(self, order: Order) -> Order:
        """The order as it is then."""
        status, answer = self.move(order, Stage.ON_HOLD, **HOLD)
        assert status == 200, answer
        return self.orders.get(order.store_id, order.order_id)

    def move(self, order: Order, to: Stage, **more: Any) -> tuple[int, dict[str, Any]]:
        """A move by an integrator, decided on the order as given; `key` is the Idempotency-Key."""
        headers = {"authorization": f"Bearer {self._token}"}
        if key := more.pop("key", ""):
            headers["idempotency-key"] = key
        body = json.dumps({"to": to, "expected_version": order.version, **more})
        path = f"/api/orders/{order.order_id}/moves"
        answer = self.app("api").handler(an_http_event("POST", path, body, headers), None)
        return answer["statusCode"], json.loads(answer["body"])

    def work(self, entries: Iterable[InboxEntry] | None = None) -> list[str]:
        """Give the inbox everything that was queued, or these; which have to come again."""
        given = self.inbox.entries if entries is None else list(entries)
        return self._batch("inbox", [(each.entry_id, each.text, each.group) for each in given])

    def receive(self, body: bytes) -> None:
        """One webhook, all the way to the table."""
        assert self.post(body) == 200
        assert self.work() == []

    def conduct(self, *events: Event) -> list[str]:
        return self._batch("conduct", messages_of(events))

    def notify(self, *events: Event) -> list[str]:
        return self._batch("notify_customer", messages_of(events))

    def send(self) -> list[str]:
        """Have the outbox worked off once; keys of the messages that wait."""
        tickets, self.outbox.waiting = self.outbox.waiting, []
        messages = [
            (key, json.dumps({"store_id": store_id, "message_id": key}), store_id)
            for store_id, key in tickets
        ]
        left = self._batch("send_messages", messages)
        self.outbox.waiting[:0] = [each for each in tickets if each[1] in left]
        return left

    def _batch(self, function: str, messages: Sequence[tuple[str, str, str]]) -> list[str]:
        records = [
            {
                "messageId": message_id,
                "receiptHandle": message_id,
                "body": body,
                "attributes": {"MessageGroupId": group},
            }
            for message_id, body, group in messages
        ]
        answer = self.app(function).handler({"Records": records}, None)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def stream(self) -> list[dict[str, Any]]:
        """What the table's stream has of history, oldest first."""
        items = self.client.scan(TableName=self.table)["Items"]
        told = [item for item in items if item["sk"]["S"].startswith("HISTORY#")]
        ordered = sorted(told, key=lambda item: (item["at"]["S"], item["sk"]["S"]))
        return [
            {
                "dynamodb": {
                    "Keys": {"pk": item["pk"], "sk": item["sk"]},
                    "NewImage": item,
                    "SequenceNumber": f"{item['pk']['S']}/{item['sk']['S']}",
                }
            }
            for item in ordered
        ]

    def relay(self, records: Sequence[dict[str, Any]] | None = None) -> list[str]:
        """Give the stream to the relay, or these records; which have to come again."""
        given = self.stream() if records is None else list(records)
        answer = self.app("relay").handler({"Records": given}, None)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def settle(self, *, times: int = 1) -> None:
        """All news go to every listener that often, and the machine works, until nothing is new."""
        while True:
            assert self.relay() == []
            news = self.loudspeaker.announced[self._told :]
            self._told += len(news)
            for event in news * times:
                assert self.conduct(event) == []
                assert self.notify(event) == []
            self.send()
            if not self.enter_stages() and not news and not self._tell_what_was_put_off(times):
                return

    def _tell_what_was_put_off(self, times: int) -> bool:
        """The grace periods end; whether there were any."""
        if not self.put_off.waiting:
            return False
        self.later(minutes=15)
        for event in self.put_off.pass_time(timedelta(minutes=15)) * times:
            assert self.notify(event) == []
        return True

    def enter_stages(self) -> bool:
        """Run the machine's tasks; whether there were any."""
        tasks = [each for each in self.conductor.tasks if each.token not in self._entered]
        for task in tasks:
            self._entered.add(task.token)
            event = {
                "store_id": task.store_id,
                "order_id": task.order_id,
                "execution": task.name,
                "stage": task.stage.value,
                "version": task.version,
                "token": task.token,
                "attempt": 0,
            }
            self.app("enter_stage").handler(event, None)
        return bool(tasks)

    def sweep(self, **event: str) -> dict[str, Any]:
        swept: dict[str, Any] = self.app("abandon_sweep").handler(event, Invocation())
        return swept

    def order(self, message_id: str = "wamid.cart1") -> Order:
        return self.orders.get(STORE, order_id_of(STORE, PHONE_NUMBER, message_id))

    def history(self, message_id: str = "wamid.cart1") -> list[Event]:
        return list(self.orders.history(STORE, self.order(message_id).order_id))

    def standing(self, order: Order) -> Stage | None:
        """Where the order's execution waits, if one is running."""
        parked = DynamoExecutions(self.client, self.table).find(order.store_id, order.order_id)
        running = parked and self.conductor.is_running(parked)
        return parked.stage if parked and running else None

    @property
    def items(self) -> dict[tuple[str, str], Any]:
        """Everything in the table, under its keys."""
        found = self.client.scan(TableName=self.table)["Items"]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in found}

    @property
    def said(self) -> list[str]:
        """What the customer got, oldest first: the key of each message."""
        return [each.callback_data for each in self.messenger.sent]


def forget_what_is_wired() -> None:
    """Adapters are kept per container: each test is a container of its own."""
    for made in list(vars(wiring).values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def messages_of(events: Iterable[Event]) -> list[tuple[str, str, str]]:
    """Queue messages as they come from the topic: id, body and group."""
    return [(each.event_id, json.dumps(event_to_record(each)), each.order_id) for each in events]


def an_http_event(
    method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers or {},
        "requestContext": {"http": {"method": method, "path": path}},
        "body": body,
        "isBase64Encoded": False,
    }
