"""Products, catalog items and places as plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.records import known, money_from_record, optional
from orderdesk.domain.shop.catalog import CatalogItem, Product, Source
from orderdesk.domain.shop.places import Place
from orderdesk.domain.times import time_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCT_PARTS: Final = frozenset({"price", "available"})
ITEM_PARTS: Final = PRODUCT_PARTS | {"fetched_at", "source"}
PLACE_PARTS: Final = frozenset({"shipping_fee", "days", "deliverable", "cash_on_delivery"})


def product_from_record(record: Mapping[str, Any]) -> Product:
    return Product(
        price=optional(money_from_record, record.get("price")),
        available=record.get("available") is not False,
        **known(record, Product, but=PRODUCT_PARTS),
    )


def item_from_record(record: Mapping[str, Any]) -> CatalogItem:
    return CatalogItem(
        price=optional(money_from_record, record.get("price")),
        available=record.get("available") is not False,
        fetched_at=optional(time_from_text, record.get("fetched_at")),
        source=Source(record.get("source") or Source.META),
        **known(record, CatalogItem, but=ITEM_PARTS),
    )


def place_from_record(record: Mapping[str, Any]) -> Place:
    return Place(
        prefix=record["prefix"],
        deliverable=record.get("deliverable") is not False,
        cash_on_delivery=record.get("cash_on_delivery") is not False,
        shipping_fee=optional(money_from_record, record.get("shipping_fee")),
        days=optional(int, record.get("days")),
    )
