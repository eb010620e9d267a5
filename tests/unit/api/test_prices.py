"""Staff choose which prices of an order count."""

from __future__ import annotations

from typing import Any

import pytest

from orderdesk.api.context import EDIT, READ
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Order
from tests.api import Api
from tests.builders import NOW, a_line, an_order, rupees

MISMATCH = Attention(reason="price_mismatch", text="It differs.", at=NOW)


@pytest.fixture
def api() -> Api:
    return Api(READ, EDIT)


def in_doubt(api: Api, **fields: Any) -> Order:
    """The catalog's prices count: 420 for kaju, which the cart had at 400."""
    kaju = a_line(
        "kaju", quantity=1, price=rupees(420), list_price=rupees(420), said_price=rupees(400)
    )
    tea = a_line("chai", quantity=2, price=rupees(20))
    return api.has(an_order(lines=(kaju, tea), attention=(MISMATCH,), **fields))


def choose(api: Api, order: Order, **body: Any) -> tuple[int, dict[str, Any]]:
    path = f"/api/orders/{order.order_id}/prices"
    return api.call("PUT", path, {"expected_version": order.version, **body})


def prices(answer: dict[str, Any]) -> list[int]:
    return [line["price"]["minor"] // 100 for line in answer["order"]["lines"]]


def test_the_carts_prices_can_count(api: Api) -> None:
    order = in_doubt(api)

    status, answer = choose(api, order, prices="cart")

    assert (status, prices(answer)) == (200, [400, 20])
    assert answer["order"]["attention"] == []
    [_, settled, changed] = api.history(order)
    assert (settled.type, changed.type) == ("order.attention_resolved", "order.lines_changed")
    assert changed.data == {"why": "repriced", "before": "₹460.00", "total": "₹440.00"}


def test_taking_the_catalogs_prices_settles_the_doubt(api: Api) -> None:
    order = in_doubt(api)

    status, answer = choose(api, order, prices="catalog")

    assert (status, prices(answer), answer["order"]["attention"]) == (200, [420, 20], [])
    assert answer["order"]["version"] == 2


def test_staff_may_say_prices_of_their_own(api: Api) -> None:
    ten = {"minor": 1000, "currency": "INR"}

    answer = choose(api, in_doubt(api), lines=[{"retailer_id": "chai", "price": ten}])[1]

    assert prices(answer) == [420, 10]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"prices": "ours"},
        {"lines": []},
        {"prices": "cart", "lines": [{"retailer_id": "chai", "price": {"minor": 1}}]},
        {"lines": [{"retailer_id": "tea", "price": {"minor": 1000, "currency": "INR"}}]},
        {"lines": [{"retailer_id": "chai", "price": {"minor": 1000, "currency": "USD"}}]},
        {"lines": [{"retailer_id": "chai", "price": {"minor": -1, "currency": "INR"}}]},
    ],
)
def test_what_cannot_be_a_price_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert choose(api, in_doubt(api), **body)[0] == 400


def test_what_is_packed_keeps_its_prices(api: Api) -> None:
    assert choose(api, in_doubt(api, stage=Stage.PROCESSED), prices="cart")[0] == 409


def test_prices_need_the_right_to_edit() -> None:
    api = Api(READ)

    assert choose(api, in_doubt(api), prices="cart")[0] == 403
