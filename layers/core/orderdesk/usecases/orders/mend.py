"""Put right what an examination found, as far as it can be."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Stale
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import REFUND_DUE, raise_attention
from orderdesk.domain.orders.lifecycle import RESTING
from orderdesk.domain.orders.timing import deadline
from orderdesk.usecases.orders import drift
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.conduct import Course, follow
from orderdesk.usecases.orders.doctor import Doctor, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.doctor import Finding

LOOK_AGAIN: Final = timedelta(minutes=5)
DOCTOR: Final = system("doctor")

log = logging.getLogger(__name__)


def fix(finding: Finding, doctor: Doctor) -> bool:
    """Put it right; False when it is not. Looks again first, and does nothing twice.

    Of a history that is broken, people are told by an attention item, once: nothing mends it.
    Raises NotFound, Stale, Unavailable.
    """
    if finding.kind is Kind.COUNTERS:
        return _fix_counters(finding, doctor)
    if finding.kind in {Kind.OVERDUE, Kind.UNREADABLE}:
        return False
    order = doctor.orders.get(finding.store_id, finding.order_id)
    return FIXES[finding.kind](order, doctor)


def _fix_counters(finding: Finding, doctor: Doctor) -> bool:
    seen = doctor.counts.get(finding.store_id)
    right = {stage: seen[stage] + count for stage, count in finding.missing.items()}
    return doctor.counts.set(finding.store_id, right, seen=seen)


def _fix_execution(order: Order, doctor: Doctor) -> bool:
    course = follow(
        order.store_id,
        order.order_id,
        orders=doctor.orders,
        executions=doctor.executions,
        conductor=doctor.conductor,
        lost_since=doctor.now - drift.UNDERWAY,
    )
    if order.stage in RESTING:
        return course is not Course.FOLLOWS
    if course is Course.FOLLOWS:
        _replace_execution(order, doctor)
    doctor.executions.check_later(order, doctor.now + LOOK_AGAIN)
    return True


def _replace_execution(order: Order, doctor: Doctor) -> None:
    """One that runs, and whose token is lost or whose stage is another: nobody could answer it."""
    events = doctor.orders.history(order.store_id, order.order_id)
    known = doctor.executions.find(order.store_id, order.order_id)
    arrived = drift.arrival(events)
    running = doctor.is_running
    if arrived is None or known is None:
        return
    if drift.in_execution(order, known, events, is_running=running, now=doctor.now):
        doctor.conductor.stop(known)
        doctor.conductor.start(
            store_id=order.store_id,
            order_id=order.order_id,
            stage=order.stage,
            version=arrived.version,
            anew=True,
        )


def _fix_deadline(order: Order, doctor: Doctor) -> bool:
    policy = doctor.stores.latest(order.store_id).policy
    due = deadline(order, policy)
    if due and drift.in_deadline(order, policy, doctor.now):
        doctor.orders.postpone(order, due.at)
    return True


def _fix_lists(order: Order, doctor: Doctor) -> bool:
    doctor.orders.refile(order, check_at=doctor.now)
    return True


def _fix_money(order: Order, doctor: Doctor) -> bool:
    def decide(now: Order) -> tuple[Order, tuple[Event]] | None:
        return _asked(now, REFUND_DUE, REFUND_TEXT, doctor) if drift.in_money(now) else None

    _change(order, decide, doctor)
    return True


def _tell_of_history(order: Order, doctor: Doctor) -> bool:
    if drift.is_told_already(doctor.orders.history(order.store_id, order.order_id)):
        return False
    try:
        _change(order, lambda now: _asked(now, drift.HISTORY_BROKEN, BROKEN_TEXT, doctor), doctor)
    except Stale:  # an item stands where the next one belongs
        log.warning("history cannot go on", extra={"order_id": order.order_id})
    return False


def _asked(
    order: Order, reason: str, text: str, doctor: Doctor
) -> tuple[Order, tuple[Event]] | None:
    text = text.format(order=order)
    raised = raise_attention(order, reason, text, by=DOCTOR, now=doctor.now)
    return (raised[0], (raised[1],)) if raised else None


def _change(
    order: Order, decide: Callable[[Order], tuple[Order, tuple[Event]] | None], doctor: Doctor
) -> None:
    policy = doctor.stores.latest(order.store_id).policy
    change(order.store_id, order.order_id, decide, orders=doctor.orders, policy=policy)


REFUND_TEXT: Final = "{order.ledger.balance} was paid and has to go back to the customer."
BROKEN_TEXT: Final = (
    "The history of this order was changed, or a part of it is missing: compare it with what you "
    "know of the order before you rely on it."
)
FIXES: Final[dict[Kind, Callable[[Order, Doctor], bool]]] = {
    Kind.HISTORY: _tell_of_history,
    Kind.EXECUTION: _fix_execution,
    Kind.DEADLINE: _fix_deadline,
    Kind.MONEY: _fix_money,
    Kind.LISTS: _fix_lists,
}
