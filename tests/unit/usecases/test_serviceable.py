"""Cash on delivery is offered where the shop takes it."""

from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryPlaces
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.shop.places import Place
from orderdesk.usecases.orders.serviceable import takes_cash
from tests.builders import STORE, an_address, an_order

PUNE, BORDER = Place(prefix="411"), Place(prefix="19", cash_on_delivery=False)


@pytest.fixture
def places() -> MemoryPlaces:
    places = MemoryPlaces()
    places.put(STORE, [PUNE, BORDER])
    return places


def to(postal_code: str, **fields: Any) -> Order:
    return an_order(address=an_address(postal_code=postal_code), **fields)


@pytest.mark.parametrize(
    ("order", "cash"),
    [
        (to("411001"), True),
        (to("190001"), False),
        (to("560001"), True),  # in no row: nobody said that cash is not taken
        (to(""), True),
        (an_order(), True),
        (to("190001", fulfilment=Fulfilment.PICKUP), True),
    ],
)
def test_the_row_of_the_place_decides(places: MemoryPlaces, order: Order, cash: bool) -> None:
    assert takes_cash(order, places) is cash


def test_a_shop_without_a_list_takes_cash_anywhere() -> None:
    assert takes_cash(to("190001"), None)
    assert takes_cash(to("190001"), MemoryPlaces())
