from dataclasses import replace
from datetime import timedelta
from typing import Any

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.ports import Execution, Executions, Orders
from tests.builders import NOW, STORE, a_move, a_placed_event, an_event, an_order

A_MINUTE = timedelta(minutes=1)
A_WEEK = timedelta(days=7)


def placed(orders: Orders, message_id: str = "wamid.cart1", **event: Any) -> Order:
    order = an_order(message_id=message_id)
    orders.add(order, a_placed_event(order, **event), raw="")
    return order


def an_execution(order: Order, token: str = "token1", **fields: Any) -> Execution:
    default: dict[str, Any] = {
        "store_id": order.store_id,
        "order_id": order.order_id,
        "name": f"{order.order_id}-v1",
        "stage": order.stage,
        "version": order.version,
        "token": token,
    }
    return Execution(**{**default, **fields})


def late(executions: Executions, after: timedelta) -> tuple[str, ...]:
    return executions.to_check(STORE, before=NOW + after).items


def test_a_parked_token_is_found(orders: Orders, executions: Executions) -> None:
    order = placed(orders)
    assert executions.find(STORE, order.order_id) is None

    executions.park(an_execution(order), check_at=NOW + A_WEEK)

    assert executions.find(STORE, order.order_id) == an_execution(order)


def test_parking_tells_what_was_parked_before(orders: Orders, executions: Executions) -> None:
    order = placed(orders)
    first, second = an_execution(order), an_execution(order, token="token2", name="other-v1")

    assert executions.park(first, check_at=NOW + A_WEEK) is None
    assert executions.park(second, check_at=NOW + A_WEEK) == first
    assert executions.find(STORE, order.order_id) == second


def test_parking_twice_does_not_replace_itself(orders: Orders, executions: Executions) -> None:
    order = placed(orders)
    executions.park(an_execution(order), check_at=NOW + A_WEEK)

    assert executions.park(an_execution(order), check_at=NOW + A_WEEK) is None


def test_a_placed_order_is_looked_at_after_a_minute(orders: Orders, executions: Executions) -> None:
    order = placed(orders)

    assert late(executions, A_MINUTE - timedelta(seconds=1)) == ()
    assert late(executions, A_MINUTE) == (order.order_id,)


