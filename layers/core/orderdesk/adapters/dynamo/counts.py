"""How many orders stand in each stage."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import NOT_THERE_YET, still_counted
from orderdesk.adapters.dynamo.table import Table
from orderdesk.domain.orders.lifecycle import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.domain.orders.event import Event

# Longer than a queue keeps an event, with its time in the dead-letter queue.
REMEMBERED: Final = timedelta(days=8)


class DynamoCounts:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def count(self, event: Event) -> None:
        if not event.changes_stage:
            return
        counted = keys.counted_key(event.store_id, event.event_id) | {
            "expires_at": int((event.at + REMEMBERED).timestamp())
        }
        steps = {event.target.value: 1} | ({event.source.value: -1} if event.source else {})
        self._table.transact(
            [
                self._table.putting(counted, NOT_THERE_YET),
                self._table.adding(keys.counts_key(event.store_id), steps),
            ]
        )

    def get(self, store_id: str) -> dict[Stage, int]:
        found = self._table.get(keys.counts_key(store_id)) or {}
        return {stage: int(found.get(stage.value, 0)) for stage in Stage}

    def set(self, store_id: str, counts: Mapping[Stage, int], *, seen: Mapping[Stage, int]) -> bool:
        changes = {stage.value: count for stage, count in counts.items()}
        condition = " AND ".join(still_counted(stage.value, seen[stage]) for stage in counts)
        before = {f"seen_{stage.value}": seen[stage] for stage in counts}
        return self._table.update(keys.counts_key(store_id), changes, condition, **before)
