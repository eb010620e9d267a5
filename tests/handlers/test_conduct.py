"""The handler of the queue that conducts executions, fed with the samples of events/."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.conduct import app
from orderdesk import wiring
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from tests.podium import Podium

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture
def podium(monkeypatch: pytest.MonkeyPatch) -> Podium:
    made = Podium()
    for name in ("orders", "executions", "conductor"):
        monkeypatch.setattr(wiring, name, partial(getattr, made, name))
    return made


@pytest.fixture
def order(podium: Podium) -> Order:
    return podium.place()


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"conduct_{name}.json").read_text("utf-8"))


def call(name: str) -> list[str]:
    """Hand the sample to the function; returns the messages that have to come again."""
    answer = app.handler(sample(name), None)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def message_ids(name: str) -> list[str]:
    return [record["messageId"] for record in sample(name)["Records"]]


def test_a_placed_order_is_started(podium: Podium, order: Order) -> None:
    assert call("placed") == []
    assert podium.waiting(order) == [(Stage.PLACED, 1)]


def test_a_moved_order_is_followed_and_a_second_delivery_changes_nothing(
    podium: Podium, order: Order
) -> None:
    podium.conduct_all(order)
    podium.move(order, Stage.CONFIRMED)

    assert call("moved") == []
    podium.run()
    assert call("moved") == []

    assert podium.waiting(order) == [(Stage.CONFIRMED, 2)]


def test_when_the_machine_does_not_answer_the_message_comes_again(
    podium: Podium, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**place: object) -> bool:
        raise Unavailable("Step Functions does not answer.")

    monkeypatch.setattr(podium.conductor, "start", refuse)

    assert call("placed") == message_ids("placed")


def test_a_message_that_cannot_be_read_holds_up_its_own_order_only(
    podium: Podium, order: Order
) -> None:
    other = podium.place("wamid.cart2")
    _, broken, follower = message_ids("unreadable")

    assert call("unreadable") == [broken, follower]
    assert podium.waiting(other) == [(Stage.PLACED, 1)]
    assert podium.waiting(order) == []
