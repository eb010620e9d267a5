"""Orders: every write is one transaction of the order and what happened to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters import lanes
from orderdesk.adapters.dynamo import filing, keys, lists
from orderdesk.adapters.dynamo.conditions import (
    NOT_THERE_YET,
    STILL_AT_THIS_VERSION,
    STILL_ONE_OF_ITS_OWN,
    STILL_THEIRS_AT_THIS_VERSION,
    STILL_THERE,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.order_records import order_from_record, order_to_record
from orderdesk.adapters.records import (
    event_from_record,
    event_to_record,
    summary_of,
    summary_to_record,
)
from orderdesk.domain.errors import Invalid, NotFound, Stale, Unavailable
from orderdesk.domain.orders.lifecycle import RESTING
from orderdesk.domain.orders.tracking import canonical
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.adapters.records import Record
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Idempotency, ListQuery, Page, Summary

FIRST_NUMBER: Final = 1001
# Longer than anybody retries: Meta redelivers for seven days.
KEY_KEPT: Final = timedelta(days=8)
KEY_USED: Final = "This Idempotency-Key was used for another request: send a new key."
LAST_VERSION: Final = 999_999
ORDER, HISTORY = 0, 1  # their places in each transaction


class DynamoOrders:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)
        self._known_stores: set[str] = set()

    def find(self, store_id: str, order_id: str) -> Order | None:
        record = self._table.get(keys.order_key(store_id, order_id))
        return order_from_record(record) if record else None

    def get(self, store_id: str, order_id: str) -> Order:
        found = self.find(store_id, order_id)
        if found is None:
            raise NotFound(f"There is no order {order_id}.")
        return found

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        self._remember_store(order.store_id)
        item = (
            keys.order_key(order.store_id, order.order_id)
            | filing.fields(order)
            | filing.moved(event)
        )
        writes = [self._table.putting(item, NOT_THERE_YET), self._told(event)]
        if raw:
            kept = keys.raw_key(order.store_id, order.order_id) | {"raw": raw}
            writes.append(self._table.putting(kept))
        writes.append(self._current_order(order))
        refused = self._table.transact(writes)
        if refused and self._is_ours(event, refused):
            return True
        if refused and ORDER not in refused:
            raise Unavailable("The customer became part of another one just now: look again.")
        return not refused

    def _remember_store(self, store_id: str) -> None:
        """Before the first order of a store, and not in each order's transaction: an item that
        every order writes would have all of them wait for each other.
        """
        if store_id not in self._known_stores:
            self._table.put(keys.known_store_key(store_id), NOT_THERE_YET)
            self._known_stores.add(store_id)

    def _current_order(self, order: Order) -> Write:
        store_id, customer_id = order.store_id, order.customer.customer_id
        changes = {
            "store_id": store_id,
            "customer_id": customer_id,
            "current_order_id": order.order_id,
        }
        key = keys.customer_key(store_id, customer_id)
        return self._table.updating(key, changes, STILL_ONE_OF_ITS_OWN)

    def save(
        self, order: Order, events: Sequence[Event], *, idempotency: Idempotency | None = None
    ) -> None:
        writes = self._writes(order, events)
        if idempotency:
            writes.append(self._used(order, idempotency, at=events[-1].at))
        refused = self._table.transact(writes)
        if refused and not self._is_ours(events[0], refused):
            self._refuse(order, refused, idempotency, place=len(writes) - 1)

    def save_together(self, changes: Sequence[tuple[Order, Sequence[Event]]]) -> None:
        writes = [write for order, events in changes for write in self._writes(order, events)]
        if not self._table.transact(writes):
            return
        for order, events in changes:
            if not self._is_stored(events[0]):
                raise Stale(self.get(order.store_id, order.order_id))

    def _writes(self, order: Order, events: Sequence[Event]) -> list[Write]:
        moved = lanes.stage_change(events)
        changes = filing.fields(order) | (filing.moved(moved) if moved else {})
        return [
            self._updating_theirs(order, changes, seen=events[0].version - 1),
            *(self._told(event) for event in events),
            *(self._tracked(order, number) for number in lanes.tracking_numbers(events)),
        ]

    def _updating_theirs(self, order: Order, changes: Record, *, seen: int) -> Write:
        key, theirs = keys.order_key(order.store_id, order.order_id), order.customer.customer_id
        condition = STILL_THEIRS_AT_THIS_VERSION
        return self._table.updating(key, changes, condition, seen=seen, theirs=theirs)

    def adopt(self, order: Order, customer_id: str) -> bool:
        given = replace(order, customer=replace(order.customer, customer_id=customer_id))
        changes = {
            "customer": order_to_record(given)["customer"],
            "customer_lane": lanes.customer_lane(order.store_id, customer_id),
            "summary": summary_to_record(summary_of(given)),
        }
        return not self._table.transact([self._updating_theirs(order, changes, seen=order.version)])

    def forget(self, store_id: str, order_id: str, erased: Sequence[Event]) -> None:
        for event in erased:
            key = keys.history_key(store_id, order_id, event.version)
            self._table.put(key | event_to_record(event), STILL_THERE)
        # Emptied and not deleted: nobody has the right to delete what is of an order.
        self._table.put(keys.raw_key(store_id, order_id) | {"raw": ""}, STILL_THERE)

    def _told(self, event: Event) -> Write:
        key = keys.history_key(event.store_id, event.order_id, event.version)
        return self._table.putting(key | event_to_record(event), NOT_THERE_YET)

    def _tracked(self, order: Order, number: str) -> Write:
        """Couriers use a number again after months: the order that got it last has it."""
        key = keys.tracking_key(order.store_id, number)
        return self._table.putting(key | {"order_id": order.order_id})

    def _used(self, order: Order, idempotency: Idempotency, *, at: datetime) -> Write:
        item = keys.idempotency_key(order.store_id, idempotency.key) | {
            "fingerprint": idempotency.fingerprint,
            "order_id": order.order_id,
            "expires_at": int((at + KEY_KEPT).timestamp()),
        }
        return self._table.putting(item, NOT_THERE_YET)

    def _is_ours(self, event: Event, refused: Mapping[int, Record | None]) -> bool:
        """Written before, by this very call: only its answer was lost."""
        if ORDER not in refused and HISTORY not in refused:
            return False
        return self._is_stored(event, refused.get(HISTORY))

    def _is_stored(self, event: Event, found: Record | None = None) -> bool:
        key = keys.history_key(event.store_id, event.order_id, event.version)
        stored = found or self._table.get(key)
        ours = event_from_record(event_to_record(event))
        return stored is not None and event_from_record(stored) == ours

    def _refuse(
        self,
        order: Order,
        refused: Mapping[int, Record | None],
        idempotency: Idempotency | None,
        *,
        place: int,
    ) -> None:
        """Raises what the refused conditions mean; the winner comes with the refusal itself."""
        used = refused.get(place) if idempotency else None
        if idempotency and used:
            _check_fingerprint(used, idempotency)
        winner = refused.get(ORDER)
        if winner is None:
            raise Stale(self.get(order.store_id, order.order_id))
        raise Stale(order_from_record(winner))

    def replayed(self, store_id: str, idempotency: Idempotency) -> Order | None:
        used = self._table.get(keys.idempotency_key(store_id, idempotency.key))
        if used is None:
            return None
        _check_fingerprint(used, idempotency)
        return self.get(store_id, used["order_id"])

    def postpone(self, order: Order, due_at: datetime | None) -> None:
        changes = {
            "due_lane": lanes.due_lane(order.store_id) if due_at else None,
            "due_at": time_to_text(due_at) if due_at else None,
        }
        key = keys.order_key(order.store_id, order.order_id)
        self._table.update(key, changes, STILL_AT_THIS_VERSION, seen=order.version)

    def touch(self, order: Order, *, acted_at: datetime, due_at: datetime | None) -> None:
        changes = {
            "last_customer_action_at": time_to_text(acted_at),
            "reminded": 0,
            "due_lane": lanes.due_lane(order.store_id) if due_at else None,
            "due_at": time_to_text(due_at) if due_at else None,
        }
        key = keys.order_key(order.store_id, order.order_id)
        self._table.update(key, changes, STILL_AT_THIS_VERSION, seen=order.version)

    def history(self, store_id: str, order_id: str, *, after: int = 0) -> tuple[Event, ...]:
        first = keys.history_key(store_id, order_id, after + 1)
        last = keys.history_key(store_id, order_id, LAST_VERSION)
        found = self._table.query(
            "#pk = :pk AND #sk BETWEEN :first AND :last",
            {"pk": first["pk"], "first": first["sk"], "last": last["sk"]},
        )
        return tuple(event_from_record(each) for each in found)

    def raw(self, store_id: str, order_id: str) -> str:
        found = self._table.get(keys.raw_key(store_id, order_id)) or {}
        return str(found.get("raw", ""))

    def page(self, query: ListQuery) -> Page[Summary]:
        return lists.page(self._table, query)

    def of_customer(
        self, store_id: str, customer_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Summary]:
        return lists.of_customer(self._table, store_id, customer_id, limit=limit, cursor=cursor)

    def due(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        return lists.due(self._table, store_id, before=before, limit=limit)

    def to_reconcile(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        return lists.to_reconcile(self._table, store_id, before=before, limit=limit)

    def reconcile_later(self, order: Order, at: datetime | None) -> None:
        changes = lanes.reconciled(order.store_id, at)
        key = keys.order_key(order.store_id, order.order_id)
        self._table.update(key, changes, STILL_AT_THIS_VERSION, seen=order.version)

    def number_in(self, store_id: str, stage: Stage) -> int:
        return lists.number_in(self._table, store_id, stage)

    def misfiled(self, store_id: str, order_id: str) -> tuple[str, ...]:
        record = self._table.get(keys.order_key(store_id, order_id))
        if record is None:
            raise NotFound(f"There is no order {order_id}.")
        order = order_from_record(record)
        filed = filing.filed(order)
        wrong = [name for name, value in filed.items() if record.get(name) != filing.stored(value)]
        unwatched = not (record.get("conduct_lane") and record.get("conduct_at"))
        if unwatched and order.stage not in RESTING:
            wrong.append("conduct_at")
        return tuple(wrong)

    def refile(self, order: Order, *, check_at: datetime) -> None:
        watched = {
            "conduct_lane": lanes.conduct_lane(order.store_id),
            "conduct_at": time_to_text(check_at),
        }
        changes = filing.filed(order) | (watched if order.stage not in RESTING else {})
        key, theirs = keys.order_key(order.store_id, order.order_id), order.customer.customer_id
        condition = STILL_THEIRS_AT_THIS_VERSION
        self._table.update(key, changes, condition, seen=order.version, theirs=theirs)

    def by_tracking(self, store_id: str, number: str) -> str | None:
        found = self._table.get(keys.tracking_key(store_id, canonical(number)))
        return found["order_id"] if found else None

    def next_number(self, store_id: str) -> int:
        """Kept as how many there were, so that the very first addition starts at 1001."""
        return FIRST_NUMBER - 1 + self._table.add(keys.numbers_key(store_id), "given", 1)


def _check_fingerprint(used: Record, idempotency: Idempotency) -> None:
    if used["fingerprint"] != idempotency.fingerprint:
        raise Invalid(KEY_USED, field="idempotency-key")
