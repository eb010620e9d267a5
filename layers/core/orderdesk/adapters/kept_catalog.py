"""What a shop sells, kept in memory for a while: the same products are ordered again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from orderdesk.adapters.kept import KEEP_SECONDS, MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from orderdesk.adapters.catalog.meta import Answers
    from orderdesk.domain.shop.catalog import CatalogItem, Product
    from orderdesk.usecases.ports import Page, Products

type Key = tuple[str, ...]


class _Memory[Value]:
    """By key, for half a minute; also that there is nothing under a key."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[Key, tuple[float, Value | None]] = {}

    def find(
        self,
        scope: Key,
        names: Sequence[str],
        read: Callable[[Sequence[str]], dict[str, Value]],
    ) -> dict[str, Value]:
        """What is not kept, or too old, is read, all of it at once."""
        now = self._clock()
        ahead = [each for each in dict.fromkeys(names) if not self._is_kept((*scope, each), now)]
        if ahead:
            found = read(ahead)
            self.keep(scope, {each: found.get(each) for each in ahead})
        kept = {each: self._kept[(*scope, each)][1] for each in names}
        return {name: value for name, value in kept.items() if value is not None}

    def keep(self, scope: Key, values: dict[str, Value | None]) -> None:
        if len(self._kept) + len(values) > MOST:
            self.forget()
        now = self._clock()
        self._kept |= {(*scope, name): (now, value) for name, value in values.items()}

    def forget(self) -> None:
        self._kept.clear()

    def _is_kept(self, key: Key, now: float) -> bool:
        return key in self._kept and now - self._kept[key][0] < KEEP_SECONDS


class KeptProducts:
    """A price list whose answers are at most half a minute old."""

    def __init__(self, products: Products, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._products = products
        self._memory = _Memory["Product"](clock)

    def find(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, Product]:
        def read(names: Sequence[str]) -> dict[str, Product]:
            return self._products.find(store_id, names)

        return self._memory.find((store_id,), tuple(retailer_ids), read)

    def put(self, store_id: str, products: Sequence[Product]) -> None:
        self._products.put(store_id, products)
        self._memory.forget()

    def delete(self, store_id: str, retailer_ids: Iterable[str]) -> None:
        self._products.delete(store_id, retailer_ids)
        self._memory.forget()

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Product]:
        return self._products.page(store_id, limit=limit, cursor=cursor)


class KeptAnswers:
    """Meta's answers; how old they are stands in them."""

    def __init__(self, answers: Answers, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._answers = answers
        self._memory = _Memory["CatalogItem"](clock)

    def find(
        self, store_id: str, catalog_id: str, retailer_ids: Sequence[str]
    ) -> dict[str, CatalogItem]:
        def read(names: Sequence[str]) -> dict[str, CatalogItem]:
            return self._answers.find(store_id, catalog_id, names)

        return self._memory.find((store_id, catalog_id), retailer_ids, read)

    def keep(self, store_id: str, catalog_id: str, items: Sequence[CatalogItem]) -> None:
        self._answers.keep(store_id, catalog_id, items)
        self._memory.keep((store_id, catalog_id), {each.retailer_id: each for each in items})
