"""An order, and the verbs that change it. Each verb returns the new order and its event."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import Actor, ActorKind
from orderdesk.domain.address import Address, AddressStatus
from orderdesk.domain.errors import Invalid
from orderdesk.domain.event import Event, EventType
from orderdesk.domain.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import Stage, find_move
from orderdesk.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_LINES: Final = 200  # a catalog cart is far smaller; keeps an order's item well under 400 KB
MAX_TEXT: Final = 4096  # the longest text WhatsApp carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`price` is of one unit, as the message said it. `name` is the retailer id until enriched."""

    retailer_id: str
    name: str
    quantity: int
    price: Money
    picture: str = ""

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
class Tracking:
    """Either a carrier's number, or `own_delivery` when the shop brings it itself."""

    carrier: str = ""
    number: str = ""
    link: str = ""
    own_delivery: bool = False

    def __post_init__(self) -> None:
        if not self.own_delivery and not (self.carrier and self.number):
            raise Invalid(
                "Give the carrier and the tracking number, or say that the shop delivers itself.",
                field="tracking",
            )
        if self.link and not self.link.startswith(("https://", "http://")):
            raise Invalid("A tracking link starts with https://.", field="tracking.link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    reason: str
    source: Stage


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
    address: Address | None = None
    fulfilment: str = "courier"
    tracking: Tracking | None = None
    hold: Hold | None = None
    stopped_from: Stage | None = None
    archived_from: Stage | None = None
    attention: tuple[Attention, ...] = ()
    due_at: datetime | None = field(default=None)

    @property
    def total(self) -> Money:
        return sum((line.total for line in self.lines), Money(0, self.ledger.currency))

    @property
    def address_status(self) -> AddressStatus:
        return self.address.status if self.address else AddressStatus.MISSING

    @property
    def payment_status(self) -> PaymentStatus:
        return self.ledger.status(self.total)

    @property
    def paid_at(self) -> datetime | None:
        return self.ledger.paid_at(self.total)

    @property
    def amount_due(self) -> Money:
        return self.total - self.ledger.balance


def order_id_of(store_id: str, phone_number_id: str, message_id: str) -> str:
    """The same WhatsApp message always makes the same order: 26 letters and digits."""
    seed = "\n".join((store_id, phone_number_id, message_id)).encode()
    return base64.b32encode(hashlib.sha256(seed).digest()[:16]).decode().rstrip("=").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart as it came in; `sent_at` is the customer's time, not ours."""

    message_id: str
    phone_number_id: str
    catalog_id: str
    lines: tuple[Line, ...]
    currency: str
    sent_at: datetime
    note: str = ""
    attention: tuple[Attention, ...] = ()


def place(cart: Cart, customer: Contact, *, store_id: str, number: int, now: datetime) -> Order:
    """The order at version 1. Raises Invalid for a cart without lines.

    The abandon clock starts when we hear of the cart: Meta may deliver days late, and the customer
    has not been asked for anything before.
    """
    if not cart.lines:
        raise Invalid("A cart needs at least one line.", field="lines")
    if len(cart.lines) > MAX_LINES:
        raise Invalid(f"A cart holds at most {MAX_LINES} lines.", field="lines")
    return Order(
        store_id=store_id,
        order_id=order_id_of(store_id, cart.phone_number_id, cart.message_id),
        number=number,
        version=1,
        stage=Stage.PLACED,
        stage_since=now,
        placed_at=cart.sent_at,
        last_customer_action_at=now,
        customer=customer,
        lines=cart.lines,
        ledger=Ledger(currency=cart.currency),
        message_id=cart.message_id,
        phone_number_id=cart.phone_number_id,
        catalog_id=cart.catalog_id,
        note=cart.note[:MAX_TEXT],
        attention=cart.attention,
    )


def placed_event(order: Order, *, by: Actor, now: datetime) -> Event:
    move = find_move(None, Stage.PLACED)
    assert move is not None  # the table is checked at import
    data = {"number": str(order.number), "total": str(order.total)}
    return Event(
        type=EventType.PLACED,
        store_id=order.store_id,
        order_id=order.order_id,
        version=1,
        at=now,
        by=by,
        source=None,
        target=Stage.PLACED,
        move_id=move.id,
        data=data,
    )


def receive_address(
    order: Order, address: Address, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    """Keep the address; `before` in the event is what it replaced."""
    before = " / ".join(order.address.lines) if order.address else ""
    data = {"address": " / ".join(address.lines), "before": before, "status": address.status.value}
    return _changed(order, EventType.ADDRESS_RECEIVED, by, now, data, address=address)


def choose_payment(
    order: Order, method: PaymentMethod, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    before = order.ledger.method.value if order.ledger.method else ""
    data = {"method": method.value, "before": before}
    ledger = order.ledger.choose(method)
    return _changed(order, EventType.PAYMENT_METHOD_CHOSEN, by, now, data, ledger=ledger)


BOOKED_AS: Final = {
    EntryKind.REQUESTED: EventType.PAYMENT_REQUESTED,
    EntryKind.CAPTURED: EventType.PAYMENT_RECEIVED,
    EntryKind.FAILED: EventType.PAYMENT_FAILED,
}


def book(order: Order, entry: Entry, *, by: Actor, now: datetime) -> tuple[Order, Event] | None:
    """Book the entry on the ledger, whatever the stage; None when it is booked already."""
    ledger = order.ledger.book(entry)
    if ledger is order.ledger:
        return None
    data = {
        "amount": str(entry.amount),
        "method": entry.method.value,
        "reference": entry.reference,
        "note": entry.note,
    }
    return _changed(order, BOOKED_AS[entry.kind], by, now, data, ledger=ledger)


def raise_attention(
    order: Order, reason: str, text: str, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """Ask a person to look; None when the same reason is open already."""
    if any(each.reason == reason for each in order.attention):
        return None
    item = Attention(reason=reason, text=text, at=now)
    data = {"reason": reason, "text": text}
    attention = (*order.attention, item)
    return _changed(order, EventType.ATTENTION_RAISED, by, now, data, attention=attention)


def _changed(
    order: Order,
    kind: EventType,
    by: Actor,
    now: datetime,
    data: Mapping[str, str],
    **fields: object,
) -> tuple[Order, Event]:
    """One version on, in the same stage. What a customer does restarts the abandon clock."""
    if by.kind is ActorKind.CUSTOMER:
        fields["last_customer_action_at"] = max(order.last_customer_action_at, now)
    after = replace(order, version=order.version + 1, **fields)  # type: ignore[arg-type]
    event = Event(
        type=kind,
        store_id=order.store_id,
        order_id=order.order_id,
        version=after.version,
        at=now,
        by=by,
        source=order.stage,
        target=order.stage,
        data={key: value for key, value in data.items() if value},
    )
    return after, event
