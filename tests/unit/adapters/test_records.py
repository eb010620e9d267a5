import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.dynamo.values import from_item, to_item
from orderdesk.adapters.order_records import order_from_record, order_to_record
from orderdesk.adapters.records import (
    event_from_record,
    event_to_record,
    message_from_record,
    message_to_record,
    summary_from_record,
    summary_of,
    summary_to_record,
)
from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Actor, ActorKind, Role
from orderdesk.domain.orders.event import Change, Event, EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Contact, Hold, Line, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Parcel, ParcelState, Tracking
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind, ReturnState
from orderdesk.domain.people.address import Address
from orderdesk.domain.shop.stock import StockStatus
from orderdesk.domain.times import time_from_text, time_to_text
from tests.builders import NOW, a_message, a_placed_event, an_order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# To the millisecond, as records have them, from 2001 to 2096.
times = st.integers(10**12, 4 * 10**12).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
# Of three entries, the sum is money too.
amounts = st.integers(-(10**14), 10**14).map(lambda minor: Money(minor, "INR"))
stages = st.sampled_from(Stage)
leaves = st.none() | words | st.booleans() | st.integers(-(10**15), 10**15)


def maybe[Value](values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value | None]:
    return st.none() | values


lines = st.builds(
    Line,
    retailer_id=words,
    name=words,
    quantity=st.integers(1, 9999),
    price=st.integers(0, 10**9).map(lambda minor: Money(minor, "INR")),
    picture=words,
)
entries = st.builds(
    Entry,
    id=words,
    kind=st.sampled_from(EntryKind),
    amount=amounts,
    at=times,
    method=st.sampled_from(PaymentMethod),
    reference=words,
    link=words,
    note=words,
)
ledgers = st.builds(
    Ledger,
    currency=st.just("INR"),
    method=maybe(st.sampled_from(PaymentMethod)),
    entries=st.lists(entries, max_size=3).map(tuple),
)
actors = st.builds(
    Actor,
    kind=st.sampled_from(ActorKind),
    id=words,
    name=words,
    via=words,
    role=maybe(st.sampled_from(Role)),
)
goods = st.lists(st.builds(Goods, retailer_id=words, quantity=st.integers(1, 99)), max_size=2)
holds = st.builds(
    Hold, reason=words, code=words, source=stages, since=maybe(times), until=maybe(times)
)
trackings = st.builds(Tracking, own_delivery=st.just(True), carrier=words, number=words)
parcels = st.builds(
    Parcel,
    parcel_id=words,
    goods=goods.map(tuple),
    tracking=trackings,
    shipped_at=times,
    state=st.sampled_from(ParcelState),
    scanned_at=maybe(times),
)
returns = st.builds(
    ReturnCase,
    return_id=words,
    kind=st.sampled_from(ReturnKind),
    goods=goods.map(tuple),
    opened_at=times,
    reason_code=words,
    reason=words,
    state=st.sampled_from(ReturnState),
    received_at=maybe(times),
    restock=st.booleans(),
    note=words,
)
orders = st.builds(
    Order,
    store_id=words,
    order_id=words,
    number=st.integers(1, 10**9),
    version=st.integers(1, 10**6),
    stage=stages,
    stage_since=times,
    placed_at=times,
    last_customer_action_at=times,
    customer=st.builds(Contact, customer_id=words, name=words, phone=words),
    lines=st.lists(lines, max_size=3).map(tuple),
    ledger=ledgers,
    message_id=words,
    phone_number_id=words,
    catalog_id=words,
    note=words,
    address=maybe(st.builds(Address, **dict.fromkeys(Address.__slots__, words))),
    fulfilment=st.sampled_from(Fulfilment),
    parcels=st.lists(parcels, max_size=2).map(tuple),
    returns=st.lists(returns, max_size=2).map(tuple),
    pickup_code=words,
    hold=maybe(holds),
    stopped_from=maybe(stages),
    archived_from=maybe(stages),
    attention=st.lists(st.builds(Attention, reason=words, text=words, at=times), max_size=2).map(
        tuple
    ),
    delivered_at=maybe(times),
    stock=st.sampled_from(StockStatus),
    restock=st.booleans(),
    refund_waived=words,
    idle_since=maybe(times),
    reminded=st.integers(0, 5),
    escalated_at=maybe(times),
    due_at=maybe(times),
    changed_by=maybe(actors),
    changed_at=maybe(times),
    history_hash=words,
)
events = st.builds(
    Event,
    type=st.sampled_from(EventType),
    store_id=words,
    order_id=words,
    version=st.integers(1, 10**6),
    at=times,
    by=actors,
    source=maybe(stages),
    target=stages,
    move_id=words,
    reason=words,
    reason_code=words,
    data=st.dictionaries(words, words, max_size=3),
    changes=st.lists(st.builds(Change, words, leaves, leaves), max_size=3).map(tuple),
    previous=words,
)
messages = st.builds(
    Message,
    store_id=words,
    customer_id=words,
    message_id=words,
    direction=st.sampled_from(Direction),
    kind=words,
    text=words,
    at=times,
    delivery=st.sampled_from(Delivery),
    order_id=words,
    phone_number_id=words,
    reply_to=words,
    details=words,
    error=words,
)


