"""Settings over the API: the whole document, what is refused, and who changed what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from orderdesk.api.context import MOVE, READ_SETTINGS, WRITE_SETTINGS
from orderdesk.api.openapi import document
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.shop.settings import SETTINGS
from tests.api import Api
from tests.builders import STORE

DAY = [{"opens": "09:00", "closes": "13:00"}, {"opens": "15:00", "closes": "20:30"}]
HOURS = {
    "weekdays": [DAY, DAY, DAY, DAY, DAY, [{"opens": "18:00", "closes": "02:00"}], []],
    "holidays": [{"date": "2026-12-25", "name": "Christmas", "intervals": []}],
}
CHANGED = {
    "name": "Asha's kurtas",
    "currency": "INR",
    "country": "IN",
    "time_zone": "Asia/Kolkata",
    "abandon_after": 7200,
    "reminders": [1800, 3600],
    "late_payment_valid_for": 86_400,
    "archive_after": 604_800,
    "return_window": 0,
    "undo_window": 60,
    "grace_period": 0,
    "customer_cancel_until": "approved",
    "hours": HOURS,
    "after_hours": "hold_on_placed",
    "escalate_after": {"placed": 600, "on_hold": 1200},
    "auto_approve": {
        "enabled": True,
        "payment": "any",
        "up_to": 500_000,
        "known_customer": True,
    },
    "refund_automatically": True,
    "fulfilments": ["pickup", "courier"],
    "reasons": {"cancelled": [{"code": "too_slow", "label": "It took too long"}]},
    "shipping": {"fee": 4_900, "free_from": 99_900},
    "tax": {"rate": 1_800, "included": False, "label": "GST"},
    "discounts": [{"label": "Diwali", "percent": 1_000, "amount": 0, "from_subtotal": 50_000}],
    "price_tolerance": 50,
    "offers": [{"method": "whatsapp_pay", "at_least": 0, "at_most": None}],
    "confirm_rules": [{"method": "cash_on_delivery", "on": "verified", "from_total": 100_000}],
    "online_provider": "stripe",
    "whatsapp_pay": {
        "gateway": "payu",
        "configuration_name": "shop_payu",
        "catalog_id": "",
        "country_of_origin": "India",
        "importer_name": "Saffron Lane",
        "importer_address": "12 MG Road, Pune",
    },
    "transfer": {
        "instructions": "Account 12345, IFSC HDFC0000001",
        "payee": "Saffron Lane",
        "city": "Pune",
        "upi_id": "saffron@okhdfc",
        "pix_key": "",
        "pix_key_type": "EVP",
    },
    "refund_limit": 500_000,
    "ask_about_carts_within": 0,
    "flow_id": "1234567890",
    "speech": {
        "language": "hi",
        "languages": ["hi", "en"],
        "texts": {},
        "muted": [],
        "templates": {},
        "canned": [{"name": "Thanks", "text": "Thank you!"}],
    },
    "budget": {
        "currency": "INR",
        "rates": {"IN": {"utility": 115_000, "marketing": 863_000}},
        "free_service_messages": 1000,
        "monthly_cap": 100_000,
    },
}


@pytest.fixture
def api() -> Api:
    return Api(READ_SETTINGS, WRITE_SETTINGS, role=Role.OWNER)


def put(api: Api, settings: object, seen: str = '"0"') -> tuple[int, dict[str, Any]]:
    return api.call("PUT", "/api/settings", settings, if_match=seen)


def defaults(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = api.call("GET", "/api/settings")[1]["defaults"]
    return found


def changed_at(path: str, value: object) -> dict[str, Any]:
    """The changed settings with another value at the path; `-` is a value not there at all."""
    found: Any = json.loads(json.dumps(CHANGED))
    *parts, last = (int(part) if part.isdigit() else part for part in path.split("."))
    inner = found
    for part in parts:
        inner = inner[part]
    if value == "-":
        del inner[last]
    else:
        inner[last] = value
    result: dict[str, Any] = found
    return result


def test_a_new_shop_has_the_defaults_and_says_so(api: Api) -> None:
    response = api.answer("GET", "/api/settings")
    status, body = api.call("GET", "/api/settings")

    assert (status, body["version"], response.headers["etag"]) == (200, 0, '"0"')
    assert body["settings"] == body["defaults"]
    assert body["at_default"] == list(SETTINGS)
    assert set(body["settings"]) == set(SETTINGS)


def test_every_setting_is_read_as_it_was_put(api: Api) -> None:
    status, body = put(api, CHANGED)
    _, read = api.call("GET", "/api/settings")

    assert (status, body["version"]) == (200, 1)
    assert read == body
    assert read["settings"] == CHANGED
    assert read["at_default"] == ["currency", "country", "time_zone"]
    assert read["defaults"] == defaults(Api(READ_SETTINGS)) | {"name": STORE}


def test_settings_count_at_once(api: Api) -> None:
    put(api, CHANGED)

    assert api.context.stores.get(STORE).policy.abandon_after.total_seconds() == 7200


def test_answers_are_what_the_document_says(api: Api) -> None:
    schemas = document()["components"]["schemas"]
    for name, answered in (
        ("SettingsAnswer", api.call("GET", "/api/settings")[1]),
        ("SettingsAnswer", put(api, CHANGED)[1]),
        ("Settings", CHANGED),
        ("SettingsHistory", api.call("GET", "/api/settings/history")[1]),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        OAS31Validator(schema).validate(answered)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_document_that_lacks_a_setting_is_refused(api: Api, name: str) -> None:
    status, body = put(api, changed_at(name, "-"))

    assert status == 400
    assert [each["field"] for each in body["error"]["details"]["fields"]] == [name]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("colour", "red", "colour"),
        ("name", "", "name"),
        ("currency", "rupees", "currency"),
        ("country", "India", "country"),
        ("abandon_after", "3600", "abandon_after"),
        ("abandon_after", -1, "abandon_after"),
        ("abandon_after", 1.5, "abandon_after"),
        ("reminders.0", "1h", "reminders.0"),
        ("customer_cancel_until", "nowhere", "customer_cancel_until"),
        ("hours.weekdays.0.0.opens", "25:00", "hours.weekdays.0.0.opens"),
        ("hours.weekdays.0.0.until", "20:00", "hours.weekdays.0.0.until"),
        ("hours.time_zone", "Asia/Kolkata", "hours.time_zone"),
        ("hours.holidays.0.date", "2026-02-30", "hours.holidays.0.date"),
        ("hours.holidays.0.date", 1_790_000_000, "hours.holidays.0.date"),
        ("after_hours", "sleep", "after_hours"),
        ("auto_approve.enabled", "yes", "auto_approve.enabled"),
        ("auto_approve.up_to", -5, "auto_approve.up_to"),
        ("refund_automatically", 1, "refund_automatically"),
        ("fulfilments.0", "pigeon", "fulfilments.0"),
        ("reasons.cancelled.0.label", 7, "reasons.cancelled.0.label"),
    ],
)
def test_a_value_of_the_wrong_shape_is_named(
    api: Api, path: str, value: object, field: str
) -> None:
    status, body = put(api, changed_at(path, value))

    assert (status, body["error"]["code"]) == (400, "invalid")
    assert field in [each["field"] for each in body["error"]["details"]["fields"]]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("time_zone", "Asia/Kolkatta", "time_zone"),
        ("grace_period", 3600, "grace_period"),
        ("undo_window", 8 * 86_400, "undo_window"),
        ("reminders", [3600, 1800], "reminders"),
        ("customer_cancel_until", "shipped", "customer_cancel_until"),
        ("escalate_after", {"archived": 600}, "escalate_after"),
        ("hours.weekdays", [[]] * 7, "hours.weekdays"),
        ("hours.weekdays", [DAY] * 6, "hours.weekdays"),
        ("hours.weekdays.0", [DAY[0], {"opens": "12:00", "closes": "14:00"}], "hours.weekdays"),
        ("hours.holidays", [{"date": "2026-12-25"}] * 2, "hours.holidays"),
        ("fulfilments", [], "fulfilments"),
        ("fulfilments", ["pickup", "pickup"], "fulfilments"),
        ("reasons", {"shipped": [{"code": "x", "label": "X"}]}, "reasons"),
        ("reasons.cancelled", [], "reasons.cancelled"),
        ("reasons.cancelled.0.code", "Too Slow", "reasons.cancelled"),
        ("reasons.cancelled", [{"code": "x", "label": "X"}] * 2, "reasons.cancelled"),
        ("reasons.cancelled.0.label", " ", "reasons.cancelled"),
    ],
)
def test_settings_that_no_shop_can_have_are_refused_by_name(
    api: Api, path: str, value: object, field: str
) -> None:
    status, body = put(api, changed_at(path, value))

    assert (status, body["error"]["details"].get("field")) == (400, field)
    assert api.call("GET", "/api/settings")[1]["version"] == 0


def test_settings_that_somebody_else_changed_are_not_overwritten(api: Api) -> None:
    put(api, CHANGED)

    response = api.answer("PUT", "/api/settings", changed_at("abandon_after", 60), if_match='"0"')
    status, body = put(api, changed_at("name", "Ravi's"), seen='"0"')

    assert (status, body["error"]["code"], response.headers["etag"]) == (412, "stale", '"1"')
    details = body["error"]["details"]
    assert details["winner"] == {
        "name": "Warehouse",
        "kind": "staff",
        "role": "owner",
        "via": "api",
    }
    assert details["settings"]["name"] == "Asha's kurtas"
    assert body["error"]["message"].startswith("Warehouse (owner) changed these settings first")


def test_a_change_says_what_it_was_decided_on(api: Api) -> None:
    for seen in ("", "1", "*", '"x"'):
        status, body = put(api, CHANGED, seen=seen)

        assert (status, body["error"]["details"]["field"]) == (400, "if-match")


def test_a_put_that_is_repeated_changes_nothing(api: Api) -> None:
    put(api, CHANGED)

    assert put(api, CHANGED, seen='"0"')[0] == 200
    assert put(api, CHANGED, seen='W/"1"')[1]["version"] == 1
    assert len(api.call("GET", "/api/settings/history")[1]["changes"]) == 1


def test_one_setting_is_reset_and_the_others_stay(api: Api) -> None:
    put(api, CHANGED)

    status, body = api.call(
        "POST", "/api/settings/reset", {"fields": ["hours", "name"]}, if_match='"1"'
    )

    assert (status, body["version"]) == (200, 2)
    assert body["settings"]["hours"] == {"weekdays": [], "holidays": []}
    assert body["settings"]["name"] == STORE
    assert body["settings"]["abandon_after"] == 7200
    assert {"hours", "name"} <= set(body["at_default"])


def test_all_settings_are_reset(api: Api) -> None:
    put(api, CHANGED)

    _, body = api.call("POST", "/api/settings/reset", {}, if_match='"1"')

    assert body["settings"] == body["defaults"]


def test_a_setting_that_there_is_not_cannot_be_reset(api: Api) -> None:
    status, body = api.call(
        "POST", "/api/settings/reset", {"fields": ["hours", "colour"]}, if_match='"0"'
    )

    assert (status, body["error"]["details"]["field"]) == (400, "fields.1")


def test_the_history_says_who_changed_what(api: Api) -> None:
    put(api, CHANGED)
    put(api, changed_at("hours.weekdays.0.0.opens", "08:00"), seen='"1"')

    _, body = api.call("GET", "/api/settings/history?limit=1")
    _, older = api.call("GET", f"/api/settings/history?limit=1&cursor={body['cursor']}")

    (newest,) = body["changes"]
    assert (newest["version"], newest["by"]["name"], newest["by"]["role"]) == (
        2,
        "Warehouse",
        "owner",
    )
    change = {"field": "hours.weekdays.0.0.opens", "before": "09:00", "after": "08:00"}
    assert newest["changes"] == [change]
    assert older["changes"][0]["version"] == 1
    fields = [each["field"] for each in older["changes"][0]["changes"]]
    assert {"abandon_after", "refund_automatically", "escalate_after.placed"} <= set(fields)


def test_a_zone_is_told_once(api: Api) -> None:
    put(api, changed_at("time_zone", "America/St_Johns"))
    put(api, changed_at("time_zone", "Pacific/Chatham"), seen='"1"')

    _, body = api.call("GET", "/api/settings/history?limit=1")

    assert [each["field"] for each in body["changes"][0]["changes"]] == ["time_zone"]


@pytest.mark.parametrize(
    ("scopes", "role", "method", "expected"),
    [
        ((MOVE,), Role.OWNER, "GET", 403),
        ((READ_SETTINGS,), Role.VIEWER, "GET", 200),
        ((READ_SETTINGS,), Role.OWNER, "PUT", 403),
        ((WRITE_SETTINGS,), Role.AGENT, "PUT", 403),
        ((WRITE_SETTINGS,), Role.MANAGER, "PUT", 200),
    ],
)
def test_only_who_may_sees_and_changes_settings(
    scopes: tuple[str, ...], role: Role, method: str, expected: int
) -> None:
    api = Api(*scopes, role=role)

    status, _ = api.call(method, "/api/settings", CHANGED, if_match='"0"')

    assert status == expected
