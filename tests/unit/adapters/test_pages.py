"""A signed link opens what it names, for what it was made, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.pages import SignedPages
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.ports.pages import Pass, Purpose
from tests.builders import NOW, an_order

PAGES = SignedPages("https://shop.example/", lambda: "0123456789abcdef")
SOON = NOW + timedelta(days=7)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=40)
TIMES = st.integers(1, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def token_of(order: Order, purpose: Purpose = Purpose.FLOW, pages: SignedPages = PAGES) -> str:
    made = {
        Purpose.FLOW: pages.flow_token(order, SOON),
        Purpose.ADDRESS: pages.address_form(order, SOON).rpartition("/")[2],
        Purpose.ORDER: pages.order_page(order).rpartition("/")[2],
    }
    return made[purpose]


@given(store=NAMES, order_id=NAMES, expires_at=TIMES)
def test_what_was_signed_is_read_again(store: str, order_id: str, expires_at: datetime) -> None:
    order = an_order(store_id=store, order_id=order_id)

    found = PAGES.read(PAGES.flow_token(order, expires_at), Purpose.FLOW)

    assert found == Pass(Purpose.FLOW, store, order_id, expires_at)


@given(st.text(max_size=400))
def test_what_we_did_not_sign_opens_nothing(token: str) -> None:
    assert all(PAGES.read(token, purpose) is None for purpose in Purpose)


@given(st.data())
def test_no_changed_token_opens_anything(data: st.DataObject) -> None:
    token = token_of(an_order())
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_=.\n"))
    changed = token[:at] + letter + token[at + 1 :]

    found = PAGES.read(changed, Purpose.FLOW)

    assert found is None or changed == token


@pytest.mark.parametrize("made_for", Purpose)
def test_a_token_is_for_one_purpose(made_for: Purpose) -> None:
    token = token_of(an_order(), made_for)

    assert [each for each in Purpose if PAGES.read(token, each)] == [made_for]


def test_a_token_of_another_key_opens_nothing() -> None:
    theirs = token_of(an_order(), pages=SignedPages("https://shop.example", lambda: "other"))

    assert PAGES.read(theirs, Purpose.FLOW) is None


def test_without_a_key_there_are_no_pages() -> None:
    keyless = SignedPages("https://shop.example", lambda: "")

    assert not keyless.ready
    assert keyless.read(token_of(an_order(), pages=keyless), Purpose.FLOW) is None


def test_links_are_short_enough_for_a_message_and_for_a_flow() -> None:
    order = an_order(store_id="s" * 40)

    assert len(PAGES.address_form(order, SOON)) < 200
    assert len(PAGES.flow_token(order, SOON)) < 200


def test_an_order_page_works_for_400_days_after_the_last_change() -> None:
    old = an_order(changed_at=NOW + timedelta(days=20))

    found = PAGES.read(token_of(old, Purpose.ORDER), Purpose.ORDER)

    assert found is not None
    assert found.expires_at == NOW + timedelta(days=420)
