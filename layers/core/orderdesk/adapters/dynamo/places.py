"""Where a shop delivers to: one item per prefix of a postal code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.catalog_records import place_from_record
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.bulk import Bulk
from orderdesk.adapters.dynamo.sheets import page_of
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import to_record
from orderdesk.domain.shop.places import prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.domain.shop.places import Place
    from orderdesk.usecases.ports import Page


class DynamoPlaces:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table, self._bulk = Table(client, table_name), Bulk(client, table_name)

    def find(self, store_id: str, postal_code: str) -> Place | None:
        asked = [keys.place_key(store_id, each) for each in prefixes(postal_code)]
        found = [place_from_record(each) for each in self._table.get_many(asked)]
        return max(found, key=lambda place: len(place.prefix), default=None)

    def covers(self, store_id: str) -> bool:
        return bool(self._table.query("#pk = :pk", {"pk": keys.places_pk(store_id)}, limit=1))

    def put(self, store_id: str, places: Sequence[Place]) -> None:
        self._bulk.put(keys.place_key(store_id, each.prefix) | to_record(each) for each in places)

    def delete(self, store_id: str, prefixes: Iterable[str]) -> None:
        self._bulk.delete(keys.place_key(store_id, each) for each in prefixes)

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Place]:
        pk = keys.places_pk(store_id)
        return page_of(self._table, pk, place_from_record, limit=limit, cursor=cursor)
