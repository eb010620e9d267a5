"""JSON in which a price stays the price that was written."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.whatsapp.exact import dumps, loads

NUMBERS = st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_whatever_is_written_is_read_again(value: Any) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize(
    "literal", ["7.50", "99.99", "0.1000000000000000055511151231257827", "12345678901234567.891"]
)
def test_a_price_keeps_every_digit(literal: str) -> None:
    price = loads(f'{{"item_price": {literal}}}')["item_price"]

    assert isinstance(price, Decimal)
    assert dumps({"item_price": price}) == f'{{"item_price":{literal}}}'


@pytest.mark.parametrize("literal", ["1e999999999999999999999", "-1e-99999999999999999999"])
def test_an_exponent_beyond_all_measure_is_kept_as_text(literal: str) -> None:
    assert loads(literal) == literal


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_know_as_a_number_is_kept_by_name(literal: str) -> None:
    assert loads(literal) == literal


def test_an_integer_of_ten_thousand_digits_is_read() -> None:
    literal = "9" * 10_000

    assert dumps(loads(literal)) == literal


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\ufffe", "नमस्ते 🙏"])
def test_what_comes_out_is_ascii_and_means_the_same(text: str) -> None:
    written = dumps({"text": text})

    assert written.isascii()
    assert loads(written) == {"text": text}


def test_two_lists_of_one_name_are_joined() -> None:
    assert loads('{"messages": [1], "x": 1, "messages": [2]}') == {"messages": [1, 2], "x": 1}


def test_of_two_other_values_of_one_name_the_last_one_counts() -> None:
    assert loads('{"type": "text", "type": "order"}') == {"type": "order"}
