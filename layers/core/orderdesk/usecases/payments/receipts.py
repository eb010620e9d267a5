"""A picture that comes while money is to be transferred is taken for its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.usecases.payments.claims import claim_by_picture

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.turn import Turn

RECEIPTS: Final = frozenset({"image", "document"})


def receipt_sent(turn: Turn) -> Order | None:
    """The order with the claim that this is its payment; None when none is awaited.

    Safe to repeat. Raises Stale and Unavailable for another try.
    """
    if turn.message.media is None or turn.message.kind not in RECEIPTS:
        return None
    order = turn.own_order(turn.customer.current_order_id)
    if order is None:
        return None
    desk = turn.desk
    return claim_by_picture(
        order, turn.message_id, by=turn.by, orders=desk.orders, stores=desk.stores, now=turn.now
    )
