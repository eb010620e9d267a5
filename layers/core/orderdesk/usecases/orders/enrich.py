"""The lines of an order get names, pictures and the catalog's prices.

When the order is placed, with what is known without asking anybody; a moment later, with what Meta
answers; and when Meta does not answer, by the sweep, until it does. No order waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import NOT_PACKED
from orderdesk.domain.orders.repricing import enrich
from orderdesk.domain.shop.catalog import CatalogAnswer, CatalogItem, Source
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.catalog import Product
    from orderdesk.usecases.ports import Catalog, Orders, Products, Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """The shop's own price list, and Meta's catalog for what the list does not say."""

    products: Products
    catalog: Catalog

    def known(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        """Without asking Meta."""
        return self._read(self.catalog.known, store_id, catalog_id, retailer_ids, now)

    def look_up(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        return self._read(self.catalog.look_up, store_id, catalog_id, retailer_ids, now)

    def _read(
        self,
        ask: Callable[..., CatalogAnswer],
        store_id: str,
        catalog_id: str,
        retailer_ids: Iterable[str],
        now: datetime,
    ) -> CatalogAnswer:
        ids = tuple(dict.fromkeys(each for each in retailer_ids if each))
        rows = self.products.find(store_id, ids)
        ahead = [each for each in ids if each not in rows or not _says_all(rows[each])]
        told = ask(store_id, catalog_id, ahead, now=now) if ahead else CatalogAnswer(items={})
        items = {each: _joined(each, rows.get(each), told.items.get(each)) for each in ids}
        priced = {each for each, row in rows.items() if row.price}
        unanswered = told.unanswered - priced
        return CatalogAnswer(
            items={each: item for each, item in items.items() if item},
            unanswered=unanswered,
            try_again=told.try_again and bool(unanswered),
        )


def _says_all(row: Product) -> bool:
    return bool(row.name and row.picture and row.price)


def _joined(retailer_id: str, row: Product | None, item: CatalogItem | None) -> CatalogItem | None:
    """What the list says, and the catalog where it says nothing."""
    if row is None:
        return item
    known = item or CatalogItem(retailer_id=retailer_id, name=row.name)
    return CatalogItem(
        retailer_id=retailer_id,
        name=row.name or known.name,
        picture=row.picture or known.picture,
        price=row.price or known.price,
        available=row.available,
        description=row.description or known.description,
        variant=row.variant or ("" if row.name else known.variant),
        fetched_at=known.fetched_at,
        source=Source.PRICE_LIST if row.price else Source.META,
    )


def price(order: Order, book: PriceBook, *, orders: Orders, stores: Stores, now: datetime) -> Order:
    """The order with what list and catalog say of it now. Raises NotFound, Stale."""
    policy = stores.get(order.store_id).policy
    ids = [each.retailer_id for each in order.lines]
    answer = book.look_up(order.store_id, order.catalog_id, ids, now=now)

    def decide(order: Order) -> tuple[Order, list[Event]] | None:
        if order.stage not in NOT_PACKED or order.parcels:
            return None
        by = system("catalog")
        return enrich(order, answer, tolerance=policy.price_tolerance, by=by, now=now)

    return change(order.store_id, order.order_id, decide, orders=orders, policy=policy)
