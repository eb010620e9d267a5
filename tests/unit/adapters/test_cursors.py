import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.domain.errors import Invalid

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(texts, st.lists(texts, min_size=1, max_size=3))
def test_a_cursor_leads_back_to_its_place(scope: str, position: list[str]) -> None:
    cursor = cursor_of(scope, position)

    assert position_of(scope, cursor, parts=len(position)) == tuple(position)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#")


@given(st.text(max_size=1200))
def test_any_other_text_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="begin again"):
        position_of("list", cursor, parts=1)


@pytest.mark.parametrize("content", ["null", "1", "{}", "[]", '["a"]', "[1, 2]", '[["a"], "b"]'])
def test_json_that_is_no_cursor_is_refused(content: str) -> None:
    cursor = base64.urlsafe_b64encode(content.encode()).decode()

    with pytest.raises(Invalid, match="begin again"):
        position_of("list", cursor, parts=1)


def test_deeply_nested_json_is_refused() -> None:
    cursor = base64.urlsafe_b64encode(b"[" * 700).decode()

    with pytest.raises(Invalid, match="begin again"):
        position_of("list", cursor, parts=1)


def test_a_cursor_with_a_surrogate_is_refused() -> None:
    content = json.dumps(["x", "\ud800"])
    cursor = base64.urlsafe_b64encode(content.encode()).decode()

    with pytest.raises(Invalid, match="begin again"):
        position_of("list", cursor, parts=1)


def test_a_cursor_of_more_or_fewer_parts_is_refused() -> None:
    with pytest.raises(Invalid, match="begin again"):
        position_of("list", cursor_of("list", ("a", "b")), parts=1)
