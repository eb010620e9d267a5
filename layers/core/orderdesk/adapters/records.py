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

from orderdesk.domain.messages.conversation import Delivery, Direction, Media, MediaState, Message
from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Actor, ActorKind, Role
from orderdesk.domain.orders.event import Change, Event, EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.returns import ReturnKind
from orderdesk.domain.people.address import Address, AddressStatus
from orderdesk.domain.people.customer import Alias, AliasKind, Customer, SavedAddress
from orderdesk.domain.times import time_from_text, time_to_text
from orderdesk.usecases.ports import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orderdesk.domain.orders.order import Order

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


def event_to_record(event: Event) -> Record:
    """The history item, which is also the body of the message on the events topic."""
    record: Record = {"schema": SCHEMA, "event_id": event.event_id, **to_record(event)}
    if not event.erased_digest:
        del record["erased_digest"]  # few events ever have one
    return record | {"data": dict(event.data)}


def event_from_record(record: Mapping[str, Any]) -> Event:
    return Event(
        type=EventType(record["type"]),
        store_id=record["store_id"],
        order_id=record["order_id"],
        version=int(record["version"]),
        at=time_from_text(record["at"]),
        by=actor_from_record(record["by"]),
        source=optional(Stage, record.get("source")),
        target=Stage(record["target"]),
        move_id=record.get("move_id") or "",
        reason=record.get("reason") or "",
        reason_code=record.get("reason_code") or "",
        data=dict(record.get("data") or {}),
        changes=tuple(_change(each) for each in record.get("changes") or ()),
        previous=record.get("previous") or "",
        erased_digest=record.get("erased_digest") or "",
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
        address_status=_address_status(order).value,
        payment_status=order.payment_status,
        payment_method=order.ledger.method,
        paid_at=order.paid_at,
        attention=len(order.attention),
        received=order.ledger.balance.minor,
        came_back=any(case.kind is ReturnKind.TO_ORIGIN for case in order.returns),
    )


def _address_status(order: Order) -> AddressStatus:
    """An order that needs none lacks none."""
    return order.address_status if order.needs_address else AddressStatus.COMPLETE


def summary_to_record(summary: Summary) -> Record:
    return {"schema": SCHEMA, **to_record(summary)}


SUMMARY_PARTS: Final = frozenset(
    {"number", "version", "stage", "stage_since", "placed_at", "total", "line_count"}
    | {"payment_status", "payment_method", "paid_at", "attention", "received"}
)


def summary_from_record(record: Mapping[str, Any]) -> Summary:
    return Summary(
        number=int(record["number"]),
        version=int(record["version"]),
        stage=Stage(record["stage"]),
        stage_since=time_from_text(record["stage_since"]),
        placed_at=time_from_text(record["placed_at"]),
        total=money_from_record(record["total"]),
        line_count=int(record["line_count"]),
        payment_status=PaymentStatus(record["payment_status"]),
        payment_method=optional(PaymentMethod, record.get("payment_method")),
        paid_at=optional(time_from_text, record.get("paid_at")),
        attention=int(record["attention"]),
        received=int(record.get("received") or 0),
        **known(record, Summary, but=SUMMARY_PARTS),
    )


def message_to_record(message: Message) -> Record:
    return {"schema": SCHEMA, **to_record(message)}


MESSAGE_PARTS: Final = frozenset({"direction", "at", "delivery", "media", "next_attempt_at"})


def message_from_record(record: Mapping[str, Any]) -> Message:
    return Message(
        direction=Direction(record["direction"]),
        at=time_from_text(record["at"]),
        delivery=Delivery(record["delivery"]),
        media=optional(_media, record.get("media")),
        next_attempt_at=optional(time_from_text, record.get("next_attempt_at")),
        **known(record, Message, but=MESSAGE_PARTS),
    )


def _media(record: Mapping[str, Any]) -> Media:
    return Media(
        state=MediaState(record.get("state") or MediaState.PENDING),
        **known(record, Media, but=frozenset({"state"})),
    )


CUSTOMER_TIMES: Final = (
    *(
        "last_inbound_at",
        "told_at",
        "opted_out_at",
        "marketing_opted_out_at",
        "consent_at",
        "erased_at",
    ),
)
CUSTOMER_LISTS: Final = ("merged", "adopting", "cannot_show")
CUSTOMER_PARTS: Final = frozenset({*CUSTOMER_TIMES, *CUSTOMER_LISTS, "addresses", "aliases"})


def customer_from_record(record: Mapping[str, Any]) -> Customer:
    times: Record = {name: optional(time_from_text, record.get(name)) for name in CUSTOMER_TIMES}
    lists: Record = {name: tuple(record.get(name) or ()) for name in CUSTOMER_LISTS}
    return Customer(
        addresses=tuple(_saved_address(each) for each in record.get("addresses") or ()),
        aliases=tuple(
            Alias(AliasKind(each["kind"]), each["value"]) for each in record.get("aliases") or ()
        ),
        **lists,
        **times,
        **known(record, Customer, but=CUSTOMER_PARTS),
    )


def _saved_address(record: Mapping[str, Any]) -> SavedAddress:
    return SavedAddress(
        address_id=record["address_id"],
        address=Address(**known(record["address"], Address)),
        used_at=time_from_text(record["used_at"]),
    )


def optional[Given, Made](make: Callable[[Given], Made], given: Given | None) -> Made | None:
    return None if given is None else make(given)


def money_from_record(record: Mapping[str, Any]) -> Money:
    return Money(int(record["minor"]), record["currency"])


def _change(record: Mapping[str, Any]) -> Change:
    return Change(record["field"], record.get("before"), record.get("after"))


def actor_from_record(record: Mapping[str, Any]) -> Actor:
    return Actor(
        kind=ActorKind(record["kind"]),
        id=record["id"],
        name=record["name"],
        via=record["via"],
        role=optional(Role, record.get("role")),
    )
