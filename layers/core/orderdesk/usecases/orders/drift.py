"""What must agree with an order, and how each of it can have come apart.

Each check answers with what is wrong, in words without personal data; empty when nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.amending import MONEY_FLAGS
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.history import verify
from orderdesk.domain.orders.lifecycle import RESTING, Stage
from orderdesk.domain.orders.timing import deadline
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.orders.overdue import ASK_AGAIN_LATER
from orderdesk.usecases.ports import Execution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy

type IsRunning = Callable[[Execution], bool]

# The machine tries an arrival for eight minutes; until then an execution may be on its way.
UNDERWAY: Final = timedelta(minutes=15)
# An examination may take that long, and the clock goes on meanwhile.
MEANWHILE: Final = timedelta(hours=1)
A_MOMENT: Final = timedelta(seconds=1)
SHOWN: Final = 5  # flaws of one history
HISTORY_BROKEN: Final = "history_broken"
KEEPS_NO_MONEY: Final = frozenset({Stage.ABANDONED, Stage.REJECTED, Stage.CANCELLED})


def in_history(order: Order, events: Sequence[Event]) -> str:
    """A version that is missing, changed, or that leads elsewhere than to the order."""
    flaws = [
        f"{f'version {flaw.version}: ' if flaw.version else ''}{flaw.problem}"
        for flaw in verify(order, events).flaws
    ]
    more = [f"and {len(flaws) - SHOWN} more"] if len(flaws) > SHOWN else []
    return "; ".join(flaws[:SHOWN] + more)


def is_told_already(events: Sequence[Event]) -> bool:
    """Whether a person was asked to look at this history before: it will never be whole again."""
    return any(
        event.type is EventType.ATTENTION_RAISED and event.data.get("reason") == HISTORY_BROKEN
        for event in events
    )


def arrival(events: Sequence[Event]) -> Event | None:
    """What brought the order to the stage in which it is."""
    return next((event for event in reversed(events) if event.changes_stage), None)


def in_execution(
    order: Order,
    known: Execution | None,
    events: Sequence[Event],
    *,
    is_running: IsRunning,
    now: datetime,
) -> str:
    """A live order has one that waits in its stage; of an order that rests, none waits."""
    arrived = arrival(events)
    if arrived is None:  # in_history tells of it
        return ""
    may_be_underway = arrived.at > now - UNDERWAY
    if known is None or known.version < arrived.version:
        where = f"stands in {known.stage}" if known else "never waited anywhere"
        text = f"{order.stage} since version {arrived.version}, and its execution {where}"
        return "" if may_be_underway else text
    if order.stage in RESTING:
        waits = known.token and not may_be_underway
        return f"it rests in {order.stage}, and its execution waits" if waits else ""
    return _in_waiting(order, known, is_running)


def _in_waiting(order: Order, known: Execution, is_running: IsRunning) -> str:
    if known.stage is not order.stage:
        return f"it is in {order.stage}, and its execution stands in {known.stage}"
    if not known.token or not is_running(known):
        return f"it is in {order.stage}, and its execution has ended"
    return ""


def in_deadline(order: Order, policy: Policy, now: datetime) -> str:
    """None, or later than time would have it; what a guard refused is put off for a day."""
    due = deadline(order, policy)
    if due is None:
        return ""
    at = time_to_text(due.at)
    if order.due_at is None:
        return f"to {due.due} at {at}, and it has no deadline"
    soon = now + MEANWHILE
    latest = due.at + A_MOMENT if due.at > soon else soon + ASK_AGAIN_LATER
    if order.due_at <= latest:
        return ""
    return f"to {due.due} at {at}, and its deadline is {time_to_text(order.due_at)}"


def in_acting(order: Order, now: datetime) -> str:
    """A deadline that passed, and nothing came of it."""
    if order.due_at is None or order.due_at > now - MEANWHILE:
        return ""
    return f"due since {time_to_text(order.due_at)}: does the sweep run, and what does it log?"


def in_money(order: Order) -> str:
    """Money where the shop has no right to it, and nobody is asked to send it back."""
    stopped_in = order.archived_from if order.stage is Stage.ARCHIVED else order.stage
    balance = order.ledger.balance
    if stopped_in not in KEEPS_NO_MONEY or balance.minor <= 0 or order.refund_waived:
        return ""
    if any(order.flagged(reason) for reason in MONEY_FLAGS):
        return ""
    return f"{balance} is in an order that is {order.stage}, and nobody is asked to refund it"
