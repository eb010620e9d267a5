"""Products and places over the API, as JSON and as the CSV that a shop has."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from orderdesk.adapters.catalog.rows import MOST_BYTES, MOST_ROWS
from orderdesk.api.context import READ, READ_SETTINGS, WRITE_SETTINGS
from orderdesk.api.openapi import document
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.shop.catalog import Product
from orderdesk.domain.shop.places import Place
from tests.api import Api
from tests.builders import STORE, a_store, rupees
from tests.goods import a_product

CSV = {"content_type": "text/csv; charset=utf-8"}
PRODUCTS, PLACES = "/api/products", "/api/places"


@pytest.fixture
def api() -> Api:
    made = Api(READ_SETTINGS, WRITE_SETTINGS, role=Role.MANAGER)
    made.context.stores.put(a_store())
    return made


def send(api: Api, path: str, text: str | bytes) -> tuple[int, dict[str, Any]]:
    data = text if isinstance(text, bytes) else text.encode()
    return api.call("PUT", path, data, **CSV)


def kept(api: Api, *retailer_ids: str) -> dict[str, Product]:
    return dict(api.context.products.find(STORE, retailer_ids))


def test_a_feed_of_metas_catalog_is_a_price_list(api: Api) -> None:
    feed = (
        "id,title,description,availability,condition,price,link,image_link,brand,color,size\n"
        "kurta-m,Cotton kurta,Soft,in stock,new,750.00 INR,https://shop.example/k,"
        "https://shop.example/k.jpg,Saffron,Blue,M\n"
        "saree,Silk saree,,out of stock,new,12500.50 INR,,,,,\n"
    )

    assert send(api, PRODUCTS, feed) == (200, {"kept": 2, "refused": []})
    assert kept(api, "kurta-m", "saree") == {
        "kurta-m": Product(
            retailer_id="kurta-m",
            name="Cotton kurta",
            picture="https://shop.example/k.jpg",
            price=rupees(750),
            description="Soft",
            variant="Blue, M",
        ),
        "saree": Product(
            retailer_id="saree",
            name="Silk saree",
            price=Money(1250050, "INR"),
            available=False,
        ),
    }


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffid;title;price\r\nchai;Masala chai, strong;12.50\r\n",
        'id,price,title\nchai,12.5,"Masala chai, strong"\n',
        "ID\tTitle\tPrice\nchai\tMasala chai, strong\t12.50 INR\n",
        'sku,name,price,notes\nchai,"Masala chai, strong",₹12.50,ours\n\n',
        'title,price,id\n"Masala chai, strong",Rs. 12.50,chai',
    ],
)
def test_a_spreadsheet_writes_csv_in_many_ways(api: Api, text: str) -> None:
    assert send(api, PRODUCTS, text) == (200, {"kept": 1, "refused": []})
    chai = Product(retailer_id="chai", name="Masala chai, strong", price=Money(1250, "INR"))
    assert kept(api, "chai") == {"chai": chai}


def test_bad_rows_are_told_by_number_and_the_good_ones_kept(api: Api) -> None:
    rows = (
        "id,title,price,availability,image_link,sale_price,sale_price_effective_date\n"
        "chai,Masala chai,12.50,,,,\n"
        ",No id,12.50,,,,\n"
        "two,Two prices,1.299,,,,\n"
        "three,Another currency,12.50 USD,,,,\n"
        "four,Odd,12.50,perhaps,,,\n"
        "five,Odd,12.50,,file.jpg,,\n"
        "six,Odd,12.50,,,10.00,2026-11-01/2026-12-01\n"
        "seven,On sale,12.50,,,10.00,\n"
        "eight,No price,,,,,\n"
    )

    status, answer = send(api, PRODUCTS, rows)

    assert (status, answer["kept"]) == (200, 3)
    assert [each["row"] for each in answer["refused"]] == [3, 4, 5, 6, 7, 8]
    assert answer["refused"][1]["problem"] == (
        "price: '1.299' is no amount in INR: write it like 1299.00."
    )
    found = kept(api, "chai", "seven", "eight")
    assert [each.price for each in found.values()] == [Money(1250, "INR"), rupees(10), None]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"title,price\nChai,12.50\n", "id among them"),
        ("id,title\nchai,Thé\n".encode("latin-1"), "CSV UTF-8"),
        (b'id,title\nchai,"never closed\n', "no CSV"),
        (b"id,title\n,No id\n", "No row"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(api: Api, data: bytes, words: str) -> None:
    status, answer = send(api, PRODUCTS, data)

    assert status == 400
    assert words in answer["error"]["message"]


@pytest.mark.parametrize(
    "data", [b"id\n" + b"x" * MOST_BYTES, b"id\n" + b"chai\n" * (MOST_ROWS + 1)]
)
def test_a_list_that_is_too_long_is_to_be_split(api: Api, data: bytes) -> None:
    status, answer = send(api, PRODUCTS, data)

    assert status == 413
    assert "split" in answer["error"]["message"]


def test_products_can_be_sent_as_json(api: Api) -> None:
    chai = {
        "retailer_id": "chai",
        "name": "Masala chai",
        "price": {"minor": 1250, "currency": "INR"},
        "picture": "https://shop.example/c.jpg",
        "available": False,
        "description": "Hot",
        "variant": "Large",
    }
    body = {"products": [chai, {"retailer_id": ""}, {"retailer_id": "x", "colour": "red"}]}
    assert OAS31Validator(
        {**document()["components"]["schemas"]["ProductList"], **document()}
    ).is_valid({"products": [chai]})

    status, answer = api.call("PUT", PRODUCTS, body)

    assert (status, answer["kept"]) == (200, 1)
    assert [each["row"] for each in answer["refused"]] == [2, 3]
    assert "colour" in answer["refused"][1]["problem"]
    assert api.call("GET", f"{PRODUCTS}/chai") == (200, chai)


def test_a_price_is_in_the_shops_currency(api: Api) -> None:
    dollars = {"retailer_id": "chai", "price": {"minor": 1250, "currency": "USD"}}

    status, answer = api.call("PUT", PRODUCTS, {"products": [dollars]})

    assert status == 400
    assert "INR" in str(answer["error"]["details"])


def test_products_are_listed_page_by_page_and_taken_off(api: Api) -> None:
    api.context.products.put(STORE, [a_product(each) for each in ("a", "b", "c")])

    first = api.call("GET", f"{PRODUCTS}?limit=2")[1]
    second = api.call("GET", f"{PRODUCTS}?limit=2&cursor={first['cursor']}")[1]
    assert [each["retailer_id"] for each in first["products"] + second["products"]] == [
        *("a", "b", "c")
    ]

    assert api.call("DELETE", f"{PRODUCTS}/b") == (200, {"deleted": "b"})
    assert api.call("GET", f"{PRODUCTS}/b")[0] == 404


def test_places_are_a_csv_of_pin_codes(api: Api) -> None:
    rows = (
        "pincode;deliverable;COD;fee;days\n"
        "411001;yes;yes;0;1\n"
        "411*;;no;40.00;2\n"
        "19;no;;;\n"
        "*;yes;;90;7\n"
        "41-1;maybe;;;\n"
        ";yes;;;\n"
        "411 003;yes;;free;\n"
        "411004;yes;;;soon\n"
        "411005;yes;;;365\n"
    )

    status, answer = send(api, PLACES, rows)

    assert (status, answer["kept"]) == (200, 4)
    assert [each["row"] for each in answer["refused"]] == [6, 7, 8, 9, 10]
    assert api.context.places.page(STORE).items == (
        Place(prefix="", shipping_fee=rupees(90), days=7),
        Place(prefix="19", deliverable=False, cash_on_delivery=False),
        Place(prefix="411", cash_on_delivery=False, shipping_fee=rupees(40), days=2),
        Place(prefix="411001", shipping_fee=rupees(0), days=1),
    )


def test_places_can_be_sent_as_json_and_come_back_so(api: Api) -> None:
    pune = {
        "postal_code": "411",
        "deliverable": True,
        "cash_on_delivery": False,
        "shipping_fee": {"minor": 4000, "currency": "INR"},
        "days": 2,
    }

    assert api.call("PUT", PLACES, {"places": [pune, {"postal_code": "?"}]})[1]["kept"] == 1
    assert api.call("GET", PLACES) == (200, {"places": [pune], "cursor": None})


@pytest.mark.parametrize(
    ("asked", "deliverable", "row"),
    [("411 001", True, "411"), ("190001", False, "19"), ("560001", False, None)],
)
def test_a_postal_code_is_checked(api: Api, asked: str, deliverable: bool, row: str | None) -> None:
    api.context.places.put(STORE, [Place(prefix="411"), Place(prefix="19", deliverable=False)])

    status, answer = api.call("GET", f"{PLACES}/{asked}")

    assert status == 200
    assert (answer["deliverable"], answer["row"]) == (deliverable, row)
    assert answer["postal_code"] == asked.replace(" ", "")


def test_a_shop_without_a_list_delivers_everywhere(api: Api) -> None:
    answer = api.call("GET", f"{PLACES}/560001")[1]

    assert (answer["deliverable"], answer["cash_on_delivery"], answer["row"]) == (True, True, None)


def test_the_row_for_all_others_is_called_by_its_star(api: Api) -> None:
    api.context.places.put(STORE, [Place(prefix="", days=7)])

    assert api.call("GET", f"{PLACES}/560001")[1]["row"] == "*"
    assert api.call("DELETE", f"{PLACES}/*") == (200, {"deleted": "*"})
    assert not api.context.places.covers(STORE)


@pytest.mark.parametrize("path", [PRODUCTS, PLACES])
def test_lists_are_kept_by_who_may_change_settings(path: str) -> None:
    assert Api(READ).call("GET", path)[0] == 403
    assert send(Api(READ_SETTINGS, role=Role.MANAGER), path, "id\nchai")[0] == 403
    assert send(Api(WRITE_SETTINGS, role=Role.PACKER), path, "id\nchai")[0] == 403
