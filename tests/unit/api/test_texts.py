"""Texts over the API: all of them, and one as it will look."""

from dataclasses import replace
from typing import Any

import pytest

from orderdesk.api.context import READ, READ_SETTINGS, WRITE_SETTINGS
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.shop.speech import Speech
from tests.api import Api
from tests.builders import a_ready_order, a_store

PREVIEW = "/api/texts/preview"


@pytest.fixture
def api() -> Api:
    api = Api(READ, READ_SETTINGS, WRITE_SETTINGS, role=Role.MANAGER)
    speech = Speech(
        languages=("en", "hi"),
        texts={"hi.confirmed": "{first_name} जी, पक्का।"},
        muted=("delivered",),
        templates={"shipped": "order_shipped_v2"},
    )
    store = a_store()
    api.context.stores.put(replace(store, policy=replace(store.policy, speech=speech)))
    return api


def texts(api: Api) -> dict[str, Any]:
    status, body = api.call("GET", "/api/texts")
    assert status == 200
    return {each["name"]: each for each in body["texts"]}


def test_every_text_is_listed_with_ours_and_the_shops_own(api: Api) -> None:
    confirmed = texts(api)["confirmed"]

    assert confirmed["own"] == {"hi": "{first_name} जी, पक्का।"}
    assert confirmed["defaults"]["en"].startswith("Your order {number} is confirmed.")
    assert set(confirmed["defaults"]) == {"en", "hi", "pt_BR"}
    assert {"number", "closed", "shop"} <= set(confirmed["variables"])


def test_switches_and_templates_are_told(api: Api) -> None:
    found = texts(api)

    assert (found["delivered"]["may_mute"], found["delivered"]["muted"]) == (True, True)
    assert (found["ask_address"]["may_mute"], found["ask_address"]["muted"]) == (False, False)
    assert found["shipped"]["template"] == "order_shipped_v2"
    assert set(found["shipped"]["template_variables"]) == {"number", "carrier", "tracking_number"}
    assert found["waits_for_payment"]["category"] == "marketing"


def test_variables_are_described(api: Api) -> None:
    _, body = api.call("GET", "/api/texts")

    used = {name for each in body["texts"] for name in each["variables"]}
    assert used == set(body["variables"])


def test_a_preview_shows_a_text_with_a_sample_order(api: Api) -> None:
    status, body = api.call("POST", PREVIEW, {"name": "shipped", "language": "en"})

    assert status == 200
    assert body["text"].startswith("Your order #1001 is on its way with Delhivery.")
    assert body["length"] == len(body["text"]) < body["limit"] == 1024
    assert body["buttons"] == ["Track parcel"]
    assert (body["in_window"], body["category"]) == ("service", "utility")


def test_a_preview_shows_the_shops_own_text_of_a_real_order(api: Api) -> None:
    order = api.has(a_ready_order(number=2042))

    _, own = api.call("POST", PREVIEW, {"name": "confirmed", "language": "hi"})
    _, real = api.call(
        "POST", PREVIEW, {"name": "confirmed", "language": "en", "order_id": order.order_id}
    )

    assert own["text"] == "Priya जी, पक्का।"
    assert real["text"].startswith("Your order #2042 is confirmed.")
    assert "Pune 411001" in real["text"]


def test_a_text_is_tried_before_it_is_saved(api: Api) -> None:
    asked = {"name": "confirmed", "language": "en", "text": "Order {number}: {total}\n{closed}"}

    _, body = api.call("POST", PREVIEW, asked)

    assert body["text"].startswith("Order #1001: ₹2,250.00\nWe are closed now")
    assert texts(api)["confirmed"]["defaults"]["en"] != asked["text"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "Order {nummer}"}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 1025}, "text"),
        ({"name": "nothing"}, "name"),
        ({"language": "fr"}, "language"),
    ],
)
def test_a_preview_of_what_cannot_be_says_why(
    api: Api, change: dict[str, object], field: str
) -> None:
    status, body = api.call("POST", PREVIEW, {"name": "confirmed", "language": "en", **change})

    assert (status, body["error"]["details"]["field"]) == (400, field)


def test_an_order_is_shown_to_keys_that_may_read_orders_only() -> None:
    api = Api(READ_SETTINGS)
    order = api.has(a_ready_order())
    asked = {"name": "confirmed", "language": "en", "order_id": order.order_id}

    assert api.call("POST", PREVIEW, asked)[0] == 403
    assert api.call("POST", PREVIEW, {**asked, "order_id": ""})[0] == 200


def test_an_order_that_is_not_there_is_not_found(api: Api) -> None:
    asked = {"name": "confirmed", "language": "en", "order_id": "nothing"}

    assert api.call("POST", PREVIEW, asked)[0] == 404


def test_a_text_that_cannot_be_is_refused_when_settings_are_saved(api: Api) -> None:
    answer = api.answer("GET", "/api/settings")
    _, body = api.call("GET", "/api/settings")
    settings = body["settings"]
    settings["speech"]["texts"]["en.confirmed"] = "Order {nummer}"

    status, refused = api.call("PUT", "/api/settings", settings, if_match=answer.headers["etag"])

    assert (status, refused["error"]["details"]["field"]) == (400, "speech.texts.en.confirmed")
    assert "{number}" in refused["error"]["message"]
