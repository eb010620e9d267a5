"""Address and payment come in, and the order confirms itself once it has both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain import amending, moving
from orderdesk.domain.actor import Actor, ActorKind, system
from orderdesk.domain.errors import Blocked
from orderdesk.domain.event import EventType
from orderdesk.domain.guards import MoveRequest
from orderdesk.domain.ledger import PaymentMethod
from orderdesk.domain.lifecycle import Stage
from orderdesk.usecases.change import change

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.address import Address
    from orderdesk.domain.event import Event
    from orderdesk.domain.ledger import Entry
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Policy
    from orderdesk.usecases.ports import Orders, Stores

type Step = tuple[Order, Event] | None

A_MOMENT: Final = timedelta(milliseconds=1)


def receive_address(
    store_id: str,
    order_id: str,
    address: Address,
    *,
    by: Actor,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """Keep the address; confirms the order when payment is there too. Raises NotFound, Stale."""

    def decide(order: Order) -> Step:
        return amending.receive_address(order, address, by=by, now=now)

    return _collect(store_id, order_id, decide, orders=orders, stores=stores, now=now)


def choose_payment(
    store_id: str,
    order_id: str,
    method: PaymentMethod,
    *,
    by: Actor,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """Keep the method; cash chosen again changes nothing. Raises NotFound, Stale.

    Paying online chosen again does, until it is paid: the customer may have lost the link, or it
    has expired, and asks for one in this way.
    """

    def decide(order: Order) -> Step:
        waiting = method is PaymentMethod.ONLINE and not order.paid_at
        if order.ledger.method is method and not waiting:
            return None
        return amending.choose_payment(order, method, by=by, now=now)

    return _collect(store_id, order_id, decide, orders=orders, stores=stores, now=now)


def book(
    store_id: str,
    order_id: str,
    entry: Entry,
    *,
    by: Actor,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """Book money, whatever the stage: it is never refused and never booked twice.

    Money that arrives when the order was stopped raises an attention item. Raises NotFound, Stale.
    """

    def decide(order: Order) -> Step:
        return amending.book(order, entry, by=by, now=now)

    return _collect(store_id, order_id, decide, orders=orders, stores=stores, now=now)


def _collect(
    store_id: str,
    order_id: str,
    step: Callable[[Order], Step],
    *,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    policy = stores.get(store_id).policy

    def decide(order: Order) -> tuple[Order, list[Event]] | None:
        done = step(order)
        if done is None:
            return None
        after, event = done
        follow = (
            _confirmed(after, policy, now)
            or _revived(after, event, policy, now)
            or _money_too_late(after, event, now)
        )
        return (follow[0], [event, follow[1]]) if follow else (after, [event])

    return change(store_id, order_id, decide, orders=orders, policy=policy)


def _confirmed(order: Order, policy: Policy, now: datetime) -> Step:
    """T02, or T08 when the order was abandoned meanwhile; the guards say whether."""
    if order.stage not in {Stage.PLACED, Stage.ABANDONED}:
        return None
    request = MoveRequest(to=Stage.CONFIRMED, by=system("collect"), now=now, policy=policy)
    try:
        return moving.move(order, request)
    except Blocked:
        return None


def _revived(order: Order, event: Event, policy: Policy, now: datetime) -> Step:
    """T07: who pays late, and not all or without an address, is a customer again.

    The message about the payment asks for the rest, so the stage need not: the payment counts as
    an answer given in it.
    """
    paid = event.type is EventType.PAYMENT_RECEIVED and order.ledger.balance.minor > 0
    if order.stage is not Stage.ABANDONED or not paid:
        return None
    payer = Actor(
        kind=ActorKind.CUSTOMER,
        id=order.customer.customer_id,
        name=order.customer.name,
        via=event.by.via,
    )
    request = MoveRequest(
        to=Stage.PLACED, by=payer, now=now, policy=policy, reason="Paid after it was abandoned"
    )
    after, moved = moving.move(order, request)
    return replace(after, last_customer_action_at=now + A_MOMENT), moved


def _money_too_late(order: Order, event: Event, now: datetime) -> Step:
    stopped = order.stage in {Stage.REJECTED, Stage.CANCELLED, Stage.RETURNED, Stage.ARCHIVED}
    if not stopped or event.type is not EventType.PAYMENT_RECEIVED:
        return None
    text = f"{order.ledger.balance} came in after the order was {order.stage.label.lower()}."
    return amending.raise_attention(order, "late_payment", text, by=system("collect"), now=now)
