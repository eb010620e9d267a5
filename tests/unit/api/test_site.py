"""The API, on the in-memory twins: what integrators may rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from openapi_spec_validator import validate

from orderdesk.api.context import MOVE, READ, REVERT
from orderdesk.api.openapi import document
from orderdesk.api.site import ROUTES
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.api import Api
from tests.builders import NOW, STORE, a_ready_order, a_store, an_actor, an_order


@pytest.fixture
def api() -> Api:
    return Api(READ, MOVE)


def a_move(to: Stage, version: int = 1, **more: object) -> dict[str, object]:
    return {"to": to, "expected_version": version, **more}


def test_a_list_shows_what_a_list_needs_and_nothing_archived(api: Api) -> None:
    api.has(an_order())
    api.has(an_order(Stage.ARCHIVED, message_id="wamid.2"))

    status, body = api.call("GET", "/api/orders")

    assert status == 200
    assert [each["stage"] for each in body["orders"]] == ["placed"]
    assert body["orders"][0]["total"] == {"minor": 150_000, "currency": "INR"}
    assert body["cursor"] is None


def test_pages_follow_one_another_without_a_gap_or_a_repeat(api: Api) -> None:
    expected = [api.has(an_order(message_id=f"wamid.{n}")).order_id for n in range(7)]

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"limit=3&cursor={cursor}" if cursor else "limit=3"
        _, body = api.call("GET", f"/api/orders?{query}")
        seen += [each["order_id"] for each in body["orders"]]
        cursor = body["cursor"]

    assert sorted(seen) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("from=2026-09-05&to=2026-09-06", [0, 1, 2]),
        ("from=2026-09-06&to=2026-09-06", [1, 2]),
        ("from=2026-09-06", [1, 2, 3]),
        ("to=2026-09-05&sort=order_date", [0]),
        ("from=2026-09-06&stage=confirmed", []),
        ("from=2026-09-08", []),
    ],
)
def test_dates_are_days_of_the_shop_from_the_first_to_the_last(
    api: Api, query: str, places: list[int]
) -> None:
    api.context.stores.put(a_store(STORE, time_zone="America/Santiago"))
    times = ("06T03:59:59.999", "06T04:00", "07T02:59:59.999", "07T03:00")  # the 6th has 23 hours
    made = [
        api.has(
            an_order(
                message_id=f"wamid.{each}", placed_at=datetime.fromisoformat(f"2026-09-{each}Z")
            )
        ).order_id
        for each in times
    ]

    status, body = api.call("GET", f"/api/orders?direction=asc&{query}")

    assert status == 200
    assert [made.index(each["order_id"]) for each in body["orders"]] == places


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=2026-03-09&to=2026-03-08", "earlier date"),
        ("from=2026-03-08&sort=payment", "sort by order date"),
        ("from=tomorrow", "send a date like"),
        ("from=1700000000", "send a date like"),
        ("to=2026-02-30", "send a date like"),
        ("to=9999-12-31", "nearer date"),
    ],
)
def test_dates_that_make_no_list_are_refused(api: Api, query: str, message: str) -> None:
    status, body = api.call("GET", f"/api/orders?{query}")

    assert (status, body["error"]["code"]) == (400, "invalid")
    assert message in body["error"]["message"].lower()


@pytest.mark.parametrize(
    "query",
    ["stage=nowhere", "sort=colour", "direction=up", "limit=0", "limit=x", "cursor=zz", "what=1"],
)
def test_a_list_that_makes_no_sense_is_refused_by_name(api: Api, query: str) -> None:
    status, body = api.call("GET", f"/api/orders?{query}")

    assert status == 400
    assert body["error"]["code"] == "invalid"
    assert query.split("=", maxsplit=1)[0] in body["error"]["message"].lower()


def test_an_order_comes_with_its_history_and_what_can_be_done_now(api: Api) -> None:
    order = api.has(an_order())

    status, body = api.call("GET", f"/api/orders/{order.order_id}")

    moves = {each["to"]: each for each in body["moves"]}
    assert status == 200
    assert [each["type"] for each in body["history"]] == ["order.placed"]
    assert moves["on_hold"]["allowed"]
    assert moves["on_hold"]["needs"] == ["reason"]
    assert moves["on_hold"]["takes"] == ["until"]
    assert {"code": "address_check", "label": "Address to be checked"} in moves["on_hold"][
        "reasons"
    ]
    assert moves["confirmed"]["reasons"] == []
    assert not moves["confirmed"]["allowed"]
    assert moves["confirmed"]["refusals"][0]["reason"] == "address_incomplete"


def test_a_move_answers_with_the_order_in_its_new_stage(api: Api) -> None:
    order = api.has(a_ready_order())

    path = f"/api/orders/{order.order_id}/moves"
    status, body = api.call("POST", path, a_move(Stage.APPROVED))

    assert status == 200
    assert (body["order"]["stage"], body["order"]["version"]) == ("approved", 2)
    assert "processed" in [each["to"] for each in body["moves"]]
    history = api.context.orders.history(STORE, order.order_id)
    assert (history[-1].by.name, history[-1].by.via) == ("Warehouse", "api")


def test_a_request_repeated_under_its_key_is_done_once(api: Api) -> None:
    order = api.has(a_ready_order())
    path = f"/api/orders/{order.order_id}/moves"
    key = {"idempotency-key": "abc"}

    first = api.call("POST", path, a_move(Stage.APPROVED), **key)
    again = api.call("POST", path, a_move(Stage.APPROVED), **key)

    assert first == again
    assert len(api.context.orders.history(STORE, order.order_id)) == 2


def test_a_key_used_for_another_request_is_refused(api: Api) -> None:
    order = api.has(a_ready_order())
    path = f"/api/orders/{order.order_id}/moves"
    key = {"idempotency-key": "abc"}
    api.call("POST", path, a_move(Stage.APPROVED), **key)

    status, body = api.call("POST", path, a_move(Stage.ON_HOLD, 2, reason="x"), **key)

    assert (status, body["error"]["code"]) == (400, "invalid")


def test_a_lost_race_says_who_was_faster_and_what_is_possible_now(api: Api) -> None:
    order = api.has(a_ready_order())
    command = MoveCommand(
        store_id=STORE, order_id=order.order_id, to=Stage.APPROVED, by=an_actor(name="Asha")
    )
    move(command, orders=api.context.orders, stores=api.context.stores, now=NOW)

    status, body = api.call(
        "POST", f"/api/orders/{order.order_id}/moves", a_move(Stage.ON_HOLD, reason="x")
    )

    details = body["error"]["details"]
    assert (status, body["error"]["code"]) == (409, "stale")
    assert details["changed_by"]["by"]["name"] == "Asha"
    assert details["winner"] == {
        "name": "Asha",
        "kind": "staff",
        "role": "manager",
        "via": "dashboard",
    }
    assert details["changed_at"] == "2026-11-24T09:15:00.000Z"
    assert body["error"]["message"].startswith(
        "Asha (manager) changed this order first: it is Approved now."
    )
    assert details["order"]["stage"] == "approved"
    assert "processed" in [each["to"] for each in details["moves"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "to"),
        ({"to": "approved"}, "expected_version"),
        ({"to": "nowhere", "expected_version": 1}, "to"),
        ({"to": "approved", "expected_version": 0}, "expected_version"),
        ({"to": "approved", "expected_version": 1, "stage": "x"}, "stage"),
        (b"{not json", "body"),
    ],
)
def test_a_move_that_makes_no_sense_names_the_field(api: Api, body: object, field: str) -> None:
    order = api.has(a_ready_order())

    status, answered = api.call("POST", f"/api/orders/{order.order_id}/moves", body)

    assert status == 400
    assert field in [each["field"] for each in answered["error"]["details"]["fields"]]


def test_a_move_that_the_table_lacks_tells_what_it_has(api: Api) -> None:
    order = api.has(a_ready_order(Stage.SHIPPED))

    status, body = api.call(
        "POST", f"/api/orders/{order.order_id}/moves", a_move(Stage.CANCELLED, reason="x")
    )

    assert (status, body["error"]["code"]) == (409, "not_allowed")
    assert "delivered" in body["error"]["details"]["allowed"]


def test_a_blocked_move_tells_what_would_help(api: Api) -> None:
    order = api.has(an_order())

    status, body = api.call("POST", f"/api/orders/{order.order_id}/moves", a_move(Stage.CONFIRMED))

    assert (status, body["error"]["code"]) == (409, "blocked")
    assert body["error"]["details"]["refusals"][0]["remedy"]


@pytest.mark.parametrize(
    "token", ["", "od_main_wrong", "od__0123abcd", "xx_main_0123abcd", "od_other_0123abcd"]
)
def test_a_key_that_does_not_exist_opens_nothing(token: str) -> None:
    status, body = Api(READ, token=token).call("GET", "/api/orders")

    assert (status, body["error"]["code"]) == (401, "unauthenticated")


def test_a_key_does_only_what_its_scopes_say() -> None:
    reader = Api(READ)
    order = reader.has(a_ready_order(Stage.APPROVED))
    path = f"/api/orders/{order.order_id}/moves"
    assert reader.call("POST", path, a_move(Stage.PROCESSED))[0] == 403

    mover = Api(READ, MOVE)
    mover.has(order)
    assert mover.call("POST", path, a_move(Stage.CONFIRMED, reason="x"))[0] == 403

    reverter = Api(READ, MOVE, REVERT)
    reverter.has(order)
    assert reverter.call("POST", path, a_move(Stage.CONFIRMED, reason="x"))[0] == 200


def test_a_key_of_one_store_never_reaches_another(api: Api) -> None:
    order = replace(an_order(), store_id="other")
    api.has(order)

    assert api.call("GET", f"/api/orders/{order.order_id}")[0] == 404
    assert api.call("GET", "/api/orders")[1]["orders"] == []


def test_a_path_that_leads_nowhere_has_the_shape_of_every_error(api: Api) -> None:
    assert api.call("GET", "/api/nothing")[1]["error"]["code"] == "not_found"
    status, body = api.call("DELETE", "/api/orders")
    assert (status, body["error"]["code"]) == (405, "method_not_allowed")


def test_the_document_is_valid_and_names_every_route(api: Api) -> None:
    validate(document())

    described = {
        (method.upper(), path) for path, ways in document()["paths"].items() for method in ways
    }
    served = {(method, "/" + "/".join(parts)) for method, parts, _ in ROUTES._routes}
    assert described | {("GET", "/openapi.json")} == served
    assert api.call("GET", "/openapi.json")[1] == document()


def test_answers_have_every_field_that_the_document_requires(api: Api) -> None:
    order = api.has(a_ready_order())
    schemas = document()["components"]["schemas"]

    one = api.call("GET", f"/api/orders/{order.order_id}")[1]
    many = api.call("GET", "/api/orders")[1]

    assert set(schemas["OrderWithMoves"]["properties"]) == set(one)
    assert set(schemas["Order"]["required"]) <= set(one["order"])
    assert set(schemas["AllowedMove"]["required"]) == set(one["moves"][0])
    assert set(schemas["Event"]["required"]) <= set(one["history"][0])
    assert set(schemas["Summary"]["required"]) <= set(many["orders"][0])
