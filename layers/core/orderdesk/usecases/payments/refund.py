"""Sending an order's money back: by the gateway that it came through, or by people's hands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Invalid
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import Entry, EntryKind
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.guards import Refusal
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.payments.request_payment import Till
    from orderdesk.usecases.ports import Refund

# Of one request for a refund, how often each payment may be tried again after a failure.
MOST_TRIES: Final = 9


def refund_all(order: Order, till: Till, *, version: int) -> Order:
    """Refund what the order holds of payments through gateways, and book each refund.

    Done twice for one `version`, it is done once: the reference of a refund is made of the payment
    and the version, and what is booked already is not asked for again. Cash that was collected
    stays due. Raises Unavailable, Invalid (the gateway refuses), NotFound, Stale.
    """
    for payment, amount in list(_refundable(order, till, order.ledger.balance.minor)):
        reference = f"{payment.id}-v{version}"
        order = _refund(order, payment, amount, till, reference=reference, by=system("refund"))
    return order


def make_refund(
    order: Order, request_id: str, till: Till, *, by: Actor, by_hand: bool = False
) -> Order:
    """Make a refund that was asked for: through the gateways as far as the money came through
    them, and the rest by hand, when `by_hand` says that somebody has sent it.

    Safe to repeat: what was made of it is not made again. Raises NotFound, Blocked (a second
    person, or hands, are needed), Unavailable, Invalid (the gateway refuses), Stale.
    """
    limit = till.policy(order).refund_limit
    asked = crediting.check_refund(order, request_id, limit=limit, by=by)
    parts = list(_refundable(order, till, asked.amount.minor))
    rest = asked.amount.minor - sum(amount.minor for _, amount in parts)
    if rest > 0 and not by_hand:
        left = Money(rest, asked.amount.currency)
        remedy = f"{left} of it did not come through a gateway: send it by hand, then say so."
        raise Blocked(remedy, [Refusal("by_hand", remedy)])
    for place, (payment, amount) in enumerate(parts):
        reference = _reference(order, asked, payment, place)
        order = _refund(order, payment, amount, till, reference=reference, by=by, asked=asked)
    return _by_hand(order, request_id, till, by) if rest > 0 else order


def _refundable(order: Order, till: Till, most: int) -> Iterator[tuple[Entry, Money]]:
    """Payments with what of them can go back through their gateway, `most` in all."""
    left = min(most, order.ledger.balance.minor)
    for payment in order.ledger.entries:
        through = payment.provider and till.gateways.offers(payment.provider)
        if payment.kind is not EntryKind.CAPTURED or not through:
            continue
        minor = min(order.ledger.left_of(payment).minor, left)
        if minor > 0:
            left -= minor
            yield payment, Money(minor, payment.amount.currency)


def _reference(order: Order, asked: Entry, payment: Entry, place: int) -> str:
    """One that failed is another refund when it is tried again."""
    failed = {each.reference for each in order.ledger.entries if each.kind is REFUND_FAILED}
    tries = sum(
        each.kind is EntryKind.REFUNDED and each.reference == payment.id and each.id in failed
        for each in order.ledger.entries
    )
    if tries > MOST_TRIES:
        raise Invalid("This refund failed too often: send the money by hand.")
    return f"{asked.id}.{place}.{tries}"


def _refund(
    order: Order,
    payment: Entry,
    amount: Money,
    till: Till,
    *,
    reference: str,
    by: Actor,
    asked: Entry | None = None,
) -> Order:
    gateway = till.gateways.of(payment.provider)
    assert gateway is not None  # only such payments are refundable
    booked = [
        each.id
        for each in order.ledger.entries
        if each.kind is EntryKind.REFUNDED and each.reference == payment.id
    ]
    made = gateway.refund(payment.id, amount, reference=reference, booked=booked)
    if made.has_failed:
        raise Invalid(f"The gateway could not refund {amount} of {payment.id}.")
    entry = replace(_entry(payment, made, till), request=asked.id if asked else "")
    return collect.book(
        order.store_id,
        order.order_id,
        entry,
        by=by,
        orders=till.orders,
        stores=till.stores,
        now=till.now,
    )


def _entry(payment: Entry, made: Refund, till: Till) -> Entry:
    return Entry(
        id=made.refund_id,
        kind=EntryKind.REFUNDED,
        amount=made.amount,
        at=till.now,
        method=payment.method,
        provider=payment.provider,
        reference=payment.id,
    )


def _by_hand(order: Order, request_id: str, till: Till, by: Actor) -> Order:
    def decide(order: Order) -> tuple[Order, list[Event]] | None:
        asked = next((each for each in order.ledger.open_refunds if each.id == request_id), None)
        done = crediting.refunded_by_hand(order, asked, by=by, now=till.now) if asked else None
        return (done[0], [done[1]]) if done else None

    policy = till.policy(order)
    return change(order.store_id, order.order_id, decide, orders=till.orders, policy=policy)


REFUND_FAILED: Final = EntryKind.REFUND_FAILED
