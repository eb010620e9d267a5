"""Orders, and what lists and lookups of them give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order


class Sort(StrEnum):
    ORDER_DATE = "order_date"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list shows of an order; read from the index alone.

    `received` is what was paid and not paid back, in minor units of the order's currency;
    `came_back` says that it could not be handed over.
    """

    store_id: str
    order_id: str
    number: int
    version: int
    stage: Stage
    stage_since: datetime
    placed_at: datetime
    customer_id: str
    customer_name: str
    total: Money
    line_count: int
    first_line: str
    address_status: str
    payment_status: PaymentStatus
    payment_method: PaymentMethod | None
    paid_at: datetime | None
    attention: int
    received: int = 0
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """`cursor` is opaque; None on the last page."""

    items: tuple[Item, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """`stage` None lists all but the archived. Payment order is `(paid, paid_at or placed_at, id)`:
    descending shows the newest paid first and the unpaid last; ascending is its exact reverse.
    `placed_from` is in the list and `placed_until` is not; None is open, and lists by payment have
    no such range.
    """

    store_id: str
    stage: Stage | None = None
    sort: Sort = Sort.ORDER_DATE
    descending: bool = True
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    limit: int = 25
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """`fingerprint` is a hash of the request: a key used again for another request is refused."""

    key: str
    fingerprint: str


class Orders(Protocol):
    """Every write is one transaction of the order and its history items.

    Reads by id are strongly consistent; list pages are eventually consistent.
    """

    def find(self, store_id: str, order_id: str) -> Order | None: ...

    def get(self, store_id: str, order_id: str) -> Order:
        """Raises NotFound."""
        ...

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        """False when an order of this id is there already: nothing is changed then.

        `raw` is the body that became the order, kept beside it. Also makes the order the
        customer's current one. Raises Unavailable when the customer became part of another.
        """
        ...

    def save(
        self, order: Order, events: Sequence[Event], *, idempotency: Idempotency | None = None
    ) -> None:
        """Write the order with the events that led to it.

        `events` are in order, one per version, the first one following the stored version.
        Raises Stale (with the current order) when the stored version is another one, Invalid when
        the idempotency key was used for another request. A repeated key of the same request is
        answered by `replayed` before anything is decided.
        """
        ...

    def save_together(self, changes: Sequence[tuple[Order, Sequence[Event]]]) -> None:
        """Write several orders in one transaction: all of them, or none.

        Raises Stale with one of those that are not at the version before, or not theirs any more.
        """
        ...

    def adopt(self, order: Order, customer_id: str) -> bool:
        """Give the order to another customer without a new version: they are the same person.

        False when the order moved on, or is another's already: read it again.
        """
        ...

    def forget(self, store_id: str, order_id: str, erased: Sequence[Event]) -> None:
        """Put what is left of history items in their place, and delete the inbound body."""
        ...

    def replayed(self, store_id: str, idempotency: Idempotency) -> Order | None:
        """The order as it is now, when this very request was done before. Raises Invalid."""
        ...

    def postpone(self, order: Order, due_at: datetime | None) -> None:
        """Set the deadline without a new version; nothing happens when the order moved on."""
        ...

    def touch(self, order: Order, *, acted_at: datetime, due_at: datetime | None) -> None:
        """The customer said something that changes nothing: their silence counts from now on.

        Without a new version or history item; nothing happens when the order moved on.
        """
        ...

    def history(self, store_id: str, order_id: str, *, after: int = 0) -> tuple[Event, ...]: ...

    def raw(self, store_id: str, order_id: str) -> str:
        """The inbound body that became the order; empty when it did not come from one."""
        ...

    def page(self, query: ListQuery) -> Page[Summary]:
        """Raises Invalid for a cursor that is not ours or belongs to another list.

        Also for a range of dates that runs backwards, or in a list by payment.
        """
        ...

    def of_customer(
        self, store_id: str, customer_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Summary]: ...

    def due(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of orders whose deadline is past, earliest first."""
        ...

    def to_reconcile(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of orders whose gateway is to be asked about their payments, earliest first."""
        ...

    def reconcile_later(self, order: Order, at: datetime | None) -> None:
        """When to ask again, without a new version; nothing happens when the order moved on."""
        ...

    def number_in(self, store_id: str, stage: Stage) -> int:
        """How many orders the stage's list has."""
        ...

    def misfiled(self, store_id: str, order_id: str) -> tuple[str, ...]:
        """What of the order's place in lists is not what the order says; names of attributes.

        `conduct_at` when nobody will ever look at the execution of an order that lives.
        """
        ...

    def refile(self, order: Order, *, check_at: datetime) -> None:
        """Put the order into its lists anew, without a new version; nothing when it moved on.

        The execution of an order that lives is looked at by `check_at`.
        """
        ...

    def by_tracking(self, store_id: str, number: str) -> str | None:
        """The id of the order that got this tracking number last, however it is spelled."""
        ...

    def next_number(self, store_id: str) -> int:
        """The next display number: monotonic, gaps allowed, starts at 1001."""
        ...
