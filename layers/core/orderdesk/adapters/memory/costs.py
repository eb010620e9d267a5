"""What messages cost, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.cost_cells import cells_of, steps_between
from orderdesk.adapters.memory.shelf import Shelf
from orderdesk.adapters.records import message_from_record
from orderdesk.domain.money.costing import SERVICE, charge_of

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Cell, Charge

type Place = tuple[str, str, str, tuple[str, ...]]


class MemoryCosts:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def charge(self, message: Message, charge: Charge, *, month: str) -> bool:
        with self.shelf.lock:
            place = self.shelf.message_keys.get((message.store_id, message.message_id))
            record = self.shelf.messages.get((message.store_id, place)) if place else None
            if record is None:
                return False
            stored = message_from_record(record)
            if (charge_of(stored), stored.delivery) != (charge_of(message), message.delivery):
                return False
            self._add(message, charge, month)
            record |= {
                "category": charge.category,
                "pricing_type": charge.pricing_type,
                "cost": charge.cost,
                "cost_currency": charge.currency,
                "country": charge.country,
            }
        return True

    def _add(self, message: Message, charge: Charge, month: str) -> None:
        store_id, order_id = message.store_id, message.order_id
        for name, steps in steps_between(message, charge).items():
            places: list[Place] = [("month", store_id, month, name)]
            if order_id:
                places.append(("order", store_id, order_id, name[:3]))
                self.shelf.orders_charged.add((store_id, month, order_id))
            if name[0] == SERVICE:
                places.append(("service", store_id, month, (message.phone_number_id,)))
            for place in places:
                total = self.shelf.costs.setdefault(place, {})
                for key, step in steps.items():
                    total[key] = total.get(key, 0) + step

    def of_month(self, store_id: str, month: str) -> tuple[Cell, ...]:
        return self._cells("month", store_id, month)

    def of_order(self, store_id: str, order_id: str) -> tuple[Cell, ...]:
        return self._cells("order", store_id, order_id)

    def _cells(self, kind: str, store_id: str, of: str) -> tuple[Cell, ...]:
        with self.shelf.lock:
            rows = [
                (place[3], dict(total))
                for place, total in self.shelf.costs.items()
                if place[:3] == (kind, store_id, of)
            ]
        return cells_of(rows)

    def orders_in(self, store_id: str, month: str) -> int:
        return sum(each[:2] == (store_id, month) for each in self.shelf.orders_charged)

    def service_messages(self, store_id: str, month: str, phone_number_id: str) -> int:
        place = ("service", store_id, month, (phone_number_id,))
        return self.shelf.costs.get(place, {}).get("messages", 0)
