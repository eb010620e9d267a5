"""The handler of the outbox, fed with the samples of events/."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from functions.send_messages import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryCosts, MemoryTemplates, MemoryUnsent
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.conversation import Delivery, Direction
from orderdesk.domain.messages.sending import ErrorClass
from tests.builders import STORE, a_customer, a_message
from tests.counter import Counter

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message

EVENTS = Path(__file__).parents[2] / "events"
FIRST, SECOND, OTHER = "order1:1:ask", "order1:3:confirmed", "order2:1:ask"


class Name:
    function_name = "orderdesk-send-messages"


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter = Counter()
    for name in ("orders", "stores", "customers", "conversations", "outbox", "pace"):
        monkeypatch.setattr(wiring, name, lambda name=name: getattr(counter, name))
    monkeypatch.setattr(wiring, "messenger", lambda: counter.phone)
    monkeypatch.setattr(wiring, "unsent", lambda: MemoryUnsent(counter.shelf))
    monkeypatch.setattr(wiring, "costs", lambda: MemoryCosts(counter.shelf))
    monkeypatch.setattr(wiring, "templates", MemoryTemplates)
    monkeypatch.setattr(wiring, "pages", lambda: None)
    now = datetime.now(UTC)
    for customer_id in ("customer1", "customer2"):
        counter.meet(a_customer(customer_id, last_inbound_at=now))
    for key, customer_id in ((FIRST, "customer1"), (SECOND, "customer1"), (OTHER, "customer2")):
        message = replace(
            a_message(key, customer_id=customer_id, at=now),
            direction=Direction.OUTBOUND,
            delivery=Delivery.PENDING,
            details=json.dumps({"type": "text", "text": {"body": key}}),
        )
        counter.conversations.append(message)
    return counter


def call(name: str) -> Any:
    event = json.loads((EVENTS / f"send_messages_{name}.json").read_text("utf-8"))
    return app.handler(event, Name())


def again() -> list[str]:
    return [each["itemIdentifier"][-1] for each in call("batch")["batchItemFailures"]]


def kept(counter: Counter, key: str) -> Message:
    message = counter.conversations.find(STORE, key)
    assert message is not None
    return message


def refuse(counter: Counter, error_class: ErrorClass, code: int) -> None:
    counter.phone.errors.append(
        SendFailed("refused", error_code=code, retry=True, error_class=error_class)
    )


def sent(counter: Counter) -> list[str]:
    return [each.callback_data for each in counter.phone.sent]


def test_what_waits_in_the_outbox_is_sent_once(counter: Counter) -> None:
    assert again() == []
    assert again() == []

    assert sent(counter) == [FIRST, SECOND, OTHER]
    assert counter.outbox.held == {}


def test_what_has_to_wait_is_hidden_with_what_was_said_after_it(counter: Counter) -> None:
    refuse(counter, ErrorClass.PAIR, 131056)

    assert again() == ["1", "2"]

    assert sent(counter) == [OTHER]
    second = timedelta(seconds=1)
    assert counter.outbox.held == {"receipt-1": second, "receipt-2": second}


def test_a_refused_token_rings_and_holds_everything(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(counter, ErrorClass.CREDENTIALS, 190)

    assert again() == ["1", "2", "3"]

    assert sent(counter) == []
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [(each["FunctionName"], each["SendingStopped"]) for each in metrics] == [
        (Name.function_name, 1)
    ]


def test_when_whatsapp_is_slow_the_rest_of_the_batch_comes_again_at_once(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "SECONDS", -1)

    assert again() == ["1", "2", "3"]

    assert sent(counter) == []
    assert set(counter.outbox.held.values()) == {timedelta()}


def test_a_message_of_a_customer_who_is_gone_does_not_come_again(counter: Counter) -> None:
    del counter.shelf.customers[STORE, "customer1"]

    assert again() == []

    assert sent(counter) == [OTHER]


def test_the_clock_puts_back_what_the_outbox_lost(counter: Counter) -> None:
    assert call("clock") == {"put_again": 0}

    for record in counter.shelf.messages.values():
        record["at"] = "2026-01-01T00:00:00.000Z"

    assert call("clock") == {"put_again": 3}
    assert sorted(key for _, key in counter.outbox.waiting) == sorted([FIRST, SECOND, OTHER])


def test_neither_words_nor_numbers_are_logged(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(counter, ErrorClass.PAIR, 131056)

    again()

    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "919876543210" not in logged
