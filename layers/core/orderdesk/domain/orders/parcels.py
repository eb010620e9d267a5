"""What leaves the shop: parcels, with their lines and tracking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MAX_PARCELS: Final = 50


class Fulfilment(StrEnum):
    """How the goods get to the customer. Pickup and digital need no address."""

    COURIER = "courier"
    OWN_DELIVERY = "own_delivery"
    PICKUP = "pickup"
    DIGITAL = "digital"


WITHOUT_ADDRESS: Final = frozenset({Fulfilment.PICKUP, Fulfilment.DIGITAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Either a carrier's number, or `own_delivery` when the shop brings it itself."""

    carrier: str = ""
    number: str = ""
    link: str = ""
    own_delivery: bool = False

    def __post_init__(self) -> None:
        if not self.own_delivery and not (self.carrier and self.number):
            raise Invalid(
                "Give the carrier and the tracking number, or say that the shop delivers itself.",
                field="tracking",
            )
        if self.link and not self.link.startswith(("https://", "http://")):
            raise Invalid("A tracking link starts with https://.", field="tracking.link")


class ParcelState(StrEnum):
    """Of one parcel on its way; a courier's scans only ever lead further (RANK)."""

    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNING = "returning"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"


# Attempts may follow each other, so they share a rank; what has the last rank is over.
RANK: Final = {
    ParcelState.SHIPPED: 0,
    ParcelState.IN_TRANSIT: 1,
    ParcelState.OUT_FOR_DELIVERY: 2,
    ParcelState.FAILED_ATTEMPT: 2,
    ParcelState.RETURNING: 3,
    ParcelState.DELIVERED: 4,
    ParcelState.RETURNED: 4,
    ParcelState.LOST: 4,
}
ARRIVED_BACK: Final = frozenset({ParcelState.RETURNED, ParcelState.LOST})
OVER: Final = max(RANK.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """So many pieces of the product with that retailer id."""

    retailer_id: str
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise Invalid(f"{self.retailer_id}: give a quantity of at least 1.", field="lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """`parcel_id` is p1, p2, … within the order. `scanned_at` is the last scan's time."""

    parcel_id: str
    goods: tuple[Goods, ...]
    tracking: Tracking
    shipped_at: datetime
    state: ParcelState = ParcelState.SHIPPED
    scanned_at: datetime | None = None

    @property
    def is_scanned(self) -> bool:
        return self.scanned_at is not None


def quantities(goods: Iterable[Goods]) -> dict[str, int]:
    """Pieces by retailer id, added up."""
    found: dict[str, int] = {}
    for each in goods:
        found[each.retailer_id] = found.get(each.retailer_id, 0) + each.quantity
    return found


def without(goods: Iterable[Goods], taken: Iterable[Goods]) -> tuple[Goods, ...]:
    """What is left of `goods`; Invalid when more is taken than there is."""
    left = quantities(goods)
    for retailer_id, quantity in quantities(taken).items():
        if quantity > left.get(retailer_id, 0):
            raise Invalid(
                f"{retailer_id}: {quantity} is more than the {left.get(retailer_id, 0)} left.",
                field="lines",
            )
        left[retailer_id] -= quantity
    return tuple(Goods(retailer_id=key, quantity=count) for key, count in left.items() if count)
