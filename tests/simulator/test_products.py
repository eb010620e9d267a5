"""The catalog as the Graph API answers it, and what its owner changes."""

import json
from urllib.parse import quote

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.harness import ACCESS_TOKEN, Application, Running

BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
KAJU = "SL-KAJU-250"


def ask(
    simulator: Running, *ids: str, fields: str = "retailer_id,price", catalog: str = ""
) -> tuple[int, Json]:
    wanted = quote(json.dumps({"retailer_id": {"is_any": list(ids)}}))
    path = f"/v26.0/{catalog or '194836987003835'}/products?filter={wanted}&fields={fields}"
    return simulator.call("GET", path, headers=BEARER)


def test_a_changed_price_is_answered_and_ordered(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_product(KAJU, price=45000, sale_price=43000)
    phone.cart("asha", {KAJU: 1})
    phone.wait_until_idle()

    _, answer = ask(simulator, KAJU, fields="price,sale_price")

    assert answer["data"][0]["price"] == "₹450.00"
    assert answer["data"][0]["sale_price"] == "₹430.00"
    assert application.messages[0]["order"]["product_items"][0]["item_price"] == 430


def test_a_product_that_was_taken_out_is_absent(simulator: Running, phone: Simulator) -> None:
    phone.change_product(KAJU, removed=True)

    status, answer = ask(simulator, KAJU)

    assert (status, answer) == (200, {"data": []})


def test_availability_is_as_its_owner_set_it(simulator: Running, phone: Simulator) -> None:
    phone.change_product(KAJU, availability="out of stock")

    _, answer = ask(simulator, KAJU, fields="availability")

    assert answer["data"][0]["availability"] == "out of stock"


def test_the_catalog_may_sell_in_reais(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.sell_in("BRL")
    phone.cart("asha", {KAJU: 1})
    phone.wait_until_idle()

    _, answer = ask(simulator, KAJU, fields="price,currency")

    assert answer["data"][0]["price"].startswith("R$")
    assert answer["data"][0]["currency"] == "BRL"
    assert application.messages[0]["order"]["product_items"][0]["currency"] == "BRL"


def test_changes_of_the_catalog_outlive_a_restart(simulator: Running, phone: Simulator) -> None:
    phone.change_product(KAJU, price=45000)
    again = simulator.restarted()
    try:
        assert ask(again, KAJU)[1]["data"][0]["price"] == "₹450.00"
        again.phone.reset()
        assert ask(again, KAJU)[1]["data"][0]["price"] == "₹420.00"
    finally:
        again.stop()


def test_a_catalog_that_was_asked_too_often_answers_80009(
    simulator: Running, phone: Simulator
) -> None:
    phone.switch(catalog_limit=True)

    status, answer = ask(simulator, KAJU)

    assert (status, answer["error"]["code"]) == (400, 80009)


@pytest.mark.parametrize(
    ("fields", "catalog", "words"),
    [
        ("retailer_id,colour", "", "nonexisting field (colour)"),
        ("retailer_id", "1948", "Object with ID '1948' does not exist"),
    ],
)
def test_a_field_or_a_catalog_that_is_not_there_is_refused(
    simulator: Running, fields: str, catalog: str, words: str
) -> None:
    status, answer = ask(simulator, KAJU, fields=fields, catalog=catalog)

    assert (status, answer["error"]["code"]) == (400, 100)
    assert words in answer["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": 0}, "price is whole minor units"),
        ({"price": 12.5}, "price is whole minor units"),
        ({"availability": "soon"}, "availability is one of"),
        ({"colour": "red"}, "cannot change 'colour'"),
    ],
)
def test_a_wrong_change_of_a_product_is_refused_in_words(
    phone: Simulator, changes: Json, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        phone.change_product(KAJU, **changes)


def test_a_currency_without_prices_is_refused(phone: Simulator) -> None:
    with pytest.raises(Refused, match="INR, BRL"):
        phone.sell_in("EUR")
