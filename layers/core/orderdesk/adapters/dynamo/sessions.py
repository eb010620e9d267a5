"""Who is signed in to the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import known, to_record
from orderdesk.domain.times import time_from_text
from orderdesk.usecases.ports import Session

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoSessions:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def put(self, session: Session) -> None:
        """Everything but the id itself, of which the key has the hash."""
        record = to_record(session)
        record["ends_at"] = record.pop("expires_at")
        del record["session_id"]
        ends = int(session.expires_at.timestamp())
        key = keys.session_key(session.store_id, session.session_id)
        self._table.put(key | record | {"expires_at": ends})

    def find(self, store_id: str, session_id: str, *, now: datetime) -> Session | None:
        """DynamoDB deletes what expired within days, so the time counts and not the item."""
        record = self._table.get(keys.session_key(store_id, session_id))
        if record is None:
            return None
        ends = time_from_text(record["ends_at"])
        given = known(record, Session, but=frozenset({"expires_at"}))
        return Session(session_id=session_id, expires_at=ends, **given) if ends > now else None

    def remove(self, store_id: str, session_id: str) -> None:
        self._table.delete(keys.session_key(store_id, session_id))
