"""Money is exact, and never mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import LARGEST, Money


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("7.5", "INR", 750),
        ("1", "INR", 100),
        ("99.99", "USD", 9999),
        ("18000", "IDR", 1_800_000),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("0.005", "USD", 1),
        ("1e2", "INR", 10_000),
    ],
)
def test_an_amount_as_written_becomes_minor_units(written: str, currency: str, minor: int) -> None:
    assert Money.of_major(Decimal(written), currency) == Money(minor, currency)


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(["INR", "JPY", "KWD"]))
def test_minor_units_survive_being_written_and_read(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of_major(money.major, currency) == money


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e30"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        Money.of_major(Decimal(written), "INR")


@pytest.mark.parametrize("currency", ["", "inr", "RUPEE", "I R", "₹₹₹"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(Invalid, match="ISO 4217"):
        Money(100, currency)


def test_two_currencies_are_never_added_up() -> None:
    with pytest.raises(Invalid, match="cannot be added up"):
        Money(1, "INR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(123_456_50, "INR"), "₹123,456.50"),
        (Money(-500, "USD"), "-$5.00"),
        (Money(1200, "JPY"), "¥1,200"),
        (Money(1234, "KWD"), "KWD 1.234"),
    ],
)
def test_money_is_shown_with_its_currency(money: Money, text: str) -> None:
    assert str(money) == text
