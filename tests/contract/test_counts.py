from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import a_move, a_placed_event, an_event, an_order
from tests.contract.conftest import Shop


def test_an_empty_shop_has_none_in_every_stage(shop: Shop) -> None:
    assert shop.counts.get("main") == dict.fromkeys(Stage, 0)


def test_an_order_is_counted_where_it_stands(shop: Shop) -> None:
    order = an_order()
    held, event = a_move(order, Stage.ON_HOLD)

    shop.counts.count(a_placed_event(order))
    assert shop.counts.get("main")[Stage.PLACED] == 1

    shop.counts.count(event)
    expected = dict.fromkeys(Stage, 0) | {held.stage: 1}
    assert shop.counts.get("main") == expected


def test_an_event_told_twice_counts_once(shop: Shop) -> None:
    order = an_order()

    for _ in range(3):
        shop.counts.count(a_placed_event(order))

    assert shop.counts.get("main")[Stage.PLACED] == 1


def test_events_in_any_order_count_the_same(shop: Shop) -> None:
    order = an_order()
    _, event = a_move(order, Stage.ON_HOLD)

    shop.counts.count(event)
    shop.counts.count(a_placed_event(order))

    assert shop.counts.get("main") == dict.fromkeys(Stage, 0) | {Stage.ON_HOLD: 1}


def test_what_changes_no_stage_counts_nothing(shop: Shop) -> None:
    shop.counts.count(an_event(an_order()))

    assert shop.counts.get("main") == dict.fromkeys(Stage, 0)


def test_a_store_counts_its_own_orders(shop: Shop) -> None:
    shop.counts.count(a_placed_event(an_order()))
    shop.counts.count(a_placed_event(an_order(store_id="other")))

    assert shop.counts.get("main")[Stage.PLACED] == 1
    assert shop.counts.get("other")[Stage.PLACED] == 1


def test_counters_that_stand_as_they_were_seen_are_put_right(shop: Shop) -> None:
    shop.counts.count(a_placed_event(an_order()))
    seen = shop.counts.get("main")

    assert shop.counts.set("main", {Stage.PLACED: 4, Stage.ON_HOLD: 2}, seen=seen)

    expected = dict.fromkeys(Stage, 0) | {Stage.PLACED: 4, Stage.ON_HOLD: 2}
    assert shop.counts.get("main") == expected


def test_counters_that_were_counted_on_meanwhile_are_left_alone(shop: Shop) -> None:
    seen = shop.counts.get("main")
    shop.counts.count(a_placed_event(an_order()))

    assert not shop.counts.set("main", {Stage.PLACED: 4}, seen=seen)
    assert shop.counts.get("main")[Stage.PLACED] == 1


def test_what_was_put_right_is_counted_on(shop: Shop) -> None:
    shop.counts.set("main", {Stage.PLACED: 4}, seen=shop.counts.get("main"))

    shop.counts.count(a_placed_event(an_order()))

    assert shop.counts.get("main")[Stage.PLACED] == 5
