"""Everything that others recorded, on the deployed stack: shuffled and repeated it leaves what a
clean run in order leaves.

Two shops hear it: one each body once, in the order of time; the other each body twice, in any order
and several at once. Then both have the same orders, the same books and the same conversations.
"""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dev.simulator.signing import payment_signature, stripe_signature
from orderdesk.adapters.dynamo.values import from_item
from orderdesk.adapters.order_records import order_from_record
from orderdesk.adapters.records import customer_from_record
from orderdesk.domain.times import time_to_text
from tests.messages import Sender
from tests.recorded import BODIES, PAYMENTS, SAID, earliest, payment_of
from tests.shop import wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not BODIES, reason="the recorded bodies are not beside this checkout"),
]

PAID = "wamid.paid-online"
AT_ONCE = 4
SETTLED = 60.0


@pytest.mark.timeout(600)
def test_shuffled_and_repeated_everything_leaves_what_a_clean_run_leaves(shop: Shop) -> None:
    dice = random.Random(20261124)
    bodies, payments = BODIES * 2, PAYMENTS * 2
    dice.shuffle(bodies)
    dice.shuffle(payments)
    clean, shuffled = Listener(shop, "clean"), Listener(shop, "shuffled")
    clean.hears(sorted(BODIES, key=earliest), PAYMENTS, at_once=1)
    shuffled.hears(bodies, payments, at_once=AT_ONCE)

    def same() -> bool:
        return clean.left() == shuffled.left()

    clean.wait_until_quiet()
    with suppress(TimeoutError):
        wait_for(same, "the same in both shops", SETTLED)
    left, other = clean.left(), shuffled.left()
    assert other["threads"] ^ left["threads"] == set()
    assert other["orders"] == left["orders"]
    assert len(left["orders"]) > 5
    assert len(left["orders"][PAID]["money"]) > 5
    assert len(left["threads"]) > 100


class Listener:
    """One shop on the stack, with a number of its own for each of the recorded numbers."""

    def __init__(self, shop: Shop, store_id: str) -> None:
        self.shop, self.store_id = shop, store_id
        self.number = f"{store_id}-1"
        self.since = time_to_text(datetime.now(UTC) - timedelta(minutes=1))
        shop.stores.map_number(self.number, store_id)

    def hears(self, bodies: Sequence[bytes], payments: Sequence[Path], *, at_once: int) -> None:
        sender = Sender(number=self.number, phone="919811100077", name="Payer")
        self._post(json.dumps(sender.cart(PAID, price=15)).encode())
        order = self.shop.placed(self.store_id, self.number, PAID)
        half = len(bodies) // 2
        with ThreadPoolExecutor(at_once) as pool:
            for posted in pool.map(self._post, map(self._own, bodies[:half])):
                assert posted == 200
            list(pool.map(lambda path: self._pay(path, order), payments))
            for posted in pool.map(self._post, map(self._own, bodies[half:])):
                assert posted == 200

    def _own(self, body: bytes) -> bytes:
        """The same, said to a number of this shop."""

        def renumbered(value: Any) -> Any:
            if isinstance(value, list):
                return [renumbered(each) for each in value]
            if not isinstance(value, dict):
                return value
            found = {name: renumbered(each) for name, each in value.items()}
            if "messaging_product" in found or "metadata" in found:
                found["metadata"] = {"phone_number_id": self.number}
            return found

        return json.dumps(renumbered(json.loads(body))).encode()

    def _post(self, body: bytes) -> int:
        return self.shop.post(body).status_code

    def _pay(self, path: Path, order: Order) -> None:
        body, secrets = payment_of(path, self.store_id, order.order_id), self.shop.stack.secrets
        if path.name.startswith("STRIPE"):
            signed = stripe_signature(secrets.stripe_secret, body, int(time.time()))
        else:
            signed = payment_signature(secrets.payment_secret, body)
        url = f"{self.shop.stack.url}/webhooks/payment"
        for _ in range(20):
            answer = httpx.post(url, content=body, headers=signed, timeout=30)
            if answer.status_code != 503:  # the gateway would try again
                return
        raise AssertionError(answer.text)

    def wait_until_quiet(self) -> None:
        sqs, url = self.shop._client("sqs"), self.shop.stack.outputs["InboxQueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

        def quiet() -> bool:
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return all(int(found[name]) == 0 for name in names)

        wait_for(quiet, "an empty inbox", SETTLED)

    def left(self) -> dict[str, Any]:
        records = self._records()
        customers = [customer_from_record(each) for each in records["CUSTOMER"]]
        people = {
            each.customer_id: tuple(sorted(f"{one.kind} {one.value}" for one in each.known_as))
            for each in customers
        }
        orders = [order_from_record(each) for each in records["ORDER"]]
        return {
            "orders": {each.message_id: _account(each, people) for each in orders},
            "threads": {
                (people.get(each["customer_id"]), *(self._said(each, name) for name in SAID))
                for each in records["MESSAGE"]
                if not each.get("purpose")
            },
        }

    def _said(self, message: dict[str, Any], name: str) -> str:
        """What says no time of its own has that of when it was heard."""
        heard = name == "at" and message["at"] >= self.since
        return "" if heard else str(message[name])

    def _records(self) -> dict[str, list[dict[str, Any]]]:
        """Everything of this shop in the table, by what it is."""
        pages = (
            self.shop._client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=self.shop.stack.outputs["TableName"],
                FilterExpression="begins_with(pk, :shop)",
                ExpressionAttributeValues={":shop": {"S": f"{self.store_id}#"}},
                ConsistentRead=True,
            )
        )
        found: dict[str, list[dict[str, Any]]] = {"CUSTOMER": [], "ORDER": [], "MESSAGE": []}
        for page in pages:
            for item in page["Items"]:
                record = from_item(item)
                kind = record["sk"].partition("#")[0]
                pointer = kind == "MESSAGE" and "written_by" in record
                former = kind == "CUSTOMER" and "merged_into" in record
                if kind in found and not pointer and not former:
                    found[kind].append(record)
        return found


def _account(order: Order, people: dict[str, Any]) -> dict[str, Any]:
    money = sorted(
        (each.id, each.kind.value, str(each.amount), each.reference)
        for each in order.ledger.entries
        if each.provider
    )
    return {
        "customer": people.get(order.customer.customer_id),
        "lines": [(each.retailer_id, each.quantity, str(each.price)) for each in order.lines],
        "address": order.address.lines if order.address else (),
        "note": order.note,
        "stage": order.stage,
        "money": money,
        "balance": str(order.ledger.balance),
    }
