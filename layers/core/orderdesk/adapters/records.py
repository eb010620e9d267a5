"""Orders, events and messages as plain JSON values: what the table, the queues and the API carry.

One shape for all of them. Times are UTC at a fixed width (`2026-11-24T03:44:26.123Z`), so that they
sort as text; money is `{"minor": 750, "currency": "INR"}`; enumerations are their values.

`schema` counts the changes that older code could not read. A field that a reader does not know is
ignored, one that an older writer did not write has its default: while a deployment is under way,
old and new code read each other's records.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.actor import Actor, ActorKind, Role
from orderdesk.domain.address import Address
from orderdesk.domain.conversation import Delivery, Direction, Message
from orderdesk.domain.event import Change, Event, EventType
from orderdesk.domain.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.money import Money
from orderdesk.domain.order import Attention, Contact, Hold, Line, Order
from orderdesk.domain.parcels import Fulfilment, Goods, Parcel, ParcelState, Tracking
from orderdesk.domain.returns import ReturnCase, ReturnKind, ReturnState
from orderdesk.domain.stock import StockStatus
from orderdesk.domain.times import time_from_text, time_to_text
from orderdesk.usecases.ports import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Record = dict[str, Any]

SCHEMA: Final = 1


def to_record(value: object) -> Any:
    """Any of our values as JSON values; a dataclass becomes an object of its fields."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return time_to_text(value)
    if isinstance(value, list | tuple):
        return [to_record(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_record(getattr(value, each.name)) for each in fields(value)}
    return value


def known(record: Mapping[str, Any], kind: type, *, but: frozenset[str] = frozenset()) -> Record:
    """The fields of `record` that the dataclass `kind` has, except those in `but`.

    What is null has its default: an older writer did not know of it.
    """
    names = {each.name for each in fields(kind)} - but
    return {name: record[name] for name in names if record.get(name) is not None}


def order_to_record(order: Order) -> Record:
    """Exactly what is known of an order; totals and payment status derive from it."""
    return {"schema": SCHEMA, **to_record(order)}


ORDER_PARTS: Final = frozenset(
    {"number", "version", "stage", "stage_since", "placed_at", "last_customer_action_at"}
    | {"customer", "lines", "ledger", "address", "fulfilment", "parcels", "returns", "hold"}
    | {"stopped_from", "archived_from", "delivered_at", "stock", "attention", "idle_since"}
    | {"reminded", "escalated_at", "due_at", "changed_by", "changed_at"}
)


def order_from_record(record: Mapping[str, Any]) -> Order:
    return Order(
        number=int(record["number"]),
        version=int(record["version"]),
        stage=Stage(record["stage"]),
        stage_since=time_from_text(record["stage_since"]),
        placed_at=time_from_text(record["placed_at"]),
        last_customer_action_at=time_from_text(record["last_customer_action_at"]),
        customer=Contact(**known(record["customer"], Contact)),
        lines=tuple(_line(each) for each in record["lines"]),
        ledger=_ledger(record["ledger"]),
        address=_optional(_address, record.get("address")),
        fulfilment=Fulfilment(record.get("fulfilment") or Fulfilment.COURIER),
        parcels=_parcels(record),
        returns=tuple(_return(each) for each in record.get("returns") or ()),
        hold=_optional(_hold, record.get("hold")),
        stopped_from=_optional(Stage, record.get("stopped_from")),
        archived_from=_optional(Stage, record.get("archived_from")),
        delivered_at=_optional(time_from_text, record.get("delivered_at")),
        stock=StockStatus(record.get("stock") or StockStatus.UNCOUNTED),
        attention=tuple(_attention(each) for each in record.get("attention") or ()),
        idle_since=_optional(time_from_text, record.get("idle_since")),
        reminded=int(record.get("reminded") or 0),
        escalated_at=_optional(time_from_text, record.get("escalated_at")),
        due_at=_optional(time_from_text, record.get("due_at")),
        changed_by=_optional(_actor, record.get("changed_by")),
        changed_at=_optional(time_from_text, record.get("changed_at")),
        **known(record, Order, but=ORDER_PARTS),
    )


def event_to_record(event: Event) -> Record:
    """The history item, which is also the body of the message on the events topic."""
    record: Record = {"schema": SCHEMA, "event_id": event.event_id, **to_record(event)}
    return record | {"data": dict(event.data)}


def event_from_record(record: Mapping[str, Any]) -> Event:
    return Event(
        type=EventType(record["type"]),
        store_id=record["store_id"],
        order_id=record["order_id"],
        version=int(record["version"]),
        at=time_from_text(record["at"]),
        by=_actor(record["by"]),
        source=_optional(Stage, record.get("source")),
        target=Stage(record["target"]),
        move_id=record.get("move_id") or "",
        reason=record.get("reason") or "",
        reason_code=record.get("reason_code") or "",
        data=dict(record.get("data") or {}),
        changes=tuple(_change(each) for each in record.get("changes") or ()),
        previous=record.get("previous") or "",
    )


def summary_of(order: Order) -> Summary:
    return Summary(
        store_id=order.store_id,
        order_id=order.order_id,
        number=order.number,
        version=order.version,
        stage=order.stage,
        stage_since=order.stage_since,
        placed_at=order.placed_at,
        customer_id=order.customer.customer_id,
        customer_name=order.customer.name,
        total=order.total,
        line_count=len(order.lines),
        first_line=order.lines[0].name if order.lines else "",
        address_status=order.address_status.value,
        payment_status=order.payment_status,
        payment_method=order.ledger.method,
        paid_at=order.paid_at,
        attention=len(order.attention),
    )


def summary_to_record(summary: Summary) -> Record:
    return {"schema": SCHEMA, **to_record(summary)}


SUMMARY_PARTS: Final = frozenset(
    {"number", "version", "stage", "stage_since", "placed_at", "total", "line_count"}
    | {"payment_status", "payment_method", "paid_at", "attention"}
)


def summary_from_record(record: Mapping[str, Any]) -> Summary:
    return Summary(
        number=int(record["number"]),
        version=int(record["version"]),
        stage=Stage(record["stage"]),
        stage_since=time_from_text(record["stage_since"]),
        placed_at=time_from_text(record["placed_at"]),
        total=_money(record["total"]),
        line_count=int(record["line_count"]),
        payment_status=PaymentStatus(record["payment_status"]),
        payment_method=_optional(PaymentMethod, record.get("payment_method")),
        paid_at=_optional(time_from_text, record.get("paid_at")),
        attention=int(record["attention"]),
        **known(record, Summary, but=SUMMARY_PARTS),
    )


def message_to_record(message: Message) -> Record:
    return {"schema": SCHEMA, **to_record(message)}


MESSAGE_PARTS: Final = frozenset({"direction", "at", "delivery"})


def message_from_record(record: Mapping[str, Any]) -> Message:
    return Message(
        direction=Direction(record["direction"]),
        at=time_from_text(record["at"]),
        delivery=Delivery(record["delivery"]),
        **known(record, Message, but=MESSAGE_PARTS),
    )


def _optional[Given, Made](make: Callable[[Given], Made], given: Given | None) -> Made | None:
    return None if given is None else make(given)


def _money(record: Mapping[str, Any]) -> Money:
    return Money(int(record["minor"]), record["currency"])


def _line(record: Mapping[str, Any]) -> Line:
    return Line(
        retailer_id=record["retailer_id"],
        name=record["name"],
        quantity=int(record["quantity"]),
        price=_money(record["price"]),
        picture=record.get("picture") or "",
    )


def _ledger(record: Mapping[str, Any]) -> Ledger:
    return Ledger(
        currency=record["currency"],
        method=_optional(PaymentMethod, record.get("method")),
        entries=tuple(_entry(each) for each in record.get("entries") or ()),
    )


ENTRY_PARTS: Final = frozenset({"kind", "amount", "at", "method"})


def _entry(record: Mapping[str, Any]) -> Entry:
    return Entry(
        kind=EntryKind(record["kind"]),
        amount=_money(record["amount"]),
        at=time_from_text(record["at"]),
        method=PaymentMethod(record["method"]),
        **known(record, Entry, but=ENTRY_PARTS),
    )


def _address(record: Mapping[str, Any]) -> Address:
    return Address(**known(record, Address))


def _parcels(record: Mapping[str, Any]) -> tuple[Parcel, ...]:
    """Before there were parcels, an order had one tracking and left as a whole."""
    if record.get("parcels") or not record.get("tracking"):
        return tuple(_parcel(each) for each in record.get("parcels") or ())
    goods = tuple(
        Goods(retailer_id=each["retailer_id"], quantity=int(each["quantity"]))
        for each in record["lines"]
        if int(each["quantity"]) > 0
    )
    tracking = Tracking(**known(record["tracking"], Tracking))
    left_at = time_from_text(record["stage_since"])
    return (Parcel(parcel_id="p1", goods=goods, tracking=tracking, shipped_at=left_at),)


def _parcel(record: Mapping[str, Any]) -> Parcel:
    return Parcel(
        parcel_id=record["parcel_id"],
        goods=tuple(_goods(each) for each in record["goods"]),
        tracking=Tracking(**known(record["tracking"], Tracking)),
        shipped_at=time_from_text(record["shipped_at"]),
        state=ParcelState(record["state"]),
        scanned_at=_optional(time_from_text, record.get("scanned_at")),
    )


def _goods(record: Mapping[str, Any]) -> Goods:
    return Goods(retailer_id=record["retailer_id"], quantity=int(record["quantity"]))


RETURN_PARTS: Final = frozenset({"kind", "goods", "opened_at", "state", "received_at"})


def _return(record: Mapping[str, Any]) -> ReturnCase:
    return ReturnCase(
        kind=ReturnKind(record["kind"]),
        goods=tuple(_goods(each) for each in record["goods"]),
        opened_at=time_from_text(record["opened_at"]),
        state=ReturnState(record["state"]),
        received_at=_optional(time_from_text, record.get("received_at")),
        **known(record, ReturnCase, but=RETURN_PARTS),
    )


def _change(record: Mapping[str, Any]) -> Change:
    return Change(record["field"], record.get("before"), record.get("after"))


def _hold(record: Mapping[str, Any]) -> Hold:
    return Hold(
        reason=record["reason"],
        source=Stage(record["source"]),
        code=record.get("code") or "",
        since=_optional(time_from_text, record.get("since")),
        until=_optional(time_from_text, record.get("until")),
    )


def _attention(record: Mapping[str, Any]) -> Attention:
    at = time_from_text(record["at"])
    return Attention(reason=record["reason"], text=record["text"], at=at)


def _actor(record: Mapping[str, Any]) -> Actor:
    return Actor(
        kind=ActorKind(record["kind"]),
        id=record["id"],
        name=record["name"],
        via=record["via"],
        role=_optional(Role, record.get("role")),
    )
