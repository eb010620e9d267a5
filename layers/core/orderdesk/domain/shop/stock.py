"""What a shop has in stock of a product, and what an order took of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StockStatus(StrEnum):
    """Of an order. Products that the shop does not count can always be had."""

    UNCOUNTED = "uncounted"
    """No line of the order is of a counted product, or stock was not looked at yet."""
    RESERVED = "reserved"
    SHORT = "short"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A product of which an order wants more pieces than there are."""

    retailer_id: str
    wanted: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What became of a reservation; `shortages` say why when the status is SHORT."""

    status: StockStatus
    shortages: tuple[Shortage, ...] = ()
