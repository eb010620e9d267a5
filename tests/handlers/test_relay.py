"""The handler of the table's stream, fed with the samples of events/."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.relay import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryLoudspeaker
from orderdesk.domain.orders.lifecycle import Stage

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture
def loudspeaker(monkeypatch: pytest.MonkeyPatch) -> MemoryLoudspeaker:
    made = MemoryLoudspeaker()
    monkeypatch.setattr(wiring, "loudspeaker", lambda: made)
    return made


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"relay_{name}.json").read_text("utf-8"))


def sequences(event: Any) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]


def failures(answer: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_a_committed_history_item_is_told_as_it_was_written(loudspeaker: MemoryLoudspeaker) -> None:
    assert app.handler(sample("placed"), None) == {"batchItemFailures": []}

    (event,) = loudspeaker.announced
    assert (event.type, event.version, event.target) == ("order.placed", 1, Stage.PLACED)
    assert event.data == {"number": "1001", "total": "₹1,500.00"}


def test_events_of_several_orders_are_told_in_the_order_of_the_stream(
    loudspeaker: MemoryLoudspeaker,
) -> None:
    app.handler(sample("two_orders"), None)

    assert [event.target for event in loudspeaker.announced] == ["placed", "placed", "confirmed"]
    assert len({event.order_id for event in loudspeaker.announced}) == 2


def test_what_could_not_be_told_is_reported_by_its_sequence_number(
    loudspeaker: MemoryLoudspeaker,
) -> None:
    event = sample("two_orders")
    app.handler(event, None)
    loudspeaker.failing = {loudspeaker.announced[0].event_id}
    first, _, third = sequences(event)

    assert failures(app.handler(event, None)) == [first, third]


def test_an_item_that_cannot_be_read_is_reported_with_what_follows_of_its_order(
    loudspeaker: MemoryLoudspeaker,
) -> None:
    event = sample("unreadable")
    _, unreadable, _, follower = sequences(event)

    assert failures(app.handler(event, None)) == [unreadable, follower]
    assert [each.version for each in loudspeaker.announced] == [1, 1]
