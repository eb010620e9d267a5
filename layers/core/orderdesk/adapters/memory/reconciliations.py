"""The drift report in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.memory.shelf import Shelf, page_of
from orderdesk.adapters.reconciliation_records import (
    discrepancy_from_record,
    discrepancy_to_record,
    place_of,
)
from orderdesk.usecases.ports import LastRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from orderdesk.usecases.ports import Discrepancy, Page


class MemoryReconciliations:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def note(self, store_id: str, found: Sequence[Discrepancy]) -> None:
        for each in found:
            self.shelf.discrepancies[store_id, place_of(each)] = discrepancy_to_record(each)

    def note_run(self, store_id: str, counts: Mapping[str, int], *, at: datetime) -> None:
        self.shelf.last_runs[store_id] = LastRun(at=at, counts=dict(counts))

    def last_run(self, store_id: str) -> LastRun | None:
        return self.shelf.last_runs.get(store_id)

    def page(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Discrepancy]:
        found = [each for key, each in self.shelf.discrepancies.items() if key[0] == store_id]
        return page_of(
            found,
            scope=f"reconciliation {store_id}",
            key=lambda record: place_of(discrepancy_from_record(record)),
            make=discrepancy_from_record,
            descending=True,
            limit=limit,
            cursor=cursor,
        )
