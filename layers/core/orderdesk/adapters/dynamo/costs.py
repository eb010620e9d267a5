"""What messages cost: on the message itself, and in sums that change in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.cost_cells import SHARDS, cells_of, shard_of, steps_between
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import NOT_THERE_YET, STILL_THERE, unchanged
from orderdesk.adapters.dynamo.table import Table
from orderdesk.domain.money.costing import SERVICE, charge_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.adapters.records import Record
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Cell, Charge

SEEN = ("delivery", "category", "pricing_type", "cost", "cost_currency", "country")


class DynamoCosts:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def charge(self, message: Message, charge: Charge, *, month: str) -> bool:
        pointer = self._table.get(keys.pointer_key(message.store_id, message.message_id))
        if pointer is None:
            return False
        place: Key = {"pk": pointer["thread"], "sk": pointer["place"]}
        writes = [self._on_message(message, charge, place)]
        writes += self._on_sums(message, charge, month)
        return not self._table.transact(writes)

    def _on_message(self, message: Message, charge: Charge, place: Key) -> Write:
        seen = _fields(charge_of(message)) | {"delivery": message.delivery.value}
        condition, values = unchanged(seen, SEEN)
        return self._table.updating(
            place, _fields(charge), f"{STILL_THERE} AND {_or_older(condition)}", **values
        )

    def _on_sums(self, message: Message, charge: Charge, month: str) -> Iterator[Write]:
        store_id, shard = message.store_id, shard_of(message)
        changes = steps_between(message, charge)
        for name, steps in changes.items():
            yield self._table.adding(
                keys.cell_key(store_id, month, "#".join(name), shard), dict(steps)
            )
            if message.order_id:
                cell = "#".join(name[:3])
                key = keys.order_cost_key(store_id, message.order_id, cell)
                yield self._table.adding(key, dict(steps))
        services = sum(
            steps.get("messages", 0) for name, steps in changes.items() if name[0] == SERVICE
        )
        if services:
            number = keys.service_key(store_id, month, message.phone_number_id, shard)
            yield self._table.adding(number, {"messages": services})
        if changes and message.order_id:
            yield from self._first_of(message, month, shard)

    def _first_of(self, message: Message, month: str, shard: int) -> Iterator[Write]:
        """The order is one more of the month, unless it is among them."""
        key = keys.order_charged_key(message.store_id, message.order_id, month)
        if self._table.get(key) is None:
            yield self._table.putting(dict(key), NOT_THERE_YET)
            orders = keys.orders_charged_key(message.store_id, month, shard)
            yield self._table.adding(orders, {"orders": 1})

    def of_month(self, store_id: str, month: str) -> tuple[Cell, ...]:
        rows = self._query(keys.costs_pk(store_id, month), keys.CELL)
        return cells_of((tuple(row["sk"].split("#")[1:6]), row) for row in rows)

    def of_order(self, store_id: str, order_id: str) -> tuple[Cell, ...]:
        rows = self._query(keys.order_key(store_id, order_id)["pk"], keys.COST)
        return cells_of((tuple(row["sk"].split("#")[1:4]), row) for row in rows)

    def orders_in(self, store_id: str, month: str) -> int:
        wanted = [keys.orders_charged_key(store_id, month, shard) for shard in range(SHARDS)]
        return sum(int(row["orders"]) for row in self._table.get_many(wanted))

    def service_messages(self, store_id: str, month: str, phone_number_id: str) -> int:
        wanted = [
            keys.service_key(store_id, month, phone_number_id, shard) for shard in range(SHARDS)
        ]
        return sum(int(row["messages"]) for row in self._table.get_many(wanted))

    def _query(self, pk: str, beginning: str) -> list[Record]:
        return self._table.query(
            "#pk = :pk AND begins_with(#sk, :beginning)", {"pk": pk, "beginning": beginning}
        )


def _fields(charge: Charge) -> Record:
    return {
        "category": charge.category,
        "pricing_type": charge.pricing_type,
        "cost": charge.cost,
        "cost_currency": charge.currency,
        "country": charge.country,
    }


def _or_older(condition: str) -> str:
    """A message that was written before there were prices has none of their fields."""
    parts = condition.split(" AND ")
    return " AND ".join(f"({part} OR attribute_not_exists({part.split(' ')[0]}))" for part in parts)
