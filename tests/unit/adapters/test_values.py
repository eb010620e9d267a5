import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.dynamo.values import from_item, to_item, to_value

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc#"), inner), max_leaves=10
)


@given(st.dictionaries(st.text("abc"), values))
def test_a_record_comes_back_as_it_went_in(record: dict[str, Any]) -> None:
    there = {name: value for name, value in record.items() if value is not None}

    assert from_item(to_item(record)) == there


@pytest.mark.parametrize("number", ["0", "-1", "12.50", "1E-7", "18.520430123456789"])
def test_numbers_stay_exact(number: str) -> None:
    assert from_item({"n": to_value(Decimal(number))})["n"] == Decimal(number)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        to_item({"price": {"amount": 0.1}})


def test_a_long_text_is_packed_and_a_short_one_stays_readable() -> None:
    item = to_item({"short": "आ" * 5_000, "long": "आ" * 100_000})

    assert item["short"] == {"S": "आ" * 5_000}
    assert len(item["long"]["B"]) < 1_000
    assert from_item(item)["long"] == "आ" * 100_000


def test_packed_texts_of_a_stream_record_are_read_too() -> None:
    packed = to_item({"long": "x" * 50_000})["long"]["B"]

    image = {"long": {"B": base64.b64encode(packed).decode()}}

    assert from_item(image) == {"long": "x" * 50_000}


def test_what_another_program_wrote_is_not_guessed_at() -> None:
    with pytest.raises(TypeError, match="SS"):
        from_item({"set": {"SS": ["a"]}})
