"""Bodies that nobody documented: nothing but Unreadable is raised, and nothing is lost."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdesk.adapters.whatsapp.envelope import split
from orderdesk.adapters.whatsapp.inbound import parse
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import NOW
from tests.whatsapp import (
    MG_ROAD,
    PHONE,
    USER_ID,
    Shop,
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
)

NO_NUMBERS: list[Any] = [None, True, False, "NaN", "9" * 400, "0", "-3", "1.5", "", " ", "x"]
NO_TEXTS: list[Any] = [0, -1, 1.5, 2**63 - 1, 10**40, 1e300, "a\x00b", "\ud800", "\ufffe"]
NO_OBJECTS: list[Any] = [[], {}, [None], [[]], [{}], {"": None}, {"id": {}}]
ODD: Any = st.sampled_from([*NO_NUMBERS, *NO_TEXTS, *NO_OBJECTS])
BODIES = st.sampled_from(
    [
        a_change(contacts=[a_contact(user_id=USER_ID)], messages=[a_cart(an_item(), an_item("b"))]),
        a_change(contacts=[a_contact()], messages=[a_text("14 MG Road, Pune"), a_form(MG_ROAD)]),
        a_change(messages=[a_tap("pay:online:order1", context={"id": "wamid.1"})]),
        a_change(messages=[a_message("location", {"latitude": 1.5, "longitude": "2"})]),
        a_change(messages=[a_message("system", {"wa_id": "1", "user_id": "IN.2", "body": "x"})]),
        a_change(messages=[a_message("edit", {"original_message_id": "wamid.0", "message": {}})]),
        a_change(messages=[a_message("unsupported", {"type": "x"}, errors=[{"code": 1}])]),
        a_change(statuses=[a_status("failed", errors=[{"code": 1026, "error_data": {}}])]),
        a_change(errors=[{"code": 131035, "title": "x"}]),
        a_change("standby", standby={"messages": [a_cart()], "contacts": [a_contact()]}),
        a_change("user_id_update", user_id_update=[{"user_id": {"previous": USER_ID}}]),
        a_change("messaging_handovers", sender={"phone_number": PHONE}, type="x", x={}),
        a_change("account_update", event="x"),
    ]
)


def reason_for(text: str) -> str | None:
    """Why an entry is unreadable; None when it is not. Nothing else may be raised."""
    try:
        parse(text, now=NOW)
    except Unreadable as error:
        return error.reason
    return None


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path within a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [at] if at else []
    if isinstance(value, dict | list):
        for key, each in inside:
            found += places(each, (*at, key)) if isinstance(each, dict | list) else [(*at, key)]
    return found


@st.composite
def mutated_changes(draw: st.DrawFn) -> Any:
    """A documented change with up to four values replaced, taken away or doubled."""
    change = copy.deepcopy(draw(BODIES))
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(places(change)))
        holder: Any = change
        for step in way:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "remove", "double"])):
            case "replace":
                holder[last] = copy.deepcopy(draw(ODD))
            case "remove":
                del holder[last]
            case _:
                holder[last] = [holder[last], copy.deepcopy(holder[last])]
        if not places(change):
            break
    return change


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(mutated_changes())
def test_no_odd_change_costs_the_cart_beside_it(change: Any) -> None:
    shop = Shop()
    cart = a_change(messages=[a_cart(message_id="wamid.beside", **{"from": "912222222222"})])
    body = a_body(change, cart)

    outcomes = shop.hears(body)

    assert len(outcomes) + len(shop.dead_letters) == len(split(body, received_at=NOW))
    assert shop.order("wamid.beside").stage is Stage.PLACED


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_kept(body: bytes) -> None:
    entries = split(body, received_at=NOW)

    assert entries
    assert all(entry.text.isascii() for entry in entries)


JSON = st.recursive(
    ODD | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["entry", "changes", "value", "messages", "contacts", "field", "standby"]
            )
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_taken_apart_and_read_or_unreadable(document: Any) -> None:
    for entry in split(json.dumps(document).encode(), received_at=NOW):
        assert reason_for(entry.text) != ""


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "schema": st.just(1) | ODD,
            "kind": st.sampled_from(["message", "status", "error", "echo", "handover", "other"]),
            "field": st.sampled_from(["messages", "user_id_update", "account_update"]) | ODD,
            "contact": JSON,
            "payload": JSON,
            "phone_number_id": ODD,
        },
    )
)
def test_any_entry_is_read_or_unreadable(entry: dict[str, Any]) -> None:
    assert reason_for(json.dumps({"schema": 1} | entry)) != ""
