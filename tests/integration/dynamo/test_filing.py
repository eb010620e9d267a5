"""Index attributes that went wrong are named, and written again."""

from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.ports import ListQuery
from tests.builders import NOW, STORE, a_placed_event, an_order
from tests.integration.dynamo.conftest import Database

ORDER = an_order(due_at=NOW + timedelta(days=1))
KEY = {"pk": {"S": f"main#ORDER#{ORDER.order_id}"}, "sk": {"S": "ORDER"}}


def stored(database: Database) -> Order:
    database.orders.add(ORDER, a_placed_event(ORDER), raw="{}")
    return database.orders.get(STORE, ORDER.order_id)


def overwrite(database: Database, name: str, value: dict[str, Any]) -> None:
    database.client.update_item(
        TableName=database.table,
        Key=KEY,
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


@pytest.mark.parametrize(
    "name", ["store_lane", "stage_lane", "customer_lane", "date_key", "payment_key", "due_lane"]
)
def test_an_order_in_the_wrong_place_of_an_index_is_found_and_filed_anew(
    database: Database, name: str
) -> None:
    order = stored(database)
    overwrite(database, name, {"S": "main#ELSEWHERE"})
    assert database.orders.misfiled(STORE, order.order_id) == (name,)

    database.orders.refile(order, check_at=NOW)

    assert database.orders.misfiled(STORE, order.order_id) == ()
    assert database.orders.get(STORE, order.order_id) == order


def test_a_summary_that_shows_something_else_is_found_and_written_anew(database: Database) -> None:
    order = stored(database)
    overwrite(database, "summary", {"M": {"stage": {"S": "shipped"}}})
    assert database.orders.misfiled(STORE, order.order_id) == ("summary",)

    database.orders.refile(order, check_at=NOW)

    assert database.orders.misfiled(STORE, order.order_id) == ()
    [shown] = database.orders.page(ListQuery(store_id=STORE, stage=Stage.PLACED)).items
    assert shown.stage is Stage.PLACED


def test_an_order_that_is_missing_from_a_list_comes_back(database: Database) -> None:
    order = stored(database)
    database.client.update_item(
        TableName=database.table, Key=KEY, UpdateExpression="REMOVE stage_lane"
    )
    assert database.orders.number_in(STORE, Stage.PLACED) == 0

    database.orders.refile(order, check_at=NOW)

    assert database.orders.number_in(STORE, Stage.PLACED) == 1
