"""A shop never promises a piece twice, and never loses one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.stock import Shortage, StockStatus
from orderdesk.usecases.ports import Stock
from tests.builders import STORE

SHIRT, SCARF, RING = "shirt", "scarf", "ring"
CROWD = 250  # more products than one transaction of DynamoDB can hold, twice over


@pytest.fixture(autouse=True)
def counted(stock: Stock) -> None:
    """Five shirts and two scarfs; rings are not counted."""
    stock.count(STORE, SHIRT, 5)
    stock.count(STORE, SCARF, 2)


def left(stock: Stock) -> dict[str, int]:
    return stock.available(STORE, [SHIRT, SCARF, RING])


def test_only_counted_products_have_a_number(stock: Stock) -> None:
    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_a_product_can_be_taken_off_the_count_and_put_on_it_again(stock: Stock) -> None:
    stock.count(STORE, SCARF, None)
    assert left(stock) == {SHIRT: 5}

    stock.count(STORE, SCARF, 0)
    assert left(stock) == {SHIRT: 5, SCARF: 0}


def test_nobody_counts_less_than_nothing(stock: Stock) -> None:
    with pytest.raises(Invalid, match="at least 0"):
        stock.count(STORE, SHIRT, -1)


def test_a_store_counts_its_own_products(stock: Stock) -> None:
    stock.count("other", SHIRT, 70)

    assert stock.reserve("other", "order1", {SHIRT: 70}).status is StockStatus.RESERVED
    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_a_reservation_takes_what_is_counted_of_the_order(stock: Stock) -> None:
    reservation = stock.reserve(STORE, "order1", {SHIRT: 2, SCARF: 2, RING: 9})

    assert (reservation.status, reservation.shortages) == (StockStatus.RESERVED, ())
    assert left(stock) == {SHIRT: 3, SCARF: 0}


def test_an_order_of_uncounted_products_takes_nothing(stock: Stock) -> None:
    assert stock.reserve(STORE, "order1", {RING: 9}).status is StockStatus.UNCOUNTED
    assert stock.reserve(STORE, "order2", {}).status is StockStatus.UNCOUNTED


def test_of_an_order_that_is_short_of_one_product_nothing_is_taken(stock: Stock) -> None:
    reservation = stock.reserve(STORE, "order1", {SHIRT: 1, SCARF: 3})

    assert reservation.status is StockStatus.SHORT
    assert reservation.shortages == (Shortage(retailer_id=SCARF, wanted=3, available=2),)
    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_what_was_short_can_be_had_once_there_is_more(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SCARF: 3})
    stock.count(STORE, SCARF, 4)

    assert stock.reserve(STORE, "order1", {SCARF: 3}).status is StockStatus.RESERVED
    assert left(stock)[SCARF] == 1


def test_an_order_that_reserves_again_takes_nothing_more(stock: Stock) -> None:
    for _ in range(3):
        assert stock.reserve(STORE, "order1", {SHIRT: 2}).status is StockStatus.RESERVED

    assert left(stock)[SHIRT] == 3


def test_what_is_released_is_given_back_once(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2, SCARF: 1})

    for _ in range(3):
        stock.release(STORE, "order1")

    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_an_order_that_never_reserved_gives_nothing_back(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 9})

    for give_back in (stock.release, stock.restock, stock.spend):
        give_back(STORE, "order1")

    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_after_a_release_an_order_takes_anew_and_may_want_something_else(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2})
    stock.release(STORE, "order1")

    stock.reserve(STORE, "order1", {SCARF: 1})
    assert left(stock) == {SHIRT: 5, SCARF: 1}

    stock.release(STORE, "order1")
    assert left(stock) == {SHIRT: 5, SCARF: 2}


def test_goods_that_have_left_are_not_given_back_by_a_late_release(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2})

    for _ in range(2):
        stock.spend(STORE, "order1")
    stock.release(STORE, "order1")

    assert left(stock)[SHIRT] == 3


def test_goods_that_came_back_are_restocked_once(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2})
    stock.spend(STORE, "order1")

    for _ in range(3):
        stock.restock(STORE, "order1")
    stock.release(STORE, "order1")

    assert left(stock)[SHIRT] == 5


def test_goods_that_had_not_left_after_all_are_reserved_without_taking_more(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2})
    stock.spend(STORE, "order1")

    assert stock.reserve(STORE, "order1", {SHIRT: 2}).status is StockStatus.RESERVED
    assert left(stock)[SHIRT] == 3

    stock.release(STORE, "order1")
    assert left(stock)[SHIRT] == 5


@pytest.mark.parametrize("pieces", [None, 40])
def test_a_count_while_an_order_holds_pieces_is_what_counts(
    stock: Stock, pieces: int | None
) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 2, SCARF: 1})
    stock.count(STORE, SHIRT, pieces)

    stock.release(STORE, "order1")

    given_back = {} if pieces is None else {SHIRT: 42}
    assert left(stock) == {**given_back, SCARF: 2}


def test_an_id_that_is_no_text_is_counted_like_any_other(stock: Stock) -> None:
    stock.count(STORE, "\ud83d" * 600, 3)

    assert stock.reserve(STORE, "order1", {"\ud83d" * 600: 2}).status is StockStatus.RESERVED
    assert stock.available(STORE, ["\ud83d" * 600]) == {"\ud83d" * 600: 1}


def test_the_last_piece_goes_to_one_of_many_who_want_it_at_once(stock: Stock) -> None:
    def reserve(number: int) -> StockStatus:
        return stock.reserve(STORE, f"order{number}", {SCARF: 2}).status

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(reserve, range(8)))

    assert sorted(got) == [StockStatus.RESERVED] + [StockStatus.SHORT] * 7
    assert left(stock)[SCARF] == 0


def test_one_order_that_reserves_twice_at_once_takes_once(stock: Stock) -> None:
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: stock.reserve(STORE, "order1", {SHIRT: 3}), range(4)))

    assert {each.status for each in got} == {StockStatus.RESERVED}
    assert left(stock)[SHIRT] == 2


def test_releases_at_once_give_back_once(stock: Stock) -> None:
    stock.reserve(STORE, "order1", {SHIRT: 3})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: stock.release(STORE, "order1"), range(4)))

    assert left(stock)[SHIRT] == 5


def a_crowd() -> dict[str, int]:
    return {f"product{number}": 1 for number in range(CROWD)}


def test_an_order_of_hundreds_of_products_takes_all_and_gives_back_all(stock: Stock) -> None:
    for retailer_id in a_crowd():
        stock.count(STORE, retailer_id, 1)

    assert stock.reserve(STORE, "order1", a_crowd()).status is StockStatus.RESERVED
    assert set(stock.available(STORE, a_crowd()).values()) == {0}

    stock.release(STORE, "order1")
    assert stock.available(STORE, a_crowd()) == a_crowd()


def test_an_order_of_hundreds_of_products_that_is_short_of_the_last_takes_none(
    stock: Stock,
) -> None:
    for retailer_id in a_crowd():
        stock.count(STORE, retailer_id, 1)
    last = f"product{CROWD - 1}"

    reservation = stock.reserve(STORE, "order1", {**a_crowd(), last: 2})

    assert reservation.shortages == (Shortage(retailer_id=last, wanted=2, available=1),)
    assert stock.available(STORE, a_crowd()) == a_crowd()
