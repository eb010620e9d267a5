from dataclasses import replace
from datetime import timedelta

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.usecases.ports import Discrepancy, LastRun
from tests.builders import NOW, STORE, rupees
from tests.contract.conftest import Shop

FOUND = Discrepancy(
    store_id=STORE,
    order_id="order1",
    number=1001,
    at=NOW,
    provider="razorpay",
    what="captured",
    entry_id="pay_1",
    amount=rupees(1500),
    happened_at=NOW - timedelta(hours=2),
)


def test_a_shop_that_was_never_reconciled_has_no_report(shop: Shop) -> None:
    assert shop.reconciliations.last_run(STORE) is None
    assert shop.reconciliations.page(STORE).items == ()


def test_what_was_found_is_listed_newest_first_page_by_page(shop: Shop) -> None:
    later = replace(FOUND, at=NOW + timedelta(minutes=15), entry_id="pay_2")
    latest = replace(FOUND, at=NOW + timedelta(minutes=30), entry_id="pay_3")
    shop.reconciliations.note(STORE, [later, FOUND, latest])
    shop.reconciliations.note("other", [replace(FOUND, store_id="other")])

    first = shop.reconciliations.page(STORE, limit=2)
    rest = shop.reconciliations.page(STORE, limit=2, cursor=first.cursor)

    assert (first.items, rest.items) == ((latest, later), (FOUND,))
    assert rest.cursor is None


def test_the_same_find_told_twice_is_one(shop: Shop) -> None:
    shop.reconciliations.note(STORE, [FOUND])
    shop.reconciliations.note(STORE, [FOUND])

    assert shop.reconciliations.page(STORE).items == (FOUND,)


def test_the_last_run_is_kept(shop: Shop) -> None:
    shop.reconciliations.note_run(STORE, {"agreed": 2, "found": 1}, at=NOW)
    shop.reconciliations.note_run(STORE, {"agreed": 3}, at=NOW + timedelta(minutes=15))

    expected = LastRun(at=NOW + timedelta(minutes=15), counts={"agreed": 3})
    assert shop.reconciliations.last_run(STORE) == expected


def test_a_cursor_of_another_list_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid):
        shop.reconciliations.page(STORE, cursor="nonsense")
