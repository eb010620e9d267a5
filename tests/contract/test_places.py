"""Where a shop delivers to: the longest prefix that fits decides."""

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.places import Place
from orderdesk.usecases.ports import Places
from tests.builders import STORE, rupees

INDIA = Place(prefix="", shipping_fee=rupees(90), days=7)
PUNE = Place(prefix="411", shipping_fee=rupees(40), days=2)
CAMP = Place(prefix="411001", shipping_fee=rupees(0), days=1)
BORDER = Place(prefix="19", deliverable=False, cash_on_delivery=False)


@pytest.fixture(autouse=True)
def listed(places: Places) -> None:
    places.put(STORE, [INDIA, PUNE, CAMP, BORDER])


@pytest.mark.parametrize(
    ("postal_code", "place"),
    [
        ("411001", CAMP),
        ("411 001", CAMP),
        ("411038", PUNE),
        ("190001", BORDER),
        ("560001", INDIA),
        ("", INDIA),
        ("41", INDIA),
        ("411001999999999999", CAMP),
    ],
)
def test_the_longest_prefix_decides(places: Places, postal_code: str, place: Place) -> None:
    assert places.find(STORE, postal_code) == place


def test_what_no_row_covers_has_no_place(places: Places) -> None:
    places.delete(STORE, [""])

    assert places.find(STORE, "560001") is None
    assert places.find("other", "411001") is None


def test_a_shop_covers_something_once_it_has_a_row(places: Places) -> None:
    assert not places.covers("other")
    places.put("other", [PUNE])
    assert places.covers("other")

    for _ in range(2):
        places.delete("other", ["411"])
    assert not places.covers("other")


def test_the_last_row_of_a_prefix_counts(places: Places) -> None:
    nearer = Place(prefix="411", shipping_fee=None, days=0)
    places.put(STORE, [PUNE, nearer])

    assert places.find(STORE, "411038") == nearer


def test_letters_are_read_however_they_are_written(places: Places) -> None:
    london = Place(prefix="SW1A")
    places.put(STORE, [london])

    assert places.find(STORE, "sw1a-1aa") == london


def test_a_list_is_read_page_by_page(places: Places) -> None:
    first = places.page(STORE, limit=3)
    second = places.page(STORE, limit=3, cursor=first.cursor)

    assert [each.prefix for each in (*first.items, *second.items)] == ["", "19", "411", "411001"]
    assert second.cursor is None


def test_a_cursor_of_another_list_is_refused(places: Places) -> None:
    with pytest.raises(Invalid, match="cursor"):
        places.page("other", cursor=places.page(STORE, limit=1).cursor)
