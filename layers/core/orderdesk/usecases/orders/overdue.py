"""What the clock does to one order whose deadline has passed: remind, abandon, release, escalate,
archive. Each goes through the same `move`, or leaves an event of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import escalate, raise_attention, remind, without
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.reasons import PRICE_MISMATCH
from orderdesk.domain.orders.timing import (
    ASK_CATALOG_AGAIN,
    Due,
    deadline,
    overdue,
    release_to,
    reminders_due,
)
from orderdesk.domain.shop.catalog import CATALOG_SILENT
from orderdesk.usecases.orders.change import write
from orderdesk.usecases.orders.move import MoveCommand, move

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Orders, Stores

# Asks about an order's payment links and books what the gateway knows: True when it was asked and
# knows of no payment. https://github.com/woocommerce/woocommerce-gateway-stripe/issues/5691
type AskGateway = Callable[[Order], bool]
# Asks Meta's catalog about an order's lines, and returns it with what came of it.
type PriceOrder = Callable[[Order], Order]

CLOCK: Final = system("abandon_sweep")
ASK_AGAIN: Final = timedelta(hours=1)  # a guard refuses, for now
ASK_AGAIN_LATER: Final = timedelta(days=1)
TRY_AGAIN: Final = timedelta(minutes=10)
PAID_INCOMPLETE: Final = "paid_incomplete"
HOLD_OVER: Final = "hold_over"


class Act(StrEnum):
    """What came of it; `skipped`: nothing was due after all, or a guard refused."""

    REMINDED = "reminded"
    ABANDONED = "abandoned"
    RELEASED = "released"
    ESCALATED = "escalated"
    ARCHIVED = "archived"
    PRICED = "priced"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What acting on deadlines takes."""

    orders: Orders
    stores: Stores
    ask_gateway: AskGateway
    price: PriceOrder
    now: datetime


def act(order: Order, clock: Clock) -> Act:
    """Do what is due. Decides on the order itself: the list of what is due may be a moment old.

    Raises Stale when somebody was faster, NotAllowed, NotFound.
    """
    if order.due_at is None or order.due_at > clock.now:
        return Act.SKIPPED
    policy = clock.stores.get(order.store_id).policy
    due = overdue(order, policy, clock.now)
    if due is None:  # the shop has changed its times since, or the customer said something
        later = deadline(order, policy)
        clock.orders.postpone(order, later.at if later else None)
        return Act.SKIPPED
    return ACTS[due](order, policy, clock)


def _remind(order: Order, policy: Policy, clock: Clock) -> Act:
    """Never while the gateway may know of a payment that we have not heard of."""
    if order.ledger.open_request and not clock.ask_gateway(order):
        clock.orders.postpone(order, clock.now + TRY_AGAIN)
        return Act.SKIPPED
    count = reminders_due(order, policy, clock.now)
    _write(order, remind(order, count, by=CLOCK, now=clock.now), policy, clock)
    return Act.REMINDED


def _abandon(order: Order, policy: Policy, clock: Clock) -> Act:
    try:
        # When the gateway knew of a payment, the order is at a new version now: Stale.
        _move(order, Stage.ABANDONED, clock, gateway_asked=clock.ask_gateway(order))
    except Blocked as error:
        if any(each.reason == "money_in_it" for each in error.refusals):
            _flag(order, PAID_INCOMPLETE, PAID_TEXT.format(order=order), policy, clock)
        else:
            clock.orders.postpone(order, clock.now + ASK_AGAIN)
        return Act.SKIPPED
    return Act.ABANDONED


def _release(order: Order, policy: Policy, clock: Clock) -> Act:
    """Back, or on when address and payment came in meanwhile. What staff had approved, or what no
    longer holds, is theirs to release.
    """
    to = release_to(order)
    try:
        if to is not None:
            _move(order, to, clock)
            return Act.RELEASED
    except Blocked:
        pass
    text = "The time of this hold is over: release the order, or hold it for longer."
    _flag(order, HOLD_OVER, text, policy, clock)
    return Act.SKIPPED


def _escalate(order: Order, policy: Policy, clock: Clock) -> Act:
    waited = in_words(policy.escalate_after[order.stage])
    open_hours = " of opening time" if policy.hours.weekdays else ""
    event = escalate(order, f"{waited}{open_hours}", by=CLOCK, now=clock.now)
    _write(order, event, policy, clock)
    return Act.ESCALATED


def _archive(order: Order, policy: Policy, clock: Clock) -> Act:
    try:
        _move(order, Stage.ARCHIVED, clock)
    except Blocked:
        clock.orders.postpone(order, clock.now + ASK_AGAIN_LATER)
        return Act.SKIPPED
    return Act.ARCHIVED


def _price(order: Order, policy: Policy, clock: Clock) -> Act:
    """What is in doubt is held, as when the order was placed."""
    priced = clock.price(order)
    if priced.flagged(CATALOG_SILENT):
        heard = replace(priced, attention=without(priced, CATALOG_SILENT))
        other = deadline(heard, policy)
        again = clock.now + ASK_CATALOG_AGAIN
        clock.orders.postpone(priced, min(other.at, again) if other else again)
        return Act.SKIPPED
    if priced.flagged(PRICE_MISMATCH) and priced.stage in {Stage.PLACED, Stage.CONFIRMED}:
        command = MoveCommand(
            store_id=order.store_id,
            order_id=order.order_id,
            to=Stage.ON_HOLD,
            by=system("catalog"),
            reason_code=PRICE_MISMATCH,
        )
        move(command, orders=clock.orders, stores=clock.stores, now=clock.now)
    return Act.PRICED


def _move(order: Order, to: Stage, clock: Clock, *, gateway_asked: bool = False) -> None:
    command = MoveCommand(
        store_id=order.store_id,
        order_id=order.order_id,
        to=to,
        by=CLOCK,
        expected_version=order.version,
        gateway_asked=gateway_asked,
    )
    move(command, orders=clock.orders, stores=clock.stores, now=clock.now)


def _flag(order: Order, reason: str, text: str, policy: Policy, clock: Clock) -> None:
    """Once; after that the order is looked at again in a day."""
    raised = raise_attention(order, reason, text, by=CLOCK, now=clock.now)
    if raised:
        order = _write(order, raised, policy, clock)
    clock.orders.postpone(order, clock.now + ASK_AGAIN_LATER)


def _write(order: Order, step: tuple[Order, Event], policy: Policy, clock: Clock) -> Order:
    after, event = step
    return write(after, [event], orders=clock.orders, policy=policy)


def in_words(wait: timedelta) -> str:
    """`45 minutes`, `4 hours`, `2 days`."""
    minutes = int(wait.total_seconds() // 60)
    for unit, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= unit and minutes % unit == 0:
            count = minutes // unit
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "no time"


PAID_TEXT: Final = (
    "{order.ledger.balance} is paid, and the order is not complete: contact the customer."
)
ACTS: Final[dict[Due, Callable[[Order, Policy, Clock], Act]]] = {
    Due.REMIND: _remind,
    Due.ABANDON: _abandon,
    Due.RELEASE: _release,
    Due.ESCALATE: _escalate,
    Due.ARCHIVE: _archive,
    Due.PRICE: _price,
}
