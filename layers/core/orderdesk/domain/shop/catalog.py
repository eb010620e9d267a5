"""What a shop sells, as its own price list and Meta's catalog tell it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.money.money import Money

LONGEST_ID: Final = 100  # https://www.facebook.com/business/help/120325381656392
LONGEST_NAME: Final = 200
LONGEST_LINK: Final = 2000
LONGEST_DESCRIPTION: Final = 1000
CATALOG_SILENT: Final = "catalog_silent"  # attention: prices are unknown until Meta answers


class Source(StrEnum):
    PRICE_LIST = "price_list"
    META = "meta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A row of the shop's own price list. Without a price, Meta's catalog says it."""

    retailer_id: str
    name: str
    picture: str = ""
    price: Money | None = None
    available: bool = True
    description: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """A product as `source` knows it. `price` is None when nobody says it, or in a way that can be
    read as two amounts; `variant` is like "Blue, M"; `fetched_at` is when Meta was asked.
    """

    retailer_id: str
    name: str
    picture: str = ""
    price: Money | None = None
    available: bool = True
    description: str = ""
    variant: str = ""
    fetched_at: datetime | None = None
    source: Source = Source.META


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogAnswer:
    """`items` by retailer id; what the catalog does not have is not among them. `unanswered` are
    those that could not be asked about: an item of theirs is an old one, and its price too.
    `try_again` when asking about them later may help.
    """

    items: dict[str, CatalogItem]
    unanswered: frozenset[str] = frozenset()
    try_again: bool = False
