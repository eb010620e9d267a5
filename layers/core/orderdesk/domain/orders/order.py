"""An order: what is known of it at one version."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orderdesk.domain.money.money import Money
from orderdesk.domain.money.pricing import Amounts, amounts
from orderdesk.domain.money.terms import ConfirmOn, Terms
from orderdesk.domain.orders.parcels import WITHOUT_ADDRESS, Fulfilment, Goods, Parcel, Tracking
from orderdesk.domain.people.address import Address, AddressStatus
from orderdesk.domain.shop.stock import StockStatus

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.money.ledger import Ledger, PaymentStatus
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.returns import ReturnCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`price` is of one unit, and the one that counts: `said_price` is the cart's, `list_price` the
    catalog's when the cart came in, None when unknown. `name` is the retailer id until enriched.
    """

    retailer_id: str
    name: str
    quantity: int
    price: Money
    picture: str = ""
    list_price: Money | None = None
    said_price: Money | None = None

    @property
    def total(self) -> Money:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The customer as this order knows them. `phone` is E.164 without plus, or empty for ever."""

    customer_id: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`source` is the stage that the order was held from; `until` is when it goes on by itself."""

    reason: str
    source: Stage
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something that a person has to look at: `reason` is a key, `text` says it in words."""

    reason: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The state of an order at one `version`; times are aware and in UTC.

    `message_id` is the WhatsApp message it came from, `phone_number_id` the shop's number it came
    to. `stopped_from` is the stage that a rejected or cancelled order left (looking through a
    hold), `archived_from` the one an archived order left.

    `idle_since` counts instead of the customer's last action when a hold stopped the clock;
    `reminded` is how often the customer was reminded since, `escalated_at` when staff were, in this
    stage. `terms` are those of the shop when the order was placed, `shipping_fee` that of the place
    that it goes to, `verified_at` when the customer said that the order is theirs; `merged_into` is
    the order that took over its lines, `erased_at` when everything personal left this one.
    `reconcile_at` is when the gateway is asked what became of its payments. `changed_by` wrote this
    version, `history_hash` is the hash of the last item.
    """

    store_id: str
    order_id: str
    number: int
    version: int
    stage: Stage
    stage_since: datetime
    placed_at: datetime
    last_customer_action_at: datetime
    customer: Contact
    lines: tuple[Line, ...]
    ledger: Ledger
    message_id: str = ""
    phone_number_id: str = ""
    catalog_id: str = ""
    note: str = ""
    terms: Terms = Terms()
    shipping_fee: Money | None = None
    verified_at: datetime | None = None
    merged_into: str = ""
    erased_at: datetime | None = None
    address: Address | None = None
    fulfilment: Fulfilment = Fulfilment.COURIER
    parcels: tuple[Parcel, ...] = ()
    returns: tuple[ReturnCase, ...] = ()
    pickup_code: str = ""
    hold: Hold | None = None
    stopped_from: Stage | None = None
    archived_from: Stage | None = None
    delivered_at: datetime | None = None
    stock: StockStatus = StockStatus.UNCOUNTED
    restock: bool = True
    refund_waived: str = ""
    attention: tuple[Attention, ...] = ()
    idle_since: datetime | None = None
    reminded: int = 0
    escalated_at: datetime | None = None
    due_at: datetime | None = field(default=None)
    reconcile_at: datetime | None = None
    changed_by: Actor | None = None
    changed_at: datetime | None = None
    history_hash: str = ""

    @property
    def subtotal(self) -> Money:
        return sum((line.total for line in self.lines), Money(0, self.ledger.currency))

    @property
    def amounts(self) -> Amounts:
        return amounts(
            self.subtotal, self.terms, ships=self.needs_address, shipping_fee=self.shipping_fee
        )

    @property
    def total(self) -> Money:
        return self.amounts.total

    @property
    def confirm_on(self) -> ConfirmOn | None:
        """What has to have happened to the payment before the order is confirmed by itself; None
        while no way to pay is chosen.
        """
        method = self.ledger.method
        return self.terms.confirm_on(method, self.total.minor) if method else None

    @property
    def address_status(self) -> AddressStatus:
        return self.address.status if self.address else AddressStatus.MISSING

    @property
    def needs_address(self) -> bool:
        return self.fulfilment not in WITHOUT_ADDRESS

    @property
    def payment_status(self) -> PaymentStatus:
        return self.ledger.status(self.total)

    @property
    def paid_at(self) -> datetime | None:
        return self.ledger.paid_at(self.total)

    @property
    def amount_due(self) -> Money:
        return self.total - self.ledger.balance

    @property
    def quiet_since(self) -> datetime:
        """From when on the customer's silence counts."""
        return max(self.last_customer_action_at, self.idle_since or self.last_customer_action_at)

    @property
    def tracking(self) -> Tracking | None:
        """Of the parcel that left last."""
        return self.parcels[-1].tracking if self.parcels else None

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What was ordered, by product."""
        return tuple(
            Goods(retailer_id=line.retailer_id, quantity=line.quantity)
            for line in self.lines
            if line.quantity > 0
        )

    def flagged(self, reason: str) -> bool:
        """Whether a person was asked to look for that reason, and has not yet."""
        return any(each.reason == reason for each in self.attention)


def order_id_of(store_id: str, phone_number_id: str, message_id: str) -> str:
    """The same WhatsApp message always makes the same order: 26 letters and digits."""
    seed = "\n".join((store_id, phone_number_id, message_id)).encode()
    return base64.b32encode(hashlib.sha256(seed).digest()[:16]).decode().rstrip("=").lower()
