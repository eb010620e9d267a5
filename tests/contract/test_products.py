"""The shop's own price list, and what Meta's catalog answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orderdesk.adapters.catalog.meta import Answers
from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import Products
from tests.builders import NOW, STORE
from tests.goods import a_product, an_item

CATALOG = "194836987003835"


def test_a_product_is_read_as_the_shop_put_it_last(products: Products) -> None:
    kurta = a_product(
        picture="https://shop.example/k.jpg", available=False, description="Soft", variant="M"
    )
    saree = a_product("saree", name="Silk saree", price=Money(12_50, "USD"))
    products.put(STORE, [kurta, a_product("saree", name="Saree")])
    products.put(STORE, [saree])

    assert products.find(STORE, ["kurta-m", "saree", "unknown"]) == {
        "kurta-m": kurta,
        "saree": saree,
    }
    assert products.find("other", ["kurta-m"]) == {}
    assert products.find(STORE, []) == {}


def test_of_a_product_that_is_listed_twice_the_last_row_counts(products: Products) -> None:
    products.put(STORE, [a_product(name="First"), a_product(name="Second")])

    assert products.find(STORE, ["kurta-m", "kurta-m"])["kurta-m"].name == "Second"


def test_a_product_may_have_no_price(products: Products) -> None:
    products.put(STORE, [a_product(price=None)])

    assert products.find(STORE, ["kurta-m"])["kurta-m"].price is None


@pytest.mark.parametrize("retailer_id", ["", "#", "Größe 42/ä", "x" * 5000])
def test_a_retailer_id_may_be_anything(products: Products, retailer_id: str) -> None:
    product = a_product(retailer_id)
    products.put(STORE, [product])

    assert products.find(STORE, [retailer_id]) == {retailer_id: product}


def test_a_deleted_product_is_gone_and_can_be_deleted_again(products: Products) -> None:
    products.put(STORE, [a_product("chai"), a_product("diya")])

    for _ in range(2):
        products.delete(STORE, ["chai", "unknown"])

    assert list(products.find(STORE, ["chai", "diya"])) == ["diya"]


def test_a_long_list_is_put_whole_and_read_page_by_page(products: Products) -> None:
    ids = [f"sku-{number:03d}" for number in range(60)]
    products.put(STORE, [a_product(each) for each in reversed(ids)])
    products.put("other", [a_product("sku-000x")])

    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = products.page(STORE, limit=25, cursor=cursor)
        found += [each.retailer_id for each in page.items]
        cursor = page.cursor

    assert (found, cursor) == (ids, None)


def test_a_cursor_of_another_list_is_refused(products: Products) -> None:
    products.put(STORE, [a_product("chai"), a_product("diya")])
    cursor = products.page(STORE, limit=1).cursor

    with pytest.raises(Invalid, match="cursor"):
        products.page("other", cursor=cursor)


def test_what_meta_answered_is_kept_with_its_time(answers: Answers) -> None:
    kurta, nothing = an_item(), replace(an_item("unknown"), name="", price=None)
    answers.keep(STORE, CATALOG, [kurta, nothing])

    assert answers.find(STORE, CATALOG, ["kurta-m", "unknown", "other"]) == {
        "kurta-m": kurta,
        "unknown": nothing,
    }
    assert answers.find(STORE, "another catalog", ["kurta-m"]) == {}
    assert answers.find("other", CATALOG, ["kurta-m"]) == {}


def test_the_last_answer_counts(answers: Answers) -> None:
    answers.keep(STORE, CATALOG, [an_item()])
    later = an_item(name="Linen kurta", fetched_at=NOW + timedelta(hours=1))
    answers.keep(STORE, CATALOG, [later])

    assert answers.find(STORE, CATALOG, ["kurta-m"]) == {"kurta-m": later}
