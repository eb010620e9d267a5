"""Keys of other systems; what is kept cannot be used to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import known, to_record
from orderdesk.domain.orders.actor import Role
from orderdesk.usecases.ports import ApiKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoApiKeys:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def put(self, key: ApiKey) -> None:
        self._table.put(keys.api_key_key(key.store_id, key.hash) | to_record(key))

    def find(self, store_id: str, hash: str) -> ApiKey | None:
        record = self._table.get(keys.api_key_key(store_id, hash))
        if record is None:
            return None
        given = known(record, ApiKey, but=frozenset({"scopes", "role"}))
        # A key that is older than roles acts as an agent.
        role = Role(record.get("role") or Role.AGENT)
        return ApiKey(scopes=tuple(record["scopes"]), role=role, **given)
