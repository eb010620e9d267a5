"""Settings of shops, which number belongs to which, and what each sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import known, to_record
from orderdesk.adapters.settings import store_from_record, store_to_record
from orderdesk.domain.policy import Store
from orderdesk.usecases.ports import Product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient


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

    def put(self, store: Store) -> None:
        self._table.put(keys.known_store_key(store.store_id))
        self._table.update(keys.store_key(store.store_id), store_to_record(store))

    def all_ids(self) -> tuple[str, ...]:
        found = self._table.query("#pk = :stores", {"stores": keys.STORES})
        return tuple(each["sk"] for each in found)

    def of_number(self, phone_number_id: str) -> str | None:
        found = self._table.get(keys.phone_number_key(phone_number_id))
        return found["store_id"] if found else None

    def map_number(self, phone_number_id: str, store_id: str) -> None:
        self._table.put(keys.phone_number_key(phone_number_id) | {"store_id": store_id})

    def product(self, store_id: str, retailer_id: str) -> Product | None:
        found = self._table.get(keys.product_key(store_id, retailer_id))
        return Product(**known(found, Product)) if found else None

    def put_products(self, store_id: str, products: Sequence[Product]) -> None:
        for each in products:
            self._table.put(keys.product_key(store_id, each.retailer_id) | to_record(each))
