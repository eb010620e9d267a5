"""Stock over the API: read, counted anew, and not counted any more."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from orderdesk.api.context import EDIT, READ
from orderdesk.api.openapi import document
from orderdesk.domain.orders.actor import Role
from tests.api import Api
from tests.builders import STORE

CHAI = "/api/products/chai/stock"


@pytest.fixture
def api() -> Api:
    return Api(READ, EDIT, role=Role.PACKER)


def ids(*names: str) -> str:
    return f"/api/stock?ids={','.join(names)}"


def test_what_is_counted_can_be_read(api: Api) -> None:
    assert api.call("PUT", CHAI, {"available": 12}) == (
        200,
        {"retailer_id": "chai", "available": 12},
    )

    assert api.call("GET", ids("kurta-m", "chai")) == (
        200,
        {
            "stock": [
                {"retailer_id": "kurta-m", "available": None},
                {"retailer_id": "chai", "available": 12},
            ]
        },
    )


def test_nothing_left_is_another_thing_than_not_counted(api: Api) -> None:
    api.call("PUT", CHAI, {"available": 0})
    assert api.context.stock.available(STORE, ["chai"]) == {"chai": 0}

    assert api.call("PUT", CHAI, {"available": None})[0] == 200
    assert api.context.stock.available(STORE, ["chai"]) == {}


@pytest.mark.parametrize(
    "body", [{}, {"available": -1}, {"available": "12"}, {"available": 1.5}, {"available": 10**7}]
)
def test_a_count_that_cannot_be_is_refused(api: Api, body: object) -> None:
    api.context.stock.count(STORE, "chai", 3)

    status, answer = api.call("PUT", CHAI, body)

    assert (status, answer["error"]["code"]) == (400, "invalid")
    assert [each["field"] for each in answer["error"]["details"]["fields"]] == ["available"]
    assert api.context.stock.available(STORE, ["chai"]) == {"chai": 3}


def test_several_products_are_counted_whatever_their_ids(api: Api) -> None:
    stock = [
        {"retailer_id": "kurta M/2? नीला", "available": 4},
        {"retailer_id": "chai", "available": None},
    ]

    assert api.call("PUT", "/api/stock", {"stock": stock}) == (200, {"stock": stock})
    assert api.context.stock.available(STORE, ["kurta M/2? नीला", "chai"]) == {"kurta M/2? नीला": 4}


@pytest.mark.parametrize(
    "stock", [[], [{"retailer_id": "", "available": 1}], [{"retailer_id": "chai"}]]
)
def test_a_list_that_cannot_be_counted_is_refused_as_a_whole(
    api: Api, stock: list[dict[str, object]]
) -> None:
    body = {"stock": [{"retailer_id": "diya", "available": 1}, *stock] if stock else []}

    assert api.call("PUT", "/api/stock", body)[0] == 400
    assert api.context.stock.available(STORE, ["diya"]) == {}


@pytest.mark.parametrize("product", ["", "x" * 1001])
def test_a_product_has_an_id_of_some_length(api: Api, product: str) -> None:
    status, answer = api.call("PUT", f"/api/products/{product}/stock", {"available": 1})

    assert (status, answer["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", ["/api/stock", ids(""), ids(*(f"p{n}" for n in range(101)))])
def test_a_question_names_1_to_100_products(api: Api, path: str) -> None:
    status, answer = api.call("GET", path)

    assert (status, answer["error"]["code"]) == (400, "invalid")


def test_counting_takes_the_scope_and_a_role_that_edits() -> None:
    several = {"stock": [{"retailer_id": "chai", "available": 1}]}
    without_scope, without_role = Api(READ), Api(READ, EDIT, role=Role.VIEWER)

    assert without_scope.call("PUT", CHAI, {"available": 1})[0] == 403
    assert without_role.call("PUT", "/api/stock", several)[0] == 403
    status, answer = without_role.call("PUT", CHAI, {"available": 1})
    assert status == 403
    assert "viewer" in answer["error"]["message"]
    assert without_role.context.stock.available(STORE, ["chai"]) == {}


def test_the_answers_are_those_of_the_document(api: Api) -> None:
    described: Any = document()
    _, counted = api.call("PUT", CHAI, {"available": 12})
    _, listed = api.call("GET", ids("chai", "diya"))

    for name, answer in (("Stock", counted), ("StockList", listed)):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        OAS31Validator(schema).validate(answer)
