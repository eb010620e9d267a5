"""One body, one entry per update, and nothing of it lost."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.envelope import split
from tests.builders import NOW
from tests.whatsapp import (
    PHONE,
    USER_ID,
    Json,
    a_body,
    a_cart,
    a_change,
    a_contact,
    a_status,
    a_text,
    an_item,
    said,
)


def entries(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(entry.text) for entry in split(body, received_at=NOW)]


def test_a_message_stands_in_its_frame_with_its_contact() -> None:
    [entry] = entries(said(a_text("Hello")))

    assert entry == {
        "schema": 1,
        "received_at": NOW.isoformat(),
        "waba_id": "102290129340398",
        "field": "messages",
        "phone_number_id": "106540352242922",
        "display_phone_number": "15550783881",
        "kind": "message",
        "contact": a_contact(),
        "payload": a_text("Hello"),
    }


def test_messages_statuses_and_errors_of_one_value_are_all_there() -> None:
    change = a_change(
        contacts=[a_contact()],
        messages=[a_text(message_id="wamid.1"), a_cart()],
        statuses=[a_status("sent"), a_status("read")],
        errors=[{"code": 131000}],
    )

    kinds = [entry["kind"] for entry in entries(a_body(change, a_change(statuses=[a_status()])))]

    assert kinds == ["message", "message", "status", "status", "error", "status"]


def test_what_is_said_in_standby_is_found_one_level_deeper() -> None:
    nested = {"contacts": [a_contact()], "messages": [a_text()], "statuses": [a_status()]}

    found = entries(a_body(a_change("standby", standby=nested)))

    assert [(each["kind"], each["field"]) for each in found] == [
        ("message", "standby"),
        ("status", "standby"),
    ]
    assert found[0]["contact"] == a_contact()


def test_the_field_may_be_missing() -> None:
    change = a_change(messages=[a_text()])
    del change["field"]

    [entry] = entries(a_body(change))

    assert (entry["kind"], entry["field"]) == ("message", None)


def test_a_price_keeps_its_digits() -> None:
    body = said(a_cart(an_item(item_price="PRICE"))).replace(b'"PRICE"', b"99.990000000000000001")

    [entry] = split(body, received_at=NOW)

    assert '"item_price":99.990000000000000001' in entry.text


def test_each_message_has_its_own_senders_contact() -> None:
    contacts = [a_contact(wa_id="911111111111"), a_contact(wa_id="912222222222")]
    messages = [a_text(**{"from": "912222222222"}), a_text(**{"from": "911111111111"}), a_text()]

    found = entries(a_body(a_change(contacts=contacts, messages=messages)))

    assert [each["contact"] and each["contact"]["wa_id"] for each in found] == [
        "912222222222",
        "911111111111",
        None,
    ]


def test_a_contact_is_found_by_its_user_id() -> None:
    hidden = {"profile": {"username": "@priya"}, "user_id": USER_ID}
    message = a_text(**{"from": ..., "from_user_id": USER_ID})

    [entry] = entries(a_body(a_change(contacts=[hidden, a_contact()], messages=[message])))

    assert entry["contact"] == hidden


def test_one_customers_updates_wait_for_one_another_and_for_nobody_else() -> None:
    body = a_body(
        a_change(
            contacts=[a_contact()],
            messages=[a_text(), a_cart(), a_text(**{"from": "912222222222"})],
            statuses=[a_status(recipient_id=PHONE)],
        )
    )

    text, cart, other, status = split(body, received_at=NOW)

    assert text.group == cart.group == status.group != other.group


def test_a_group_tells_no_phone_number_and_fits_sqs() -> None:
    for number in ("+91 98765 43210", "x" * 500, "नाम", "\ud800"):
        [entry] = split(said(a_text(**{"from": number})), received_at=NOW)

        assert len(entry.group) <= 128
        assert entry.group.isalnum()


def test_updates_about_nobody_do_not_wait_for_one_another() -> None:
    account = [a_change("account_update", event=event) for event in ("A", "B")]

    one, two = split(a_body(*account), received_at=NOW)

    assert one.group != two.group


def test_the_same_update_has_the_same_id_whenever_it_comes() -> None:
    [first] = split(said(a_text()), received_at=NOW)
    [again] = split(said(a_text()), received_at=NOW + timedelta(days=3))
    [other] = split(said(a_text("Other")), received_at=NOW)

    assert first.entry_id == again.entry_id != other.entry_id


def test_an_entry_is_ascii_whatever_customers_write() -> None:
    [entry] = split(said(a_text("null \x00, half a pair \ud83d, नमस्ते")), received_at=NOW)

    assert entry.text.isascii()


@pytest.mark.parametrize("field", ["account_update", "messaging_handovers", "of_next_year"])
def test_another_field_is_kept_whole(field: str) -> None:
    value: Json = {"event": "SOMETHING", "sender": {"phone_number": PHONE}}

    [entry] = entries(a_body(a_change(field, **value)))

    assert entry["field"] == field
    assert entry["payload"]["event"] == "SOMETHING"


def test_a_list_that_meta_has_thought_of_since_is_kept_beside_the_messages() -> None:
    found = entries(said(a_text(), novelties=[{"id": 1}]))

    assert [each["kind"] for each in found] == ["message", "other"]
    assert found[1]["payload"] == {"novelties": [{"id": 1}]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"<html>", "not_json"),
        (b'{"entry": [', "not_json"),
        (b'{"entry": []} {}', "not_json"),
        (b"\xff\xfe\xfa", "not_json"),
        (b"[]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"{}", "no_entry"),
        (b'{"entry": null}', "no_entry"),
        (b'{"entry": "x"}', "no_entry"),
        (b'{"entry": [7]}', "no_changes"),
        (b'{"entry": [{"changes": "x"}]}', "no_changes"),
        (b'{"entry": [{"changes": [null]}]}', "no_value"),
        (b'{"entry": [{"changes": [{"value": []}]}]}', "no_value"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
    ],
)
def test_what_cannot_be_taken_apart_is_one_entry_with_its_reason(body: bytes, reason: str) -> None:
    [entry] = entries(body)

    assert (entry["kind"], entry["reason"]) == ("unreadable", reason)


def test_a_change_or_value_without_the_outer_frame_is_taken_apart_too() -> None:
    change = a_change(contacts=[a_contact()], messages=[a_cart()])

    for document in (
        change,
        change["value"],
        {"entry": {"changes": change | {"value": [change["value"]]}}},
    ):
        [entry] = entries(json.dumps(document).encode())

        assert (entry["kind"], entry["phone_number_id"]) == ("message", "106540352242922")


def test_an_unreadable_body_is_kept_as_it_was() -> None:
    [text] = entries('{"entry": "é'.encode())
    [data] = entries(b"\xff\xfe\xfa")

    assert text["raw"] == '{"entry": "é'
    assert base64.b64decode(data["raw"]) == b"\xff\xfe\xfa"


def test_an_odd_change_does_not_cost_the_others() -> None:
    body = json.loads(said(a_cart()))
    body["entry"].insert(0, None)
    body["entry"][1]["changes"].append("odd")

    assert [each["kind"] for each in entries(json.dumps(body).encode())] == [
        "unreadable",
        "message",
        "unreadable",
    ]


@pytest.mark.parametrize("odd", [None, 7, "text", [], ["x"], True])
def test_an_odd_message_does_not_cost_the_others(odd: Any) -> None:
    change = a_change(contacts=odd, metadata=odd, messages=[odd, a_cart()], statuses=odd)

    found = [each["payload"] for each in entries(a_body(change))]

    assert a_cart() in found
    assert odd in found


def test_more_updates_than_meta_ever_sends_stay_together() -> None:
    [entry] = entries(said(*[a_text()] * 5001))

    assert (entry["kind"], entry["reason"]) == ("unreadable", "too_many_updates")
