"""What an order comes to, to the last paisa."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.pricing import amounts
from orderdesk.domain.money.terms import (
    ConfirmOn,
    ConfirmRule,
    Discount,
    Offer,
    Shipping,
    Tax,
    Terms,
    check_offers,
)
from orderdesk.domain.orders.returning import value_of
from tests.builders import a_line, an_order, rupees

COD, ONLINE = PaymentMethod.CASH_ON_DELIVERY, PaymentMethod.ONLINE


def parts(subtotal: int, *, ships: bool = True, fee: Money | None = None, **terms: Any) -> Any:
    return amounts(rupees(subtotal), Terms(**terms), ships=ships, shipping_fee=fee)


def test_goods_alone_cost_what_they_cost() -> None:
    assert parts(1500).total == rupees(1500)


def test_shipping_is_charged_until_the_goods_are_worth_enough() -> None:
    shipping = Shipping(fee=4900, free_from=100_000)

    assert parts(999, shipping=shipping).total == rupees(999 + 49)
    assert parts(1000, shipping=shipping).shipping == rupees(0)


def test_what_is_picked_up_is_not_shipped() -> None:
    assert parts(100, ships=False, shipping=Shipping(fee=4900)).total == rupees(100)


def test_a_place_has_its_own_fee_and_free_shipping_holds_there_too() -> None:
    shipping = Shipping(fee=4900, free_from=100_000)

    assert parts(100, shipping=shipping, fee=rupees(99)).shipping == rupees(99)
    assert parts(1000, shipping=shipping, fee=rupees(99)).shipping == rupees(0)


def test_tax_on_top_is_of_goods_and_shipping() -> None:
    made = parts(1000, shipping=Shipping(fee=10_000), tax=Tax(rate=1800, included=False))

    assert (made.tax, made.total) == (rupees(198), rupees(1298))


def test_tax_in_the_prices_changes_no_total() -> None:
    made = parts(1180, tax=Tax(rate=1800, label="GST"))

    assert (made.tax, made.included_tax, made.total) == (rupees(0), rupees(180), rupees(1180))
    assert made.tax_label == "GST"


def test_the_discount_that_saves_most_counts_alone() -> None:
    discounts = (
        Discount(label="10 %", percent=1000),
        Discount(label="₹150", amount=15_000),
        Discount(label="half", percent=5000, from_subtotal=200_000),
    )

    made = parts(1000, discounts=discounts)

    assert (made.discount, made.discount_label, made.total) == (rupees(150), "₹150", rupees(850))


def test_no_discount_is_more_than_the_goods() -> None:
    assert parts(100, discounts=(Discount(label="gift", amount=50_000),)).total == rupees(0)


@given(
    subtotal=st.integers(0, 10**9),
    rate=st.integers(0, 10_000),
    included=st.booleans(),
    fee=st.integers(0, 10**6),
    percent=st.integers(1, 10_000),
)
def test_the_parts_always_add_up(
    subtotal: int, rate: int, included: bool, fee: int, percent: int
) -> None:
    terms = Terms(
        shipping=Shipping(fee=fee),
        tax=Tax(rate=rate, included=included),
        discounts=(Discount(label="d", percent=percent),),
    )
    made = amounts(Money(subtotal, "INR"), terms, ships=True)

    total = made.subtotal - made.discount + made.shipping + made.tax
    assert made.total == total
    assert 0 <= made.discount.minor <= subtotal
    assert 0 <= made.included_tax.minor <= made.total.minor


@given(
    quantities=st.lists(st.integers(1, 9), min_size=1, max_size=5), percent=st.integers(1, 9_999)
)
def test_goods_are_worth_together_what_was_paid_for_them(
    quantities: list[int], percent: int
) -> None:
    lines = tuple(
        a_line(retailer_id=f"p{place}", quantity=count, price=Money(333 + place, "INR"))
        for place, count in enumerate(quantities)
    )
    terms = Terms(discounts=(Discount(label="d", percent=percent),), shipping=Shipping(fee=4900))
    order = an_order(lines=lines, terms=terms)

    whole = value_of(order, order.goods)

    assert whole == order.total - order.amounts.shipping
    by_line = sum(value_of(order, (each,)).minor for each in order.goods)
    assert abs(by_line - whole.minor) <= len(lines)


def test_cash_is_enough_when_chosen_and_everything_else_when_paid() -> None:
    assert Terms().confirm_on(COD, 100) is ConfirmOn.CHOSEN
    assert Terms().confirm_on(PaymentMethod.TRANSFER, 100) is ConfirmOn.PAID


def test_of_several_rules_the_one_of_the_highest_amount_counts() -> None:
    rules = (
        ConfirmRule(method=COD, on=ConfirmOn.PAID, from_total=500_000),
        ConfirmRule(method=COD, on=ConfirmOn.VERIFIED, from_total=100_000),
    )
    terms = Terms(confirm_rules=rules)

    found = [terms.confirm_on(COD, total) for total in (99_999, 100_000, 500_000)]

    assert found == [ConfirmOn.CHOSEN, ConfirmOn.VERIFIED, ConfirmOn.PAID]


def test_only_cash_is_confirmed_before_it_is_paid() -> None:
    with pytest.raises(Invalid, match="only cash on delivery"):
        ConfirmRule(method=ONLINE, on=ConfirmOn.CHOSEN)


def test_ways_to_pay_are_offered_within_their_bounds() -> None:
    terms = Terms(offers=(Offer(method=COD, at_most=500_000), Offer(method=ONLINE, at_least=100)))

    assert terms.offered(50) == (COD,)
    assert terms.offered(500_000) == (COD, ONLINE)
    assert terms.offered(500_001) == (ONLINE,)


@pytest.mark.parametrize(
    "offers",
    [(), (Offer(method=COD), Offer(method=COD)), (Offer(method=COD, at_least=9, at_most=8),)],
)
def test_offers_that_say_nothing_are_refused(offers: tuple[Offer, ...]) -> None:
    with pytest.raises(Invalid):
        check_offers(offers)


@pytest.mark.parametrize("given", [{}, {"percent": 5, "amount": 5}, {"percent": 10_001}])
def test_a_discount_is_a_percent_or_an_amount(given: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        Discount(label="d", **given)
