"""Look whether all that belongs to an order agrees, and say what does not.

The sweep keeps orders going; this finds what it cannot see: an index that lost an order, a counter
that counts wrong, a deadline that nobody set, an item that somebody changed by hand.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid, NotFound, Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders import drift
from orderdesk.usecases.ports import ListQuery, Round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import (
        Conductor,
        Counts,
        Execution,
        Executions,
        Orders,
        Page,
        Stores,
        Summary,
    )

PAGE: Final = 100
LOOKS: Final = 3  # at what seems wrong, before it is said to be
BETWEEN_LOOKS: Final = 3.0  # seconds, in which news are counted
# Step Functions answers 15 such questions a second, the sweep's among them.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
BETWEEN_QUESTIONS: Final = 0.1  # seconds

log = logging.getLogger(__name__)


class Kind(StrEnum):
    HISTORY = "history"
    EXECUTION = "execution"
    DEADLINE = "deadline"
    OVERDUE = "overdue"
    MONEY = "money"
    LISTS = "lists"
    COUNTERS = "counters"
    UNREADABLE = "unreadable"


# A history cannot be made whole: whatever was put in its place would be made up.
FIXABLE: Final = frozenset({Kind.EXECUTION, Kind.DEADLINE, Kind.MONEY, Kind.LISTS, Kind.COUNTERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not agree; `text` has no personal data.

    `order_id` is empty when it concerns the store. `known` is what people were asked to look at
    before. `missing` says of counters how many each stage lacks, or has too many.
    """

    kind: Kind
    store_id: str
    order_id: str = ""
    number: int = 0
    text: str
    known: bool = False
    missing: dict[Stage, int] = field(default_factory=dict)

    @property
    def fixable(self) -> bool:
        return self.kind in FIXABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """What examinations work with; `wait` takes seconds."""

    orders: Orders
    stores: Stores
    executions: Executions
    conductor: Conductor
    counts: Counts
    now: datetime
    wait: Callable[[float], None]

    def is_running(self, execution: Execution) -> bool:
        self.wait(BETWEEN_QUESTIONS)
        return self.conductor.is_running(execution)


def examine(
    store_id: str, doctor: Doctor, *, passed: Callable[[int], object] = lambda orders: None
) -> Iterator[Finding]:
    """All orders of a store, archived ones too, then its counters; `passed` hears how many."""
    for order_ids, _ in pages(Round(store_id=store_id), doctor.orders):
        for order_id in order_ids:
            yield from examine_order(store_id, order_id, doctor)
        passed(len(order_ids))
    yield from examine_counters(store_id, doctor)


def pages(place: Round, orders: Orders) -> Iterator[tuple[tuple[str, ...], Round]]:
    """Ids of orders, stage by stage from `place` on, with the place that comes after them.

    An order that moves meanwhile may come twice, or not in this round. One that stands in no
    list of a stage never comes: the counters tell that there is one.
    """
    stages = list(Stage)
    stage, cursor = place.stage or stages[0], place.cursor
    while True:
        page = _page(place.store_id, stage, cursor, orders)
        ahead = [stage] if page.cursor else stages[stages.index(stage) + 1 :]
        after = replace(place, stage=ahead[0] if ahead else None, cursor=page.cursor)
        yield tuple(each.order_id for each in page.items), after
        if not ahead:
            return
        stage, cursor = ahead[0], page.cursor


def _page(store_id: str, stage: Stage, cursor: str | None, orders: Orders) -> Page[Summary]:
    query = ListQuery(store_id=store_id, stage=stage, descending=False, limit=PAGE, cursor=cursor)
    try:
        return orders.page(query)
    except Invalid:  # the cursor is of another release: begin this list again
        return orders.page(replace(query, cursor=None))


def examine_order(store_id: str, order_id: str, doctor: Doctor) -> tuple[Finding, ...]:
    """What does not agree, of one that did not change while it was looked at.

    Raises NotFound, Unavailable.
    """
    try:
        policy = doctor.stores.latest(store_id).policy
        for _ in range(LOOKS):
            order = doctor.orders.get(store_id, order_id)
            found = tuple(_look(order, policy, doctor))
            if not found or doctor.orders.get(store_id, order_id) == order:
                return found
    except (NotFound, Unavailable):
        raise
    except Exception as error:
        log.exception("unreadable", extra={"store_id": store_id, "order_id": order_id})
        text = f"it cannot be read ({type(error).__name__})"
        return (Finding(kind=Kind.UNREADABLE, store_id=store_id, order_id=order_id, text=text),)
    return ()


def _look(order: Order, policy: Policy, doctor: Doctor) -> Iterator[Finding]:
    events = doctor.orders.history(order.store_id, order.order_id)
    for kind, text in _problems(order, events, policy, doctor):
        if text:
            yield Finding(
                kind=kind,
                store_id=order.store_id,
                order_id=order.order_id,
                number=order.number,
                text=text,
                known=kind is Kind.HISTORY and drift.is_told_already(events),
            )


def _problems(
    order: Order, events: tuple[Event, ...], policy: Policy, doctor: Doctor
) -> Iterator[tuple[Kind, str]]:
    now = doctor.now
    yield Kind.HISTORY, drift.in_history(order, events)
    known = doctor.executions.find(order.store_id, order.order_id)
    execution = drift.in_execution(order, known, events, is_running=doctor.is_running, now=now)
    yield Kind.EXECUTION, execution
    late = drift.in_deadline(order, policy, now)
    # The sweep is about to set the deadlines of a shop that has changed its times.
    if late and doctor.stores.redating(order.store_id) is None:
        yield Kind.DEADLINE, late
    yield Kind.OVERDUE, drift.in_acting(order, now)
    yield Kind.MONEY, drift.in_money(order)
    misfiled = doctor.orders.misfiled(order.store_id, order.order_id)
    yield Kind.LISTS, f"filed wrongly: {', '.join(misfiled)}" if misfiled else ""


def examine_counters(store_id: str, doctor: Doctor) -> tuple[Finding, ...]:
    """The counter of each stage beside its list; news that are on their way are no drift."""
    missing = _missing(store_id, doctor)
    for _ in range(LOOKS - 1):
        if not missing:
            return ()
        doctor.wait(BETWEEN_LOOKS)
        again = _missing(store_id, doctor)
        missing = {stage: n for stage, n in missing.items() if again.get(stage) == n}
    if not missing:
        return ()
    text = ", ".join(f"{stage} {_signed(-count)}" for stage, count in missing.items())
    return (
        Finding(
            kind=Kind.COUNTERS, store_id=store_id, text=f"counted wrongly: {text}", missing=missing
        ),
    )


def _missing(store_id: str, doctor: Doctor) -> dict[Stage, int]:
    counted = doctor.counts.get(store_id)
    there = {stage: doctor.orders.number_in(store_id, stage) for stage in Stage}
    return {stage: n - counted[stage] for stage, n in there.items() if n != counted[stage]}


def _signed(count: int) -> str:
    return f"{'−' if count < 0 else '+'}{abs(count)}"
