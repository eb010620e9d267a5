"""Lists as CSV: what a shop writes is read back, and no file is a crash."""

import csv
import io
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.catalog.rows import Read, read_places, read_products
from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money
from orderdesk.domain.shop.catalog import Product
from orderdesk.domain.shop.places import Place

# As a spreadsheet keeps a cell; spaces around it are nobody's.
CELL = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=40
).map(str.strip)
PRODUCTS = st.builds(
    Product,
    retailer_id=CELL.filter(bool),
    name=CELL,
    picture=st.sampled_from(["", "https://shop.example/k.jpg", "http://shop.example/ü.png"]),
    price=st.none() | st.integers(0, 10**12).map(lambda minor: Money(minor, "INR")),
    available=st.booleans(),
    description=CELL,
)
PLACES = st.builds(
    Place,
    prefix=st.from_regex(r"[0-9A-Z]{0,10}", fullmatch=True),
    deliverable=st.booleans(),
    cash_on_delivery=st.booleans(),
    shipping_fee=st.none() | st.integers(0, 10**9).map(lambda minor: Money(minor, "INR")),
    days=st.none() | st.integers(0, 90),
)
WRITTEN = st.sampled_from([",", ";", "\t"])
ENCODED = st.sampled_from(["utf-8", "utf-8-sig"])


def written(rows: list[list[object]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@given(st.lists(PRODUCTS, min_size=1, max_size=5), WRITTEN, ENCODED)
def test_products_are_read_as_they_were_written(
    products: list[Product], delimiter: str, encoding: str
) -> None:
    header: list[object] = ["id", "title", "price", "image_link", "availability", "description"]
    rows: list[list[object]] = [
        [
            each.retailer_id,
            each.name,
            f"{each.price.major} INR" if each.price else "",
            each.picture,
            "in stock" if each.available else "Out of stock",
            each.description,
        ]
        for each in products
    ]

    read = read_products(written([header, *rows], delimiter, encoding), "INR")

    assert (list(read.items), read.flaws) == (products, ())


@given(st.lists(PLACES, min_size=1, max_size=5), WRITTEN, ENCODED)
def test_places_are_read_as_they_were_written(
    places: list[Place], delimiter: str, encoding: str
) -> None:
    header: list[object] = [
        *("postal_code", "deliverable", "cash_on_delivery", "shipping_fee", "days")
    ]
    rows: list[list[object]] = [
        [
            f"{each.prefix}*",
            "yes" if each.deliverable else "NO",
            "true" if each.cash_on_delivery else "0",
            each.shipping_fee.major if each.shipping_fee else "",
            "" if each.days is None else each.days,
        ]
        for each in places
    ]

    read = read_places(written([header, *rows], delimiter, encoding), "INR")

    assert (list(read.items), read.flaws) == (places, ())


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_a_list_or_are_refused_with_words(data: bytes) -> None:
    for read in (read_products, read_places):
        for content in (data, b"id,postal_code,price\n" + data):
            assert all(each.endswith(".") for each in problems(read, content))


def problems(read: Callable[[bytes, str], Read[Any]], data: bytes) -> list[str]:
    try:
        return [each.problem for each in read(data, "INR").flaws]
    except Invalid as error:
        return [error.message]
