"""Settings of shops with their changes, and which number belongs to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import (
    NEVER_CHANGED,
    NOT_THERE_YET,
    STILL_AT_THIS_VERSION,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import to_record
from orderdesk.adapters.settings import (
    change_from_record,
    change_to_record,
    redating_from_record,
    store_from_record,
    store_to_record,
)
from orderdesk.domain.errors import StaleSettings
from orderdesk.domain.shop.policy import Store
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.domain.shop.settings import Redating, SettingsChange


class DynamoStores:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def get(self, store_id: str) -> Store:
        record = self._table.get(keys.store_key(store_id))
        return (
            store_from_record(store_id, record)
            if record
            else Store(store_id=store_id, name=store_id)
        )

    def latest(self, store_id: str) -> Store:
        return self.get(store_id)

    def put(self, store: Store) -> None:
        self._table.put(keys.known_store_key(store.store_id))
        self._table.update(keys.store_key(store.store_id), store_to_record(store))

    def save(
        self,
        store: Store,
        change: SettingsChange,
        *,
        expected_version: int,
        redating: Redating | None = None,
    ) -> None:
        self._table.put(keys.known_store_key(store.store_id))
        key = keys.settings_change_key(store.store_id, change.version)
        told = key | change_to_record(change)
        writes = [
            self._settings(store, change, expected_version),
            self._table.putting(told, NOT_THERE_YET),
        ]
        if redating:
            writes.append(self._table.putting(_redating_item(redating)))
        # Refused by the very change being saved, it was saved before and its answer was lost.
        if self._table.transact(writes) and self._table.get(key) != told:
            raise StaleSettings(self.get(store.store_id))

    def _settings(self, store: Store, change: SettingsChange, seen: int) -> Write:
        fields = store_to_record(store) | {"version": change.version}
        key = keys.store_key(store.store_id)
        if seen == 0:
            return self._table.updating(key, fields, NEVER_CHANGED)
        return self._table.updating(key, fields, STILL_AT_THIS_VERSION, seen=seen)

    def changes(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[SettingsChange]:
        scope = f"settings {store_id}"
        after = None
        if cursor is not None:
            (last,) = position_of(scope, cursor, parts=1)
            after = keys.store_key(store_id) | {"sk": last}
        found = self._table.query(
            "#pk = :pk AND begins_with(#sk, :changes)",
            {"pk": keys.store_key(store_id)["pk"], "changes": keys.SETTINGS_CHANGE},
            descending=True,
            limit=limit + 1,
            after=after,
        )
        shown = found[:limit]
        return Page(
            items=tuple(change_from_record(each) for each in shown),
            cursor=cursor_of(scope, (shown[-1]["sk"],)) if found[limit:] else None,
        )

    def redating(self, store_id: str) -> Redating | None:
        record = self._table.get(keys.redating_key(store_id))
        return redating_from_record(record) if record and record["stages"] else None

    def redated(self, progress: Redating) -> None:
        item = _redating_item(progress)
        self._table.put(item, STILL_AT_THIS_VERSION, seen=progress.version)

    def all_ids(self) -> tuple[str, ...]:
        found = self._table.query("#pk = :stores", {"stores": keys.STORES})
        return tuple(each["sk"] for each in found)

    def of_number(self, phone_number_id: str) -> str | None:
        found = self._table.get(keys.phone_number_key(phone_number_id))
        return found["store_id"] if found else None

    def map_number(self, phone_number_id: str, store_id: str) -> None:
        self._table.put(keys.phone_number_key(phone_number_id) | {"store_id": store_id})


def _redating_item(redating: Redating) -> dict[str, object]:
    return {**keys.redating_key(redating.store_id), **to_record(redating)}
