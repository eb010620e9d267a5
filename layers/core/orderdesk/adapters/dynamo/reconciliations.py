"""The drift report: one item per entry that only asking brought to light, kept for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.reconciliation_records import (
    discrepancy_from_record,
    discrepancy_to_record,
    last_run_from_record,
    place_of,
)
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.usecases.ports import Discrepancy, LastRun

KEPT: Final = timedelta(days=400)  # an accountant looks at a year


class DynamoReconciliations:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def note(self, store_id: str, found: Sequence[Discrepancy]) -> None:
        for each in found:
            expires_at = int((each.at + KEPT).timestamp())
            key = keys.discrepancy_key(store_id, place_of(each))
            self._table.put(key | discrepancy_to_record(each) | {"expires_at": expires_at})

    def note_run(self, store_id: str, counts: Mapping[str, int], *, at: datetime) -> None:
        item = {"at": time_to_text(at), "counts": dict(counts)}
        self._table.put(keys.last_run_key(store_id) | item)

    def last_run(self, store_id: str) -> LastRun | None:
        record = self._table.get(keys.last_run_key(store_id))
        return last_run_from_record(record) if record else None

    def page(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Discrepancy]:
        lane = keys.discrepancy_key(store_id, "")["pk"]
        scope = f"reconciliation {store_id}"
        after = None
        if cursor is not None:
            (last,) = position_of(scope, cursor, parts=1)
            after = {"pk": lane, "sk": last}
        found = self._table.query(
            "#pk = :lane AND begins_with(#sk, :found)",
            {"lane": lane, "found": keys.DISCREPANCY},
            descending=True,
            limit=limit + 1,
            after=after,
        )
        shown = found[:limit]
        return Page(
            items=tuple(discrepancy_from_record(each) for each in shown),
            cursor=cursor_of(scope, (shown[-1]["sk"],)) if found[limit:] else None,
        )
