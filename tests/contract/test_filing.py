"""Where an order is filed, and how many are filed there."""

from datetime import timedelta

import pytest

from orderdesk.domain.errors import NotFound
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import NOW, STORE, a_move, a_placed_event, an_order
from tests.contract.conftest import Shop


def test_an_order_is_filed_as_it_was_written(shop: Shop) -> None:
    order = an_order(due_at=NOW + timedelta(hours=1))
    shop.orders.add(order, a_placed_event(order), raw="{}")
    assert shop.orders.misfiled(STORE, order.order_id) == ()

    held, event = a_move(order, Stage.ON_HOLD)
    shop.orders.save(held, [event])

    assert shop.orders.misfiled(STORE, order.order_id) == ()


def test_an_order_that_is_not_there_is_filed_nowhere(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.orders.misfiled(STORE, "nobody")


def test_an_order_whose_execution_nobody_will_look_at_is_misfiled_until_it_is_filed_anew(
    shop: Shop,
) -> None:
    order = an_order()
    shop.orders.add(order, a_placed_event(order), raw="{}")
    shop.executions.check_later(order, None)
    assert shop.orders.misfiled(STORE, order.order_id) == ("conduct_at",)

    shop.orders.refile(order, check_at=NOW)

    assert shop.orders.misfiled(STORE, order.order_id) == ()
    assert shop.executions.to_check(STORE, before=NOW).items == (order.order_id,)
    assert shop.orders.get(STORE, order.order_id) == order


def test_an_order_that_rests_needs_no_look(shop: Shop) -> None:
    order = an_order()
    shop.orders.add(order, a_placed_event(order), raw="{}")
    gone, event = a_move(order, Stage.ABANDONED)
    shop.orders.save(gone, [event])
    shop.executions.check_later(gone, None)

    assert shop.orders.misfiled(STORE, order.order_id) == ()

    shop.orders.refile(gone, check_at=NOW)
    assert shop.executions.to_check(STORE, before=None).items == ()


def test_an_order_that_moved_on_is_not_filed_by_what_it_was(shop: Shop) -> None:
    order = an_order()
    shop.orders.add(order, a_placed_event(order), raw="{}")
    held, event = a_move(order, Stage.ON_HOLD)
    shop.orders.save(held, [event])

    shop.orders.refile(order, check_at=NOW)

    assert shop.orders.number_in(STORE, Stage.ON_HOLD) == 1
    assert shop.orders.number_in(STORE, Stage.PLACED) == 0


def test_a_list_says_how_many_orders_it_has(shop: Shop) -> None:
    for number in range(3):
        order = an_order(message_id=f"wamid.cart{number}")
        shop.orders.add(order, a_placed_event(order), raw="{}")
    other = an_order(store_id="other")
    shop.orders.add(other, a_placed_event(other), raw="{}")

    assert shop.orders.number_in(STORE, Stage.PLACED) == 3
    assert shop.orders.number_in(STORE, Stage.SHIPPED) == 0
