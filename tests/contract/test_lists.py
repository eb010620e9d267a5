from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdesk.adapters.records import summary_of
from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact, Order
from orderdesk.domain.shop.days import day
from orderdesk.usecases.ports import ListQuery, Orders, Page, Sort, Summary
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_move,
    a_placed_event,
    an_event,
    an_order,
)
from tests.clocks import SHOPS, changes


def placed(orders: Orders, minute: int, **fields: Any) -> Order:
    default = {"message_id": f"wamid.{minute}", "placed_at": NOW + timedelta(minutes=minute)}
    order = an_order(**{**default, **fields})
    orders.add(order, a_placed_event(order), raw="")
    return order


def paid(orders: Orders, order: Order, minute: int) -> Order:
    entry = a_capture(order, at=NOW + timedelta(minutes=minute))
    after = replace(order, version=order.version + 1, ledger=order.ledger.book(entry))
    orders.save(after, [an_event(order)])
    return after


def query(**fields: Any) -> ListQuery:
    return ListQuery(**{"store_id": STORE, **fields})


def ids(page: Page[Summary]) -> list[str]:
    return [each.order_id for each in page.items]


def pages(orders: Orders, query: ListQuery) -> Iterator[Page[Summary]]:
    while True:
        page = orders.page(query)
        yield page
        if page.cursor is None:
            return
        query = replace(query, cursor=page.cursor)


def walked(orders: Orders, query: ListQuery) -> list[str]:
    return [order_id for page in pages(orders, query) for order_id in ids(page)]


def test_a_list_shows_the_newest_order_first(orders: Orders) -> None:
    found = [placed(orders, minute) for minute in (3, 1, 2)]

    page = orders.page(query())

    assert list(page.items) == [summary_of(found[place]) for place in (0, 2, 1)]
    assert page.cursor is None


def test_a_row_tells_what_a_list_shows(orders: Orders) -> None:
    order = paid(orders, placed(orders, 0), 5)

    (row,) = orders.page(query()).items

    assert (row.number, row.version, row.stage) == (1001, 2, Stage.PLACED)
    assert (row.customer_name, row.first_line, row.line_count) == ("Priya", "Cotton kurta, M", 1)
    assert (row.total, row.payment_status) == (order.total, order.payment_status)
    assert row.paid_at == NOW + timedelta(minutes=5)


def test_pages_go_on_where_the_last_one_ended(orders: Orders) -> None:
    made = [placed(orders, minute).order_id for minute in range(5)]

    found = [ids(page) for page in pages(orders, query(limit=2))]

    assert found == [made[:2:-1], made[2:0:-1], made[:1]]


def test_a_page_that_is_just_full_is_the_last(orders: Orders) -> None:
    for minute in range(4):
        placed(orders, minute)

    assert [len(page.items) for page in pages(orders, query(limit=2))] == [2, 2]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("stage", [None, Stage.PLACED])
def test_ascending_is_the_exact_reverse(orders: Orders, sort: Sort, stage: Stage | None) -> None:
    for minute in range(6):
        order = placed(orders, minute)
        if minute % 2:
            paid(orders, order, 20 - minute)

    down = walked(orders, query(stage=stage, sort=sort, limit=4))
    up = walked(orders, query(stage=stage, sort=sort, limit=4, descending=False))

    assert len(down) == 6
    assert up == down[::-1]


def test_by_payment_the_latest_paid_come_first_and_the_unpaid_last(orders: Orders) -> None:
    old, unpaid, newer, new = (placed(orders, minute) for minute in range(4))
    paid(orders, new, 10)
    paid(orders, old, 30)
    paid(orders, newer, 20)
    latest = placed(orders, 9)

    found = walked(orders, query(sort=Sort.PAYMENT))

    expected = (old, newer, new, latest, unpaid)
    assert found == [each.order_id for each in expected]


