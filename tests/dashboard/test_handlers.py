"""The functions dashboard and notify_staff, fed with the samples of events/."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from functions.dashboard import app as dashboard
from functions.notify_staff import app as notify_staff
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryLive
from orderdesk.adapters.secrets import Secrets
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.messages.notify_staff import message
from orderdesk.usecases.ports import Connection
from tests.builders import NOW, STORE, a_ready_order, a_session, an_event, an_order
from tests.dashboard.samples import sample
from tests.dashboard.screen import Screen

SETTINGS = {
    "STORE_ID": STORE,
    "PUBLIC_URL": "https://orders.shop.example/",
    "LIVE_URL": "wss://live.shop.example/live",
    "COGNITO_SIGN_IN_URL": "https://sign-in.shop.example",
    "COGNITO_CLIENT_ID": "client1",
    "COGNITO_ISSUER": "https://issuer.shop.example/pool1",
}


@pytest.fixture
def live() -> MemoryLive:
    live = MemoryLive()
    live.add(Connection(store_id=STORE, connection_id="open"), now=NOW)
    return live


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, live: MemoryLive) -> Screen:
    """The twins behind the wiring, with one order and somebody signed in by the real clock."""
    shop = Screen()
    shop.have(a_ready_order())
    shop.sessions.put(a_session(expires_at=datetime.now(UTC) + timedelta(hours=1)))
    secrets = Secrets(app_secrets=("a",), verify_token="v", signing_key="key1")
    for name in ("orders", "stores", "counts", "sessions", "conversations"):
        monkeypatch.setattr(wiring, name, partial(getattr, shop, name))
    monkeypatch.setattr(wiring, "live", lambda: live)
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    dashboard._settings.cache_clear()
    dashboard._store.cache_clear()
    return shop


def call(name: str) -> dict[str, Any]:
    return dashboard.handler(sample(f"dashboard_{name}"), None)


def test_the_signed_out_page_comes_without_a_cookie(shop: Screen) -> None:
    answer = call("signed_out")

    assert answer["statusCode"] == 200
    assert "Sign in" in answer["body"]
    assert answer["cookies"] == []


def test_the_list_is_a_page_that_remembers_its_view(shop: Screen) -> None:
    answer = call("list")

    assert answer["statusCode"] == 200
    assert "Priya" in answer["body"]
    assert answer["cookies"] == [
        "orderdesk_view=table; Path=/orders; Max-Age=31536000; SameSite=Lax"
    ]


def test_an_order_is_shown_and_moved(shop: Screen) -> None:
    assert "#1001" in call("order")["body"]

    moved = call("move")

    assert moved["statusCode"] == 303
    assert shop.orders.get(STORE, a_ready_order().order_id).stage is Stage.ON_HOLD
    assert "Waiting for stock" in call("order")["body"]


def test_a_live_ticket_is_json(shop: Screen) -> None:
    url = json.loads(call("live_ticket")["body"])["url"]

    assert url.startswith("wss://live.shop.example/live?ticket=main.")


def test_a_font_comes_as_bytes(shop: Screen) -> None:
    answer = call("static_font")

    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]).startswith(b"wOF2")


def test_a_bug_is_a_page_and_its_cause_is_in_the_log(
    shop: Screen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("the table is gone")

    monkeypatch.setattr(wiring, "orders", broken)

    answer = call("list")

    assert answer["statusCode"] == 500
    assert "the table is gone" not in answer["body"]
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]


def tell(name: str) -> list[str]:
    answer = notify_staff.handler(sample(f"notify_staff_{name}"), None)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def pushed(live: MemoryLive) -> list[dict[str, Any]]:
    return [json.loads(each.text) for each in live.pushed]


def test_a_new_order_is_counted_and_told_to_every_open_dashboard(
    shop: Screen, live: MemoryLive
) -> None:
    before = shop.counts.get(STORE)[Stage.PLACED]
    shop.shelf.counted.clear()

    assert tell("placed") == []

    assert shop.counts.get(STORE)[Stage.PLACED] == before + 1
    assert pushed(live) == [
        {
            "type": "order.placed",
            "order_id": a_ready_order().order_id,
            "version": 1,
            "stage": "placed",
            "number": 1001,
            "text": "New order 1001 from Priya: ₹1,500.00",
        }
    ]


def test_an_event_told_twice_is_counted_once(shop: Screen, live: MemoryLive) -> None:
    tell("moved")
    tell("moved")

    counts = shop.counts.get(STORE)
    assert (counts[Stage.CONFIRMED], counts[Stage.ON_HOLD]) == (0, 1)


def test_a_poisoned_message_holds_up_its_own_order_and_no_other(
    shop: Screen, live: MemoryLive
) -> None:
    event = sample("notify_staff_poison")

    assert tell("poison") == [each["messageId"] for each in event["Records"][1:3]]


def test_an_order_that_is_gone_is_counted_and_told_to_nobody(
    shop: Screen, live: MemoryLive
) -> None:
    shop.shelf.orders.clear()

    assert tell("moved") == []
    assert live.pushed == []


@pytest.mark.parametrize("kind", list(EventType))
def test_every_kind_of_event_is_told_in_a_line_that_names_the_order(kind: EventType) -> None:
    order = an_order(number=1043)
    data = {"method": PaymentMethod.ONLINE.value, "amount": "₹10.00", "text": "Look at it"}

    told = message(an_event(order, type=kind, data=data), order)

    assert "1043" in str(told["text"])
    assert len(str(told["text"])) > len("Order 1043: ")
