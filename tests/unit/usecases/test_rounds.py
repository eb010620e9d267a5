"""The nightly look goes on where it was, and no store waits for ever."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk.adapters.memory import MemoryCounts, MemoryRounds
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders import doctor as examining
from orderdesk.usecases.orders.doctor import Doctor, Kind
from orderdesk.usecases.orders.rounds import Examined, make_rounds
from orderdesk.usecases.ports import Round
from tests.builders import NOW, STORE
from tests.podium import Podium

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order


class Night:
    """A podium whose orders are all told and counted, and the rounds that are made there."""

    def __init__(self) -> None:
        self.podium = Podium()
        self.counts = MemoryCounts(self.podium.orders.shelf)
        self.rounds = MemoryRounds(self.podium.orders.shelf)
        self.looked_at: list[str] = []

    def place(self, name: str, **fields: object) -> Order:
        order = self.podium.place(name, **fields)
        self.podium.conduct_all(order)
        self.counts.count(self.podium.history(order)[0])
        return order

    def make(self, *, at_most: int = 1_000, mend: bool = True) -> Examined:
        left = [at_most]

        def enough_time() -> bool:
            left[0] -= 1
            return left[0] >= 0

        doctor = Doctor(
            orders=self.podium.orders,
            stores=self.podium.stores,
            executions=self.podium.executions,
            conductor=self.podium.conductor,
            counts=self.counts,
            now=self.podium.now,
            wait=lambda seconds: None,
        )
        examined = make_rounds(doctor, self.rounds, mend=mend, enough_time=enough_time)
        self.podium.run()
        return examined

    def break_off(self, order: Order) -> None:
        self.podium.conductor.lose(self.podium.executions.find(*_key(order)).name)  # type: ignore[union-attr]


def _key(order: Order) -> tuple[str, str]:
    return order.store_id, order.order_id


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    """Pages of two orders."""
    monkeypatch.setattr(examining, "PAGE", 2)
    return Night()


def test_a_night_without_drift_is_told_as_one(night: Night) -> None:
    for number in range(5):
        night.place(f"wamid.cart{number}")

    assert night.make() == Examined(orders=5)


def test_what_is_found_is_put_right(night: Night) -> None:
    order = night.place("wamid.cart1")
    night.break_off(order)
    night.counts.set(STORE, {Stage.PLACED: 9}, seen=night.counts.get(STORE))

    examined = night.make()

    assert examined.drift == examined.fixed == Counter({Kind.EXECUTION: 1, Kind.COUNTERS: 1})
    assert not night.make().drift


def test_a_night_that_only_looks_puts_nothing_right(night: Night) -> None:
    night.break_off(night.place("wamid.cart1"))

    for _ in range(2):
        examined = night.make(mend=False)
        assert examined.drift == Counter({Kind.EXECUTION: 1})
        assert not +examined.fixed


def test_a_night_that_is_too_short_is_gone_on_with_the_next(night: Night) -> None:
    orders = [night.place(f"wamid.cart{n}", placed_at=NOW + n * _MINUTE) for n in range(5)]
    night.break_off(orders[4])

    first = night.make(at_most=3)
    assert (first.orders, first.finished, first.drift) == (3, False, Counter())

    second = night.make()
    assert (second.orders, second.finished) == (3, True)  # the page that was broken off, again
    assert second.drift == Counter({Kind.EXECUTION: 1})
    assert night.make().orders == 5


def test_the_store_that_waited_longest_comes_first(night: Night) -> None:
    night.place("wamid.cart1")
    night.place("wamid.cart2", store_id="other")
    night.make()
    night.podium.later(minutes=30)
    night.rounds.keep(Round(store_id=STORE, finished_at=night.podium.now))
    night.break_off(night.place("wamid.cart3", store_id="other"))

    examined = night.make(at_most=2)

    assert examined.drift == Counter({Kind.EXECUTION: 1})
    assert not examined.finished


def test_an_order_that_fails_is_counted_and_stops_nobody(night: Night) -> None:
    first, second = night.place("wamid.cart1"), night.place("wamid.cart2")
    night.break_off(first)
    night.break_off(second)
    is_running = night.podium.conductor.is_running
    failing = [True]

    def fail_once(*given: object) -> bool:
        if failing.pop() if failing else False:
            raise Unavailable("Step Functions does not answer.")
        answer: Callable[..., bool] = is_running
        return answer(*given)

    night.podium.conductor.is_running = fail_once  # type: ignore[method-assign, assignment]

    examined = night.make()

    assert (examined.orders, examined.failed) == (2, 1)
    assert examined.drift == Counter({Kind.EXECUTION: 1})


def test_a_broken_history_is_drift_in_the_first_night_only(night: Night) -> None:
    order = night.place("wamid.cart1")
    kept = night.podium.orders.shelf.orders[_key(order)]
    kept.record["history_hash"] = "of something else"

    assert night.make().drift == Counter({Kind.HISTORY: 1})
    assert night.podium.current(order).flagged("history_broken")
    assert not night.make().drift


_MINUTE = timedelta(minutes=1)
