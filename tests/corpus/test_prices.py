"""Carts that others recorded, priced by a catalog that agrees, one that differs, and none."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryCatalog
from orderdesk.domain.orders.order import Line, Order
from orderdesk.domain.shop.catalog import CatalogItem
from orderdesk.usecases.orders.enrich import price
from tests.builders import NOW, STORE
from tests.corpus.test_whatsapp import BODIES, messages_in
from tests.whatsapp import Shop

CARTS = [
    path
    for path in BODIES
    if any(each.get("order", {}).get("product_items") for each in messages_in(path.read_bytes()))
]

pytestmark = pytest.mark.skipif(not CARTS, reason="the corpus is not there")


def orders_of(path: Path) -> tuple[Shop, list[Order]]:
    shop = Shop()
    shop.hears(path.read_bytes())
    return shop, [shop.orders.get(STORE, order_id) for _, order_id in shop.shelf.orders]


def priced(shop: Shop, order: Order, times: int) -> Order:
    """By a catalog whose prices are so many times the cart's."""
    shop.catalog = MemoryCatalog()
    shop.catalog.add(*(_item(line, times) for line in order.lines if line.retailer_id))
    return price(order, shop.prices, orders=shop.orders, stores=shop.stores, now=NOW)


def _item(line: Line, times: int) -> CatalogItem:
    cost = line.said_price * times if line.said_price else None
    return CatalogItem(retailer_id=line.retailer_id, name=f"The {line.retailer_id}", price=cost)


@pytest.mark.parametrize("path", CARTS, ids=lambda path: path.stem)
def test_a_catalog_that_agrees_names_everything_and_changes_no_total(path: Path) -> None:
    shop, orders = orders_of(path)
    for order in orders:
        after = priced(shop, order, 1)

        assert after.total == order.total
        assert not after.flagged("price_mismatch")
        assert all(line.name == f"The {line.retailer_id}" for line in after.lines)
        assert [line.said_price for line in after.lines] == [line.price for line in order.lines]


@pytest.mark.parametrize("path", CARTS, ids=lambda path: path.stem)
def test_a_catalog_at_twice_the_price_is_a_matter_for_a_person(path: Path) -> None:
    shop, orders = orders_of(path)
    for order in orders:
        after = priced(shop, order, 2)

        assert after.flagged("price_mismatch") is (order.total.minor > 0)
        assert after.total == order.total * 2
        assert [line.said_price for line in after.lines] == [line.price for line in order.lines]


@pytest.mark.parametrize("path", CARTS, ids=lambda path: path.stem)
def test_a_catalog_that_is_down_changes_no_order(path: Path) -> None:
    shop, orders = orders_of(path)
    shop.catalog = MemoryCatalog(is_down=True)
    for order in orders:
        after = price(order, shop.prices, orders=shop.orders, stores=shop.stores, now=NOW)

        assert replace(after, **_unpriced(order)) == order
        assert after.flagged("catalog_silent") is bool(order.catalog_id)


def _unpriced(order: Order) -> dict[str, Any]:
    """What asking in vain may change."""
    names = ("version", "attention", "changed_by", "changed_at", "due_at", "history_hash")
    return {name: getattr(order, name) for name in names}
