"""View models of one order's page: what it holds and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from dashboard.words import (
    ENTRY,
    FIELD,
    METHOD,
    PAYMENT,
    PROBLEM,
    STAGE,
    Badge,
    Clock,
    Stamp,
    phone,
)
from orderdesk.domain.messages.conversation import Delivery, Direction
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import AddressStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.money.pricing import Amounts
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Line, Order

PATH: Final = (
    Stage.PLACED,
    Stage.CONFIRMED,
    Stage.APPROVED,
    Stage.PROCESSED,
    Stage.SHIPPED,
    Stage.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is done, current, left (the order went off the path here) or ahead."""

    stage: Badge
    state: str
    at: Stamp | None


@dataclass(frozen=True, slots=True)
class LineView:
    """`said` is the cart's price where another one counts."""

    name: str
    code: str
    picture: str
    quantity: int
    price: str
    total: str
    said: str


@dataclass(frozen=True, slots=True)
class EntryView:
    kind: str
    label: str
    method: str
    amount: str
    note: str
    at: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """`text` is what a person wrote: shown as text, whatever is in it."""

    mine: bool
    text: str
    kind: str
    at: Stamp
    tick: str
    tick_label: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    order_id: str
    number: int
    version: int
    stage: Badge
    since: Stamp
    placed: Stamp
    steps: tuple[Step, ...]
    lines: tuple[LineView, ...]
    pieces: int
    charges: tuple[tuple[str, str], ...]
    total: str
    received: str
    refunded: str
    due: str
    payment: Badge
    method: str
    entries: tuple[EntryView, ...]
    customer: str
    phone: str
    whatsapp: str
    note: str
    address: tuple[str, ...]
    address_complete: bool
    address_problems: tuple[str, ...]
    map_link: str
    needs_address: bool


def sheet(order: Order, history: Sequence[Event], clock: Clock) -> Sheet:
    ledger = order.ledger
    return Sheet(
        order_id=order.order_id,
        number=order.number,
        version=order.version,
        stage=STAGE[order.stage],
        since=clock.stamp(order.stage_since),
        placed=clock.stamp(order.placed_at),
        steps=steps(order, history, clock),
        lines=tuple(_line(each) for each in order.lines),
        pieces=sum(line.quantity for line in order.lines),
        charges=tuple(_charges(order.amounts)),
        total=str(order.total),
        received=str(ledger.captured) if ledger.captured.minor else "",
        refunded=str(ledger.refunded) if ledger.refunded.minor else "",
        due=str(order.amount_due) if order.amount_due.minor > 0 else "",
        payment=PAYMENT[order.payment_status],
        method=METHOD[ledger.method] if ledger.method else "Not chosen yet",
        entries=tuple(_entry(each, clock) for each in ledger.entries),
        customer=order.customer.name or "No name",
        phone=phone(order.customer.phone),
        whatsapp=f"https://wa.me/{order.customer.phone}" if order.customer.phone else "",
        note=order.note,
        address=order.address.lines if order.address else (),
        address_complete=order.address_status is AddressStatus.COMPLETE,
        address_problems=_problems(order),
        map_link=_map_link(order),
        needs_address=order.needs_address,
    )


def steps(order: Order, history: Sequence[Event], clock: Clock) -> tuple[Step, ...]:
    """The happy path, and where on it the order is or left it."""
    reached = PATH.index(_furthest(order))
    on_path = order.stage in PATH
    times = {event.target: event.at for event in history if event.changes_stage}
    # A cart may have waited for a connection: it was placed when the customer sent it.
    times[Stage.PLACED] = order.placed_at
    found = []
    for index, stage in enumerate(PATH):
        state = "done" if index < reached else "ahead"
        if index == reached:
            state = "current" if on_path else "left"
        at = times.get(stage) if index <= reached else None
        found.append(Step(STAGE[stage], state, clock.stamp(at) if at else None))
    return tuple(found)


def _furthest(order: Order) -> Stage:
    """The stage of the path that the order stands in, or that it left it from."""
    stage: Stage | None = order.stage
    if stage is Stage.ARCHIVED:
        stage = order.archived_from
    if stage is Stage.ON_HOLD:
        stage = order.hold.source if order.hold else Stage.PLACED
    if stage in {Stage.REJECTED, Stage.CANCELLED}:
        stage = order.stopped_from
    if stage is Stage.RETURNED:
        stage = Stage.DELIVERED
    return stage if stage in PATH else Stage.PLACED


def _line(line: Line) -> LineView:
    return LineView(
        name=line.name or line.retailer_id,
        code=line.retailer_id if line.name != line.retailer_id else "",
        picture=line.picture,
        quantity=line.quantity,
        price=str(line.price),
        total=str(line.total),
        said=str(line.said_price) if line.said_price not in {None, line.price} else "",
    )


def _charges(parts: Amounts) -> Iterator[tuple[str, str]]:
    """What lies between the items and the total; nothing when they are the same."""
    beside = (parts.discount, parts.shipping, parts.tax)
    if any(each.minor for each in beside):
        yield "Items", str(parts.subtotal)
    if parts.discount.minor:
        yield parts.discount_label or "Discount", f"−{parts.discount}"
    if parts.shipping.minor:
        yield "Shipping", str(parts.shipping)
    if parts.tax.minor:
        yield parts.tax_label, str(parts.tax)
    if parts.included_tax.minor:
        yield f"Included {parts.tax_label}", str(parts.included_tax)


def _entry(entry: Entry, clock: Clock) -> EntryView:
    return EntryView(
        kind=entry.kind.value,
        label=ENTRY[entry.kind],
        method=METHOD[entry.method],
        amount=str(entry.amount),
        note=entry.note or entry.reference,
        at=clock.stamp(entry.at),
    )


def _problems(order: Order) -> tuple[str, ...]:
    found = order.address.problems if order.address else {}
    return tuple(f"The {FIELD[field]} {PROBLEM[each]}." for field, each in found.items())


def _map_link(order: Order) -> str:
    if order.address is None or order.address_status is not AddressStatus.COMPLETE:
        return ""
    person = {order.address.name, order.address.phone_number}
    place = ", ".join(line for line in order.address.lines if line not in person)
    return f"https://www.google.com/maps/search/?api=1&query={quote_plus(place)}"


UNSENT: Final = frozenset({Delivery.FAILED, Delivery.WITHDRAWN})
TICKS: Final = {
    Delivery.PENDING: ("clock", "Waiting to be sent"),
    Delivery.SENT: ("tick", "Sent"),
    Delivery.DELIVERED: ("ticks", "Delivered"),
    Delivery.READ: ("ticks-read", "Read"),
    Delivery.FAILED: ("alert", "Not delivered"),
    Delivery.WITHDRAWN: ("", "Not sent"),
    Delivery.RECEIVED: ("", ""),
}


def thread(messages: Sequence[Message], clock: Clock) -> tuple[Bubble, ...]:
    """Oldest first, as it was said."""
    return tuple(_bubble(each, clock) for each in sorted(messages, key=lambda each: each.at))


def _bubble(message: Message, clock: Clock) -> Bubble:
    tick, label = TICKS[message.delivery]
    return Bubble(
        mine=message.direction is Direction.OUTBOUND,
        text=message.text or f"({message.kind})",
        kind=message.kind,
        at=clock.stamp(message.at),
        tick=tick,
        tick_label=label,
        error=message.error if message.delivery in UNSENT else "",
    )
