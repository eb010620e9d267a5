"""How far a look at all orders of a store has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import optional, to_record
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.times import time_from_text
from orderdesk.usecases.ports import Round

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRounds:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def get(self, store_id: str) -> Round:
        record = self._table.get(keys.round_key(store_id)) or {}
        return Round(
            store_id=store_id,
            stage=optional(Stage, record.get("stage")),
            cursor=record.get("cursor"),
            finished_at=optional(time_from_text, record.get("finished_at")),
        )

    def keep(self, round: Round) -> None:
        self._table.put(keys.round_key(round.store_id) | to_record(round))
