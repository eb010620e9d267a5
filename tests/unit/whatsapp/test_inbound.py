"""What an update means, however odd it is written."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.envelope import split
from orderdesk.adapters.whatsapp.inbound import parse
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.people.address import Address
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.intake.inbound import (
    AddressGiven,
    CartItem,
    CartSent,
    Corrected,
    HandoverIn,
    Inbound,
    MessageIn,
    PlaceGiven,
    Renamed,
    RenamedIn,
    ReportIn,
    StatusIn,
    Tapped,
    Written,
)
from tests.builders import NOW, PHONE_NUMBER
from tests.whatsapp import (
    MG_ROAD,
    PHONE,
    USER_ID,
    Json,
    a_body,
    a_cart,
    a_change,
    a_contact,
    a_form,
    a_message,
    a_status,
    a_tap,
    a_text,
    an_item,
    said,
)

KNOWN_PHONE = Alias(AliasKind.PHONE, PHONE)
KNOWN_USER = Alias(AliasKind.USER_ID, USER_ID)


def update_in(body: bytes) -> Inbound:
    [entry] = split(body, received_at=NOW)
    return parse(entry.text, now=NOW)


def message_in(message: Json, **value: Any) -> MessageIn:
    update = update_in(said(message, **value))
    assert isinstance(update, MessageIn)
    return update


def status_in(**fields: Any) -> StatusIn:
    update = update_in(a_body(a_change(statuses=[a_status(**fields)])))
    assert isinstance(update, StatusIn)
    return update


def reason_for(body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        update_in(body)
    return caught.value.reason


def test_a_text_comes_with_its_sender_number_and_time() -> None:
    message = message_in(a_text("Hello", context={"from": "1", "id": "wamid.q"}))

    assert (message.kind, message.text, message.content) == ("text", "Hello", Written("Hello"))
    assert (message.message_id, message.phone_number_id) == ("wamid.1", PHONE_NUMBER)
    assert (message.reply_to, message.standby) == ("wamid.q", False)
    assert message.at == NOW - timedelta(seconds=5)
    assert message.person.aliases == (KNOWN_PHONE,)
    assert (message.person.name, message.person.phone) == ("Priya", PHONE)


def test_a_message_is_kept_as_it_came() -> None:
    message = message_in(a_cart())

    assert json.loads(message.details) == a_cart()
    raw = json.loads(message.raw)
    assert (raw["payload"], raw["contact"]) == (a_cart(), a_contact())


def test_a_cart_keeps_its_prices_exactly() -> None:
    items = an_item("a", item_price="P1"), an_item("b", item_price="7.50", quantity="3")
    body = said(a_cart(*items, text="no sugar")).replace(b'"P1"', b"99.990")
    update = update_in(body)
    assert isinstance(update, MessageIn)

    cart = update.content

    assert cart == CartSent(
        catalog_id="catalog1",
        note="no sugar",
        items=(
            CartItem(retailer_id="a", quantity=Decimal(2), price=Decimal("99.990"), currency="INR"),
            CartItem(retailer_id="b", quantity=Decimal(3), price=Decimal("7.50"), currency="INR"),
        ),
    )


@pytest.mark.parametrize(
    ("price", "read"),
    [
        (30, Decimal(30)),
        ("1,250.50", Decimal("1250.50")),
        (" 30 ", Decimal(30)),
        ("7,50", None),
        ("₹30", None),
        ("", None),
        (None, None),
        (True, None),
        ([30], None),
        ({"value": 30}, None),
        (-5, Decimal(-5)),
        (10**30, Decimal(10**30)),
        (10**50, None),
        ("NaN", None),
        ("1e9", None),
        ("1_000", None),
    ],
)
def test_a_price_is_a_number_or_none(price: Any, read: Decimal | None) -> None:
    cart = message_in(a_cart(an_item(item_price=price))).content

    assert isinstance(cart, CartSent)
    assert cart.items[0].price == read


@pytest.mark.parametrize("items", [None, [], "two", 7, [None], ["kurta-m"], [{}], [[]]])
def test_a_cart_without_anything_in_it_is_still_a_cart(items: Any) -> None:
    message = message_in(a_message("order", {"product_items": items}))

    assert isinstance(message.content, CartSent)
    assert message.content.items == ()


def test_one_item_alone_where_a_list_belongs_is_an_item() -> None:
    cart = message_in(a_message("order", {"product_items": an_item()})).content

    assert isinstance(cart, CartSent)
    assert len(cart.items) == 1


@pytest.mark.parametrize("kind", [..., None, "", 7, "ORDER", "something_new"])
def test_a_cart_is_known_by_what_is_in_it(kind: Any) -> None:
    message = message_in(a_cart(type=kind))

    assert message.kind == "order"
    assert isinstance(message.content, CartSent)


@pytest.mark.parametrize("message_id", [..., None, "", [], {}])
def test_a_message_without_an_id_gets_the_same_one_each_time(message_id: Any) -> None:
    first, again = message_in(a_cart(id=message_id)), message_in(a_cart(id=message_id))
    other = message_in(a_cart(an_item("other"), id=message_id))

    assert first.message_id == again.message_id != other.message_id


@pytest.mark.parametrize(
    "message_id", ["x" * 5000, "with\nbreak", "null\x00", "half \ud800", "é" * 300, 12345]
)
def test_an_id_is_fit_for_a_key(message_id: Any) -> None:
    kept = message_in(a_text(id=message_id)).message_id

    assert 0 < len(kept.encode()) <= 1024
    assert kept.isprintable()


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("1795511695", datetime(2026, 11, 24, 9, 14, 55, tzinfo=UTC)),
        (1795511695, datetime(2026, 11, 24, 9, 14, 55, tzinfo=UTC)),
        (1795511695000, datetime(2026, 11, 24, 9, 14, 55, tzinfo=UTC)),
        ("1603059201", datetime(2020, 10, 18, 22, 13, 21, tzinfo=UTC)),
        (9223372036854775807, NOW),
        ("4102444800", NOW),  # in the year 2100
        ("0", NOW),
        (-1, NOW),
        ("<TIMESTAMP>", NOW),
        (None, NOW),
        (..., NOW),
        ([], NOW),
        ("1" * 500, NOW),
    ],
)
def test_a_time_that_cannot_be_is_when_we_heard_of_it(timestamp: Any, at: datetime) -> None:
    assert message_in(a_text(timestamp=timestamp)).at == at


@pytest.mark.parametrize(
    ("fields", "aliases"),
    [
        ({}, (KNOWN_PHONE,)),
        ({"from_user_id": USER_ID}, (KNOWN_USER, KNOWN_PHONE)),
        ({"from": ..., "from_user_id": USER_ID}, (KNOWN_USER,)),
        ({"from": USER_ID}, (KNOWN_USER,)),
        ({"from": 919876543210}, (KNOWN_PHONE,)),
        ({"from": "+91 98765-43210"}, (KNOWN_PHONE,)),
        ({"from": "<PHONE>"}, (Alias(AliasKind.FROM_ID, "<PHONE>"),)),
        ({"from": "<PHONE>", "from_user_id": USER_ID}, (KNOWN_USER,)),
    ],
)
def test_a_sender_is_known_by_id_then_phone_then_whatever_there_is(
    fields: Json, aliases: tuple[Alias, ...]
) -> None:
    body = a_body(a_change(messages=[a_text(**fields)]))
    update = update_in(body)

    assert isinstance(update, MessageIn)
    assert update.person.aliases == aliases


def test_a_user_name_is_for_display_only() -> None:
    contact = {"profile": {"username": "@priya.buys"}, "user_id": USER_ID}
    message = a_text(**{"from": ..., "from_user_id": USER_ID})
    update = update_in(a_body(a_change(contacts=[contact], messages=[message])))

    assert isinstance(update, MessageIn)
    assert (update.person.username, update.person.phone) == ("priya.buys", "")
    assert update.person.aliases == (KNOWN_USER,)


def test_a_contact_adds_the_id_of_the_same_person() -> None:
    update = update_in(a_body(a_change(contacts=[a_contact(user_id=USER_ID)], messages=[a_text()])))

    assert isinstance(update, MessageIn)
    assert update.person.aliases == (KNOWN_USER, KNOWN_PHONE)


def test_a_contact_of_somebody_else_does_not_become_the_sender() -> None:
    contact = a_contact(wa_id="911111111111", user_id="IN.1")
    update = update_in(a_body(a_change(contacts=[contact], messages=[a_text()])))

    assert isinstance(update, MessageIn)
    assert update.person.aliases == (KNOWN_PHONE,)


def test_a_message_that_names_nobody_is_of_the_only_contact() -> None:
    message = message_in(a_text(**{"from": ...}))

    assert message.person.aliases == (KNOWN_PHONE,)


@pytest.mark.parametrize("sender", [..., None, "", [], {}])
def test_a_message_of_nobody_cannot_be_answered(sender: Any) -> None:
    assert reason_for(a_body(a_change(messages=[a_cart(**{"from": sender})]))) == "no_sender"


def test_an_address_form_becomes_an_address() -> None:
    message = message_in(a_form(MG_ROAD, context={"id": "wamid.ask"}))

    assert message.content == AddressGiven(
        Address(
            name="Priya",
            phone_number="+919876543210",
            house_number="14",
            address="MG Road",
            city="Pune",
            postal_code="411001",
            country="IN",
        ),
        saved_id="address1",
    )


@pytest.mark.parametrize("answer", ["", "{", "<response_json>", "[]", "7", None, {"values": None}])
def test_an_address_form_that_cannot_be_read_is_its_text(answer: Any) -> None:
    form = {"name": "address_message", "body": "Priya\n14 MG Road", "response_json": answer}
    message = message_in(a_message("interactive", {"type": "nfm_reply", "nfm_reply": form}))

    assert message.content == AddressGiven(Address(text="Priya\n14 MG Road"))


def test_an_address_form_may_come_without_its_values_wrapped_or_encoded() -> None:
    form = {"name": "address_message", "response_json": {"city": "Pune", "address": 14}}
    message = message_in(a_message("interactive", {"nfm_reply": form}))

    assert message.content == AddressGiven(Address(city="Pune", address="14"))


FLOW = {"flow_token": "AbC-_1", "name": "Priya ", "address": "MG Road", "postal_code": 411001}


def a_flow(answer: Any) -> MessageIn:
    form = {"name": "flow", "body": "Sent", "response_json": answer}
    return message_in(a_message("interactive", {"type": "nfm_reply", "nfm_reply": form}))


def test_the_answer_to_our_flow_is_an_address_with_its_token() -> None:
    message = a_flow(json.dumps({**FLOW, "text": "ours alone", "flaws": "x"}))

    address = Address(name="Priya", address="MG Road", postal_code="411001")
    assert message.content == AddressGiven(address, token="AbC-_1")
    assert "postal_code: 411001" in message.text
    assert "AbC" not in message.text


@pytest.mark.parametrize("token", [..., None, "", [], {"a": 1}])
def test_a_flow_without_its_token_says_so(token: Any) -> None:
    answer = {name: value for name, value in {**FLOW, "flow_token": token}.items() if value != ...}

    content = a_flow(answer).content

    assert isinstance(content, AddressGiven)
    assert content.token == ""


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            '{"flow_token":"x","name":"Priya","rating":5}',
            "A filled-in form:\nname: Priya\nrating: 5",
        ),
        ('{"flow_token":"x"}', "A filled-in form: Sent"),
        ("[]", "A filled-in form: Sent"),
        ('["address","postal_code"]', "A filled-in form: Sent"),
        ("3", "A filled-in form: Sent"),
        ('"address postal_code"', "A filled-in form: Sent"),
        ("not json", "A filled-in form: Sent"),
    ],
)
def test_another_forms_answer_is_no_address(answer: str, text: str) -> None:
    message = a_flow(answer)

    assert message.content is None
    assert message.text == text


BUTTON_ID = "pay:online:order1"


@pytest.mark.parametrize(
    "message",
    [
        a_tap(BUTTON_ID),
        a_message("interactive", {"type": "list_reply", "list_reply": {"id": BUTTON_ID}}),
        a_message("interactive", {"button_reply": {"id": BUTTON_ID}}),
        a_message("button", {"payload": BUTTON_ID, "text": "Pay"}),
    ],
)
def test_buttons_list_rows_and_template_buttons_are_taps(message: Json) -> None:
    assert message_in(message).content == Tapped(BUTTON_ID)


@pytest.mark.parametrize(
    ("location", "text", "spot"),
    [
        (
            {"latitude": 18.5204, "longitude": "73.8567"},
            "https://www.google.com/maps/search/?api=1&query=18.5204,73.8567",
            ("18.5204", "73.8567"),
        ),
        (
            {"latitude": 0, "longitude": 0, "name": "Home", "address": "14 MG Road"},
            "Home\n14 MG Road\nhttps://www.google.com/maps/search/?api=1&query=0,0",
            ("0", "0"),
        ),
        ({"name": "Home", "latitude": None}, "Home", ("", "")),
        (
            {"name": "Home", "latitude": 91, "longitude": 0},
            "Home\nhttps://www.google.com/maps/search/?api=1&query=91,0",
            ("", ""),
        ),
    ],
)
def test_a_location_is_what_a_courier_can_use(
    location: Json, text: str, spot: tuple[str, str]
) -> None:
    assert message_in(a_message("location", location)).content == PlaceGiven(text, *spot)


def test_a_question_about_a_product_answers_nothing() -> None:
    context = {"referred_product": {"catalog_id": "1", "product_retailer_id": "kurta-m"}}

    assert message_in(a_text("14 MG Road, Pune", context=context)).content is None


def test_edits_and_deletions_name_the_message_that_they_change() -> None:
    edited = a_message("edit", {"original_message_id": "wamid.old", "message": {"type": "text"}})
    deleted = a_message("revoke", {"original_message_id": "wamid.old"})

    assert message_in(edited).content == Corrected("wamid.old", "edited")
    assert message_in(deleted).content == Corrected("wamid.old", "deleted")


def test_a_new_number_is_told_with_the_old_one() -> None:
    system = {"type": "user_changed_number", "wa_id": "912222222222", "user_id": "IN.2"}
    update = update_in(a_body(a_change(messages=[a_message("system", system)])))

    assert isinstance(update, MessageIn)
    assert isinstance(update.content, Renamed)
    person = update.content.person
    assert person.aliases == (
        KNOWN_PHONE,
        Alias(AliasKind.USER_ID, "IN.2"),
        Alias(AliasKind.PHONE, "912222222222"),
    )
    assert (person.phone, person.user_id) == ("912222222222", "IN.2")


@pytest.mark.parametrize("previous", [{}, {"previous_user_id": USER_ID}])
def test_a_new_id_is_told_without_a_sender(previous: Json) -> None:
    system = {"type": "user_changed_user_id", "user_id": "IN.2"} | previous
    message = a_message("system", system, **{"from": ...})
    update = update_in(a_body(a_change(messages=[message])))

    assert isinstance(update, MessageIn)
    assert isinstance(update.content, Renamed)
    new = Alias(AliasKind.USER_ID, "IN.2")
    assert update.content.person.aliases == ((KNOWN_USER, new) if previous else (new,))


def test_a_new_id_may_come_on_a_field_of_its_own() -> None:
    change = {"wa_id": PHONE, "user_id": {"previous": USER_ID, "current": "IN.2"}}
    update = update_in(a_body(a_change("user_id_update", user_id_update=[change])))

    assert isinstance(update, RenamedIn)
    assert update.person.aliases == (KNOWN_USER, KNOWN_PHONE, Alias(AliasKind.USER_ID, "IN.2"))
    assert update.person.user_id == "IN.2"


def test_what_staff_write_in_the_app_is_an_echo_to_the_customer() -> None:
    echo = a_text("We are closed today.", **{"from": "15550783881", "to": PHONE})
    update = update_in(a_body(a_change("smb_message_echoes", message_echoes=[echo])))

    assert isinstance(update, MessageIn)
    assert (update.echo, update.content) == (True, None)
    assert update.person.aliases == (KNOWN_PHONE,)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (a_message("image", {"caption": "My ticket"}), "My ticket"),
        (a_message("image", {"id": "1"}), "A photo"),
        (a_message("image", None), "A photo"),
        (a_message("video", {}), "A video"),
        (a_message("document", {"filename": "invoice.pdf"}), "A document: invoice.pdf"),
        (a_message("audio", {"voice": True}), "A voice message"),
        (a_message("audio", {}), "An audio file"),
        (a_message("sticker", {}), "A sticker"),
        (a_message("contacts", [{"name": {"formatted_name": "Asha"}}, None]), "A contact: Asha"),
        (a_message("contacts", "x"), "A contact"),
        (a_message("reaction", {"emoji": "👍"}), "Reacted with 👍"),
        (a_message("reaction", {"message_id": "wamid.1"}), "Took a reaction back"),
        (a_message("revoke", {}), "Deleted an earlier message"),
        (
            a_message("edit", {"message": {"type": "text", "text": {"body": "New"}}}),
            "Edited an earlier message: New",
        ),
        (
            a_message("unsupported", {"type": "poll"}),
            "A message that WhatsApp does not pass on (poll)",
        ),
        (
            a_message("unknown", ..., errors=[{"code": 131051, "details": "Not supported"}]),
            "A message that WhatsApp does not pass on: Not supported",
        ),
        (
            a_message("of_next_year", {}),
            "A message of a kind that Orderdesk does not know: of_next_year",
        ),
        (
            a_message("text", None),
            "A message of a kind that Orderdesk does not know: text",
        ),
        (
            a_message("interactive", {"type": "payment_method", "payment_method": {}}),
            "Chose a card to pay with",
        ),
        (a_message("request_welcome", ...), "Opened the chat for the first time"),
        (a_cart(an_item(), an_item("b"), text="Love these!"), "A cart of 2 products: Love these!"),
    ],
)
def test_every_message_says_something_to_a_person(message: Json, text: str) -> None:
    assert message_in(message).text == text


def test_a_text_is_free_of_what_no_screen_shows() -> None:
    message = message_in(a_text("a\x00b\ud800c\r\nd"))

    assert message.text == "ab\ufffdc\nd"


def test_a_text_beyond_all_measure_is_cut_and_what_is_kept_of_it_fits_the_table() -> None:
    message = message_in(a_text("é\\" * 500_000))

    assert len(message.text) == 4096
    assert len(message.details) < 350_000
    assert json.loads(message.details)["cut"] is True


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("sent", Delivery.SENT),
        ("DELIVERED", Delivery.DELIVERED),
        ("read", Delivery.READ),
        ("played", Delivery.READ),
        ("failed", Delivery.FAILED),
        ("deleted", None),
        ("in orbit", None),
        (None, None),
        (7, None),
    ],
)
def test_a_status_says_how_far_the_message_came(status: Any, delivery: Delivery | None) -> None:
    assert status_in(status=status).delivery is delivery


def test_a_failure_is_explained_in_our_words_and_metas() -> None:
    error = {"code": 131049, "title": "T", "message": "M", "error_data": {"details": "Ecosystem"}}

    status = status_in(status="failed", errors=[error])

    assert status.error_code == 131049
    assert status.error.startswith("Meta holds this message back")
    assert status.error.endswith("(131049: Ecosystem)")


@pytest.mark.parametrize("errors", [None, [], "x", [None], [{}], [{"code": "x" * 99}]])
def test_a_failure_may_come_without_a_reason(errors: Any) -> None:
    status = status_in(status="failed", errors=errors)

    assert (status.delivery, status.error_code) == (Delivery.FAILED, None)


@pytest.mark.parametrize("status", ["captured", "failed", "pending"])
def test_a_payment_that_failed_is_not_a_message_that_failed(status: str) -> None:
    assert status_in(status=status, type="payment").delivery is None


def test_a_status_without_a_message_cannot_be_placed() -> None:
    assert reason_for(a_body(a_change(statuses=[{"status": "sent"}]))) == "no_message_id"


@pytest.mark.parametrize(
    ("role", "handed_over"),
    [("ai_agent", True), ("escalation", False), ("new", None), (None, None)],
)
def test_a_handover_says_who_answers_now(role: Any, handed_over: bool | None) -> None:
    value: Json = {
        "sender": {"phone_number": PHONE},
        "recipient": {"phone_number_id": PHONE_NUMBER},
        "type": "control_passed",
        "control_passed": {"new_owner_role": role},
    }

    update = update_in(a_body(a_change("messaging_handovers", phone_number_id="", **value)))

    assert isinstance(update, HandoverIn)
    assert (update.phone_number_id, update.handed_over) == (PHONE_NUMBER, handed_over)
    assert update.person.aliases == (KNOWN_PHONE,)


def test_an_error_that_belongs_to_no_message_is_reported_with_its_code() -> None:
    update = update_in(a_body(a_change(errors=[{"code": 131035, "title": "Too late"}])))

    assert update == ReportIn(field="messages", is_error=True, codes=("131035: Too late",))


def test_news_of_the_account_are_for_the_log() -> None:
    update = update_in(a_body(a_change("account_update", event="VERIFIED_ACCOUNT")))

    assert update == ReportIn(field="account_update")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not_json"),
        (a_body(a_change("of_next_year", messages=[a_text()])), "unknown_field"),
        (a_body(a_change(contacts=[a_contact()])), "unknown_update"),
        (a_body(a_change(messages=[["text"]])), "not_an_object"),
        (a_body(a_change(messages=[{}, "text"])), "no_sender"),
    ],
)
def test_what_nobody_can_act_upon_says_why(body: bytes, reason: str) -> None:
    first = split(body, received_at=NOW)[0]

    with pytest.raises(Unreadable) as caught:
        parse(first.text, now=NOW)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        '{"schema": 2, "kind": "message"}',
        '{"schema": 1}',
        '{"schema": 1, "kind": ["message"]}',
        '{"schema": 1, "kind": "message", "payload": 7}',
        '{"schema": 1, "kind": "message", "received_at": "yesterday", "payload": {"from": "1"}}',
        "[" * 100_000,
        '{"schema": 1, "kind": "status", "payload": ' + '{"a":' * 2000 + "1" + "}" * 2001,
    ],
)
def test_a_queue_message_that_is_no_entry_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text, now=NOW)


def test_a_body_that_is_nested_without_an_end_is_kept_whole_and_says_why() -> None:
    deep = b"[" * 5000 + b"1" + b"]" * 5000
    body = said(a_text()).replace(b'"Is it in stock?"', deep)

    [entry] = split(body, received_at=NOW)

    assert json.loads(entry.text)["raw"] == body.decode()
    with pytest.raises(Unreadable, match="body apart"):
        parse(entry.text, now=NOW)