def test_a_part_of_the_money_is_not_paid(orders: Orders) -> None:
    whole, part = placed(orders, 0), placed(orders, 1)
    paid(orders, whole, 5)
    some = a_capture(part, amount=replace(part.total, minor=1), at=NOW + timedelta(minutes=9))
    orders.save(replace(part, version=2, ledger=part.ledger.book(some)), [an_event(part)])

    assert walked(orders, query(sort=Sort.PAYMENT)) == [whole.order_id, part.order_id]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("stage", [None, Stage.PLACED])
def test_a_range_has_the_order_at_its_beginning_and_not_the_one_at_its_end(
    orders: Orders, stage: Stage | None, descending: bool
) -> None:
    made = [placed(orders, minute).order_id for minute in range(6)]
    begin, end = (NOW + timedelta(minutes=minute) for minute in (1, 4))

    def found(**dates: datetime) -> list[str]:
        page = query(stage=stage, descending=descending, limit=2, **dates)
        return walked(orders, page)[:: -1 if descending else 1]

    assert found(placed_from=begin, placed_until=end) == made[1:4]
    assert found(placed_from=begin) == made[1:]
    assert found(placed_until=end) == made[:4]
    assert found(placed_from=begin, placed_until=begin) == []


def test_a_range_pages_on_when_an_order_of_it_comes_meanwhile(orders: Orders) -> None:
    made = [placed(orders, minute).order_id for minute in range(8)]
    some = query(
        limit=2, placed_from=NOW + timedelta(minutes=1), placed_until=NOW + timedelta(minutes=7)
    )
    first = orders.page(some)
    placed(orders, 6, message_id="wamid.late")

    assert ids(first) == [made[6], made[5]]
    assert walked(orders, replace(some, cursor=first.cursor)) == made[4:0:-1]


def test_a_cursor_belongs_to_its_range(orders: Orders) -> None:
    for minute in range(4):
        placed(orders, minute)
    end = NOW + timedelta(minutes=3)
    cursor = orders.page(query(limit=1, placed_until=end)).cursor
    assert cursor

    for other in ({}, {"placed_until": end + timedelta(minutes=1)}, {"placed_from": end}):
        with pytest.raises(Invalid, match="begin again"):
            orders.page(query(limit=1, cursor=cursor, **other))


def test_a_range_by_payment_is_refused(orders: Orders) -> None:
    with pytest.raises(Invalid, match="Sort by order date"):
        orders.page(query(sort=Sort.PAYMENT, placed_from=NOW))


def test_a_range_that_runs_backwards_is_refused(orders: Orders) -> None:
    with pytest.raises(Invalid, match="earlier time first"):
        orders.page(query(placed_from=NOW, placed_until=NOW - timedelta(minutes=1)))


STORES = (f"shop{place}" for place in count())


