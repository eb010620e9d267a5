"""The handler of the nightly look, fed with the samples of events/."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from functions.doctor import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryCounts, MemoryRounds
from tests.podium import Podium

EVENTS = Path(__file__).parents[2] / "events"


class Hospital(Podium):
    def __init__(self) -> None:
        super().__init__()
        self.counts = MemoryCounts(self.orders.shelf)
        self.rounds = MemoryRounds(self.orders.shelf)


@pytest.fixture
def hospital(monkeypatch: pytest.MonkeyPatch) -> Hospital:
    """With one order, whose execution has ended."""
    made = Hospital()
    made.now = datetime.now(UTC) - timedelta(hours=1)
    names = ("orders", "stores", "executions", "conductor", "counts", "rounds")
    for name in names:
        monkeypatch.setattr(wiring, name, partial(getattr, made, name))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    order = made.place(last_customer_action_at=made.now, placed_at=made.now)
    made.conduct_all(order)
    made.counts.count(made.history(order)[0])
    made.conductor.lose(made.conductor.tasks[0].name)
    return made


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"doctor_{name}.json").read_text("utf-8"))


def context(seconds_left: int = 900) -> Any:
    return SimpleNamespace(
        function_name="orderdesk-doctor",
        get_remaining_time_in_millis=lambda: seconds_left * 1000,
    )


def test_a_night_finds_and_mends(hospital: Hospital) -> None:
    found = app.handler(sample("night"), context())

    assert found == {
        "orders": 1,
        "drift": {"execution": 1},
        "fixed": {"execution": 1},
        "failed": 0,
        "finished": True,
    }
    assert json.loads(json.dumps(found)) == found
    hospital.run()
    assert app.handler(sample("night"), context())["drift"] == {}


def test_a_look_only_mends_nothing(hospital: Hospital) -> None:
    for _ in range(2):
        found = app.handler(sample("look_only"), context())
        assert (found["drift"], found["fixed"]) == ({"execution": 1}, {})


def test_a_night_that_is_short_of_time_leaves_the_rest_to_the_next(hospital: Hospital) -> None:
    found = app.handler(sample("night"), context(seconds_left=20))

    assert (found["orders"], found["finished"]) == (0, False)


def test_what_is_found_is_a_metric(hospital: Hospital, capsys: pytest.CaptureFixture[str]) -> None:
    app.handler(sample("look_only"), context())

    [line] = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    told = json.loads(line)
    [metric] = told["_aws"]["CloudWatchMetrics"]
    assert metric["Namespace"] == "Orderdesk"
    assert [each["Name"] for each in metric["Metrics"]] == ["Drift"]
    assert metric["Dimensions"] == [["FunctionName"]]
    assert (told["FunctionName"], told["Drift"]) == ("orderdesk-doctor", 1)
