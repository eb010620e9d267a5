"""What events say of reasons and money, for customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import REASONS
from orderdesk.usecases.language.amounts import amount_of
from orderdesk.usecases.language.variables import one_line

if TYPE_CHECKING:
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.language.words import Words

REASON_MAX: Final = 300
ENDED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED})


def reason_of(words: Words, event: Event) -> str:
    """Staff's own words before ours; the name of a reason is for staff, and some are of the
    customer.
    """
    names = {each.code: each.label for each in REASONS.get(event.target, ())}
    known = names.get(event.reason_code) == event.reason
    ours = words.reason(event.reason_code) if known else ""
    return one_line(ours or event.reason, REASON_MAX)


def money_back(words: Words, amount: Money) -> str:
    return words.part("money_back", amount=words.money(amount)) if amount.minor > 0 else ""


def amount_told(words: Words, event: Event, order: Order) -> str:
    """The money that the event is about."""
    amount = amount_of(event, order.ledger.currency)
    return words.money(amount) if amount else ""


def still_due(words: Words, order: Order) -> str:
    over = order.stage in ENDED
    return words.part("still_due", order) if order.amount_due.minor > 0 and not over else ""


def owed_back(words: Words, order: Order) -> str:
    """What becomes of money that came for an order that ended, or beyond its total."""
    if order.stage in ENDED:
        return words.part(f"money_back_{order.stage}")
    over = order.ledger.balance - order.total
    return words.part("overpaid", amount=words.money(over)) if over.minor > 0 else ""


def stage_of(words: Words, order: Order) -> str:
    """Where the order is, in plain words."""
    pickup = order.fulfilment is Fulfilment.PICKUP
    name = AT_PICKUP.get(order.stage) if pickup else None
    return words.stage(name or order.stage)


AT_PICKUP: Final = {Stage.PROCESSED: "processed_pickup", Stage.DELIVERED: "picked_up"}