@given(st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("zone", SHOPS)
def test_the_orders_of_a_day_are_those_that_the_shops_calendar_shows_on_it(
    orders: Orders, zone: str, data: st.DataObject
) -> None:
    store_id, change = next(STORES), data.draw(st.sampled_from(changes(zone)))
    seconds = st.one_of(st.integers(-200_000, 200_000), st.integers(-100, 100).map(edge))
    placed_at = [
        change + timedelta(seconds=each)
        for each in data.draw(st.lists(seconds, min_size=1, max_size=8, unique=True))
    ]
    for place, at in enumerate(placed_at):
        placed(orders, place, store_id=store_id, placed_at=at)

    for each in range(-3, 4):
        date = local(change, zone).date() + timedelta(days=each)
        begin, end = day(date, zone)
        found = orders.page(query(store_id=store_id, placed_from=begin, placed_until=end))
        expected = sorted((at for at in placed_at if local(at, zone).date() == date), reverse=True)
        assert [row.placed_at for row in found.items] == expected


def edge(quarter: int) -> int:
    """Quarters of an hour, and a second before every other: where days and clocks change."""
    return quarter * 900 - quarter % 2


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def test_an_order_is_in_the_list_of_its_stage_and_no_other(orders: Orders) -> None:
    order, other = placed(orders, 0), placed(orders, 1)
    after, event = a_move(order, Stage.CONFIRMED)
    orders.save(after, [event])

    assert walked(orders, query(stage=Stage.CONFIRMED)) == [order.order_id]
    assert walked(orders, query(stage=Stage.PLACED)) == [other.order_id]
    assert walked(orders, query()) == [other.order_id, order.order_id]
    assert orders.page(query()).items[1] == summary_of(after)


def test_archived_orders_are_only_in_their_own_list(orders: Orders) -> None:
    order = placed(orders, 0)
    archived, event = a_move(order, Stage.ARCHIVED)
    orders.save(archived, [event])

    assert walked(orders, query()) == []
    assert walked(orders, query(sort=Sort.PAYMENT)) == []
    assert walked(orders, query(stage=Stage.ARCHIVED)) == [order.order_id]

    back, event = a_move(archived, Stage.DELIVERED)
    orders.save(back, [event])
    assert walked(orders, query()) == [order.order_id]
    assert walked(orders, query(stage=Stage.ARCHIVED)) == []


def test_a_list_is_of_one_store(orders: Orders) -> None:
    mine = placed(orders, 0)
    theirs = placed(orders, 1, store_id="other")

    assert walked(orders, query()) == [mine.order_id]
    assert walked(orders, query(store_id="other")) == [theirs.order_id]


def test_an_order_that_comes_while_somebody_pages_shifts_nothing(orders: Orders) -> None:
    made = [placed(orders, minute).order_id for minute in range(4)]
    first = orders.page(query(limit=2))
    placed(orders, 9)

    second = orders.page(query(limit=2, cursor=first.cursor))

    assert ids(second) == made[1::-1]


def test_a_cursor_works_when_its_order_has_left_the_list(orders: Orders) -> None:
    made = [placed(orders, minute) for minute in range(4)]
    first = orders.page(query(limit=2, stage=Stage.PLACED))
    after, event = a_move(made[2], Stage.CONFIRMED)
    orders.save(after, [event])

    second = orders.page(query(limit=2, stage=Stage.PLACED, cursor=first.cursor))

    assert ids(second) == [made[1].order_id, made[0].order_id]


@pytest.mark.parametrize(
    "other",
    [
        {"stage": Stage.CONFIRMED},
        {"stage": Stage.PLACED},
        {"sort": Sort.PAYMENT},
        {"descending": False},
        {"store_id": "other"},
    ],
)
def test_a_cursor_of_another_list_is_refused(orders: Orders, other: dict[str, Any]) -> None:
    for minute in range(3):
        placed(orders, minute)
    cursor = orders.page(query(limit=1)).cursor

    with pytest.raises(Invalid, match="begin again"):
        orders.page(query(cursor=cursor, **other))


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "🙂", "e30", "bnVsbA", "W10", "WyJhIl0", "Wzks" * 400, "AAAA", "WyJcdWQ4MDAiXQ"],
)
def test_a_garbled_cursor_is_refused(orders: Orders, cursor: str) -> None:
    placed(orders, 0)

    with pytest.raises(Invalid, match="begin again"):
        orders.page(query(cursor=cursor))


def test_a_changed_cursor_is_refused(orders: Orders) -> None:
    for minute in range(3):
        placed(orders, minute)
    cursor = orders.page(query(limit=1)).cursor
    assert cursor

    with pytest.raises(Invalid, match="begin again"):
        orders.page(query(cursor=cursor[:-4] + "AAAA"))


def test_a_customers_orders_are_listed_newest_first_archived_ones_too(orders: Orders) -> None:
    ravi = Contact(customer_id="ravi", name="Ravi")
    placed(orders, 0)
    made = [placed(orders, minute, customer=ravi) for minute in (1, 2, 3)]
    archived, event = a_move(made[1], Stage.ARCHIVED)
    orders.save(archived, [event])

    first = orders.of_customer(STORE, "ravi", limit=2)
    assert ids(first) == [made[2].order_id, made[1].order_id]

    second = orders.of_customer(STORE, "ravi", limit=2, cursor=first.cursor)
    assert ids(second) == [made[0].order_id]
    assert second.cursor is None

    with pytest.raises(Invalid, match="begin again"):
        orders.of_customer(STORE, "customer1", cursor=first.cursor)
