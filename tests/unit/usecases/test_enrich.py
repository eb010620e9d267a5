"""Which price counts, who is asked about it, and what an outage of Meta's catalog changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import (
    MemoryOrders,
    MemoryProducts,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.amending import choose_payment, resolve_attention
from orderdesk.domain.orders.order import Line, Order
from orderdesk.usecases.orders.change import write
from orderdesk.usecases.orders.enrich import PriceBook, price
from orderdesk.usecases.orders.place import place
from tests.builders import (
    NOW,
    STORE,
    a_cart,
    a_customer,
    a_line,
    a_store,
    an_actor,
    rupees,
)
from tests.goods import a_catalog, a_product, an_item


class Shop:
    """Takes one cart at a time; `catalog` is Meta's, `products` the shop's own list."""

    def __init__(self, *items: Any, **policy: Any) -> None:
        shelf = Shelf()
        self.orders, self.stores = MemoryOrders(shelf), MemoryStores(shelf)
        self.products, self.catalog = MemoryProducts(shelf), a_catalog(*items)
        base = a_store()
        self.stores.put(replace(base, policy=replace(base.policy, **policy)))
        self.now = NOW

    @property
    def book(self) -> PriceBook:
        return PriceBook(products=self.products, catalog=self.catalog)

    def take(self, *lines: Line, **cart: Any) -> Order:
        return place(
            a_cart(lines=lines or (said(750),), **cart),
            a_customer(),
            by=an_actor(),
            raw="{}",
            orders=self.orders,
            stores=self.stores,
            prices=self.book,
            now=self.now,
        )

    def price(self, order: Order) -> Order:
        return price(order, self.book, orders=self.orders, stores=self.stores, now=self.now)

    def take_and_price(self, *lines: Line, **cart: Any) -> Order:
        return self.price(self.take(*lines, **cart))


def said(amount: int | None, retailer_id: str = "kurta-m", **fields: Any) -> Line:
    """A line as a cart brings it: no name, and the price that the customer saw."""
    seen = None if amount is None else rupees(amount)
    given = {"name": retailer_id, "price": seen or rupees(0), "said_price": seen} | fields
    return a_line(retailer_id, **given)


def doubts(order: Order) -> dict[str, str]:
    return {each.reason: each.text for each in order.attention}


def test_a_line_gets_name_picture_and_price_from_the_catalog() -> None:
    [line] = Shop().take_and_price().lines

    assert (line.name, line.picture) == ("Cotton kurta, M", "https://shop.example/kurta.jpg")
    assert (line.price, line.list_price, line.said_price) == (rupees(750),) * 3


def test_the_shop_is_not_asked_twice_about_one_order() -> None:
    shop = Shop(an_item(), an_item("chai"))

    shop.take_and_price(said(750), said(750, "chai"), said(750))

    assert shop.catalog.asked == 1


def test_what_was_answered_before_is_on_the_order_from_its_first_moment() -> None:
    shop = Shop()
    shop.take_and_price()

    order = shop.take(message_id="wamid.cart2")

    assert order.version == 1
    assert order.lines[0].list_price == rupees(750)


def test_the_customers_price_counts_within_the_tolerance() -> None:
    shop = Shop(an_item(price=rupees(760)), price_tolerance=200)

    order = shop.take_and_price(said(750))

    assert order.lines[0].price == rupees(750)
    assert order.lines[0].list_price == rupees(760)
    assert order.attention == ()


def test_beyond_the_tolerance_the_catalogs_price_counts_and_is_explained() -> None:
    kaju = an_item("kaju", name="Kaju katli 250 g", variant="", price=rupees(420))
    shop = Shop(kaju, an_item(), price_tolerance=200)

    order = shop.take_and_price(said(400, "kaju"), said(750))

    assert [each.price for each in order.lines] == [rupees(420), rupees(750)]
    assert order.lines[0].said_price == rupees(400)
    assert doubts(order) == {
        "price_mismatch": "Kaju katli 250 g: the cart says ₹400.00, the catalog ₹420.00."
    }


@pytest.mark.parametrize(("tolerance", "counts"), [(0, 751), (13, 751), (14, 750)])
def test_the_tolerance_is_a_share_of_the_catalogs_price(tolerance: int, counts: int) -> None:
    shop = Shop(an_item(price=rupees(751)), price_tolerance=tolerance)

    assert shop.take_and_price(said(750)).lines[0].price == rupees(counts)


def test_a_cart_without_a_price_has_the_catalogs() -> None:
    order = Shop().take_and_price(said(None))

    assert (order.lines[0].price, order.attention) == (rupees(750), ())


def test_the_shops_own_list_wins_over_the_catalog() -> None:
    shop = Shop()
    shop.products.put(STORE, [a_product(name="Kurta of ours", price=rupees(800))])

    order = shop.take_and_price(said(800))

    assert order.lines[0].name == "Kurta of ours"
    assert order.lines[0].picture == "https://shop.example/kurta.jpg"
    assert (order.lines[0].price, order.attention) == (rupees(800), ())


def test_a_list_without_prices_leaves_them_to_the_catalog() -> None:
    shop = Shop()
    shop.products.put(STORE, [a_product(name="Kurta of ours", price=None)])

    [line] = shop.take_and_price(said(750)).lines

    assert (line.name, line.list_price) == ("Kurta of ours", rupees(750))


def test_a_list_that_says_all_needs_no_catalog() -> None:
    shop = Shop()
    shop.products.put(STORE, [a_product(picture="https://shop.example/k.jpg")])

    order = shop.take()

    assert (order.lines[0].name, shop.catalog.asked) == ("Cotton kurta, M", 0)


def test_what_the_catalog_does_not_have_is_named_and_the_order_kept() -> None:
    order = Shop().take_and_price(said(750), said(20, "unknown"))

    assert doubts(order) == {"not_in_catalog": "unknown: it is not in the catalog."}
    assert order.lines[1].price == rupees(20)


def test_what_is_sold_out_is_told() -> None:
    order = Shop(an_item(available=False)).take_and_price()

    assert doubts(order) == {"sold_out": "Cotton kurta, M: the catalog says that it is sold out."}


def test_a_price_in_another_currency_is_not_taken() -> None:
    order = Shop(an_item(price=Money(1500, "USD"))).take_and_price()

    assert order.lines[0].price == rupees(750)
    assert doubts(order) == {
        "price_mismatch": "Cotton kurta, M: the catalog says $15.00, the order is in INR."
    }


def test_a_price_beyond_any_order_is_not_taken() -> None:
    """Quantity times price has to be an amount of money, whatever a list holds by mistake."""
    shop = Shop(an_item(price=Money(10**15, "INR")))

    order = shop.take_and_price(said(750, quantity=10_000))

    assert order.lines[0].price == rupees(750)


class TestOutage:
    """Meta does not answer."""

    def test_the_order_is_placed_at_once_with_the_carts_prices(self) -> None:
        shop = Shop()
        shop.catalog.is_down = True

        order = shop.take_and_price()

        assert (order.lines[0].price, order.lines[0].list_price) == (rupees(750), None)
        assert list(doubts(order)) == ["catalog_silent"]

    def test_it_is_asked_again_in_ten_minutes(self) -> None:
        shop = Shop(reminders=())
        shop.catalog.is_down = True

        assert shop.take_and_price().due_at == NOW + timedelta(minutes=10)

    def test_once_it_answers_all_is_as_if_it_had_never_been_away(self) -> None:
        shop = Shop(an_item(price=rupees(800)))
        shop.catalog.is_down = True
        order = shop.take_and_price()

        shop.catalog.is_down = False
        order = shop.price(order)

        assert (order.lines[0].name, order.lines[0].price) == ("Cotton kurta, M", rupees(800))
        assert list(doubts(order)) == ["price_mismatch"]

    def test_a_customer_who_chose_how_to_pay_keeps_the_total(self) -> None:
        """What they agreed to changes only when a person says so."""
        shop = Shop(an_item(price=rupees(800)))
        shop.catalog.is_down = True
        order = shop.take_and_price()
        chosen = choose_payment(order, PaymentMethod.CASH_ON_DELIVERY, by=an_actor(), now=NOW)
        order = _written(shop, chosen)

        shop.catalog.is_down = False
        order = shop.price(order)

        assert (order.lines[0].price, order.lines[0].list_price) == (rupees(750), rupees(800))
        assert list(doubts(order)) == ["price_mismatch"]

    def test_a_product_of_the_shops_own_list_waits_for_nobody(self) -> None:
        shop = Shop()
        shop.products.put(STORE, [a_product()])
        shop.catalog.is_down = True

        order = shop.take_and_price()

        assert (order.lines[0].list_price, order.attention) == (rupees(750), ())

    def test_a_shop_without_a_catalog_is_not_told_of_it(self) -> None:
        shop = Shop()
        shop.catalog.is_connected = False

        order = shop.take_and_price()

        assert (order.version, order.attention) == (1, ())


def _written(shop: Shop, step: Any) -> Order:
    after, event = step
    return write(after, [event], orders=shop.orders, policy=shop.stores.get(STORE).policy)


def test_pricing_again_changes_nothing() -> None:
    shop = Shop(an_item(price=rupees(800)))
    order = shop.take_and_price(said(750), said(1, "unknown"))

    assert shop.price(order) == order


def test_more_to_look_at_is_said_anew() -> None:
    shop = Shop(an_item(price=rupees(800)), an_item("chai", name="Chai", price=rupees(30)))
    shop.catalog.told = {"kurta-m"}
    shop.catalog.is_down = True
    order = shop.take_and_price(said(750), said(20, "chai"))
    assert "Chai" not in doubts(order)["price_mismatch"]

    shop.catalog.is_down = False
    order = shop.price(order)

    assert "Chai, M: the cart says ₹20.00" in doubts(order)["price_mismatch"]
    assert [each.reason for each in order.attention] == ["price_mismatch"]


def test_what_staff_have_priced_stays_as_they_said() -> None:
    shop = Shop(an_item(price=rupees(800)))
    shop.catalog.is_down = True
    order = shop.take_and_price()
    by_hand = replace(order, version=order.version + 1, lines=(said(750, price=rupees(700)),))
    order = _written(shop, resolve_attention(order, "catalog_silent", by=an_actor(), now=NOW))
    kept = shop.orders.shelf.orders[STORE, order.order_id]
    kept.record["lines"][0]["price"]["minor"] = by_hand.lines[0].price.minor

    shop.catalog.is_down = False

    assert shop.price(order).lines[0].price == rupees(700)
