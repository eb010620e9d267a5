"""Orders and their executions in memory, with somebody to conduct them."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from orderdesk.adapters.memory import (
    MemoryConductor,
    MemoryExecutions,
    MemoryOrders,
    MemoryStores,
    Shelf,
    Task,
)
from orderdesk.domain.orders.lifecycle import moves_from
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders.change import with_deadline
from orderdesk.usecases.orders.conduct import Course, conduct
from orderdesk.usecases.orders.enrich import price
from orderdesk.usecases.orders.enter import Arrival, enter
from orderdesk.usecases.orders.sweep import Outcome, Sweep, Swept, sweep
from tests.builders import NOW, STORE, a_move, a_placed_event, a_store, an_order
from tests.goods import a_price_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.enter import EntryWork

QUIET = Policy(reminders=(), escalate_after={})


class Crash(BaseException):
    """A function is gone in the middle of its work."""


def _crash(*_: object, **__: object) -> NoReturn:
    raise Crash


def way_to(source: Stage, target: Stage) -> list[Stage]:
    """The stages on a shortest way, the first one left out."""
    ways: dict[Stage, list[Stage]] = {source: []}
    ahead = deque([source])
    while target not in ways:
        here = ahead.popleft()
        for move in moves_from(here):
            if move.target not in ways:
                ways[move.target] = [*ways[here], move.target]
                ahead.append(move.target)
    return ways[target]


class Podium:
    """`now` moves on when a test says so; `work` is the entry work of stages.

    The shop neither reminds nor escalates, unless a test has it do so.
    """

    def __init__(self, work: Mapping[Stage, EntryWork] | None = None) -> None:
        shelf = Shelf()
        self.orders = MemoryOrders(shelf)
        self.stores = MemoryStores(shelf)
        self.executions = MemoryExecutions(shelf)
        self.stores.put(a_store(policy=QUIET))
        self.conductor = MemoryConductor()
        self.work = work or {}
        self.now = NOW
        self.entered: set[str] = set()
        self.prices = a_price_book(shelf)
        self.ask_gateway: Callable[[Order], bool] = lambda order: True

    def place(self, message_id: str = "wamid.cart1", **fields: Any) -> Order:
        """Written, and told to nobody yet."""
        order = an_order(message_id=message_id, **{"stage_since": self.now, **fields})
        policy = self.stores.get(order.store_id).policy
        order = with_deadline(order, policy)
        self.orders.add(order, a_placed_event(order, at=self.now), raw="{}")
        return order

    def move(self, order: Order, *stages: Stage) -> Order:
        """Written, and told to nobody yet; whatever the guards would say."""
        order = self.current(order)
        policy = self.stores.get(order.store_id).policy
        for stage in stages:
            order, event = a_move(order, stage, at=self.now)
            order = with_deadline(order, policy)
            self.orders.save(order, [event])
        return order

    def current(self, order: Order) -> Order:
        return self.orders.get(order.store_id, order.order_id)

    def history(self, order: Order) -> tuple[Event, ...]:
        return self.orders.history(order.store_id, order.order_id)

    def price(self, order: Order) -> Order:
        return price(order, self.prices, orders=self.orders, stores=self.stores, now=self.now)

    def conduct(self, event: Event) -> Course:
        return conduct(
            event, orders=self.orders, executions=self.executions, conductor=self.conductor
        )

    def conduct_all(self, order: Order) -> None:
        """Every event of the order is told, and the machine works until it waits."""
        for event in self.history(order):
            self.conduct(event)
            self.run()

    def run(self) -> None:
        """The machine invokes enter_stage for every task that it has not invoked it for."""
        while task := next(self._fresh(), None):
            self.enter(task)

    def end_leases(self) -> None:
        """A month passes: every wait is parked anew."""
        self.entered.clear()
        self.run()

    def _fresh(self) -> Iterator[Task]:
        return (task for task in self.conductor.tasks if task.token not in self.entered)

    def enter(self, task: Task, *, attempt: int = 0) -> None:
        self.entered.add(task.token)
        with suppress(Crash):
            enter(
                Arrival(execution=task.execution, attempt=attempt, now=self.now),
                work=self.work,
                orders=self.orders,
                stores=self.stores,
                executions=self.executions,
                conductor=self.conductor,
            )

    def sweep(self, *, verify_all: bool = False, **changes: Any) -> Swept:
        run = Sweep(
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.conductor,
            ask_gateway=self.ask_gateway,
            price=self.price,
            enough_time=lambda: True,
            now=self.now,
        )
        return sweep(replace(run, **changes), verify_all=verify_all)

    def swept(self, **options: Any) -> dict[Outcome, int]:
        """What a sweep did, without what it did not do."""
        return {what: count for what, count in self.sweep(**options).counts.items() if count}

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def waiting(self, order: Order) -> list[tuple[Stage, int]]:
        """Stage and version of every execution of the order that waits."""
        return [
            (task.stage, task.version)
            for task in self.conductor.tasks
            if task.order_id == order.order_id
        ]

    def rest(self, order: Order, stage: Stage) -> Order:
        """The order goes to that stage by way of others, and everybody is told at once."""
        for step in way_to(self.current(order).stage, stage):
            order = self.move(order, step)
            self.conduct_all(order)
        return order

    def to_check(self) -> tuple[str, ...]:
        """Orders whose execution will be looked at some day."""
        return self.executions.to_check(STORE, before=None).items

    def parked_as(self, order: Order) -> str:
        """The name of the order's execution, without its id."""
        parked = self.executions.find(STORE, order.order_id)
        return parked.name.removeprefix(f"{order.order_id}-") if parked else ""

    def ended_at(self, order: Order) -> tuple[Stage, int] | None:
        """Where the order's execution has ended; None while it waits."""
        parked = self.executions.find(STORE, order.order_id)
        return (parked.stage, parked.version) if parked and not parked.token else None

    def break_off(self, step: str) -> None:
        """Whoever comes to that step of an arrival, crashes, until it is mended."""
        self._broken = (self.conductor if step == "rest" else self.executions, step)
        setattr(*self._broken, _crash)

    def mend(self) -> None:
        delattr(*self._broken)

    def parked_at(self, order: Order) -> tuple[Stage, int] | None:
        parked = self.executions.find(STORE, order.order_id)
        return (parked.stage, parked.version) if parked else None
