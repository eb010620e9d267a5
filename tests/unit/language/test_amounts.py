"""Money as people of the language write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.money.money import Money
from orderdesk.usecases.language.amounts import amount_of, written
from tests.builders import an_event, an_order

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("money", "language", "shown"),
    [
        (Money(0, "INR"), "en", "₹0.00"),
        (Money(5, "INR"), "en", "₹0.05"),
        (Money(99_999, "INR"), "en", "₹999.99"),
        (Money(100_000, "INR"), "hi", "₹1,000.00"),
        (Money(12_345_600, "INR"), "en", "₹1,23,456.00"),
        (Money(1_234_567_890, "INR"), "hi", "₹1,23,45,678.90"),
        (Money(-15_000, "INR"), "en", "-₹150.00"),
        (Money(129_990, "BRL"), "pt_BR", f"R${NB}1.299,90"),
        (Money(123_456_789, "BRL"), "pt_BR", f"R${NB}1.234.567,89"),
        (Money(129_990, "BRL"), "en", "R$1,299.90"),
        (Money(12_345_600, "USD"), "en", "$123,456.00"),
        (Money(1500, "JPY"), "en", "¥1,500"),
        (Money(1_234_567, "KWD"), "en", f"KWD{NB}1,234.567"),
        (Money(12_345_600, "INR"), "pt_BR", f"₹{NB}123.456,00"),
    ],
)
def test_an_amount_is_written_in_the_way_of_the_language(
    money: Money, language: str, shown: str
) -> None:
    assert written(money, language) == shown


@given(minor=st.integers(-(10**12), 10**12), currency=st.sampled_from(["INR", "BRL", "JPY", "KWD"]))
def test_what_an_event_tells_of_money_is_read_back_exactly(minor: int, currency: str) -> None:
    money = Money(minor, currency)

    assert amount_of(an_event(an_order(), data={"amount": str(money)}), currency) == money


def test_an_event_without_an_amount_has_none() -> None:
    assert amount_of(an_event(an_order()), "INR") is None
