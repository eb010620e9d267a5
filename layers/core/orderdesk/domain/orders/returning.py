"""Verbs of returns: one is opened, the goods come in, or they do not after all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.amending import REFUND_DUE, changed
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention
from orderdesk.domain.orders.parcels import Goods, quantities, without
from orderdesk.domain.orders.returns import MAX_RETURNS, ReturnCase, ReturnKind, ReturnState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.reasons import Reason
    from orderdesk.domain.shop.policy import Policy


def goods_with_customer(order: Order) -> tuple[Goods, ...]:
    """What was delivered and is in no return."""
    coming = (each for case in open_or_received(order) for each in case.goods)
    return without(order.goods, coming)


def open_or_received(order: Order) -> tuple[ReturnCase, ...]:
    return tuple(each for each in order.returns if each.state is not ReturnState.CLOSED)


def with_return(
    order: Order,
    goods: Sequence[Goods],
    kind: ReturnKind,
    reason: Reason,
    *,
    now: datetime,
    received: bool = False,
    restock: bool = False,
) -> Order:
    """The order with another return case. Raises Invalid for goods that the customer has not."""
    if len(order.returns) >= MAX_RETURNS:
        raise Invalid(f"An order has at most {MAX_RETURNS} returns.", field="returns")
    without(goods_with_customer(order), goods)
    case = ReturnCase(
        return_id=f"r{len(order.returns) + 1}",
        kind=kind,
        goods=tuple(goods),
        opened_at=now,
        reason_code=reason.code,
        reason=reason.label,
        state=ReturnState.RECEIVED if received else ReturnState.OPEN,
        received_at=now if received else None,
        restock=restock,
    )
    return replace(order, returns=(*order.returns, case))


def open_return(
    order: Order,
    goods: Sequence[Goods],
    reason: Reason,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> tuple[Order, Event]:
    """The customer sends something back. Raises Blocked elsewhere than in Delivered, and after the
    return window unless staff say so; Invalid.
    """
    if order.stage is not Stage.DELIVERED:
        remedy = "Only what was delivered can be sent back."
        raise Blocked(remedy, [Refusal("not_delivered", remedy)])
    late = now - (order.delivered_at or order.stage_since) > policy.return_window
    if late and by.kind is not ActorKind.STAFF:
        remedy = "The return window is over: staff may still take it back."
        raise Blocked(remedy, [Refusal("return_window_over", remedy)])
    if not goods:
        raise Invalid("Say what is sent back.", field="lines")
    whole = not without(goods_with_customer(order), goods) and not open_or_received(order)
    kind = ReturnKind.FULL if whole else ReturnKind.PARTIAL
    after = with_return(order, goods, kind, reason, now=now)
    data = _data(after.returns[-1])
    return changed(
        order, after, EventType.RETURN_OPENED, by=by, now=now, data=data, reason=reason.label
    )


def receive_return(
    order: Order, return_id: str, *, restock: bool, note: str = "", by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """The goods came in; what was paid for them has to go back. None when known.

    When nothing is left with the customer, the move to Returned follows.
    """
    case = find_return(order, return_id)
    if case.state is ReturnState.RECEIVED:
        return None
    if case.state is ReturnState.CLOSED or order.stage is not Stage.DELIVERED:
        remedy = "This return is closed: open another."
        raise Blocked(remedy, [Refusal("return_closed", remedy)])
    received = replace(
        case, state=ReturnState.RECEIVED, received_at=now, restock=restock, note=note.strip()
    )
    after = _replaced(order, received)
    worth = value_of(order, case.goods)
    if order.ledger.balance.minor > 0 and worth.minor > 0 and not order.flagged(REFUND_DUE):
        owed = min(worth.minor, order.ledger.balance.minor)
        text = f"{Money(owed, worth.currency)} for returned goods has to go back to the customer."
        item = Attention(reason=REFUND_DUE, text=text, at=now)
        after = replace(after, attention=(*after.attention, item))
    data = _data(received) | {"restock": "yes" if restock else "no", "note": note.strip()}
    return changed(order, after, EventType.RETURN_RECEIVED, by=by, now=now, data=data)


def close_return(
    order: Order, return_id: str, *, note: str = "", by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """The goods do not come back after all. Raises NotFound, Blocked once they came in."""
    case = find_return(order, return_id)
    if case.state is ReturnState.CLOSED:
        return None
    if case.state is ReturnState.RECEIVED:
        remedy = "These goods have come in: the return stays."
        raise Blocked(remedy, [Refusal("return_received", remedy)])
    after = _replaced(order, replace(case, state=ReturnState.CLOSED, note=note.strip()))
    data = _data(case) | {"note": note.strip()}
    return changed(order, after, EventType.RETURN_CLOSED, by=by, now=now, data=data)


def find_return(order: Order, return_id: str) -> ReturnCase:
    """Raises NotFound."""
    for case in order.returns:
        if case.return_id == return_id:
            return case
    raise NotFound(f"Order {order.number} has no return {return_id}.")


def all_returned(order: Order) -> bool:
    """Everything that was ordered has come in again."""
    received = (case for case in order.returns if case.state is ReturnState.RECEIVED)
    return bool(order.returns) and not without(
        order.goods, (each for case in received for each in case.goods)
    )


def value_of(order: Order, goods: Sequence[Goods]) -> Money:
    """What the customer paid for these goods: their share of discount and tax, not of shipping.

    Of one product at two prices, the dearer counts first.
    """
    listed, parts = _listed(order, goods), order.amounts
    if not parts.subtotal.minor:
        return listed
    paid = parts.subtotal.minor - parts.discount.minor
    shipped = paid + parts.shipping.minor
    taxed = paid + (parts.tax.minor * paid // shipped if shipped else 0)
    share = (2 * listed.minor * taxed + parts.subtotal.minor) // (2 * parts.subtotal.minor)
    return Money(share, listed.currency)


def _listed(order: Order, goods: Sequence[Goods]) -> Money:
    left, worth = quantities(goods), Money(0, order.ledger.currency)
    for line in sorted(order.lines, key=lambda each: -each.price.minor):
        count = min(line.quantity, left.get(line.retailer_id, 0))
        left[line.retailer_id] = left.get(line.retailer_id, 0) - count
        worth += line.price * count
    return worth


def _replaced(order: Order, case: ReturnCase) -> Order:
    cases = (case if each.return_id == case.return_id else each for each in order.returns)
    return replace(order, returns=tuple(cases))


def _data(case: ReturnCase) -> dict[str, str]:
    return {
        "return": case.return_id,
        "kind": case.kind.value,
        "reason_code": case.reason_code,
        "lines": ", ".join(f"{each.quantity} × {each.retailer_id}" for each in case.goods),
    }
