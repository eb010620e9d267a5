"""Stock in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.adapters.memory.shelf import Shelf, Taken
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.shop.stock import Reservation, Shortage, StockStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(slots=True)
class MemoryStock:
    """`is_down` makes every call raise Unavailable."""

    shelf: Shelf
    is_down: bool = False

    def count(self, store_id: str, retailer_id: str, available: int | None) -> None:
        self._answer()
        if available is not None and available < 0:
            raise Invalid("Count at least 0 pieces.", field="available")
        with self.shelf.lock:
            self.shelf.stock.pop((store_id, retailer_id), None)
            if available is not None:
                self.shelf.stock[store_id, retailer_id] = available

    def available(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, int]:
        self._answer()
        stock = self.shelf.stock
        return {each: stock[store_id, each] for each in retailer_ids if (store_id, each) in stock}

    def reserve(self, store_id: str, order_id: str, wanted: Mapping[str, int]) -> Reservation:
        with self.shelf.lock:
            taken = self.shelf.reservations.get((store_id, order_id))
            if taken:
                taken.is_spent = False
                return Reservation(status=StockStatus.RESERVED)
            counts = self.available(store_id, wanted)
            pieces = {each: wanted[each] for each in counts if wanted[each] > 0}
            short = tuple(
                Shortage(retailer_id=each, wanted=n, available=counts[each])
                for each, n in pieces.items()
                if n > counts[each]
            )
            if short:
                return Reservation(status=StockStatus.SHORT, shortages=short)
            if not pieces:
                return Reservation(status=StockStatus.UNCOUNTED)
            for each, n in pieces.items():
                self.shelf.stock[store_id, each] -= n
            self.shelf.reservations[store_id, order_id] = Taken(pieces)
        return Reservation(status=StockStatus.RESERVED)

    def release(self, store_id: str, order_id: str) -> None:
        self._answer()
        with self.shelf.lock:
            taken = self.shelf.reservations.get((store_id, order_id))
            if taken and not taken.is_spent:
                self.restock(store_id, order_id)

    def restock(self, store_id: str, order_id: str) -> None:
        self._answer()
        with self.shelf.lock:
            taken = self.shelf.reservations.pop((store_id, order_id), Taken({}))
            for retailer_id in self.available(store_id, taken.pieces):
                self.shelf.stock[store_id, retailer_id] += taken.pieces[retailer_id]

    def spend(self, store_id: str, order_id: str) -> None:
        self._answer()
        with self.shelf.lock:
            taken = self.shelf.reservations.get((store_id, order_id))
            if taken:
                taken.is_spent = True

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("The stock list does not answer.")
