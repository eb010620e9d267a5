"""What a shop sells: its own price list, and Meta's catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from orderdesk.domain.shop.catalog import CatalogAnswer, Product
    from orderdesk.usecases.ports.orders import Page


class Products(Protocol):
    """The shop's own price list. What it says wins over Meta's catalog."""

    def find(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, Product]:
        """By retailer id; those that the list does not have are left out."""
        ...

    def put(self, store_id: str, products: Sequence[Product]) -> None:
        """Add them, or replace those of the same id: the last of several counts."""
        ...

    def delete(self, store_id: str, retailer_ids: Iterable[str]) -> None:
        """Those that are not there are gone already."""
        ...

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Product]:
        """By retailer id. Raises Invalid for a cursor that is not ours."""
        ...


class Catalog(Protocol):
    """Meta's catalog. https://developers.facebook.com/docs/marketing-api/catalog/reference/"""

    def known(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        """What was answered a short while ago, without asking Meta: the rest is unanswered."""
        ...

    def look_up(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        """The same, and Meta is asked about the rest, in one call. Never fails: what Meta does not
        answer stays unanswered, and is not asked again for a while.
        """
        ...
