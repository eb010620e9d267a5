"""What a shop sells and where it delivers to, in memory; and a catalog of Meta's that answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from orderdesk.adapters.memory.shelf import Shelf, page_of
from orderdesk.domain.shop.catalog import CatalogAnswer, CatalogItem
from orderdesk.domain.shop.places import prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from orderdesk.domain.shop.catalog import Product
    from orderdesk.domain.shop.places import Place
    from orderdesk.usecases.ports import Page


class MemoryProducts:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def find(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, Product]:
        products = self.shelf.products
        return {
            each: products[store_id, each] for each in retailer_ids if (store_id, each) in products
        }

    def put(self, store_id: str, products: Sequence[Product]) -> None:
        self.shelf.products |= {(store_id, each.retailer_id): each for each in products}

    def delete(self, store_id: str, retailer_ids: Iterable[str]) -> None:
        for each in retailer_ids:
            self.shelf.products.pop((store_id, each), None)

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Product]:
        return page_of(
            (row for (store, _), row in self.shelf.products.items() if store == store_id),
            scope=f"products {store_id}",
            key=lambda product: product.retailer_id,
            make=lambda product: product,
            descending=False,
            limit=limit,
            cursor=cursor,
        )


class MemoryPlaces:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def find(self, store_id: str, postal_code: str) -> Place | None:
        known = (self.shelf.places.get((store_id, each)) for each in prefixes(postal_code))
        return next((each for each in known if each), None)

    def covers(self, store_id: str) -> bool:
        return any(store == store_id for store, _ in self.shelf.places)

    def put(self, store_id: str, places: Sequence[Place]) -> None:
        self.shelf.places |= {(store_id, each.prefix): each for each in places}

    def delete(self, store_id: str, prefixes: Iterable[str]) -> None:
        for each in prefixes:
            self.shelf.places.pop((store_id, each), None)

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Place]:
        return page_of(
            (row for (store, _), row in self.shelf.places.items() if store == store_id),
            scope=f"places {store_id}",
            key=lambda place: place.prefix,
            make=lambda place: place,
            descending=False,
            limit=limit,
            cursor=cursor,
        )


@dataclass(slots=True)
class MemoryAnswers:
    """What Meta answered, by (store, catalog, retailer id)."""

    kept: dict[tuple[str, str, str], CatalogItem] = field(default_factory=dict)

    def find(
        self, store_id: str, catalog_id: str, retailer_ids: Sequence[str]
    ) -> dict[str, CatalogItem]:
        asked = {each: (store_id, catalog_id, each) for each in retailer_ids}
        return {each: self.kept[key] for each, key in asked.items() if key in self.kept}

    def keep(self, store_id: str, catalog_id: str, items: Sequence[CatalogItem]) -> None:
        self.kept |= {(store_id, catalog_id, each.retailer_id): each for each in items}


@dataclass(slots=True)
class MemoryCatalog:
    """Meta's catalog of `items` by retailer id. `is_down` leaves unanswered what is not known yet;
    so does a shop that is not connected to any, for good. `asked` counts the calls: nothing is
    known before it was asked for.
    """

    items: dict[str, CatalogItem] = field(default_factory=dict)
    is_down: bool = False
    is_connected: bool = True
    asked: int = 0
    told: set[str] = field(default_factory=set)

    def add(self, *items: CatalogItem) -> None:
        self.items |= {each.retailer_id: each for each in items}

    def known(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        asked = frozenset(retailer_ids)
        return self._answer(asked, asked & self.told, now)

    def look_up(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        asked = frozenset(retailer_ids)
        is_open = self.is_connected and not self.is_down
        if catalog_id and is_open and asked - self.told:
            self.asked += 1
            self.told |= asked
        answer = self._answer(asked, asked & self.told, now)
        passes = self.is_connected and bool(catalog_id and answer.unanswered)
        return replace(answer, try_again=passes)

    def _answer(self, asked: frozenset[str], told: frozenset[str], now: datetime) -> CatalogAnswer:
        items = {
            each: replace(self.items[each], fetched_at=now) for each in told & self.items.keys()
        }
        return CatalogAnswer(items=items, unanswered=asked - told)
