"""Numbers kept beside the orders, and how far a look at all of them has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage


class Counts(Protocol):
    """How many orders stand in each stage; kept from the events, each counted once."""

    def count(self, event: Event) -> None: ...

    def get(self, store_id: str) -> dict[Stage, int]: ...

    def set(self, store_id: str, counts: Mapping[Stage, int], *, seen: Mapping[Stage, int]) -> bool:
        """Put stages right that counted `seen`; False, and nothing done, when they do not now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How far a look at all orders of a store has come: in the list of `stage`, at `cursor`.

    Without a stage it begins anew. `finished_at` is when one last came to the end.
    """

    store_id: str
    stage: Stage | None = None
    cursor: str | None = None
    finished_at: datetime | None = None


class Rounds(Protocol):
    """Where to go on looking at orders; one place for each store."""

    def get(self, store_id: str) -> Round:
        """The place that was kept, or the beginning."""
        ...

    def keep(self, round: Round) -> None: ...
