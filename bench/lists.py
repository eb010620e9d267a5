"""What a page of orders costs in a small and in a large shop."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3

from bench.engine import Counting, engine, missing
from bench.report import Figure, Section, at_most
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.table import Table
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import order_id_of
from orderdesk.usecases.ports import ListQuery, Sort
from tests.builders import NOW, STORE, a_capture, a_line, a_placed_event, an_order
from tests.template import template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.domain.orders.order import Order

SMALL: Final = 1_000
LARGE: Final = 100_000
ROUNDS: Final = 30
BATCH: Final = 25
ROUNDING: Final = 0.5  # read units: half of one for each 4 KB begun
TABLE: Final = "orders"
DEEP: Final = {None: 20, Stage.CONFIRMED: 3}  # a small shop has no more pages of one stage

METHOD: Final = f"""\
The real adapter against [dynalite](https://github.com/architect/dynalite), which counts capacity
as DynamoDB does, with the indexes of template.yaml; made-up orders over a year in all stages, a
third of them paid. A page of 25, eventually consistent: the first and a deep one, of all orders
and of one stage, by date and by payment. Read units are counted by 4 KB, so made-up names that are
longer or shorter may move them by half a unit. Time is the median of {ROUNDS} calls, engine
included."""


class BatchTable(Table):
    """dynalite has no transactions: write what can be listed, 25 items at a time."""

    def __init__(self, client: Any, name: str) -> None:
        super().__init__(client, name)
        self._waiting: list[dict[str, Any]] = []

    def transact(self, writes: Sequence[Write]) -> dict[int, Any]:
        self._waiting.append({"PutRequest": {"Item": writes[0]["Put"]["Item"]}})
        if len(self._waiting) == BATCH:
            self.flush()
        return {}

    def flush(self) -> None:
        if self._waiting:
            self._client.batch_write_item(RequestItems={self.name: self._waiting})
        self._waiting = []


def measure() -> Section:
    title = "Pages of orders"
    problem = missing()
    if problem:
        return Section(title=title, method=METHOD, skipped=problem)
    figures: list[Figure] = []
    found = {size: _pages(size) for size in (SMALL, LARGE)}
    for name, (calls, units, took) in found[LARGE].items():
        small_calls, small_units, small_took = found[SMALL][name]
        figures += [
            Figure(
                what=f"{name}: calls and read units at {SMALL:,} and {LARGE:,}",
                value=f"{small_calls}, {small_units:g} and {calls}, {units:g}",
                budget="the same",
                holds=calls == small_calls and abs(units - small_units) <= ROUNDING,
            ),
            at_most(f"{name}: time at {LARGE:,}", took, 30, "ms", 1),
            at_most(f"{name}: time against {SMALL:,}", took / small_took, 2, "×"),
        ]
    return Section(title=title, method=METHOD, figures=tuple(figures))


def _pages(size: int) -> dict[str, tuple[int, float, float]]:
    with engine() as url:
        client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name="ap-south-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )
        _create_table(client)
        _fill(client, size)
        orders, counting = DynamoOrders(client, TABLE), Counting(client)
        found = {}
        for stage, depth in DEEP.items():
            for sort in Sort:
                query = ListQuery(store_id=STORE, stage=stage, sort=sort)
                deep = _deep(orders, query, depth)
                for name, each in (("first page", query), (f"page {depth}", deep)):
                    lane = stage.label if stage else "all"
                    found[f"{lane} by {sort.value}, {name}"] = _time(orders, each, counting)
        return found


def _deep(orders: DynamoOrders, query: ListQuery, depth: int) -> ListQuery:
    for _ in range(depth - 1):
        query = replace(query, cursor=orders.page(query).cursor)
    return query


def _time(orders: DynamoOrders, query: ListQuery, counting: Counting) -> tuple[int, float, float]:
    times = []
    for _ in range(ROUNDS):
        counting.reset()
        begun = time.perf_counter()
        orders.page(query)
        times.append((time.perf_counter() - begun) * 1000)
    return counting.calls, counting.units, statistics.median(times)


def _create_table(client: Any) -> None:
    properties = next(
        resource["Properties"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    )
    wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=TABLE, **{name: properties[name] for name in wanted})
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1})


def _fill(client: Any, size: int) -> None:
    table = BatchTable(client, TABLE)
    orders = DynamoOrders(client, TABLE)
    orders._table = table
    for order in _made_up(size):
        orders.add(order, a_placed_event(order), raw="")
    table.flush()


def _made_up(size: int) -> Iterator[Order]:
    chance = random.Random(20261124)
    stages = list(Stage)
    for number in range(size):
        message_id = f"wamid.{number}"
        order = an_order(
            chance.choice(stages),
            message_id=message_id,
            order_id=order_id_of(STORE, "1", message_id),
            number=1001 + number,
            placed_at=NOW - timedelta(seconds=chance.randrange(365 * 86_400)),
            lines=tuple(a_line(f"sku-{each}") for each in range(chance.randint(1, 4))),
        )
        if chance.random() < 1 / 3:
            order = replace(order, ledger=order.ledger.book(a_capture(order)))
        yield order
