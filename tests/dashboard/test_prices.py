"""Staff choose whose prices an order has, where it says that they differ."""

from __future__ import annotations

from typing import Any

import pytest

from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Hold, Order
from tests.builders import NOW, STORE, a_line, an_order, rupees
from tests.dashboard.screen import Screen, one, soup, words

DIFFER = "Kaju katli: the cart says ₹400.00, the catalog ₹420.00."
KAJU = a_line(
    "kaju",
    name="Kaju katli",
    quantity=1,
    price=rupees(420),
    list_price=rupees(420),
    said_price=rupees(400),
)


@pytest.fixture
def screen() -> Screen:
    return Screen(Role.AGENT)


def held(**fields: Any) -> Order:
    item = Attention(reason="price_mismatch", text=DIFFER, at=NOW)
    hold = Hold(reason="Price to be checked", code="price_mismatch", source=Stage.PLACED)
    given = {"stage": Stage.ON_HOLD, "lines": (KAJU,), "attention": (item,), "hold": hold}
    return an_order(**{**given, **fields})


def page_of(screen: Screen, order: Order) -> Any:
    return soup(screen.get(f"/orders/{order.order_id}"))


def choose(screen: Screen, order: Order, prices: str) -> Any:
    version = screen.orders.get(STORE, order.order_id).version
    return screen.post(f"/orders/{order.order_id}/prices", version=version, prices=prices)


@pytest.mark.parametrize(("prices", "total"), [("cart", 400), ("catalog", 420)])
def test_the_difference_is_explained_and_decided_with_a_click(
    screen: Screen, prices: str, total: int
) -> None:
    order = held()
    screen.have(order)
    page = page_of(screen, order)
    assert DIFFER in words(one(page, "#attention"))
    assert page.select("#form-done-price_mismatch") == []
    one(page, f"#form-prices-{prices}")

    assert choose(screen, order, prices).status == 303

    stored = screen.orders.get(STORE, order.order_id)
    assert (stored.total, stored.attention) == (rupees(total), ())
    assert page_of(screen, order).select("#attention") == []


def test_a_line_shows_what_the_customer_saw_where_another_price_counts(screen: Screen) -> None:
    order = held()
    screen.have(order)
    assert "cart: ₹400.00" in words(one(page_of(screen, order), ".lines"))

    choose(screen, order, "cart")
    assert "cart:" not in words(one(page_of(screen, order), ".lines"))


def test_there_are_no_other_prices_to_take(screen: Screen) -> None:
    order = held()
    screen.have(order)

    assert choose(screen, order, "mine").status == 400


def test_who_may_not_edit_decides_nothing() -> None:
    viewer, order = Screen(Role.VIEWER), held()
    viewer.have(order)

    assert page_of(viewer, order).select("#form-prices-cart") == []
    assert choose(viewer, order, "cart").status == 403


def test_what_is_packed_can_only_be_looked_at(screen: Screen) -> None:
    order = held(stage=Stage.PROCESSED, hold=None)
    screen.have(order)

    page = page_of(screen, order)

    assert page.select("#form-prices-cart") == []
    one(page, "#form-done-price_mismatch")
