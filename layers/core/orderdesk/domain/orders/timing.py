"""What time does to an order. All of it is one deadline: the next thing, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.amending import NOT_PACKED
from orderdesk.domain.orders.guards import is_address_complete, is_payment_met
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.catalog import CATALOG_SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy


class Due(StrEnum):
    """Of several that are due, the one named first is done: nobody is reminded of an order that is
    abandoned in the same minute, because the clock stood still meanwhile.
    """

    RELEASE = "release"
    ABANDON = "abandon"
    REMIND = "remind"
    ESCALATE = "escalate"
    ARCHIVE = "archive"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Deadline:
    at: datetime
    due: Due


ASK_CATALOG_AGAIN: Final = timedelta(minutes=10)
ORDER_OF_DUES: Final = {due: place for place, due in enumerate(Due)}
CLOSES_BY_ITSELF: Final = frozenset(
    {Stage.ABANDONED, Stage.DELIVERED, Stage.RETURNED, Stage.REJECTED, Stage.CANCELLED}
)


def deadline(order: Order, policy: Policy) -> Deadline | None:
    """What is next for the order, past or to come; None when time does nothing to it."""
    candidates = _candidates(order, policy)
    return min(candidates, key=lambda each: (each.at, ORDER_OF_DUES[each.due]), default=None)


def overdue(order: Order, policy: Policy, now: datetime) -> Due | None:
    """What has to be done now; None when nothing is due yet."""
    past = (each.due for each in _candidates(order, policy) if each.at <= now)
    return min(past, key=lambda due: ORDER_OF_DUES[due], default=None)


def reminders_due(order: Order, policy: Policy, now: datetime) -> int:
    """How many reminders are past: of two that are, only the last one is sent."""
    return sum(order.quiet_since + each <= now for each in policy.reminders)


def _candidates(order: Order, policy: Policy) -> Iterator[Deadline]:
    # A proof of payment waits for the shop: the customer has done their part.
    if order.stage is Stage.PLACED and not order.ledger.open_claims:
        yield Deadline(order.quiet_since + policy.abandon_after, Due.ABANDON)
        reminder = next(iter(policy.reminders[order.reminded :]), policy.abandon_after)
        if reminder < policy.abandon_after:
            yield Deadline(order.quiet_since + reminder, Due.REMIND)
    silent = next((each for each in order.attention if each.reason == CATALOG_SILENT), None)
    if silent and order.stage in NOT_PACKED:
        yield Deadline(silent.at + ASK_CATALOG_AGAIN, Due.PRICE)
    if order.hold and order.hold.until:
        yield Deadline(order.hold.until, Due.RELEASE)
    if order.stage in CLOSES_BY_ITSELF:
        yield Deadline(_closes_at(order, policy), Due.ARCHIVE)
    waits_until = escalates_at(order, policy)
    if waits_until:
        yield Deadline(waits_until, Due.ESCALATE)


def escalates_at(order: Order, policy: Policy) -> datetime | None:
    """When staff hear that the order waits for them: after so much opening time in its stage.

    A hold that ends by itself waits for nobody.
    """
    patience = policy.escalate_after.get(order.stage)
    goes_on = order.hold is not None and order.hold.until is not None
    if patience is None or order.escalated_at or goes_on:
        return None
    return policy.hours.after(order.stage_since, patience)


def _closes_at(order: Order, policy: Policy) -> datetime:
    """Not before the customer could still send something back."""
    closes = order.stage_since + policy.archive_after
    if order.stage is not Stage.DELIVERED:
        return closes
    return max(closes, (order.delivered_at or order.stage_since) + policy.return_window)


def release_to(order: Order) -> Stage | None:
    """Where a hold that ends by itself leads: on to Confirmed when address and payment came in
    meanwhile, else back. None when only staff may release it, or nothing is held.
    """
    if order.hold is None:
        return None
    if order.hold.source in {Stage.PLACED, Stage.ABANDONED}:
        return Stage.CONFIRMED if is_ready(order) else Stage.PLACED
    return Stage.CONFIRMED if order.hold.source is Stage.CONFIRMED else None


def is_ready(order: Order) -> bool:
    """Whether address and payment are there, as the guards of Confirmed have it."""
    return is_address_complete(order) and is_payment_met(order)
