"""A picture of a receipt, sent while money is to be transferred, is a proof to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.money import crediting
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders import collect

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Orders, Stores

OVER: Final = frozenset({Stage.REJECTED, Stage.CANCELLED, Stage.RETURNED, Stage.ARCHIVED})


def awaits_proof(order: Order) -> bool:
    """Whether the customer was asked to send money that nobody but people will see."""
    asked = order.ledger.open_request
    by_people = asked is not None and not asked.provider
    return by_people and order.amount_due.minor > 0 and order.stage not in OVER


def claim_by_picture(
    order: Order, message_id: str, *, by: Actor, orders: Orders, stores: Stores, now: datetime
) -> Order | None:
    """The order with the claim that this message is the proof of; None when none is awaited.

    A second picture while the first one waits is a second page of the same proof. Safe to repeat:
    the message's id is the claim's. Raises NotFound, Stale.
    """
    if not awaits_proof(order):
        return None

    def decide(stored: Order) -> tuple[Order, Event] | None:
        if stored.ledger.open_claims or not awaits_proof(stored):
            return None
        return crediting.claim(
            stored, stored.amount_due, claim_id=message_id, proof=message_id, by=by, now=now
        )

    return collect.apply(
        order.store_id, order.order_id, decide, orders=orders, stores=stores, now=now
    )
