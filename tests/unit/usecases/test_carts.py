"""However odd a cart is, it becomes an order that a person can look at."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.placing import Cart
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.intake.carts import cart_of
from orderdesk.usecases.intake.inbound import CartItem, CartSent, MessageIn, Person
from tests.builders import NOW, PHONE_NUMBER, rupees

MESSAGE = MessageIn(
    phone_number_id=PHONE_NUMBER,
    message_id="wamid.cart1",
    person=Person(aliases=(Alias(AliasKind.PHONE, "919876543210"),)),
    kind="order",
    text="A cart",
    at=NOW,
)


def an_item(retailer_id: str = "kurta-m", **fields: Any) -> CartItem:
    default = CartItem(
        retailer_id=retailer_id, quantity=Decimal(2), price=Decimal(750), currency="INR"
    )
    return replace(default, **fields)


def a_cart_of(*items: CartItem, currency: str = "INR", **fields: Any) -> Cart:
    sent = CartSent(catalog_id="catalog1", note="", items=items, **fields)
    cart = cart_of(MESSAGE, sent, currency=currency, now=NOW)
    assert cart is not None
    return cart


def reasons(cart: Cart) -> list[str]:
    return [each.reason for each in cart.attention]


def test_a_good_cart_becomes_lines_and_nothing_to_look_at() -> None:
    cart = a_cart_of(an_item(), an_item("saree", price=Decimal("99.99"), quantity=Decimal(1)))

    assert [(line.retailer_id, line.quantity, line.price) for line in cart.lines] == [
        ("kurta-m", 2, rupees(750)),
        ("saree", 1, Money(9999, "INR")),
    ]
    assert (cart.currency, cart.sent_at, cart.attention) == ("INR", NOW, ())


def test_an_empty_cart_is_no_cart() -> None:
    sent = CartSent(catalog_id="", note="Hello", items=())

    assert cart_of(MESSAGE, sent, currency="INR", now=NOW) is None


@pytest.mark.parametrize(
    ("price", "currency", "minor"),
    [
        ("7.5", "INR", 750),
        ("18000", "IDR", 1_800_000),
        ("1200", "JPY", 1200),
        ("1.25", "KWD", 1250),
    ],
)
def test_a_price_is_in_major_units_of_its_currency(price: str, currency: str, minor: int) -> None:
    cart = a_cart_of(an_item(price=Decimal(price), currency=currency))

    assert cart.lines[0].price == Money(minor, currency)
    assert not cart.attention


def test_a_currency_written_small_is_the_same() -> None:
    cart = a_cart_of(an_item(currency=" usd "))

    assert (cart.currency, cart.attention) == ("USD", ())


@pytest.mark.parametrize(("currency", "reason"), [("", "currency_missing"), ("₹", "currency_odd")])
def test_without_a_currency_the_shops_is_taken(currency: str, reason: str) -> None:
    cart = a_cart_of(an_item(currency=currency), currency="EUR")

    assert cart.lines[0].price == Money(75000, "EUR")
    assert reasons(cart) == [reason]


def test_what_costs_another_currency_costs_nothing_until_somebody_looks() -> None:
    cart = a_cart_of(an_item(), an_item("b", currency="USD"), an_item("c"))

    assert [line.price for line in cart.lines] == [rupees(750), rupees(0), rupees(750)]
    assert reasons(cart) == ["mixed_currency"]
    assert "b: it costs 750 USD, but the order is in INR" in cart.attention[0].text


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        (None, "price_missing"),
        (Decimal(-5), "price_odd"),
        (Decimal(10) ** 30, "price_odd"),
        (Decimal(10) ** 13, "price_odd"),
    ],
)
def test_what_has_no_possible_price_costs_nothing_until_somebody_looks(
    price: Decimal | None, reason: str
) -> None:
    cart = a_cart_of(an_item(price=price))

    assert cart.lines[0].price == rupees(0)
    assert reasons(cart) == [reason]


def test_a_price_finer_than_the_currency_is_rounded_and_said() -> None:
    cart = a_cart_of(an_item(price=Decimal("7.555")))

    assert cart.lines[0].price == Money(756, "INR")
    assert cart.attention[0].text == "kurta-m: 7.555 was rounded to ₹7.56."


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (None, 1),
        (Decimal(0), 1),
        (Decimal(-3), 1),
        (Decimal("0.5"), 1),
        (Decimal("1.5"), 2),
        (Decimal(10_001), 1),
        (Decimal(10) ** 30, 1),
    ],
)
def test_a_quantity_that_cannot_be_is_said(asked: Decimal | None, taken: int) -> None:
    cart = a_cart_of(an_item(quantity=asked))

    assert cart.lines[0].quantity == taken
    assert reasons(cart) == ["quantity_odd"]


def test_a_product_without_an_id_is_kept() -> None:
    cart = a_cart_of(an_item(""))

    assert cart.lines[0].name == "A product without an id"
    assert reasons(cart) == ["product_unknown"]


def test_what_could_not_be_read_is_counted() -> None:
    cart = a_cart_of(an_item(), unreadable=3)

    assert "3 of the cart's products could not be read" in cart.attention[0].text


def test_a_cart_longer_than_an_order_is_cut_and_said() -> None:
    cart = a_cart_of(*[an_item(str(number)) for number in range(250)])

    assert len(cart.lines) == 200
    assert reasons(cart) == ["lines_cut"]


def test_many_doubts_of_one_kind_are_one_thing_to_look_at() -> None:
    cart = a_cart_of(*[an_item(str(number), price=None) for number in range(50)])

    assert reasons(cart) == ["price_missing"]
    assert cart.attention[0].text.endswith("And 45 more.")


ITEMS = st.builds(
    CartItem,
    retailer_id=st.text(max_size=5),
    quantity=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    price=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    currency=st.sampled_from(["INR", "usd", "JPY", "KWD", "", "rupees"]) | st.text(max_size=4),
)


@given(st.lists(ITEMS, min_size=1, max_size=8))
def test_whatever_is_in_a_cart_adds_up(items: list[CartItem]) -> None:
    cart = a_cart_of(*items)

    total = sum((line.total for line in cart.lines), Money(0, cart.currency))
    assert len(cart.lines) == len(items)
    assert total.minor >= 0
