"""Address and payment come in, and the order confirms itself once it has both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders import amending, moving
from orderdesk.domain.orders.actor import Actor, ActorKind, Role, system
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.reasons import LATE_PAYMENT
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.address import Address
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Orders, Stores

type Step = tuple[Order, Event] | None

A_MOMENT: Final = timedelta(milliseconds=1)
ALIVE: Final = frozenset(
    {Stage.PLACED, Stage.CONFIRMED, Stage.ON_HOLD, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED}
)


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

    return apply(store_id, order_id, decide, orders=orders, stores=stores, now=now)


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

    Anything else chosen again does, until it is paid: the customer may have lost the link, or it
    has expired, and asks for one in this way.
    """

    def decide(order: Order) -> Step:
        waiting = method is not PaymentMethod.CASH_ON_DELIVERY and not order.paid_at
        if order.ledger.method is method and not waiting:
            return None
        return amending.choose_payment(order, method, by=by, now=now)

    return apply(store_id, order_id, decide, orders=orders, stores=stores, now=now)


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

    return apply(store_id, order_id, decide, orders=orders, stores=stores, now=now)


def verify(
    store_id: str, order_id: str, *, by: Actor, orders: Orders, stores: Stores, now: datetime
) -> Order:
    """The customer says that the order is theirs; confirms it when that was all that was missing.

    Raises NotFound, Stale.
    """

    def decide(order: Order) -> Step:
        return crediting.verify(order, by=by, now=now)

    return apply(store_id, order_id, decide, orders=orders, stores=stores, now=now)


def apply(
    store_id: str,
    order_id: str,
    step: Callable[[Order], Step],
    *,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """The order after the step and what follows from it. Raises NotFound, Stale."""
    policy = stores.get(store_id).policy

    def decide(order: Order) -> tuple[Order, list[Event]] | None:
        return followed(step(order), policy, now)

    return change(store_id, order_id, decide, orders=orders, policy=policy)


def followed(step: Step, policy: Policy, now: datetime) -> tuple[Order, list[Event]] | None:
    """What address, payment or the customer's word lead to: an order confirmed, revived, taken off
    the shelf, or a person asked to look. None when there was no step.
    """
    if step is None:
        return None
    after, event = step
    events = [event]
    back = _unarchived(after, event, policy, now)
    if back:
        after = back[0]
        events.append(back[1])
    follow = (
        _paid_too_late(after, event, policy, now)
        or _confirmed(after, policy, now)
        or _revived(after, event, policy, now)
        or _money_too_late(after, event, now)
        or _refunded_alive(after, event, now)
        or _refund_failed(after, event, now)
    )
    if follow:
        after = follow[0]
        events.append(follow[1])
    too_much = _too_much(after, event, now)
    if too_much:
        after = too_much[0]
        events.append(too_much[1])
    return after, events


def _unarchived(order: Order, event: Event, policy: Policy, now: datetime) -> Step:
    """T36 and T40: money for an order that was given up or called off takes it off the shelf."""
    unexpected = order.archived_from in {Stage.ABANDONED, Stage.CANCELLED}
    if event.type is not EventType.PAYMENT_RECEIVED or not unexpected:
        return None
    assert order.archived_from is not None
    request = MoveRequest(
        to=order.archived_from,
        by=system("collect"),
        now=now,
        policy=policy,
        reason="Paid after it was archived",
    )
    return moving.move(order, request)


def _paid_too_late(order: Order, event: Event, policy: Policy, now: datetime) -> Step:
    """T09: prices and stock may have changed since the order was abandoned; a person decides."""
    given_up_at = order.quiet_since + policy.abandon_after
    late = now - given_up_at > policy.late_payment_valid_for
    paid = event.type is EventType.PAYMENT_RECEIVED and order.ledger.balance.minor > 0
    if order.stage is not Stage.ABANDONED or not (paid and late):
        return None
    request = MoveRequest(
        to=Stage.ON_HOLD, by=system("collect"), now=now, policy=policy, reason_code=LATE_PAYMENT
    )
    return moving.move(order, request)


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


def _refunded_alive(order: Order, event: Event, now: datetime) -> Step:
    """Refunded at the gateway's own dashboard, and the order goes on as if it were paid."""
    told = event.type is EventType.REFUNDED and event.by.role is Role.GATEWAY
    if not told or order.stage not in ALIVE:
        return None
    text = f"{event.data['amount']} was refunded while the order is {order.stage.label}."
    return amending.raise_attention(order, "refunded_alive", text, by=system("collect"), now=now)


def _too_much(order: Order, event: Event, now: datetime) -> Step:
    """Paid twice, or more than is due: the rest belongs to the customer."""
    if event.type is not EventType.PAYMENT_RECEIVED or order.amount_due.minor >= 0:
        return None
    rest = Money(-order.amount_due.minor, order.ledger.currency)
    text = f"{rest} more than the order costs came in: refund it."
    return amending.raise_attention(order, amending.OVERPAID, text, by=system("collect"), now=now)


def _refund_failed(order: Order, event: Event, now: datetime) -> Step:
    if event.type is not EventType.REFUND_FAILED or order.refund_waived:
        return None
    text = f"The refund of {event.data['amount']} failed: send it in another way."
    reason = amending.REFUND_DUE
    return amending.raise_attention(order, reason, text, by=system("collect"), now=now)
