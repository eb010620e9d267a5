"""An address comes by form, Flow, tap, pin or in words, and is checked before it is taken."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.people.address import Address, AddressStatus, Problem
from orderdesk.domain.people.customer import save_address
from orderdesk.domain.shop.places import Place
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer
from orderdesk.usecases.orders.remember_address import remember_address
from tests.builders import (
    NOW,
    STORE,
    a_move,
    a_ready_order,
    an_address,
    an_event,
    an_order,
    rupees,
)
from tests.counter import Counter, kind_of, words_in
from tests.whatsapp import (
    MG_ROAD,
    Json,
    Shop,
    a_body,
    a_cart,
    a_change,
    a_contact,
    a_form,
    a_message,
    a_tap,
    a_text,
    said,
)

WRITTEN = "14 MG Road, Pune 411001"
FAR = "Port Blair road 3, Port Blair 744101"


@pytest.fixture
def shop() -> Shop:
    """It has Priya's order, and delivers to Pune only."""
    made = Shop()
    made.places.put(STORE, [Place(prefix="411", shipping_fee=rupees(60))])
    made.hears(said(a_cart()))
    return made


def a_flow(shop: Shop, token: Any = None, message_id: str = "wamid.flow1", **values: Any) -> Json:
    """The answer to our Flow, with a token of the only order unless told otherwise."""
    given = {"address": "MG Road", "postal_code": "411001", "city": "Pune", "house_number": "14"}
    made = token if token is not None else flow_token(shop)
    answer = {**given, "name": "Priya", **values} | ({"flow_token": made} if made != ... else {})
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(answer)}
    return a_message("interactive", {"type": "nfm_reply", "nfm_reply": reply}, message_id)


def flow_token(shop: Shop, order: Order | None = None, *, at: datetime = NOW) -> str:
    return shop.pages.flow_token(order or shop.order(), at + timedelta(days=7))


def attention(shop: Shop) -> list[str]:
    return [each.reason for each in shop.order().attention]


def tell(shop: Shop) -> None:
    """The customer hears of all that happened to the order."""
    desk = Desk(
        orders=shop.orders,
        stores=shop.stores,
        customers=shop.customers,
        conversations=shop.conversations,
        outbox=shop.outbox,
        later=Counter().later,
        gateways=shop.gateways,
        pages=shop.pages,
    )
    for event in shop.orders.history(STORE, shop.order().order_id, after=1):
        notify_customer(event, desk=desk, now=NOW)


def last_question(shop: Shop) -> Any:
    return shop.messenger.sent[-1].body


def test_the_answer_to_a_flow_is_for_the_order_that_it_was_sent_for(shop: Shop) -> None:
    token = flow_token(shop)
    shop.hears(said(a_cart(message_id="wamid.cart2")))

    shop.hears(said(a_flow(shop, token)))

    assert shop.order().address == an_address(country="")
    assert shop.order("wamid.cart2").address is None


@pytest.mark.parametrize(
    "token",
    [..., "", "unused", "AAAA", "flows-builder-1234"],
    ids=["missing", "empty", "unused", "garbled", "of a builder"],
)
def test_a_flow_without_our_token_is_for_a_person(shop: Shop, token: Any) -> None:
    shop.hears(said(a_flow(shop, token)))

    assert shop.order().address is None
    assert attention(shop) == ["form_unmatched"]
    assert "14, MG Road" in shop.order().attention[0].text


def test_a_flow_that_comes_too_late_is_for_a_person(shop: Shop) -> None:
    shop.hears(said(a_flow(shop, flow_token(shop, at=NOW - timedelta(days=8)))))

    assert shop.order().address is None
    assert attention(shop) == ["form_unmatched"]


def test_a_token_that_was_passed_on_changes_nobody_elses_order(shop: Shop) -> None:
    token = flow_token(shop)
    thief = {"contacts": [a_contact(wa_id="919000000009")]}
    sender = {"from": "919000000009"}
    shop.hears(a_body(a_change(messages=[a_cart(message_id="wamid.t", **sender)], **thief)))
    shop.hears(a_body(a_change(messages=[a_flow(shop, token) | sender], **thief)))

    assert shop.order().address is None
    assert attention(shop) == []
    theirs = shop.order("wamid.t")
    assert (theirs.address, [each.reason for each in theirs.attention]) == (
        None,
        ["form_unmatched"],
    )


@given(token=st.text(max_size=200))
def test_no_token_of_anybody_elses_is_ever_applied(token: str) -> None:
    shop = Shop()
    shop.hears(said(a_cart()))

    shop.hears(said(a_flow(shop, token)))

    assert shop.order().address is None


