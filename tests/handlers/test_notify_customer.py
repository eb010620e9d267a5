"""The handler of customer messages, fed with the samples of events/."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from functions.notify_customer import app
from orderdesk import wiring
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Tracking
from tests.builders import a_parcel, a_ready_order, an_address, an_order
from tests.counter import Counter, kind_of

EVENTS = Path(__file__).parents[2] / "events"
PARCEL = Tracking(carrier="BlueDart", number="BD123")


def a_counter(order: Order, monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter = Counter(order)
    monkeypatch.setattr(wiring, "orders", lambda: counter.orders)
    monkeypatch.setattr(wiring, "stores", lambda: counter.stores)
    monkeypatch.setattr(wiring, "customers", lambda: counter.customers)
    monkeypatch.setattr(wiring, "conversations", lambda: counter.conversations)
    monkeypatch.setattr(wiring, "outbox", lambda: counter.outbox)
    monkeypatch.setattr(wiring, "pages", lambda: None)
    monkeypatch.setattr(wiring, "places", lambda: counter.places)
    monkeypatch.setattr(wiring, "later", lambda: counter.later)
    monkeypatch.setattr(wiring, "gateways", lambda: counter.gateways)
    return counter


def call(name: str) -> list[str]:
    """Hand the sample to the function; returns the messages that have to come again."""
    event: dict[str, Any] = json.loads((EVENTS / f"notify_customer_{name}.json").read_text("utf-8"))
    return [each["itemIdentifier"] for each in app.handler(event, None)["batchItemFailures"]]


def message_ids(name: str) -> list[str]:
    event = json.loads((EVENTS / f"notify_customer_{name}.json").read_text("utf-8"))
    return [each["messageId"] for each in event["Records"]]


def test_an_address_is_answered_with_the_question_how_to_pay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = a_counter(an_order(address=an_address(), version=2), monkeypatch)

    assert call("address_received") == []
    assert [kind_of(each.body) for each in counter.messenger.sent] == ["button"]


def test_an_order_that_confirmed_itself_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = a_counter(a_ready_order(version=4), monkeypatch)

    assert call("confirmed") == []
    assert call("confirmed") == []
    assert len(counter.bubbles) == 1
    assert counter.bubbles[0].startswith("Your order #1001 is confirmed.")


def test_paying_online_makes_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    online = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    counter = a_counter(an_order(address=an_address(), ledger=online, version=3), monkeypatch)

    assert call("pay_online") == []
    assert [each.reference for each in counter.gateway.links.values()] == ["1001-1"]


def test_a_parcel_is_told_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    order = a_ready_order(Stage.SHIPPED, version=7, parcels=(a_parcel(tracking=PARCEL),))
    counter = a_counter(order, monkeypatch)

    assert call("shipped") == []
    assert "Tracking number: BD123" in counter.bubbles[0]


def test_what_the_outbox_cannot_take_now_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = a_counter(a_ready_order(version=4), monkeypatch)
    counter.outbox.is_down = True

    assert call("confirmed") == message_ids("confirmed")[1:]
    counter.outbox.is_down = False
    assert call("confirmed") == []
    assert len(counter.bubbles) == 1


def test_an_event_of_an_order_that_is_gone_does_not_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = a_counter(an_order(address=an_address(), version=2), monkeypatch)

    assert call("unknown_order") == []
    assert len(counter.bubbles) == 1


def test_neither_phone_number_nor_address_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    counter = a_counter(an_order(address=an_address(), version=2), monkeypatch)
    counter.outbox.is_down = True
    call("address_received")
    counter.outbox.is_down = False

    call("address_received")

    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "customer event handled" in logged
    assert "9876543210" not in logged
    assert "MG Road" not in logged
