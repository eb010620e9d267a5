"""Pieces that can still be sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from orderdesk.domain.shop.stock import Reservation


class Stock(Protocol):
    """Pieces that can still be sold, of the products that a shop counts, and who took which.

    Never below zero, however many orders reserve at once. Each method raises Unavailable.
    """

    def count(self, store_id: str, retailer_id: str, available: int | None) -> None:
        """Set what can still be sold; None when the product is not counted any more.

        What orders hold is not part of it. Raises Invalid below zero.
        """
        ...

    def available(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, int]:
        """Of counted products only."""
        ...

    def reserve(self, store_id: str, order_id: str, wanted: Mapping[str, int]) -> Reservation:
        """Take pieces for the order: all that it wants, or none.

        Again, it takes nothing more, until what was taken is released: then it takes anew. SHORT
        and UNCOUNTED keep nothing, so asking again looks again. What was spent is reserved again
        without taking, for goods that turned out not to have left.
        """
        ...

    def release(self, store_id: str, order_id: str) -> None:
        """Give back once what is reserved; what was spent has left and is not given back."""
        ...

    def spend(self, store_id: str, order_id: str) -> None:
        """The goods have left: what was reserved is not given back by `release` any more."""
        ...

    def restock(self, store_id: str, order_id: str) -> None:
        """The goods came back and can be sold: give back once what was reserved or spent."""
        ...