def test_an_execution_that_ended_with_its_order_at_rest_is_never_looked_at(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    execution = an_execution(order)
    executions.park(execution, check_at=NOW)

    executions.settle(execution, stage=order.stage, version=order.version)

    assert executions.find(STORE, order.order_id) == replace(execution, token="")
    assert executions.to_check(STORE, before=None).items == ()


def test_what_settles_for_a_stage_that_was_left_meanwhile_is_looked_at_anyway(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    execution = an_execution(order)
    executions.park(execution, check_at=NOW)
    after, event = a_move(order, Stage.CANCELLED)
    orders.save(after, [event])

    executions.settle(execution, stage=order.stage, version=order.version)

    assert executions.to_check(STORE, before=None).items == (order.order_id,)


def test_an_execution_that_ended_does_not_settle_for_the_next_one(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    first, second = an_execution(order), an_execution(order, token="token2", name="other-v1")
    executions.park(first, check_at=NOW)
    executions.park(second, check_at=NOW)

    executions.settle(first, stage=order.stage, version=order.version)

    assert executions.find(STORE, order.order_id) == second
    assert executions.to_check(STORE, before=None).items == (order.order_id,)


def test_where_an_order_rests_next_is_kept_without_an_execution(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    cancelled, event = a_move(order, Stage.CANCELLED)
    orders.save(cancelled, [event])
    ended = an_execution(cancelled, token="")
    executions.park(ended, check_at=NOW)
    archived, event = a_move(cancelled, Stage.ARCHIVED)
    orders.save(archived, [event])

    executions.settle(ended, stage=Stage.ARCHIVED, version=archived.version)

    expected = replace(ended, stage=Stage.ARCHIVED, version=archived.version)
    assert executions.find(STORE, order.order_id) == expected
    assert executions.to_check(STORE, before=None).items == ()


def test_an_execution_that_follows_is_not_looked_at(orders: Orders, executions: Executions) -> None:
    order = placed(orders)

    executions.park(an_execution(order), check_at=NOW + A_WEEK)

    assert late(executions, A_WEEK - A_MINUTE) == ()
    assert late(executions, A_WEEK) == (order.order_id,)


def test_a_move_is_looked_at_a_minute_after_it(orders: Orders, executions: Executions) -> None:
    order = placed(orders)
    executions.park(an_execution(order), check_at=NOW + A_WEEK)
    after, event = a_move(order, Stage.ON_HOLD, at=NOW + timedelta(hours=1))

    orders.save(after, [event])

    assert late(executions, timedelta(hours=1, seconds=59)) == ()
    assert late(executions, timedelta(hours=1, seconds=60)) == (order.order_id,)


def test_what_changes_no_stage_leaves_the_next_look_alone(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    executions.park(an_execution(order), check_at=NOW + A_WEEK)

    orders.save(replace(order, version=2), [an_event(order, at=NOW + timedelta(hours=1))])

    assert late(executions, A_WEEK - A_MINUTE) == ()
    assert late(executions, A_WEEK) == (order.order_id,)


def test_an_execution_that_waits_in_an_earlier_stage_is_looked_at_anyway(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    after, event = a_move(order, Stage.ON_HOLD)
    orders.save(after, [event])

    executions.park(an_execution(order), check_at=NOW + A_WEEK)

    assert executions.find(STORE, order.order_id) == an_execution(order)
    assert late(executions, A_MINUTE) == (order.order_id,)


def test_an_execution_that_missed_a_round_trip_is_looked_at_anyway(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    held, event = a_move(order, Stage.ON_HOLD)
    orders.save(held, [event])
    back, event = a_move(held, Stage.PLACED)
    orders.save(back, [event])

    executions.park(an_execution(order), check_at=NOW + A_WEEK)
    assert late(executions, A_MINUTE) == (order.order_id,)

    executions.park(an_execution(back, token="token2"), check_at=NOW + A_WEEK)
    assert late(executions, A_MINUTE) == ()


def test_a_token_of_an_order_that_is_not_there_is_kept(executions: Executions) -> None:
    order = an_order()

    executions.park(an_execution(order), check_at=NOW)

    assert executions.find(STORE, order.order_id) == an_execution(order)
    assert executions.to_check(STORE, before=None).items == ()


def test_the_next_look_can_be_put_off_or_left_out(orders: Orders, executions: Executions) -> None:
    order = placed(orders)

    executions.check_later(order, NOW + A_WEEK)
    assert late(executions, A_MINUTE) == ()
    assert late(executions, A_WEEK) == (order.order_id,)

    executions.check_later(order, None)
    assert executions.to_check(STORE, before=None).items == ()
    assert orders.get(STORE, order.order_id) == order


def test_the_next_look_at_an_order_that_moved_on_stays(
    orders: Orders, executions: Executions
) -> None:
    order = placed(orders)
    after, event = a_move(order, Stage.ON_HOLD)
    orders.save(after, [event])

    executions.check_later(order, None)
    executions.check_later(an_order(message_id="wamid.unknown"), NOW)

    assert executions.to_check(STORE, before=None).items == (order.order_id,)


def test_all_live_orders_are_gone_through_page_by_page(
    orders: Orders, executions: Executions
) -> None:
    made = [
        placed(orders, f"wamid.{hour}", at=NOW + timedelta(hours=hour)).order_id
        for hour in range(5)
    ]

    first = executions.to_check(STORE, before=None, limit=3)
    second = executions.to_check(STORE, before=None, limit=3, cursor=first.cursor)

    assert [*first.items, *second.items] == made
    assert second.cursor is None
    assert executions.to_check("other", before=None).items == ()


def test_those_that_lag_are_gone_through_page_by_page(
    orders: Orders, executions: Executions
) -> None:
    made = [
        placed(orders, f"wamid.{hour}", at=NOW + timedelta(hours=hour)).order_id
        for hour in range(4)
    ]
    before = NOW + timedelta(hours=2, minutes=30)

    first = executions.to_check(STORE, before=before, limit=2)
    second = executions.to_check(STORE, before=before, limit=2, cursor=first.cursor)

    assert [*first.items, *second.items] == made[:3]
    assert second.cursor is None
