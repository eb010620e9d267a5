"""What the in-memory ports keep, in one place, under one lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from orderdesk.adapters.records import Record
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.catalog import Product
    from orderdesk.domain.shop.places import Place
    from orderdesk.domain.shop.policy import Store
    from orderdesk.domain.shop.settings import Redating
    from orderdesk.usecases.ports import ApiKey, Execution, LastRun, Round, Session

type Key = tuple[str, str]


@dataclass(slots=True)
class Kept:
    """An order's item: its record and what only the table knows of it."""

    record: Record
    stage_version: int
    conduct_at: str | None
    raw: str = ""
    history: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Taken:
    """What an order took of the stock; spent once the goods have left."""

    pieces: dict[str, int]
    is_spent: bool = False


@dataclass(slots=True)
class Shelf:
    """Keys are (store id, id). Orders, events and messages are kept as records, as in the table:
    what does not survive that, a test notices.
    """

    lock: RLock = field(default_factory=RLock)
    orders: dict[Key, Kept] = field(default_factory=dict)
    tracking: dict[Key, str] = field(default_factory=dict)
    idempotency: dict[Key, tuple[str, str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    executions: dict[Key, Execution] = field(default_factory=dict)
    customers: dict[Key, Customer] = field(default_factory=dict)
    aliases: dict[tuple[str, str, str], str] = field(default_factory=dict)
    merged: dict[Key, str] = field(default_factory=dict)
    threads_moved: dict[Key, str] = field(default_factory=dict)
    discrepancies: dict[Key, Record] = field(default_factory=dict)
    last_runs: dict[str, LastRun] = field(default_factory=dict)
    messages: dict[Key, Record] = field(default_factory=dict)
    message_keys: dict[Key, str] = field(default_factory=dict)
    overdue_at: dict[Key, datetime] = field(default_factory=dict)
    stores: dict[str, Store | None] = field(default_factory=dict)
    settings_changes: dict[str, list[Record]] = field(default_factory=dict)
    redatings: dict[str, Redating] = field(default_factory=dict)
    phone_numbers: dict[str, str] = field(default_factory=dict)
    products: dict[Key, Product] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    stock: dict[Key, int] = field(default_factory=dict)
    reservations: dict[Key, Taken] = field(default_factory=dict)
    sessions: dict[Key, Session] = field(default_factory=dict)
    api_keys: dict[Key, ApiKey] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    counted: set[Key] = field(default_factory=set)
    costs: dict[tuple[str, str, str, tuple[str, ...]], dict[str, int]] = field(default_factory=dict)
    orders_charged: set[tuple[str, str, str]] = field(default_factory=set)

    def now(self, store_id: str, customer_id: str) -> str:
        """The id of a customer today, who may have become part of another."""
        while (store_id, customer_id) in self.merged:
            customer_id = self.merged[store_id, customer_id]
        return customer_id


def page_of[Row, Item](
    rows: Iterable[Row],
    *,
    scope: str,
    key: Callable[[Row], str],
    make: Callable[[Row], Item],
    descending: bool,
    limit: int,
    cursor: str | None,
) -> Page[Item]:
    """One page of the rows, sorted by `key`, which no two of them share."""
    ordered = sorted(rows, key=key, reverse=descending)
    if cursor is not None:
        (last,) = position_of(scope, cursor, parts=1)
        ordered = [row for row in ordered if (key(row) < last if descending else key(row) > last)]
    shown = ordered[:limit]
    more = len(ordered) > limit
    return Page(
        items=tuple(make(row) for row in shown),
        cursor=cursor_of(scope, (key(shown[-1]),)) if more else None,
    )
