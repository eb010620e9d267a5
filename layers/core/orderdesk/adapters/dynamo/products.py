"""The shop's own price list; and what Meta's catalog answered, kept for when it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.catalog_records import item_from_record, product_from_record
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.bulk import Bulk
from orderdesk.adapters.dynamo.sheets import page_of
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.domain.shop.catalog import CatalogItem, Product
    from orderdesk.usecases.ports import Page

KEPT: Final = timedelta(days=7)  # by then a name, too, may be another


class DynamoProducts:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table, self._bulk = Table(client, table_name), Bulk(client, table_name)

    def find(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, Product]:
        found = self._table.get_many(
            [keys.product_key(store_id, each) for each in dict.fromkeys(retailer_ids)]
        )
        return {each["retailer_id"]: product_from_record(each) for each in found}

    def put(self, store_id: str, products: Sequence[Product]) -> None:
        self._bulk.put(
            keys.product_key(store_id, each.retailer_id) | to_record(each) for each in products
        )

    def delete(self, store_id: str, retailer_ids: Iterable[str]) -> None:
        self._bulk.delete(keys.product_key(store_id, each) for each in retailer_ids)

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Product]:
        pk = keys.products_pk(store_id)
        return page_of(self._table, pk, product_from_record, limit=limit, cursor=cursor)


class DynamoAnswers:
    """Answers of meta.py. DynamoDB deletes them by itself."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table, self._bulk = Table(client, table_name), Bulk(client, table_name)

    def find(
        self, store_id: str, catalog_id: str, retailer_ids: Sequence[str]
    ) -> dict[str, CatalogItem]:
        found = self._table.get_many(
            [keys.catalog_key(store_id, catalog_id, each) for each in retailer_ids]
        )
        return {each["retailer_id"]: item_from_record(each) for each in found}

    def keep(self, store_id: str, catalog_id: str, items: Sequence[CatalogItem]) -> None:
        self._bulk.put(
            {
                **keys.catalog_key(store_id, catalog_id, each.retailer_id),
                **to_record(each),
                "expires_at": int((each.fetched_at + KEPT).timestamp()),
            }
            for each in items
            if each.fetched_at
        )
