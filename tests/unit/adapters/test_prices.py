"""A price is read when it can be read in one way, and refused otherwise."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.catalog.prices import POINT_ONLY, SIGNS, price_of
from orderdesk.domain.money.money import Money, exponent_of

READABLE = [
    ("₹1,299.00", "INR", Money(129900, "INR")),
    ("INR 1,299.00", "INR", Money(129900, "INR")),
    ("₹1,23,456.00", "INR", Money(12345600, "INR")),
    ("₹ 1,00,00,000", "INR", Money(1000000000, "INR")),
    ("Rs. 1,299", "INR", Money(129900, "INR")),
    ("₹0.50", "INR", Money(50, "INR")),
    ("12.50 INR", "", Money(1250, "INR")),
    ("12.50", "INR", Money(1250, "INR")),
    ("€49,90", "EUR", Money(4990, "EUR")),
    ("€49.90", "EUR", Money(4990, "EUR")),
    ("1.299,90\u00a0€", "EUR", Money(129990, "EUR")),
    ("1\u202f299,90 €", "EUR", Money(129990, "EUR")),
    ("Rp460.000", "IDR", Money(46000000, "IDR")),
    ("Rp460,000", "IDR", Money(46000000, "IDR")),
    ("R$ 1.299,90", "BRL", Money(129990, "BRL")),
    ("R$1,299.90", "BRL", Money(129990, "BRL")),
    ("$10.00", "USD", Money(1000, "USD")),
    ("$10.00", "MXN", Money(1000, "MXN")),
    ("US$ 10.00", "", Money(1000, "USD")),
    ("$10.00 USD", "", Money(1000, "USD")),
    ("¥1,200", "JPY", Money(1200, "JPY")),
    ("¥1,200.00", "JPY", Money(1200, "JPY")),
    ("CLP 1.200", "CLP", Money(1200, "CLP")),
    ("10.000\u00a0₫", "VND", Money(10000, "VND")),
    ("KWD 1.250", "KWD", Money(1250, "KWD")),
    ("TND 1.250,500", "TND", Money(1250500, "TND")),
    ("CHF 1'299.00", "CHF", Money(129900, "CHF")),
    ("\u200f₹1,299.00\u200e", "INR", Money(129900, "INR")),
]
REFUSED = [
    ("$10.00", ""),  # of which country?
    ("¥1,200", ""),
    ("$10.00 AUD", "USD"),
    ("₹1,299.00", "USD"),
    ("₹1.299", "INR"),  # nobody writes thousands so there
    ("KWD 1,250", "KWD"),  # one dinar and a quarter, or 1,250
    ("KWD 5", "KWD"),
    ("1,23,456.00", "USD"),
    ("₹12,34.00", "INR"),
    ("₹1,299.5", "INR"),
    ("₹1,299.005", "INR"),
    ("₹00.50", "INR"),
    ("₹0,123", "INR"),
    ("-₹5.00", "INR"),
    ("₹5.00-", "INR"),
    ("₹1,299.00 - ₹1,500.00", "INR"),
    ("from ₹1,299.00", "INR"),
    ("₹1.299.00", "INR"),
    ("1,299 90 €", "EUR"),
    ("Free", "INR"),
    ("", "INR"),
    ("₹", "INR"),
    ("₹" + "9" * 30, "INR"),
    ("₹" + "9" * 300, "INR"),
    ("१२.५०", "INR"),
    ("1299", ""),
]


@pytest.mark.parametrize(("text", "currency", "price"), READABLE)
def test_a_price_is_read_as_its_country_writes_it(text: str, currency: str, price: Money) -> None:
    assert price_of(text, currency) == price


@pytest.mark.parametrize(("text", "currency"), REFUSED)
def test_what_can_be_read_in_two_ways_is_no_price(text: str, currency: str) -> None:
    assert price_of(text, currency) is None


CODES = sorted({code for codes in SIGNS.values() for code in codes} | {"KWD", "CHF", "XOF"})


@given(st.sampled_from(CODES), st.integers(0, 10**12))
def test_what_we_write_ourselves_is_read_back(code: str, minor: int) -> None:
    price = Money(minor, code)

    assert price_of(str(price), code) == price


@given(st.sampled_from(CODES), st.integers(0, 10**12), st.data())
def test_however_it_is_written_the_amount_is_never_another(
    code: str, minor: int, data: st.DataObject
) -> None:
    price = Money(minor, code)
    plain = f"{price.major:,.{exponent_of(code)}f}"
    swapped = plain.translate(str.maketrans(",.", ".,"))
    text = data.draw(st.sampled_from([plain, swapped, plain.replace(",", " "), plain + f" {code}"]))

    found = price_of(text, code)

    assert found in {price, None}
    if text == plain and code in POINT_ONLY:
        assert found == price


@given(st.text(max_size=45), st.sampled_from(["", *CODES]))
def test_no_text_at_all_is_a_crash_or_a_negative_price(text: str, code: str) -> None:
    found = price_of(text, code)

    assert found is None or found.minor >= 0


@given(st.integers(0, 10**9))
def test_lakhs_and_thousands_are_the_same_amount(rupees: int) -> None:
    digits = str(rupees)
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    written = ",".join([*groups, tail])

    assert price_of(f"₹{written}.00", "INR") == Money.of_major(Decimal(rupees), "INR")
