"""An order whose prices are in doubt waits for a person; the customer goes on with the rest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryCatalog
from orderdesk.domain.orders.actor import ActorKind, system
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Line, Order
from orderdesk.domain.orders.repricing import Prices, reprice
from orderdesk.domain.shop.policy import AfterHours
from orderdesk.usecases.orders.change import write
from orderdesk.usecases.orders.enrich import PriceBook
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.stage_work import work_of_stages
from orderdesk.usecases.orders.sweep import Outcome
from tests.builders import (
    CASH,
    NOW,
    STORE,
    a_line,
    a_placed_event,
    an_actor,
    an_address,
    an_order,
    rupees,
)
from tests.goods import a_catalog, a_product, an_item
from tests.podium import Podium
from tests.unit.usecases.test_stage_work import AFTERNOON, FOUR_O_CLOCK, Bench

SAID: Line = a_line(name="kurta-m", quantity=1, price=rupees(750), said_price=rupees(750))
DEARER = an_item(price=rupees(800))


def a_bench(catalog: MemoryCatalog | None = None, **order: Any) -> Bench:
    """Whose order is placed and has nothing yet; the catalog says 800 where the cart said 750."""
    bench = Bench(an_order(**{"lines": (SAID,), **order}))
    bench.prices = PriceBook(products=bench.prices.products, catalog=catalog or a_catalog(DEARER))
    return bench


def staff(bench: Bench, to: Stage) -> Order:
    command = MoveCommand(
        store_id=STORE, order_id=bench.placed.order_id, to=to, by=an_actor(), reason="Checked"
    )
    return move(command, orders=bench.orders, stores=bench.stores, now=bench.now)


def repriced(bench: Bench, prices: Prices) -> Order:
    found = reprice(bench.order, prices, by=an_actor(), now=NOW)
    assert found is not None
    return write(*found, orders=bench.orders, policy=bench.stores.get(STORE).policy)


def test_a_price_in_doubt_holds_the_order_and_the_address_is_asked_for_all_the_same() -> None:
    bench = a_bench()

    bench.work()

    assert bench.stages == [Stage.PLACED, Stage.ON_HOLD]
    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.order.hold.until) == ("price_mismatch", None)
    assert bench.order.flagged("price_mismatch")
    assert bench.asked == [1]


def test_nobody_is_asked_to_pay_a_price_that_is_in_doubt() -> None:
    bench = a_bench(address=an_address())

    bench.work()

    assert (bench.order.stage, bench.asked) == (Stage.ON_HOLD, [])


def test_a_price_without_doubt_holds_nothing() -> None:
    bench = a_bench(a_catalog(an_item()))

    bench.work()

    assert (bench.stages, bench.asked) == ([Stage.PLACED], [1])
    assert bench.order.lines[0].name == "Cotton kurta, M"


def test_released_by_staff_the_catalogs_price_counts_and_the_rest_is_asked_for() -> None:
    bench = a_bench(address=an_address())
    bench.work()

    staff(bench, Stage.PLACED)
    bench.work()

    assert bench.order.stage is Stage.PLACED
    assert (bench.order.total, bench.order.attention) == (rupees(800), ())
    assert len(bench.asked) == 1


def test_with_the_carts_prices_it_goes_on_at_what_the_customer_saw() -> None:
    bench = a_bench()
    bench.work()

    repriced(bench, Prices.CART)
    staff(bench, Stage.PLACED)
    bench.work()

    assert (bench.order.stage, bench.order.total) == (Stage.PLACED, rupees(750))


def test_a_hold_that_ends_by_itself_settles_no_price() -> None:
    """The shop was closed; its prices are looked at when it opens."""
    bench = a_bench()
    bench.decide(hours=AFTERNOON, after_hours=AfterHours.HOLD_ON_PLACED)
    bench.work()
    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.asked) == ("after_hours", [])

    bench.now = FOUR_O_CLOCK + timedelta(minutes=1)
    bench.put(Stage.PLACED, by=system("abandon_sweep"))
    bench.work()

    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.order.flagged("price_mismatch")) == (
        "price_mismatch",
        True,
    )


def test_an_order_that_was_confirmed_before_it_was_priced_is_held_before_it_is_packed() -> None:
    bench = a_bench(address=an_address(), ledger=CASH)
    bench.put(Stage.CONFIRMED)

    bench.work()

    assert bench.stages == [Stage.PLACED, Stage.CONFIRMED, Stage.ON_HOLD]
    assert (bench.order.total, bench.order.lines[0].list_price) == (rupees(750), rupees(800))


def test_prices_are_looked_up_once_whatever_way_the_order_goes() -> None:
    bench = a_bench(a_catalog(an_item()), address=an_address(), ledger=CASH)
    bench.work()
    bench.prices.products.put(STORE, [a_product(price=rupees(900))])

    bench.arrive(Stage.CONFIRMED)

    assert (bench.order.stage, bench.order.lines[0].list_price) == (Stage.CONFIRMED, rupees(750))


class TestOutage:
    """Meta's catalog does not answer when the order is placed."""

    @pytest.fixture
    def podium(self) -> Podium:
        podium = Podium()
        podium.prices = PriceBook(products=podium.prices.products, catalog=a_catalog(DEARER))
        self.catalog(podium).is_down = True
        return podium

    def catalog(self, podium: Podium) -> MemoryCatalog:
        assert isinstance(podium.prices.catalog, MemoryCatalog)
        return podium.prices.catalog

    def placed(self, podium: Podium) -> Order:
        order = an_order(lines=(SAID,))
        podium.orders.add(order, a_placed_event(order), raw="{}")
        order = podium.price(order)
        podium.conduct_all(order)
        return order

    def test_every_ten_minutes_it_is_asked_again(self, podium: Podium) -> None:
        order = self.placed(podium)
        assert podium.swept() == {}

        podium.later(minutes=10)
        assert podium.swept() == {Outcome.SKIPPED: 1}
        podium.later(minutes=5)
        assert podium.swept() == {}
        podium.later(minutes=5)
        self.catalog(podium).is_down = False
        assert podium.swept() == {Outcome.PRICED: 1}

        now = podium.current(order)
        assert (now.stage, now.total) == (Stage.ON_HOLD, rupees(800))
        assert [each.reason for each in now.attention] == ["price_mismatch"]

    def test_an_order_is_abandoned_in_its_time_all_the_same(self, podium: Podium) -> None:
        order = self.placed(podium)

        for _ in range(24 * 6 + 1):
            podium.later(minutes=10)
            podium.sweep()

        assert podium.current(order).stage is Stage.ABANDONED

    def test_what_is_packed_is_not_priced_any_more(self, podium: Podium) -> None:
        order = self.placed(podium)
        podium.conduct_all(podium.move(order, Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED))
        self.catalog(podium).is_down = False

        podium.later(minutes=20)

        assert podium.swept() == {}
        assert podium.price(podium.current(order)).total == rupees(750)


def test_a_customer_who_cancels_settles_no_price() -> None:
    bench = a_bench()
    bench.work()
    held = bench.order

    customer = an_actor(ActorKind.CUSTOMER)
    command = MoveCommand(
        store_id=STORE,
        order_id=held.order_id,
        to=Stage.CANCELLED,
        by=customer,
        reason="Cancelled by the customer",
    )
    after = move(command, orders=bench.orders, stores=bench.stores, now=NOW)

    assert after.flagged("price_mismatch")


def test_the_work_of_placed_can_run_twice() -> None:
    bench = a_bench(a_catalog(an_item()))
    bench.work()
    first = bench.order

    work_of_stages(bench.stage_desk)[Stage.PLACED](first, 1)

    assert replace(bench.order, due_at=None) == replace(first, due_at=None)
