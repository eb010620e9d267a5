"""Lists that shops keep in a spreadsheet, as CSV: products and places.

The columns of products are those of Meta's catalog feed, whose file can be sent as it is:
https://www.facebook.com/business/help/120325381656392

A row that is wrong is told with its number and what to do; the others are good all the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from orderdesk.adapters.catalog.prices import price_of
from orderdesk.domain.errors import Invalid, TooLarge
from orderdesk.domain.money.money import Money
from orderdesk.domain.shop.catalog import (
    LONGEST_DESCRIPTION,
    LONGEST_ID,
    LONGEST_LINK,
    LONGEST_NAME,
    Product,
)
from orderdesk.domain.shop.places import Place, prefix_of

MOST_BYTES: Final = 5_000_000  # a function is given no more than 6 MB
MOST_ROWS: Final = 5_000
FIRST_ROW: Final = 2  # as spreadsheets count: the first one has the names of the columns

type Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flaw:
    """`row` as a spreadsheet counts, `problem` with what to do."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class Read[Item]:
    items: tuple[Item, ...]
    flaws: tuple[Flaw, ...]


def read_products(data: bytes, currency: str) -> Read[Product]:
    """Prices are in the shop's `currency`. Raises Invalid for what is no such table, TooLarge."""
    return _read(data, PRODUCT_COLUMNS, "id", lambda row: _product(row, currency))


def read_places(data: bytes, currency: str) -> Read[Place]:
    """Raises Invalid for what is no such table, TooLarge."""
    return _read(data, PLACE_COLUMNS, "postal_code", lambda row: _place(row, currency))


# How people call the columns, by ours.
PRODUCT_COLUMNS: Final = {
    "id": ("id", "retailer_id", "sku"),
    "title": ("title", "name"),
    "price": ("price",),
    "sale_price": ("sale_price",),
    "sale_price_effective_date": ("sale_price_effective_date",),
    "image_link": ("image_link", "picture", "image_url"),
    "availability": ("availability",),
    "description": ("description",),
    "color": ("color", "colour"),
    "size": ("size",),
}
PLACE_COLUMNS: Final = {
    "postal_code": ("postal_code", "pin_code", "pincode", "zip", "cep"),
    "deliverable": ("deliverable",),
    "cash_on_delivery": ("cash_on_delivery", "cod"),
    "shipping_fee": ("shipping_fee", "fee"),
    "days": ("days",),
}
SOLD: Final = {
    "": True,
    "in stock": True,
    "available for order": True,
    "preorder": True,
    "out of stock": False,
    "discontinued": False,
}
ANSWERS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _read[Item](
    data: bytes,
    columns: Mapping[str, tuple[str, ...]],
    needed: str,
    make: Callable[[Row], Item],
) -> Read[Item]:
    if len(data) > MOST_BYTES:
        raise TooLarge(f"Send at most {MOST_BYTES // 1_000_000} MB at once: split the file.")
    header, *rows = table_of(data)
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"Send at most {MOST_ROWS} rows at once: split the file.")
    places = _places_of(header, columns)
    if needed not in places:
        raise Invalid(f"The first row has to name the columns, {needed} among them.", field="body")
    items, flaws = [], []
    for number, cells in enumerate(rows, start=FIRST_ROW):
        row = {name: cells[i].strip() if i < len(cells) else "" for name, i in places.items()}
        if not any(cell.strip() for cell in cells):
            continue
        try:
            items.append(make(row))
        except Invalid as error:
            flaws.append(Flaw(number, error.message))
    return Read(tuple(items), tuple(flaws))


def table_of(data: bytes) -> list[list[str]]:
    """All rows, at least one, whatever the file is separated by. Raises Invalid."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("Save the file as “CSV UTF-8” and send it again.", field="body") from error
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid(f"This is no CSV: {error}.", field="body") from error
    if not rows:
        raise Invalid("The file is empty.", field="body")
    return rows


def _places_of(header: list[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where each of our columns is; those of other names are not ours."""
    given = [re.sub(r"[\s-]+", "_", each.strip().lower()) for each in header]
    found = {}
    for name, spellings in columns.items():
        at = next((given.index(each) for each in spellings if each in given), None)
        if at is not None:
            found[name] = at
    return found


def _product(row: Row, currency: str) -> Product:
    if row.get("sale_price_effective_date"):
        raise Invalid("A sale with dates: send its price when it begins, the other when it ends.")
    availability = row.get("availability", "").lower().replace("_", " ")
    if availability not in SOLD:
        raise Invalid(f"availability is one of {', '.join(filter(None, SOLD))}.")
    price = row.get("sale_price") or row.get("price", "")
    return checked(
        Product(
            retailer_id=row["id"],
            name=row.get("title", ""),
            picture=row.get("image_link", ""),
            price=_money(price, currency, "price") if price else None,
            available=SOLD[availability],
            description=row.get("description", "")[:LONGEST_DESCRIPTION],
            variant=", ".join(filter(None, (row.get("color", ""), row.get("size", "")))),
        ),
        currency,
    )


def checked(product: Product, currency: str) -> Product:
    """What the list takes. Raises Invalid, saying what to send instead."""
    if not 0 < len(product.retailer_id) <= LONGEST_ID:
        raise Invalid(f"A product's id has 1 to {LONGEST_ID} characters.")
    if len(product.name) > LONGEST_NAME:
        raise Invalid(f"A title has at most {LONGEST_NAME} characters.")
    is_web = product.picture.startswith(("https://", "http://"))
    if product.picture and not (is_web and len(product.picture) <= LONGEST_LINK):
        raise Invalid("The picture is a link that begins with https://.")
    if product.price and product.price.currency != currency:
        raise Invalid(f"A price is in {currency}, the shop's currency.")
    if product.price and product.price.minor < 0:
        raise Invalid("A price is 0 or more.")
    return product


def _place(row: Row, currency: str) -> Place:
    if not row["postal_code"]:
        raise Invalid("Give a postal code, the beginning of one, or * for all others.")
    deliverable = _yes(row, "deliverable", otherwise=True)
    fee, days = row.get("shipping_fee", ""), row.get("days", "")
    if days and not re.fullmatch(r"[0-9]{1,3}", days):
        raise Invalid("days is a whole number, like 3.")
    return Place(
        prefix=prefix_of(row["postal_code"]),
        deliverable=deliverable,
        cash_on_delivery=_yes(row, "cash_on_delivery", otherwise=deliverable),
        shipping_fee=_money(fee, currency, "shipping_fee") if fee else None,
        days=int(days) if days else None,
    )


def _yes(row: Row, name: str, *, otherwise: bool) -> bool:
    said = row.get(name, "").lower()
    if said and said not in ANSWERS:
        raise Invalid(f"{name} is yes or no.")
    return ANSWERS.get(said, otherwise)


def _money(text: str, currency: str, name: str) -> Money:
    """As a spreadsheet writes it, 1299.5 too; else as people do."""
    if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,3})?", text):
        price = Money.of_major(Decimal(text), currency)
        if price.major == Decimal(text):
            return price
    found = price_of(text, currency)
    if found is None:
        raise Invalid(f"{name}: {text[:40]!r} is no amount in {currency}: write it like 1299.00.")
    return found
