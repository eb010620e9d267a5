"""Reservations when DynamoDB fails in the middle of them."""

from typing import Final

import pytest
from botocore.exceptions import ConnectionClosedError
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.adapters.dynamo.stock import DynamoStock
from orderdesk.adapters.memory import MemoryStock, Shelf
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.shop.stock import StockStatus
from tests.builders import STORE
from tests.dynamo import a_table
from tests.integration.dynamo.conftest import Database

SHIRT, SCARF, RING = "shirt", "scarf", "ring"
CROWD = {f"product{number}": 1 for number in range(150)}  # two transactions


def a_stock(database: Database, counted: dict[str, int]) -> DynamoStock:
    stock = DynamoStock(database.client, database.table)
    for retailer_id, pieces in counted.items():
        stock.count(STORE, retailer_id, pieces)
    return stock


def breaks_at(database: Database, transaction: int) -> None:
    """The function dies when it begins its nth transaction from now."""
    left = list(range(transaction))

    def die(**_: object) -> None:
        if left:
            left.pop()
            if not left:
                raise ConnectionClosedError(endpoint_url="https://dynamodb")

    database.client.meta.events.register("before-call.dynamodb.TransactWriteItems", die)


def test_a_lost_answer_takes_nothing_twice(database: Database) -> None:
    stock = a_stock(database, {SHIRT: 5})

    database.loses_the_answer_to("TransactWriteItems")

    assert stock.reserve(STORE, "order1", {SHIRT: 2}).status is StockStatus.RESERVED
    assert stock.available(STORE, [SHIRT]) == {SHIRT: 3}


def test_a_reservation_that_broke_off_is_finished_by_the_next_try(database: Database) -> None:
    stock = a_stock(database, CROWD)
    breaks_at(database, 2)
    with pytest.raises(Unavailable):
        stock.reserve(STORE, "order1", CROWD)
    assert sorted(stock.available(STORE, CROWD).values()) == [0] * 99 + [1] * 51

    assert stock.reserve(STORE, "order1", CROWD).status is StockStatus.RESERVED
    assert set(stock.available(STORE, CROWD).values()) == {0}


@pytest.mark.parametrize("give_back", ["release", "restock"])
def test_a_reservation_that_broke_off_can_be_given_back(database: Database, give_back: str) -> None:
    stock = a_stock(database, CROWD)
    breaks_at(database, 2)
    with pytest.raises(Unavailable):
        stock.reserve(STORE, "order1", CROWD)

    getattr(stock, give_back)(STORE, "order1")

    assert stock.available(STORE, CROWD) == CROWD


def test_a_release_that_broke_off_gives_back_the_rest_at_the_next_try(database: Database) -> None:
    stock = a_stock(database, CROWD)
    stock.reserve(STORE, "order1", CROWD)
    breaks_at(database, 2)
    with pytest.raises(Unavailable):
        stock.release(STORE, "order1")

    stock.release(STORE, "order1")

    assert stock.available(STORE, CROWD) == CROWD


def test_what_somebody_takes_between_looking_and_taking_is_short(database: Database) -> None:
    stock = a_stock(database, {SHIRT: 2})
    rival = DynamoStock(database.client, database.table)

    database.meanwhile("TransactWriteItems", lambda: rival.reserve(STORE, "order2", {SHIRT: 1}))

    assert stock.reserve(STORE, "order1", {SHIRT: 2}).status is StockStatus.SHORT
    assert stock.available(STORE, [SHIRT]) == {SHIRT: 1}


def test_a_product_that_is_not_counted_any_more_stops_no_reservation(database: Database) -> None:
    stock = a_stock(database, {SHIRT: 2, SCARF: 2})

    database.meanwhile("TransactWriteItems", lambda: stock.count(STORE, SCARF, None))

    reservation = stock.reserve(STORE, "order1", {SHIRT: 1, SCARF: 1})
    assert reservation.status is StockStatus.RESERVED
    assert stock.available(STORE, [SHIRT, SCARF]) == {SHIRT: 1}


def test_a_throttled_table_is_worth_another_try(database: Database) -> None:
    stock = a_stock(database, {SHIRT: 2})
    database.fails("TransactWriteItems", "ThrottlingException", times=99)

    with pytest.raises(Unavailable):
        stock.reserve(STORE, "order1", {SHIRT: 1})


def test_the_reservation_is_no_part_of_the_history(database: Database) -> None:
    stock = a_stock(database, {SHIRT: 2})
    stock.reserve(STORE, "order1", {SHIRT: 1})

    assert database.orders.history(STORE, "order1") == ()


type Act = tuple[str, dict[str, int]]

ORDERS: Final = ("order1", "order2", "order3")
WISHES: Final = st.dictionaries(st.sampled_from([SHIRT, SCARF, RING]), st.integers(0, 4))
OTHERS: Final[tuple[Act, ...]] = (("release", {}), ("spend", {}), ("restock", {}))


def acts() -> st.SearchStrategy[Act]:
    reserve = WISHES.map(lambda wanted: ("reserve", wanted))
    return st.one_of(reserve, st.sampled_from(OTHERS))


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(ORDERS), acts()), max_size=12))
def test_stock_on_dynamodb_and_in_memory_answer_alike_and_lose_no_piece(
    steps: list[tuple[str, Act]],
) -> None:
    with a_table() as (client, name):
        both = (MemoryStock(Shelf()), DynamoStock(client, name))
        for stock in both:
            stock.count(STORE, SHIRT, 5)
            stock.count(STORE, SCARF, 2)
        for order_id, (act, wanted) in steps:
            arguments = [wanted] if act == "reserve" else []
            said = [getattr(stock, act)(STORE, order_id, *arguments) for stock in both]
            left = [stock.available(STORE, [SHIRT, SCARF]) for stock in both]
            assert said[0] == said[1]
            assert left[0] == left[1]
            assert min(left[0].values()) >= 0
        for stock in both:
            for order_id in ORDERS:
                stock.restock(STORE, order_id)
            assert stock.available(STORE, [SHIRT, SCARF]) == {SHIRT: 5, SCARF: 2}