def through_json(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(record))
    return found


def through_the_table(record: dict[str, Any]) -> dict[str, Any]:
    return from_item(to_item(record))


@given(orders)
def test_an_order_is_read_as_it_was_written(order: Order) -> None:
    record = order_to_record(order)

    assert order_from_record(through_json(record)) == order
    assert order_from_record(through_the_table(record)) == order


@given(events)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    record = event_to_record(event)

    assert event_from_record(through_json(record)) == event
    assert event_from_record(through_the_table(record)) == event


@given(messages)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    record = message_to_record(message)

    assert message_from_record(through_json(record)) == message
    assert message_from_record(through_the_table(record)) == message


@given(orders)
def test_a_summary_is_read_as_it_was_written(order: Order) -> None:
    summary = summary_of(order)
    record = summary_to_record(summary)

    assert summary_from_record(through_json(record)) == summary
    assert summary_from_record(through_the_table(record)) == summary


def test_an_order_reads_in_the_published_shape() -> None:
    record = order_to_record(an_order())

    assert record["schema"] == 1
    assert record["placed_at"] == "2026-11-24T09:15:00.000Z"
    assert record["lines"][0]["price"] == {"minor": 75000, "currency": "INR"}
    assert (record["stage"], record["due_at"]) == ("placed", None)


def test_an_event_reads_in_the_published_shape() -> None:
    order = an_order()

    assert event_to_record(a_placed_event(order)) == {
        "schema": 1,
        "event_id": f"{order.order_id}:1",
        "type": "order.placed",
        "store_id": "main",
        "order_id": order.order_id,
        "version": 1,
        "at": "2026-11-24T09:15:00.000Z",
        "by": {
            "kind": "customer",
            "id": "customer1",
            "name": "Priya",
            "via": "whatsapp",
            "role": None,
        },
        "source": None,
        "target": "placed",
        "move_id": "T01",
        "reason": "",
        "reason_code": "",
        "data": {"number": "1001", "total": "₹1,500.00"},
        "changes": [],
        "previous": "",
    }


def with_unknown_fields(value: Any) -> Any:
    """As newer code would write it: something more in every object."""
    if isinstance(value, dict):
        return {name: with_unknown_fields(each) for name, each in value.items()} | {"new": [1]}
    return [with_unknown_fields(each) for each in value] if isinstance(value, list) else value


@given(orders)
def test_what_newer_code_adds_is_passed_over(order: Order) -> None:
    record = with_unknown_fields(order_to_record(order)) | {"schema": 2}

    assert order_from_record(record) == order


def test_what_newer_code_adds_to_events_and_messages_is_passed_over() -> None:
    event = a_placed_event(an_order())
    record = event_to_record(event)
    newer = record | {"new": 1, "by": record["by"] | {"new": 1}}
    assert event_from_record(newer) == event

    message = a_message()
    assert message_from_record(message_to_record(message) | {"new": 1}) == message


def test_what_older_code_did_not_write_has_its_default() -> None:
    order = replace(an_order(), message_id="", catalog_id="", phone_number_id="")
    record = order_to_record(order)
    required = "store_id order_id number version stage stage_since placed_at"
    for name in set(record) - {
        *f"{required} last_customer_action_at customer lines ledger".split()
    }:
        del record[name]

    assert order_from_record(record) == order


def test_an_order_of_before_there_were_parcels_left_as_a_whole() -> None:
    record = order_to_record(an_order(Stage.SHIPPED))
    tracking = {"carrier": "DTDC", "number": "D1", "link": "", "own_delivery": False}
    del record["parcels"]

    order = order_from_record(record | {"tracking": tracking})

    assert order.tracking == Tracking(carrier="DTDC", number="D1")
    assert order.parcels[0].goods == order.goods


@given(times, times)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    assert (time_to_text(one) < time_to_text(other)) == (one < other)
    assert time_from_text(time_to_text(one)) == one


def test_times_of_any_zone_are_kept_in_utc_to_the_millisecond() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 11, 24, 9, 14, 26, 123987, kolkata)

    assert time_to_text(at) == "2026-11-24T03:44:26.123Z"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        time_to_text(NOW.replace(tzinfo=None))
