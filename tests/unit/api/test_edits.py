"""What integrators change beside the stage, and whether the history can be trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from orderdesk.api.context import EDIT, MOVE, READ, REFUND
from orderdesk.api.openapi import document
from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.policy import Policy
from tests.api import Api
from tests.builders import NOW, a_capture, a_line, a_ready_order, a_store, an_order

TRACKING = {"carrier": "Delhivery", "number": "DL1"}
TWO_KURTAS = [{"retailer_id": "kurta-m", "quantity": 2}]
ONE_KURTA = [{"retailer_id": "kurta-m", "quantity": 1}]


@pytest.fixture
def api() -> Api:
    return Api(READ, MOVE, EDIT)


def path(order: Order, rest: str) -> str:
    return f"/api/orders/{order.order_id}/{rest}"


def kinds(api: Api, order: Order) -> list[str]:
    return [each.type.value for each in api.history(order)]


def a_packed_order(api: Api) -> Order:
    return api.has(a_ready_order(Stage.PROCESSED))


def a_delivered_order(api: Api, **fields: Any) -> Order:
    return api.has(a_ready_order(Stage.DELIVERED, delivered_at=NOW, **fields))


def test_a_part_leaves_while_the_rest_is_packed(api: Api) -> None:
    order = a_packed_order(api)
    body = {"expected_version": 1, "lines": ONE_KURTA, "tracking": TRACKING}

    status, answered = api.call("POST", path(order, "parcels"), body)

    assert status == 200
    assert answered["order"]["stage"] == "processed"
    assert answered["order"]["parcels"][0]["tracking"]["number"] == "DL1"
    assert (api.history(order)[-1].by.name, api.history(order)[-1].by.role) == (
        "Warehouse",
        Role.AGENT,
    )


def test_the_last_part_leaves_with_the_move(api: Api) -> None:
    order = a_packed_order(api)
    body = {"expected_version": 1, "lines": TWO_KURTAS, "tracking": TRACKING}

    status, answered = api.call("POST", path(order, "parcels"), body)

    assert status == 400
    assert "move the order to Shipped" in answered["error"]["message"]


def test_tracking_is_corrected_and_the_history_says_what_it_was(api: Api) -> None:
    order = a_packed_order(api)
    shipped = {"to": "shipped", "expected_version": 1, "tracking": TRACKING}
    api.call("POST", path(order, "moves"), shipped)
    corrected = {"expected_version": 2, "tracking": TRACKING | {"number": "DL2"}}

    status, answered = api.call("PATCH", path(order, "parcels/p1"), corrected)

    assert (status, answered["order"]["parcels"][0]["tracking"]["number"]) == (200, "DL2")
    _, read = api.call("GET", f"/api/orders/{order.order_id}")
    change = {"field": "parcels.0.tracking.number", "before": "DL1", "after": "DL2"}
    assert change in read["history"][-1]["changes"]


def test_a_parcel_that_is_not_there_is_not_found(api: Api) -> None:
    order = a_packed_order(api)

    status, answered = api.call(
        "PATCH", path(order, "parcels/p7"), {"expected_version": 1, "tracking": TRACKING}
    )

    assert (status, answered["error"]["code"]) == (404, "not_found")


def test_a_part_comes_back_and_the_order_stays_delivered(api: Api) -> None:
    order = a_delivered_order(api)
    opened = {"expected_version": 1, "lines": ONE_KURTA, "reason_code": "damaged"}
    api.call("POST", path(order, "returns"), opened)

    status, answered = api.call(
        "POST", path(order, "returns/r1/receive"), {"expected_version": 2, "restock": False}
    )

    assert (status, answered["order"]["stage"]) == (200, "delivered")
    assert answered["order"]["returns"][0]["state"] == "received"


def test_with_the_last_goods_the_order_is_returned_by_the_same_commit(api: Api) -> None:
    order = a_delivered_order(api)
    opened = {"expected_version": 1, "lines": TWO_KURTAS, "reason_code": "wrong_item"}
    api.call("POST", path(order, "returns"), opened)

    status, answered = api.call(
        "POST", path(order, "returns/r1/receive"), {"expected_version": 2, "restock": True}
    )

    assert status == 200
    assert (answered["order"]["stage"], answered["order"]["version"]) == ("returned", 4)
    assert answered["order"]["restock"]
    assert kinds(api, order)[-2:] == ["order.return_received", "order.moved"]
    assert (api.history(order)[-1].move_id, api.history(order)[-1].reason_code) == (
        "T31",
        "wrong_item",
    )


def test_a_return_keeps_its_words_when_the_shop_has_other_reasons_meanwhile(api: Api) -> None:
    order = a_delivered_order(api)
    opened = {"expected_version": 1, "lines": TWO_KURTAS, "reason_code": "damaged"}
    api.call("POST", path(order, "returns"), opened)
    own = {Stage.RETURNED: (Reason("too_small", "Too small"),)}
    api.context.stores.put(a_store(policy=Policy(reasons=own)))

    status, answered = api.call(
        "POST", path(order, "returns/r1/receive"), {"expected_version": 2, "restock": False}
    )

    assert (status, answered["order"]["stage"]) == (200, "returned")
    assert (api.history(order)[-1].reason_code, api.history(order)[-1].reason) == (
        "other",
        "Damaged",
    )


def test_what_came_back_in_parts_is_sold_again_only_if_all_of_it_can_be(api: Api) -> None:
    order = a_delivered_order(api)
    for version, restock in ((1, True), (3, False)):
        opened = {"expected_version": version, "lines": ONE_KURTA, "reason": "Too small"}
        _, answered = api.call("POST", path(order, "returns"), opened)
        case = answered["order"]["returns"][-1]["return_id"]
        received = {"expected_version": version + 1, "restock": restock}
        status, answered = api.call("POST", path(order, f"returns/{case}/receive"), received)
        assert status == 200

    assert answered["order"]["stage"] == "returned"
    assert not answered["order"]["restock"]
    assert [each["restock"] for each in answered["order"]["returns"]] == [True, False]


def test_goods_that_stay_with_the_customer_close_the_return(api: Api) -> None:
    order = a_delivered_order(api)
    opened = {"expected_version": 1, "lines": TWO_KURTAS, "reason": "Changed her mind"}
    api.call("POST", path(order, "returns"), opened)

    status, answered = api.call(
        "POST", path(order, "returns/r1/close"), {"expected_version": 2, "note": "She keeps it"}
    )

    assert (status, answered["order"]["returns"][0]["state"]) == (200, "closed")
    assert answered["order"]["stage"] == "delivered"


def test_more_than_was_ordered_cannot_come_back(api: Api) -> None:
    order = a_delivered_order(api)
    lines = [{"retailer_id": "kurta-m", "quantity": 3}]

    status, answered = api.call(
        "POST", path(order, "returns"), {"expected_version": 1, "lines": lines, "reason": "x"}
    )

    assert (status, answered["error"]["details"]["field"]) == (400, "lines")


def test_a_customer_who_comes_by_needs_no_address(api: Api) -> None:
    order = api.has(an_order())

    status, answered = api.call(
        "PUT", path(order, "fulfilment"), {"expected_version": 1, "fulfilment": "pickup"}
    )

    assert (status, answered["order"]["fulfilment"]) == (200, Fulfilment.PICKUP)
    refusals = {each["to"]: each["refusals"] for each in answered["moves"]}["confirmed"]
    assert [each["reason"] for each in refusals] == ["payment_method_missing"]


def test_somebody_looked(api: Api) -> None:
    item = Attention(reason="price_mismatch", text="Look", at=NOW)
    order = api.has(an_order(attention=(item,)))

    status, answered = api.call(
        "POST",
        path(order, "attention/price_mismatch/resolve"),
        {"expected_version": 1, "note": "It is fine"},
    )

    assert (status, answered["order"]["attention"]) == (200, [])
    assert api.history(order)[-1].data["note"] == "It is fine"


def test_only_who_refunds_may_say_that_money_is_kept() -> None:
    body = {"expected_version": 1, "reason": "The customer told us to keep it"}
    for role, scopes, expected in (
        (Role.AGENT, (READ, EDIT), 403),
        (Role.AGENT, (READ, REFUND), 403),
        (Role.ACCOUNTANT, (READ, EDIT), 403),
        (Role.ACCOUNTANT, (READ, REFUND), 200),
    ):
        api = Api(*scopes, role=role)
        ledger = Ledger(currency="INR").book(a_capture(an_order()))
        order = api.has(a_ready_order(Stage.CANCELLED, ledger=ledger))

        status, answered = api.call("POST", path(order, "refund-waiver"), body)

        assert status == expected
    assert answered["order"]["refund_waived"] == body["reason"]


def test_a_key_does_what_its_role_may() -> None:
    packer = Api(READ, MOVE, EDIT, role=Role.PACKER)
    order = packer.has(a_ready_order(Stage.APPROVED))
    delivered = packer.has(a_ready_order(Stage.DELIVERED, delivered_at=NOW, message_id="wamid.2"))

    packed = packer.call("POST", path(order, "moves"), {"to": "processed", "expected_version": 1})
    cancelled = packer.call(
        "POST", path(order, "moves"), {"to": "cancelled", "expected_version": 2, "reason": "x"}
    )
    opened = packer.call(
        "POST",
        path(delivered, "returns"),
        {"expected_version": 1, "lines": ONE_KURTA, "reason": "x"},
    )

    assert [packed[0], cancelled[0], opened[0]] == [200, 403, 403]
    assert packer.history(order)[-1].by.title == "Warehouse (packer)"


def test_an_edit_is_decided_on_what_was_seen(api: Api) -> None:
    order = a_packed_order(api)
    body = {"expected_version": 1, "fulfilment": "pickup"}
    api.call("POST", path(order, "moves"), {"to": "on_hold", "expected_version": 1, "reason": "x"})

    status, answered = api.call("PUT", path(order, "fulfilment"), body)

    assert (status, answered["error"]["code"]) == (409, "stale")
    assert answered["error"]["details"]["winner"]["name"] == "Warehouse"
    assert answered["error"]["details"]["order"]["stage"] == "on_hold"


def test_an_edit_repeated_under_its_key_is_done_once(api: Api) -> None:
    order = a_packed_order(api)
    body = {"expected_version": 1, "lines": ONE_KURTA, "tracking": TRACKING}
    key = {"idempotency-key": "abc"}

    first = api.call("POST", path(order, "parcels"), body, **key)
    again = api.call("POST", path(order, "parcels"), body, **key)
    other = api.call("POST", path(order, "parcels"), body | {"expected_version": 2}, **key)

    assert first == again
    assert kinds(api, order) == ["order.placed", "order.parcel_shipped"]
    assert (other[0], other[1]["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("method", "rest", "body", "field"),
    [
        ("POST", "parcels", {}, "lines"),
        ("POST", "parcels", {"lines": []}, "lines"),
        ("POST", "parcels", {"lines": [{"retailer_id": "x", "quantity": 0}]}, "lines.0.quantity"),
        ("PATCH", "parcels/p1", {"tracking": {"code": "x"}}, "tracking.code"),
        ("POST", "returns", {"lines": ONE_KURTA, "words": "x"}, "words"),
        ("POST", "returns/r1/receive", {}, "restock"),
        ("PUT", "fulfilment", {"fulfilment": "pigeon"}, "fulfilment"),
        ("POST", "attention/waiting/resolve", {"expected_version": 0}, "expected_version"),
        ("POST", "moves", {"to": "on_hold", "until": "2026-11-25T09:00:00"}, "until"),
    ],
)
def test_an_edit_that_makes_no_sense_names_the_field(
    api: Api, method: str, rest: str, body: dict[str, object], field: str
) -> None:
    order = a_packed_order(api)

    status, answered = api.call(method, path(order, rest), body)

    assert status == 400
    assert field in [each["field"] for each in answered["error"]["details"]["fields"]]


def test_a_hold_ends_when_the_client_says(api: Api) -> None:
    order = api.has(a_ready_order())
    body = {
        "to": "on_hold",
        "expected_version": 1,
        "reason_code": "address_check",
        "until": "2026-11-25T09:00:00+05:30",
    }

    status, answered = api.call("POST", path(order, "moves"), body)

    assert status == 200
    assert answered["order"]["hold"]["until"] == "2026-11-25T03:30:00.000Z"
    assert answered["order"]["hold"]["code"] == "address_check"


def test_a_reason_that_the_shop_does_not_know_is_refused_with_those_it_knows(api: Api) -> None:
    order = api.has(a_ready_order())
    body = {"to": "rejected", "expected_version": 1, "reason_code": "full_moon"}

    status, answered = api.call("POST", path(order, "moves"), body)

    assert (status, answered["error"]["details"]["field"]) == (400, "reason_code")
    assert "out_of_stock" in answered["error"]["message"]


def test_an_untouched_history_is_proven_from_its_first_item(api: Api) -> None:
    order = api.has(a_ready_order(Stage.PLACED))
    api.call("POST", path(order, "moves"), {"to": "confirmed", "expected_version": 1})

    status, proof = api.call("GET", path(order, "verification"))
    _, read = api.call("GET", f"/api/orders/{order.order_id}")

    assert status == 200
    assert (proof["holds"], proof["flaws"], proof["proven_from"]) == (True, [], 1)
    assert proof["last_hash"] == read["history"][-1]["hash"]
    assert read["history"][-1]["previous"] == read["history"][0]["hash"]


def test_an_item_that_was_changed_or_taken_away_is_found(api: Api) -> None:
    order = api.has(a_ready_order(Stage.PLACED))
    api.call("POST", path(order, "moves"), {"to": "confirmed", "expected_version": 1})
    api.call("POST", path(order, "moves"), {"to": "approved", "expected_version": 2})
    kept = api.context.orders.shelf.orders[order.store_id, order.order_id]  # type: ignore[attr-defined]

    kept.history[1]["by"]["name"] = "Somebody else"
    changed = api.call("GET", path(order, "verification"))[1]
    del kept.history[1]
    missing = api.call("GET", path(order, "verification"))[1]

    assert not changed["holds"]
    assert [each["version"] for each in changed["flaws"]] == [2]
    assert {"version": 2, "problem": "it is missing"} in missing["flaws"]


def test_a_return_of_one_product_at_two_prices_is_still_whole(api: Api) -> None:
    lines = (a_line(quantity=1), replace(a_line(quantity=1), name="The last one"))
    order = a_delivered_order(api, lines=lines)
    opened = {"expected_version": 1, "lines": TWO_KURTAS, "reason": "x"}
    api.call("POST", path(order, "returns"), opened)

    _, answered = api.call(
        "POST", path(order, "returns/r1/receive"), {"expected_version": 2, "restock": True}
    )

    assert answered["order"]["stage"] == "returned"


def test_answers_are_what_the_document_says(api: Api) -> None:
    order = a_delivered_order(api)
    opened = {"expected_version": 1, "lines": TWO_KURTAS, "reason": "x"}
    received = {"expected_version": 2, "restock": True}
    stale = {"expected_version": 1, "fulfilment": "pickup"}
    answers = {
        "NewReturn": opened,
        "ReturnReceived": received,
        "FulfilmentChoice": stale,
        "OrderWithMoves": [
            api.call("POST", path(order, "returns"), opened)[1],
            api.call("POST", path(order, "returns/r1/receive"), received)[1],
            api.call("GET", f"/api/orders/{order.order_id}")[1],
        ],
        "Verification": api.call("GET", path(order, "verification"))[1],
        "Error": api.call("PUT", path(order, "fulfilment"), stale)[1],
    }
    schemas = document()["components"]["schemas"]

    for name, answered in answers.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        for each in answered if isinstance(answered, list) else [answered]:
            OAS31Validator(schema).validate(each)
