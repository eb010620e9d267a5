"""The demo shop's catalog: complete, consistent, and with a picture for each product."""

import json
import xml.etree.ElementTree as ET

import pytest

from dev.simulator.catalog import localised, major_units
from dev.simulator.config import DEMO
from dev.simulator.store import Json

DOCUMENT = json.loads((DEMO / "catalog.json").read_text(encoding="utf-8"))
PRODUCTS: list[Json] = DOCUMENT["products"]


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["retailer_id"])
def test_a_product_is_complete(product: Json) -> None:
    assert product["name"]
    assert product["description"]
    assert isinstance(product["price"], int)
    assert product["price"] > product.get("sale_price", 0)
    assert product["availability"] in {"in stock", "out of stock"}
    assert product["category"] in DOCUMENT["categories"]
    picture = ET.parse(DEMO / "pictures" / product["picture"]).getroot()
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.find("{http://www.w3.org/2000/svg}title") is not None


def test_ids_are_used_once() -> None:
    for name in ("id", "retailer_id", "name"):
        values = [product[name] for product in PRODUCTS]
        assert len(set(values)) == len(values)


def test_no_picture_is_left_over() -> None:
    used = {product["picture"] for product in PRODUCTS}

    assert {path.name for path in (DEMO / "pictures").iterdir()} == used


@pytest.mark.parametrize(
    ("minor", "major", "words"),
    [(42000, 420, "₹420.00"), (14950, 149.5, "₹149.50"), (125001, 1250.01, "₹1,250.01")],
)
def test_prices_are_spelled_as_meta_spells_them(minor: int, major: float, words: str) -> None:
    assert major_units(minor) == major
    assert localised(minor, "INR") == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [(125001, "BRL", "R$1.250,01"), (460000, "IDR", "Rp460.000"), (1250, "CHF", "CHF 12.50")],
)
def test_other_currencies_have_their_own_spelling(minor: int, currency: str, words: str) -> None:
    assert localised(minor, currency) == words
