"""Products, places and prices in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.adapters.catalog.rows import MOST_ROWS
from orderdesk.api.operations import (
    ORDER,
    change,
    content,
    page_parameters,
    part,
    responses,
)
from orderdesk.api.shapes import (
    TEXT,
    VERSION,
    WHOLE,
    YES_NO,
    choice,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.orders.placing import MAX_LINES
from orderdesk.domain.orders.repricing import Prices
from orderdesk.domain.shop.catalog import (
    LONGEST_DESCRIPTION,
    LONGEST_ID,
    LONGEST_LINK,
    LONGEST_NAME,
)
from orderdesk.domain.shop.places import MOST_DAYS

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema

PRODUCT: Final = "/api/products/{retailer_id}"
PLACE: Final = "/api/places/{postal_code}"
FAILURES: Final = ("400", "401", "403")
WHOLE_LIST: Final = (
    f"JSON, or the file as text/csv; up to {MOST_ROWS} rows and 5 MB. Rows are added, or replace "
    "those of the same id. A row that is wrong is told with its number; the others are kept."
)


def list_paths() -> Schema:
    return {
        f"{ORDER}/prices": {
            "put": change("putPrices", "Choose which prices of the order count", "PriceChoice")
        },
        "/api/products": {
            "get": _page("listProducts", "The shop's own price list", "ProductPage"),
            "put": _put("putProducts", "Add products, or replace them", "ProductList"),
        },
        PRODUCT: {
            "get": _one("getProduct", "A product of the price list", "Product", "retailer_id"),
            "delete": _one("deleteProduct", "Take a product off", "Deleted", "retailer_id"),
        },
        "/api/places": {
            "get": _page("listPlaces", "Where the shop delivers to", "PlacePage"),
            "put": _put("putPlaces", "Add places, or replace them", "PlaceList"),
        },
        PLACE: {
            "get": _one("checkPlace", "Does the shop deliver there?", "PlaceAnswer", "postal_code"),
            "delete": _one("deletePlace", "Take a place off", "Deleted", "postal_code"),
        },
    }


def _page(operation: str, summary: str, name: str) -> Schema:
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": page_parameters(),
        "responses": responses("A page", name, *FAILURES),
    }


def _put(operation: str, summary: str, name: str) -> Schema:
    body = {**content(name), "text/csv": {"schema": TEXT}}
    return {
        "operationId": operation,
        "summary": summary,
        "description": WHOLE_LIST,
        "requestBody": {"required": True, "content": body},
        "responses": responses("What was kept, and what not", "ListAnswer", *FAILURES, "413"),
    }


def _one(operation: str, summary: str, name: str, key: str) -> Schema:
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": [part(key)],
        "responses": responses("It", name, *FAILURES, "404"),
    }


def list_schemas() -> Schema:
    money = or_null(ref("Money"))
    product = only(
        retailer_id=TEXT | {"minLength": 1, "maxLength": LONGEST_ID},
        name=TEXT | {"maxLength": LONGEST_NAME},
        picture=TEXT | {"maxLength": LONGEST_LINK},
        price=money,
        available=YES_NO,
        description=TEXT | {"maxLength": LONGEST_DESCRIPTION},
        variant=TEXT | {"maxLength": LONGEST_NAME},
    )
    place = only(
        postal_code=TEXT,
        deliverable=YES_NO,
        cash_on_delivery=YES_NO,
        shipping_fee=money,
        days=or_null(WHOLE | {"minimum": 0, "maximum": MOST_DAYS}),
    )
    priced = only(retailer_id=TEXT, price=ref("Money"))
    choice_of_prices = only(
        expected_version=VERSION,
        prices=choice(Prices),
        lines=many(priced) | {"minItems": 1, "maxItems": MAX_LINES},
    )
    return {
        "Product": product | {"required": ["retailer_id"]},
        "ProductList": only(products=_rows("Product")),
        "ProductPage": objects(products=many(ref("Product")), cursor=or_null(TEXT)),
        "Place": place | {"required": ["postal_code"]},
        "PlaceList": only(places=_rows("Place")),
        "PlacePage": objects(places=many(ref("Place")), cursor=or_null(TEXT)),
        # The row that decides, as it is in the list: null when none does.
        "PlaceAnswer": objects(**place["properties"], row=or_null(TEXT)),
        "ListAnswer": objects(kept=WHOLE, refused=many(objects(row=WHOLE, problem=TEXT))),
        "Deleted": objects(deleted=TEXT),
        # Either prices for all lines, or lines with some.
        "PriceChoice": choice_of_prices | {"required": ["expected_version"]},
    }


def _rows(name: str) -> Schema:
    return many(ref(name)) | {"minItems": 1, "maxItems": MOST_ROWS}