def test_a_saved_address_is_used_by_a_tap(shop: Shop) -> None:
    known = save_address(shop.customer, an_address(), now=NOW)
    shop.shelf.customers[STORE, known.customer_id] = known
    [saved] = known.addresses

    shop.hears(said(a_tap(f"address:use:{shop.order().order_id}:{saved.address_id}")))

    assert shop.order().address == an_address()


@pytest.mark.parametrize("address_id", ["gone", "", "a:b"])
def test_a_saved_address_that_is_gone_is_asked_for(shop: Shop, address_id: str) -> None:
    shop.hears(said(a_tap(f"address:use:{shop.order().order_id}:{address_id}")))

    assert shop.order().address is None
    assert kind_of(last_question(shop)) == "address_message"


def test_another_address_than_the_saved_one_is_asked_for_by_form(shop: Shop) -> None:
    known = save_address(shop.customer, an_address(), now=NOW)
    shop.shelf.customers[STORE, known.customer_id] = known

    shop.hears(said(a_tap(f"address:other:{shop.order().order_id}")))

    body = last_question(shop)
    assert kind_of(body) == "address_message"
    assert len(body["interactive"]["action"]["parameters"]["saved_addresses"]) == 1


def test_a_saved_address_that_was_picked_in_the_form_may_come_without_its_fields(
    shop: Shop,
) -> None:
    known = save_address(shop.customer, an_address(), now=NOW)
    shop.shelf.customers[STORE, known.customer_id] = known
    answer = json.dumps({"saved_address_id": known.addresses[0].address_id, "values": {}})
    reply = {"name": "address_message", "body": "", "response_json": answer}

    shop.hears(said(a_message("interactive", {"type": "nfm_reply", "nfm_reply": reply})))

    assert shop.order().address == an_address()


def test_an_address_that_is_delivered_to_brings_its_fee(shop: Shop) -> None:
    shop.hears(said(a_form(MG_ROAD)))

    assert shop.order().shipping_fee == rupees(60)
    assert shop.order().address_status is AddressStatus.COMPLETE


def test_a_form_with_a_place_that_is_not_delivered_to_is_shown_again(shop: Shop) -> None:
    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"})))
    tell(shop)

    order = shop.order()
    assert order.address_status is AddressStatus.INCOMPLETE
    assert order.address
    assert order.address.problems == {"postal_code": Problem.NOT_SERVED}
    parameters = last_question(shop)["interactive"]["action"]["parameters"]
    assert parameters["validation_errors"] == {
        "in_pin_code": "Sorry, we do not deliver to this PIN code."
    }
    assert parameters["values"]["address"] == "MG Road"
    assert "744101" in words_in(last_question(shop))


def test_the_form_that_was_put_right_is_taken(shop: Shop) -> None:
    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"})))
    shop.hears(said(a_form(MG_ROAD, "wamid.form2")))

    assert shop.order().address == an_address(phone_number="+919876543210")


def test_a_written_place_that_is_not_delivered_to_is_said_in_words(shop: Shop) -> None:
    abroad(shop)
    shop.hears(said(a_text(FAR)))
    tell(shop)

    assert shop.order().address_status is AddressStatus.INCOMPLETE
    assert "we do not deliver to 744101" in words_in(last_question(shop))


def abroad(shop: Shop) -> None:
    """A customer without a form of Meta's, and a shop without pages."""
    shop.shelf.customers[STORE, shop.customer.customer_id] = replace(
        shop.customer, cannot_show=("address_message", "cta_url")
    )


def test_another_place_replaces_one_that_is_not_delivered_to(shop: Shop) -> None:
    shop.hears(said(a_text(FAR)))
    shop.hears(said(a_text(WRITTEN, "wamid.2")))

    assert shop.order().address == Address(text=WRITTEN, postal_code="411001")


@pytest.mark.parametrize("answer", ["411001", "Sorry! The PIN is 411 001", "४११००१"])
def test_a_pin_alone_puts_a_written_address_right(shop: Shop, answer: str) -> None:
    shop.hears(said(a_text("14 MG Road, near the lake, Pune")))
    assert shop.order().address_status is AddressStatus.INCOMPLETE

    shop.hears(said(a_text(answer, "wamid.2")))

    assert shop.order().address == Address(
        text="14 MG Road, near the lake, Pune\n411001", postal_code="411001"
    )


def test_a_pin_alone_puts_a_form_right(shop: Shop) -> None:
    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"})))

    shop.hears(said(a_text("411001", "wamid.2")))

    assert shop.order().address == an_address(phone_number="+919876543210")


