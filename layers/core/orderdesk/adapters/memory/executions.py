"""Executions in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.adapters.lanes import conduct_lane, scope_of
from orderdesk.adapters.memory.shelf import Kept, Shelf, page_of
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Execution, Page


class MemoryExecutions:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def park(self, execution: Execution, *, check_at: datetime) -> Execution | None:
        key = (execution.store_id, execution.order_id)
        with self.shelf.lock:
            before = self.shelf.executions.get(key)
            self.shelf.executions[key] = execution
            self._look(execution, check_at)
        return None if before and before.token == execution.token else before

    def settle(self, execution: Execution, *, stage: Stage, version: int) -> None:
        key = (execution.store_id, execution.order_id)
        with self.shelf.lock:
            now = self.shelf.executions.get(key)
            if now and (now.token, now.version) == (execution.token, execution.version):
                settled = replace(now, token="", stage=stage, version=version)
                self.shelf.executions[key] = settled
                self._look(settled, None)

    def _look(self, execution: Execution, at: datetime | None) -> None:
        kept = self.shelf.orders.get((execution.store_id, execution.order_id))
        if kept and _stands_at(kept, execution):
            kept.conduct_at = time_to_text(at) if at else None

    def find(self, store_id: str, order_id: str) -> Execution | None:
        return self.shelf.executions.get((store_id, order_id))

    def check_later(self, order: Order, check_at: datetime | None) -> None:
        with self.shelf.lock:
            kept = self.shelf.orders.get((order.store_id, order.order_id))
            if kept and kept.record["version"] == order.version:
                kept.conduct_at = time_to_text(check_at) if check_at else None

    def to_check(
        self, store_id: str, *, before: datetime | None, limit: int = 100, cursor: str | None = None
    ) -> Page[str]:
        last = time_to_text(before) if before else "~"
        rows = [
            (kept.conduct_at, order_id)
            for (store, order_id), kept in list(self.shelf.orders.items())
            if store == store_id and kept.conduct_at and kept.conduct_at <= last
        ]
        return page_of(
            rows,
            scope=scope_of("by_conduct", conduct_lane(store_id), descending=False),
            key="#".join,
            make=lambda row: row[1],
            descending=False,
            limit=limit,
            cursor=cursor,
        )


def _stands_at(kept: Kept, execution: Execution) -> bool:
    """Whether the execution has followed the order to where it is, and not to an earlier visit."""
    same_stage = kept.record["stage"] == execution.stage
    return same_stage and kept.stage_version <= execution.version
