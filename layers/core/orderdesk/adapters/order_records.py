"""An order as plain JSON values: exactly what is known of it; totals and payment status derive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.records import (
    SCHEMA,
    actor_from_record,
    known,
    money_from_record,
    optional,
    to_record,
)
from orderdesk.adapters.terms import terms_from_record
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.paying import Provider
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Contact, Hold, Line, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Parcel, ParcelState, Tracking
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind, ReturnState
from orderdesk.domain.people.address import Address
from orderdesk.domain.shop.stock import StockStatus
from orderdesk.domain.times import time_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.adapters.records import Record


def order_to_record(order: Order) -> Record:
    """Exactly what is known of an order; totals and payment status derive from it."""
    return {"schema": SCHEMA, **to_record(order)}


ORDER_PARTS: Final = frozenset(
    {"number", "version", "stage", "stage_since", "placed_at", "last_customer_action_at"}
    | {"customer", "lines", "ledger", "address", "fulfilment", "parcels", "returns", "hold"}
    | {"stopped_from", "archived_from", "delivered_at", "stock", "attention", "idle_since"}
    | {"reminded", "escalated_at", "due_at", "changed_by", "changed_at", "terms"}
    | {"shipping_fee", "verified_at", "erased_at", "reconcile_at"}
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
        terms=terms_from_record(record.get("terms") or {}),
        shipping_fee=optional(money_from_record, record.get("shipping_fee")),
        verified_at=optional(time_from_text, record.get("verified_at")),
        erased_at=optional(time_from_text, record.get("erased_at")),
        reconcile_at=optional(time_from_text, record.get("reconcile_at")),
        address=optional(_address, record.get("address")),
        fulfilment=Fulfilment(record.get("fulfilment") or Fulfilment.COURIER),
        parcels=_parcels(record),
        returns=tuple(_return(each) for each in record.get("returns") or ()),
        hold=optional(_hold, record.get("hold")),
        stopped_from=optional(Stage, record.get("stopped_from")),
        archived_from=optional(Stage, record.get("archived_from")),
        delivered_at=optional(time_from_text, record.get("delivered_at")),
        stock=StockStatus(record.get("stock") or StockStatus.UNCOUNTED),
        attention=tuple(_attention(each) for each in record.get("attention") or ()),
        idle_since=optional(time_from_text, record.get("idle_since")),
        reminded=int(record.get("reminded") or 0),
        escalated_at=optional(time_from_text, record.get("escalated_at")),
        due_at=optional(time_from_text, record.get("due_at")),
        changed_by=optional(actor_from_record, record.get("changed_by")),
        changed_at=optional(time_from_text, record.get("changed_at")),
        **known(record, Order, but=ORDER_PARTS),
    )


def _line(record: Mapping[str, Any]) -> Line:
    return Line(
        retailer_id=record["retailer_id"],
        name=record["name"],
        quantity=int(record["quantity"]),
        price=money_from_record(record["price"]),
        picture=record.get("picture") or "",
        list_price=optional(money_from_record, record.get("list_price")),
        said_price=optional(money_from_record, record.get("said_price")),
    )


def _ledger(record: Mapping[str, Any]) -> Ledger:
    return Ledger(
        currency=record["currency"],
        method=optional(PaymentMethod, record.get("method")),
        entries=tuple(_entry(each) for each in record.get("entries") or ()),
    )


ENTRY_PARTS: Final = frozenset({"kind", "amount", "at", "method", "provider", "expires_at"})


def _entry(record: Mapping[str, Any]) -> Entry:
    """Before there were several gateways, whatever was paid online was paid by one."""
    method = PaymentMethod(record["method"])
    provider = record.get("provider")
    if provider is None and method is PaymentMethod.ONLINE:
        provider = Provider.RAZORPAY
    return Entry(
        kind=EntryKind(record["kind"]),
        amount=money_from_record(record["amount"]),
        at=time_from_text(record["at"]),
        method=method,
        provider=provider or "",
        expires_at=optional(time_from_text, record.get("expires_at")),
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
        scanned_at=optional(time_from_text, record.get("scanned_at")),
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
        received_at=optional(time_from_text, record.get("received_at")),
        **known(record, ReturnCase, but=RETURN_PARTS),
    )


def _hold(record: Mapping[str, Any]) -> Hold:
    return Hold(
        reason=record["reason"],
        source=Stage(record["source"]),
        code=record.get("code") or "",
        since=optional(time_from_text, record.get("since")),
        until=optional(time_from_text, record.get("until")),
    )


def _attention(record: Mapping[str, Any]) -> Attention:
    at = time_from_text(record["at"])
    return Attention(reason=record["reason"], text=record["text"], at=at)