def test_who_has_only_a_username_is_asked_for_a_number(shop: Shop) -> None:
    person = a_contact(wa_id=..., user_id="IN.1", profile={"name": "Ravi", "username": "ravi"})
    contact = {name: value for name, value in person.items() if value is not ...}
    sender = {"from": ..., "from_user_id": "IN.1"}

    def hears(message: Json) -> None:
        shop.hears(a_body(a_change(messages=[message], contacts=[contact])))

    hears(a_cart(message_id="wamid.ravi", **sender))
    hears(a_text(WRITTEN, "wamid.2", **sender))
    order = shop.order("wamid.ravi")
    assert order.address
    assert order.address.problems == {"phone_number": Problem.MISSING}

    hears(a_text("98765 43210", "wamid.3", **sender))

    address = shop.order("wamid.ravi").address
    assert address
    assert (address.status, address.phone_number) == (AddressStatus.COMPLETE, "98765 43210")
    assert address.lines == (WRITTEN, "98765 43210")


def test_a_place_that_is_not_delivered_to_does_not_replace_a_good_address(shop: Shop) -> None:
    shop.hears(said(a_form(MG_ROAD)))
    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"}, "wamid.form2")))

    assert shop.order().address == an_address(phone_number="+919876543210")
    parameters = last_question(shop)["interactive"]["action"]["parameters"]
    assert parameters["validation_errors"].keys() == {"in_pin_code"}
    assert "744101" in words_in(last_question(shop))


def test_a_pin_drop_keeps_its_spot(shop: Shop) -> None:
    place = {"latitude": 18.52, "longitude": 73.85, "name": "Home", "address": "Pune 411001"}
    shop.hears(said(a_message("location", place)))

    address = shop.order().address
    assert address
    assert (address.latitude, address.longitude) == ("18.52", "73.85")
    assert (address.postal_code, address.status) == ("411001", AddressStatus.COMPLETE)


def test_what_is_picked_up_needs_neither_a_pin_nor_a_place(shop: Shop) -> None:
    order = shop.order()
    event = an_event(order)
    pickup = replace(order, fulfilment=Fulfilment.PICKUP, version=event.version)
    shop.orders.save(pickup, [event])

    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"})))

    assert shop.order().address_status is AddressStatus.COMPLETE


def test_a_shop_without_a_list_delivers_everywhere() -> None:
    shop = Shop()
    shop.hears(said(a_cart()))

    shop.hears(said(a_form(MG_ROAD | {"in_pin_code": "744101"})))

    assert shop.order().address_status is AddressStatus.COMPLETE


def test_an_address_for_a_parcel_on_its_way_is_seen_by_a_person_and_the_customer_knows(
    shop: Shop,
) -> None:
    after, event = a_move(shop.order(), Stage.SHIPPED)
    shop.orders.save(after, [event])

    shop.hears(said(a_form(MG_ROAD)))

    assert attention(shop) == ["address_too_late"]
    assert words_in(last_question(shop)).startswith("Your order #1001 is on its way already.")


def moved(order: Order, to: Stage) -> tuple[Order, Event]:
    return a_move(order, to, at=NOW)


@pytest.mark.parametrize(
    ("order", "to", "kept"),
    [
        (a_ready_order(Stage.PLACED), Stage.CONFIRMED, 1),
        (a_ready_order(Stage.SHIPPED), Stage.DELIVERED, 1),
        (a_ready_order(Stage.CONFIRMED), Stage.APPROVED, 0),
        (a_ready_order(Stage.PLACED), Stage.CANCELLED, 0),
        (an_order(Stage.PLACED), Stage.CONFIRMED, 0),
        (a_ready_order(Stage.PLACED, fulfilment=Fulfilment.PICKUP), Stage.CONFIRMED, 0),
        (a_ready_order(Stage.PLACED, address=Address(name="Priya")), Stage.CONFIRMED, 0),
    ],
)
def test_an_address_is_saved_once_it_has_proven_itself(order: Order, to: Stage, kept: int) -> None:
    counter = Counter(order)
    after, event = moved(order, to)

    for _ in range(2):
        remember_address(event, after, customers=counter.customers)

    assert len(counter.customers.get(STORE, "customer1").addresses) == kept


def test_nothing_is_kept_of_who_was_erased() -> None:
    counter = Counter(a_ready_order(Stage.PLACED))
    counter.change_customer(erased_at=NOW)
    after, event = moved(counter.order, Stage.CONFIRMED)

    remember_address(event, after, customers=counter.customers)

    assert counter.customers.get(STORE, "customer1").addresses == ()


def test_the_next_order_is_asked_whether_it_goes_to_the_same_address() -> None:
    counter = Counter(a_ready_order(Stage.PLACED))
    after, event = moved(counter.order, Stage.CONFIRMED)
    counter.orders.save(after, [event])

    counter.tell(event)

    [saved] = counter.customers.get(STORE, "customer1").addresses
    assert saved.address == an_address()
