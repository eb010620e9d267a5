"""Orders in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.lanes import (
    check_time,
    customer_lane,
    date_key,
    dates_of,
    lane_of,
    lanes_of,
    scope_of,
    stage_change,
    stage_lane,
    tracking_numbers,
)
from orderdesk.adapters.memory.shelf import Kept, Shelf, page_of
from orderdesk.adapters.order_records import order_from_record, order_to_record
from orderdesk.adapters.records import event_from_record, event_to_record, summary_of
from orderdesk.domain.errors import Invalid, NotFound, Stale, Unavailable
from orderdesk.domain.orders.lifecycle import RESTING
from orderdesk.domain.orders.tracking import canonical
from orderdesk.domain.people.customer import Customer
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.ports import Page, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Idempotency, ListQuery, Summary

FIRST_NUMBER: Final = 1001
KEY_USED: Final = "This Idempotency-Key was used for another request: send a new key."


class MemoryOrders:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def find(self, store_id: str, order_id: str) -> Order | None:
        kept = self.shelf.orders.get((store_id, order_id))
        return order_from_record(kept.record) if kept else None

    def get(self, store_id: str, order_id: str) -> Order:
        found = self.find(store_id, order_id)
        if found is None:
            raise NotFound(f"There is no order {order_id}.")
        return found

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        key = (order.store_id, order.order_id)
        with self.shelf.lock:
            if key in self.shelf.orders:
                return self._is_ours(order, [event])
            if self.shelf.now(key[0], order.customer.customer_id) != order.customer.customer_id:
                raise Unavailable("The customer became part of another one just now: look again.")
            self.shelf.orders[key] = Kept(
                record=order_to_record(order),
                stage_version=event.version,
                conduct_at=check_time(event),
                raw=raw,
                history=[event_to_record(event)],
            )
            self.shelf.stores.setdefault(order.store_id, None)
            self._make_current(order)
        return True

    def _make_current(self, order: Order) -> None:
        key = (order.store_id, order.customer.customer_id)
        customer = self.shelf.customers.get(key) or Customer(store_id=key[0], customer_id=key[1])
        self.shelf.customers[key] = replace(customer, current_order_id=order.order_id)

    def save(
        self, order: Order, events: Sequence[Event], *, idempotency: Idempotency | None = None
    ) -> None:
        with self.shelf.lock:
            current = self.get(order.store_id, order.order_id)
            done = idempotency and self._same_request(order.store_id, idempotency)
            if done or not self._is_before(order, events[0]):
                if self._is_ours(order, events):
                    return
                raise Stale(current)
            self._write(order, events)
            if idempotency:
                used = (idempotency.fingerprint, order.order_id)
                self.shelf.idempotency[order.store_id, idempotency.key] = used

    def save_together(self, changes: Sequence[tuple[Order, Sequence[Event]]]) -> None:
        with self.shelf.lock:
            if all(self._is_before(order, events[0]) for order, events in changes):
                for order, events in changes:
                    self._write(order, events)
                return
            for order, events in changes:
                if not self._is_ours(order, events):
                    raise Stale(self.get(order.store_id, order.order_id))

    def _is_before(self, order: Order, event: Event) -> bool:
        """At the version before the event, and still of this customer."""
        current = self.get(order.store_id, order.order_id)
        same = current.customer.customer_id == order.customer.customer_id
        return same and current.version == event.version - 1

    def adopt(self, order: Order, customer_id: str) -> bool:
        with self.shelf.lock:
            current = self.get(order.store_id, order.order_id)
            seen = (order.version, order.customer.customer_id)
            if (current.version, current.customer.customer_id) != seen:
                return False
            given = replace(order, customer=replace(order.customer, customer_id=customer_id))
            record = self.shelf.orders[order.store_id, order.order_id].record
            record["customer"] = order_to_record(given)["customer"]
        return True

    def forget(self, store_id: str, order_id: str, erased: Sequence[Event]) -> None:
        with self.shelf.lock:
            kept = self.shelf.orders[store_id, order_id]
            kept.raw = ""
            for event in erased:
                kept.history[event.version - 1] = event_to_record(event)

    def _is_ours(self, order: Order, events: Sequence[Event]) -> bool:
        """Written before, by this very call: only its answer was lost."""
        history = self.shelf.orders[order.store_id, order.order_id].history
        first = events[0].version
        return history[first - 1 : first - 1 + len(events)] == [event_to_record(e) for e in events]

    def _write(self, order: Order, events: Sequence[Event]) -> None:
        kept = self.shelf.orders[order.store_id, order.order_id]
        kept.record = kept.record | order_to_record(order)
        kept.history += [event_to_record(each) for each in events]
        for number in tracking_numbers(events):
            self.shelf.tracking[order.store_id, number] = order.order_id
        moved = stage_change(events)
        if moved:
            kept.stage_version, kept.conduct_at = moved.version, check_time(moved)

    def replayed(self, store_id: str, idempotency: Idempotency) -> Order | None:
        order_id = self._same_request(store_id, idempotency)
        return self.get(store_id, order_id) if order_id else None

    def _same_request(self, store_id: str, idempotency: Idempotency) -> str | None:
        used = self.shelf.idempotency.get((store_id, idempotency.key))
        if used is None:
            return None
        fingerprint, order_id = used
        if fingerprint != idempotency.fingerprint:
            raise Invalid(KEY_USED, field="idempotency-key")
        return order_id

    def postpone(self, order: Order, due_at: datetime | None) -> None:
        with self.shelf.lock:
            current = self.find(order.store_id, order.order_id)
            if current and current.version == order.version:
                record = self.shelf.orders[order.store_id, order.order_id].record
                record["due_at"] = time_to_text(due_at) if due_at else None

    def touch(self, order: Order, *, acted_at: datetime, due_at: datetime | None) -> None:
        with self.shelf.lock:
            current = self.find(order.store_id, order.order_id)
            if current and current.version == order.version:
                self.shelf.orders[order.store_id, order.order_id].record |= {
                    "last_customer_action_at": time_to_text(acted_at),
                    "reminded": 0,
                    "due_at": time_to_text(due_at) if due_at else None,
                }

    def history(self, store_id: str, order_id: str, *, after: int = 0) -> tuple[Event, ...]:
        kept = self.shelf.orders.get((store_id, order_id))
        records = kept.history if kept else []
        return tuple(event_from_record(each) for each in records if each["version"] > after)

    def raw(self, store_id: str, order_id: str) -> str:
        kept = self.shelf.orders.get((store_id, order_id))
        return kept.raw if kept else ""

    def page(self, query: ListQuery) -> Page[Summary]:
        index, lane = lane_of(query)
        sort_key = "date_key" if query.sort is Sort.ORDER_DATE else "payment_key"
        lane_key = "store_lane" if query.stage is None else "stage_lane"
        dates = dates_of(query)
        found = self._in_lane(query.store_id, lane_key, lane)
        return page_of(
            [each for each in found if not dates or dates[0] <= date_key(each) <= dates[1]],
            scope=scope_of(index, lane, descending=query.descending, dates=dates),
            key=lambda order: lanes_of(order)[sort_key] or "",
            make=summary_of,
            descending=query.descending,
            limit=query.limit,
            cursor=query.cursor,
        )

    def of_customer(
        self, store_id: str, customer_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Summary]:
        lane = customer_lane(store_id, customer_id)
        return page_of(
            self._in_lane(store_id, "customer_lane", lane),
            scope=scope_of("by_customer", lane, descending=True),
            key=lambda order: lanes_of(order)["date_key"] or "",
            make=summary_of,
            descending=True,
            limit=limit,
            cursor=cursor,
        )

    def _in_lane(self, store_id: str, lane_key: str, lane: str) -> list[Order]:
        stored = [self.get(*key) for key in list(self.shelf.orders) if key[0] == store_id]
        return [order for order in stored if lanes_of(order)[lane_key] == lane]

    def due(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        orders = [self.get(*key) for key in list(self.shelf.orders) if key[0] == store_id]
        dated = [(order.due_at, order.order_id) for order in orders if order.due_at]
        return tuple(order_id for due_at, order_id in sorted(dated) if due_at <= before)[:limit]

    def to_reconcile(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        orders = [self.get(*key) for key in list(self.shelf.orders) if key[0] == store_id]
        dated = [(each.reconcile_at, each.order_id) for each in orders if each.reconcile_at]
        return tuple(order_id for at, order_id in sorted(dated) if at <= before)[:limit]

    def reconcile_later(self, order: Order, at: datetime | None) -> None:
        with self.shelf.lock:
            current = self.find(order.store_id, order.order_id)
            if current and current.version == order.version:
                record = self.shelf.orders[order.store_id, order.order_id].record
                record["reconcile_at"] = time_to_text(at) if at else None

    def number_in(self, store_id: str, stage: Stage) -> int:
        return len(self._in_lane(store_id, "stage_lane", stage_lane(store_id, stage)))

    def misfiled(self, store_id: str, order_id: str) -> tuple[str, ...]:
        """Lists are made of the orders here, so that only the next look can be lost."""
        order = self.get(store_id, order_id)
        kept = self.shelf.orders[store_id, order_id]
        return () if kept.conduct_at or order.stage in RESTING else ("conduct_at",)

    def refile(self, order: Order, *, check_at: datetime) -> None:
        with self.shelf.lock:
            kept = self.shelf.orders[order.store_id, order.order_id]
            if kept.record["version"] == order.version and order.stage not in RESTING:
                kept.conduct_at = time_to_text(check_at)

    def by_tracking(self, store_id: str, number: str) -> str | None:
        return self.shelf.tracking.get((store_id, canonical(number)))

    def next_number(self, store_id: str) -> int:
        with self.shelf.lock:
            number = self.shelf.numbers.get(store_id, FIRST_NUMBER - 1) + 1
            self.shelf.numbers[store_id] = number
        return number
