"""The handler of the clock, fed with the samples of events/."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from functions.abandon_sweep import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryGateways
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.orders.sweep import Outcome
from tests.podium import Podium

EVENTS = Path(__file__).parents[2] / "events"
YESTERDAY = datetime.now(UTC) - timedelta(hours=25)


@pytest.fixture
def podium(monkeypatch: pytest.MonkeyPatch) -> Podium:
    made = Podium()
    made.now = YESTERDAY
    for name in ("orders", "stores", "executions", "conductor", "prices"):
        monkeypatch.setattr(wiring, name, partial(getattr, made, name))
    monkeypatch.setattr(wiring, "gateways", MemoryGateways)
    return made


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"abandon_sweep_{name}.json").read_text("utf-8"))


def context(seconds_left: int = 100) -> Any:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: seconds_left * 1000)


def test_the_minute_looks_only_at_what_is_due(podium: Podium) -> None:
    podium.now = datetime.now(UTC)
    podium.conduct_all(podium.place())

    nothing: dict[str, object] = {outcome.value: 0 for outcome in Outcome}
    assert app.handler(sample("minute"), context()) == nothing | {"finished": True}


def test_verifying_all_looks_at_every_execution(podium: Podium) -> None:
    podium.now = datetime.now(UTC)
    podium.conduct_all(podium.place())

    assert app.handler(sample("verify_all"), context())["checked"] == 1


def test_without_a_gateway_an_order_without_a_link_is_still_given_up(podium: Podium) -> None:
    order = podium.place(last_customer_action_at=YESTERDAY)

    assert app.handler(sample("minute"), context())["abandoned"] == 1
    assert podium.current(order).stage is Stage.ABANDONED


def test_a_run_that_is_short_of_time_leaves_the_rest_to_the_next(podium: Podium) -> None:
    order = podium.place(last_customer_action_at=YESTERDAY)

    assert app.handler(sample("minute"), context(seconds_left=20))["finished"] is False
    assert podium.current(order).stage is Stage.PLACED


def ended(order: Order, name: str) -> dict[str, Any]:
    event: dict[str, Any] = sample("execution_ended")
    position = {"store_id": order.store_id, "order_id": order.order_id}
    event["detail"] |= {"name": name, "input": json.dumps(position)}
    return event


def test_an_order_whose_execution_was_stopped_gets_another_at_once(podium: Podium) -> None:
    podium.now = datetime.now(UTC)
    order = podium.place()
    podium.conduct_all(order)
    name = f"{order.order_id}-v1"
    podium.conductor.lose(name)

    assert app.handler(ended(order, name), context())["outcome"] == Outcome.HEALED
    podium.run()
    assert podium.waiting(order) == [(Stage.PLACED, 1)]


def test_an_execution_that_ended_after_another_took_its_place_changes_nothing(
    podium: Podium,
) -> None:
    podium.now = datetime.now(UTC)
    order = podium.place()
    podium.conduct_all(order)

    assert app.handler(ended(order, "an older one"), context())["outcome"] == Outcome.CHECKED
    assert podium.waiting(order) == [(Stage.PLACED, 1)]


def test_an_execution_of_an_order_that_is_no_more_is_passed_over(podium: Podium) -> None:
    assert app.handler(sample("execution_ended"), context())["outcome"] == Outcome.SKIPPED
