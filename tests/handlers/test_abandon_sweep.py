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
from orderdesk.domain.lifecycle import Stage
from orderdesk.usecases.sweep import Outcome
from tests.podium import Podium

EVENTS = Path(__file__).parents[2] / "events"
YESTERDAY = datetime.now(UTC) - timedelta(hours=25)


@pytest.fixture
def podium(monkeypatch: pytest.MonkeyPatch) -> Podium:
    made = Podium()
    made.now = YESTERDAY
    for name in ("orders", "stores", "executions", "conductor"):
        monkeypatch.setattr(wiring, name, partial(getattr, made, name))
    monkeypatch.setattr(wiring, "payment_gateway", lambda: None)
    return made


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"abandon_sweep_{name}.json").read_text("utf-8"))


def context(seconds_left: int = 100) -> Any:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: seconds_left * 1000)


def test_the_minute_looks_only_at_what_is_due(podium: Podium) -> None:
    podium.now = datetime.now(UTC)
    podium.conduct_all(podium.place())

    assert app.handler(sample("minute"), context()) == {
        **dict.fromkeys(Outcome, 0),
        "finished": True,
    }


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
