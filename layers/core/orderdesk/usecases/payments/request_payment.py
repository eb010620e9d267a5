"""Asking a customer to pay: one request at a time, whose reference leads to it again.

A request is a gateway's link, an order that is paid inside WhatsApp, or where to send money. A new
one voids what was asked before, so that nobody pays twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.money.paying import Provider
from orderdesk.domain.orders.actor import system
from orderdesk.usecases.orders import collect
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.offers import provider_of

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Gateways, Orders, PaymentGateway, PaymentLink, Stores

# Gateways want a quarter of an hour at least; the rest is for clocks that differ.
SHORTEST_LINK: Final = timedelta(minutes=16)
LINKS_TRIED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What it takes to ask for money, and to book it."""

    gateways: Gateways
    orders: Orders
    stores: Stores
    now: datetime

    def policy(self, order: Order) -> Policy:
        return self.stores.get(order.store_id).policy

    def book_link(self, order: Order, link: PaymentLink, request: Entry) -> None:
        pay.book_link(order, link, request, orders=self.orders, stores=self.stores, now=self.now)

    def book(self, order: Order, entry: Entry) -> Order:
        return collect.book(
            order.store_id,
            order.order_id,
            entry,
            by=system("payment"),
            orders=self.orders,
            stores=self.stores,
            now=self.now,
        )


def request_payment(order: Order, till: Till) -> Order:
    """The order with a request for what is due, made and booked unless an open one is there.

    Done twice, it is done once. Raises Unavailable, Invalid (nobody takes such a payment),
    NotFound, Stale.
    """
    method = order.ledger.method
    if method is None or method is PaymentMethod.CASH_ON_DELIVERY or order.amount_due.minor <= 0:
        return order
    if is_open(order, till):
        return order
    order = void_requests(order, till)
    if order.amount_due.minor <= 0 or order.ledger.method is not method:
        return order  # paid with the old link in the last moment, or chosen anew
    return till.book(order, _request(order, method, till))


def is_open(order: Order, till: Till) -> bool:
    """Whether what they were asked still lets the customer pay what is due. Raises Unavailable."""
    asked = order.ledger.open_request
    policy, method = till.policy(order), order.ledger.method
    if asked is None or method is None or asked.method is not method:
        return False
    if asked.amount != order.amount_due or asked.provider != provider_of(method, policy):
        return False
    if not asked.provider:
        return True
    return _is_open_at_gateway(asked, till)


def _is_open_at_gateway(asked: Entry, till: Till) -> bool:
    gateway = till.gateways.of(asked.provider)
    link = gateway.find_link(asked.id) if gateway else None
    if link and link.is_processing:
        return True  # some banks take days, long beyond the end of the link
    if asked.expires_at and asked.expires_at <= till.now:
        return False
    if link is None:  # WhatsApp knows of a request when its message has gone out
        return asked.provider == Provider.WHATSAPP
    return link.is_open


def void_requests(order: Order, till: Till) -> Order:
    """Nobody should pay for an order that was stopped, that is paid in cash now, or twice.

    Each open request is cancelled at its gateway and booked as voided; what was paid with it in the
    last moment is booked instead. Raises Unavailable, NotFound, Stale.
    """
    voided = {each.id for each in order.ledger.entries if each.kind is EntryKind.VOIDED}
    for request in pay.unpaid_requests(order):
        entry = replace(
            request, id=f"{request.id}:voided", kind=EntryKind.VOIDED, at=till.now, link=""
        )
        if entry.id not in voided:
            _void(order, request, entry, till)
    return till.orders.get(order.store_id, order.order_id)


def _void(order: Order, request: Entry, entry: Entry, till: Till) -> None:
    gateway = till.gateways.of(request.provider) if request.provider else None
    if gateway:
        gateway.cancel_link(request.id)
        link = gateway.find_link(request.id)
        if link and link.payments:
            pay.book_link(
                order, link, request, orders=till.orders, stores=till.stores, now=till.now
            )
        if link and link.amount_paid.minor >= link.amount.minor:
            return
    till.book(order, entry)


def _request(order: Order, method: PaymentMethod, till: Till) -> Entry:
    policy = till.policy(order)
    provider = provider_of(method, policy)
    made = sum(each.kind is EntryKind.REQUESTED for each in order.ledger.entries)
    entry = Entry(
        id=f"{order.order_id}:request:{made + 1}",
        kind=EntryKind.REQUESTED,
        amount=order.amount_due,
        at=till.now,
        method=method,
        provider=provider,
        reference=f"{order.number}-{made + 1}",
    )
    if not provider:
        return entry
    gateway = till.gateways.of(provider)
    if gateway is None:
        raise Invalid(f"This shop is not connected to {provider}.", field="method")
    abandon_at = order.last_customer_action_at + policy.abandon_after
    expires_at = max(abandon_at, till.now + SHORTEST_LINK)
    link = _new_link(order, made, expires_at, gateway, _account(order, policy))
    return replace(
        entry,
        id=link.provider_id,
        amount=link.amount,
        reference=link.reference,
        link=link.url,
        expires_at=link.expires_at or expires_at,
    )


def _account(order: Order, policy: Policy) -> str:
    """WhatsApp finds a payment by the number that asked for it, and its payment configuration."""
    return f"{order.phone_number_id}:{policy.whatsapp_pay.configuration_name}"


def _new_link(
    order: Order, made: int, expires_at: datetime, gateway: PaymentGateway, account: str
) -> PaymentLink:
    """A link that was made before, but never booked, may have expired: then the next attempt."""
    for attempt in range(made + 1, made + 1 + LINKS_TRIED):
        link = _create(order, f"{order.number}-{attempt}", expires_at, gateway, account)
        if link.is_open:
            return link
    raise Unavailable(f"The last {LINKS_TRIED} payment links of {order.number} are closed.")


def _create(
    order: Order, reference: str, expires_at: datetime, gateway: PaymentGateway, account: str
) -> PaymentLink:
    """Shops that share a gateway account have the same numbers: then the order's id goes along."""
    try:
        return _ask_for_link(order, reference, expires_at, gateway, account)
    except Invalid as error:
        if error.details.get("field") != "reference":
            raise
        longer = f"{reference}-{order.order_id[:8]}"
        return _ask_for_link(order, longer, expires_at, gateway, account)


def _ask_for_link(
    order: Order, reference: str, expires_at: datetime, gateway: PaymentGateway, account: str
) -> PaymentLink:
    notes = {"store_id": order.store_id, "order_id": order.order_id, "reference": reference}
    return gateway.create_link(
        reference=reference,
        amount=order.amount_due,
        description=f"Order #{order.number}",
        notes=notes,
        expires_at=expires_at,
        account=account,
    )
