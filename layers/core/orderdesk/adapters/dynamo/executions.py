"""Where each order's execution stands: its token, and when to look at it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters import lanes
from orderdesk.adapters.dynamo import keys, lists
from orderdesk.adapters.dynamo.conditions import (
    STANDS_WHERE_ITS_EXECUTION_DOES,
    STILL_AT_THIS_VERSION,
    STILL_THIS_EXECUTION,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import known, to_record
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.ports import Execution

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.records import Record
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Page


class DynamoExecutions:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def park(self, execution: Execution, *, check_at: datetime) -> Execution | None:
        """Two writes, because the token is kept even when the order has moved on already."""
        key = keys.execution_key(execution.store_id, execution.order_id)
        stored = self._table.replace(key | to_record(execution))
        self._look(execution, execution.stage, execution.version, check_at)
        before = _execution(stored) if stored else None
        # A repeated write finds itself.
        return None if before and before.token == execution.token else before

    def settle(self, execution: Execution, *, stage: Stage, version: int) -> None:
        settled = self._table.update(
            keys.execution_key(execution.store_id, execution.order_id),
            {"token": "", "stage": stage.value, "version": version},
            STILL_THIS_EXECUTION,
            token=execution.token,
            reached_at=execution.version,
        )
        if settled:
            self._look(execution, stage, version, None)

    def _look(self, of: Execution, stage: Stage, version: int, at: datetime | None) -> None:
        self._table.update(
            keys.order_key(of.store_id, of.order_id),
            _look_at(of.store_id, at),
            STANDS_WHERE_ITS_EXECUTION_DOES,
            reached=stage.value,
            since=version,
        )

    def find(self, store_id: str, order_id: str) -> Execution | None:
        record = self._table.get(keys.execution_key(store_id, order_id))
        return _execution(record) if record else None

    def check_later(self, order: Order, check_at: datetime | None) -> None:
        key = keys.order_key(order.store_id, order.order_id)
        changes = _look_at(order.store_id, check_at)
        self._table.update(key, changes, STILL_AT_THIS_VERSION, seen=order.version)

    def to_check(
        self, store_id: str, *, before: datetime | None, limit: int = 100, cursor: str | None = None
    ) -> Page[str]:
        return lists.to_check(self._table, store_id, before=before, limit=limit, cursor=cursor)


def _look_at(store_id: str, at: datetime | None) -> Record:
    return {
        "conduct_lane": lanes.conduct_lane(store_id) if at else None,
        "conduct_at": time_to_text(at) if at else None,
    }


def _execution(record: Record) -> Execution:
    given = known(record, Execution, but=frozenset({"stage", "version"}))
    return Execution(stage=Stage(record["stage"]), version=int(record["version"]), **given)
