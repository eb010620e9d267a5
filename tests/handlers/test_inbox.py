"""What happens to queued updates, fed with the samples of events/."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from functions.inbox import app
from orderdesk import wiring
from orderdesk.adapters.memory.inbox import MemoryInbox
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import STORE
from tests.whatsapp import Shop

EVENTS = Path(__file__).parents[2] / "events"
SAMPLES = sorted(path.stem.removeprefix("inbox_") for path in EVENTS.glob("inbox_*.json"))
SET_ASIDE = {
    "no_sender": ["no_sender"],
    "unknown_field": ["unknown_field"],
    "poison": ["not_an_entry"],
}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop()
    for port in (
        *("orders", "stores", "customers", "conversations", "unsent", "outbox", "prices"),
        *("gateways", "places", "costs", "media_queue", "templates"),
    ):
        monkeypatch.setattr(wiring, port, lambda port=port: getattr(shop, port))
    monkeypatch.setattr(wiring, "pages", lambda: None)
    monkeypatch.setattr(wiring, "places", lambda: shop.places)
    monkeypatch.setenv("STORE_ID", STORE)
    return shop


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> MemoryInbox:
    inbox = MemoryInbox()
    monkeypatch.setattr(wiring, "inbox", lambda: inbox)
    return inbox


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"inbox_{name}.json").read_text("utf-8"))
    return event


def failures(event: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in app.handler(event, None)["batchItemFailures"]]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_update_is_done_or_set_aside_with_its_reason(
    shop: Shop, inbox: MemoryInbox, name: str
) -> None:
    assert failures(sample(name)) == []

    assert [reason for _, reason in inbox.dead_letters] == SET_ASIDE.get(name, [])


def test_a_cart_an_address_and_a_tap_make_a_confirmed_order(shop: Shop, inbox: MemoryInbox) -> None:
    failures(sample("conversation"))

    assert shop.order().stage is Stage.CONFIRMED
    assert str(shop.order().total) == "₹2,798.00"


def test_a_batch_that_comes_again_changes_nothing(shop: Shop, inbox: MemoryInbox) -> None:
    failures(sample("conversation"))
    version = shop.order().version
    failures(sample("conversation"))

    assert shop.order().version == version
    assert len(shop.thread) == 3


def test_what_cannot_be_read_does_not_cost_the_rest_of_the_batch(
    shop: Shop, inbox: MemoryInbox
) -> None:
    failures(sample("poison"))

    assert [message.text for message in shop.thread] == ["Does it come in another color?"]
    assert inbox.dead_letters == [('{"schema":1,"kind":', "not_an_entry")]


def test_while_the_table_is_down_everything_comes_again(
    shop: Shop, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(shop.customers, "identify", down)

    assert failures(sample("conversation")) == ["message-1", "message-2", "message-3"]
    assert not inbox.dead_letters


def test_behind_a_failure_the_customers_own_messages_wait_and_others_go_on(
    shop: Shop, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = shop.conversations.append

    def fail_on_hello(message: Any) -> bool:
        if message.text == "Hello":
            raise RuntimeError("A bug")
        return append(message)

    monkeypatch.setattr(shop.conversations, "append", fail_on_hello)

    # Priya's cart, and the status of a message to her, wait for her greeting; Ravi's cart does not.
    assert failures(sample("batch")) == ["message-1", "message-2", "message-3"]
    assert shop.order("wamid.b3").stage is Stage.PLACED
    assert len(shop.shelf.orders) == 1


def test_what_cannot_even_be_set_aside_comes_again(shop: Shop, inbox: MemoryInbox) -> None:
    inbox.is_down = True

    assert failures(sample("no_sender")) == ["message-1"]


def test_the_log_tells_neither_who_wrote_nor_what(
    shop: Shop, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", log)
    for name in SAMPLES:
        app.handler(sample(name), None)

    assert '"outcome":"ordered"' in log.getvalue()
    for secret in ("9876543210", "Priya", "MG Road", "another color", "wamid", "kurta"):
        assert secret not in log.getvalue()
