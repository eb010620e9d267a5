"""What asking the gateways brought to light that their webhooks had not told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from orderdesk.domain.money.money import Money
    from orderdesk.usecases.ports.orders import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Money of an order that was booked only because the gateway was asked, `at` that time;
    `happened_at` is the gateway's, `what` the kind of the ledger's entry.
    """

    store_id: str
    order_id: str
    number: int
    at: datetime
    provider: str
    what: str
    entry_id: str
    amount: Money
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """`counts` of orders by what came of asking about them."""

    at: datetime
    counts: Mapping[str, int]


class Reconciliations(Protocol):
    """The drift report of a shop."""

    def note(self, store_id: str, found: Sequence[Discrepancy]) -> None:
        """One that is there already (the same entry) is kept as it is."""
        ...

    def note_run(self, store_id: str, counts: Mapping[str, int], *, at: datetime) -> None: ...

    def last_run(self, store_id: str) -> LastRun | None:
        """None before the first."""
        ...

    def page(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Discrepancy]:
        """Newest first. Raises Invalid for a cursor that is not ours."""
        ...
