"""What Meta said of the shop's message templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import NOTHING_LATER_KNOWN
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import known, to_record
from orderdesk.domain.messages.templates import Approval
from orderdesk.domain.times import time_from_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.records import Record


class DynamoTemplates:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, store_id: str, name: str, language: str) -> Approval | None:
        record = self._table.get(keys.template_key(store_id, name, language))
        return _approval(record) if record else None

    def note(self, store_id: str, approval: Approval) -> None:
        record: Record = to_record(approval)
        item = keys.template_key(store_id, approval.name, approval.language) | record
        self._table.put(item, NOTHING_LATER_KNOWN, then=record["at"])

    def all(self, store_id: str) -> tuple[Approval, ...]:
        found = self._table.query("#pk = :templates", {"templates": keys.templates_pk(store_id)})
        return tuple(_approval(each) for each in found)


def _approval(record: Record) -> Approval:
    return Approval(
        at=time_from_text(record["at"]), **known(record, Approval, but=frozenset({"at"}))
    )
