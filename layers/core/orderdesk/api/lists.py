"""The lists that a shop keeps: its products with their prices, and the places it delivers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from orderdesk.adapters.catalog.rows import (
    MOST_BYTES,
    MOST_ROWS,
    Flaw,
    Read,
    checked,
    read_places,
    read_products,
)
from orderdesk.adapters.records import to_record
from orderdesk.api.bodies import Body, PageParameters, invalid, parsed, query_of
from orderdesk.api.context import READ_SETTINGS, WRITE_SETTINGS, actor_of, authenticate
from orderdesk.domain.errors import Forbidden, Invalid, NotFound, TooLarge
from orderdesk.domain.money.money import LARGEST, Money
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.shop.catalog import LONGEST_DESCRIPTION, Product
from orderdesk.domain.shop.places import Place, prefix_of, spelled
from orderdesk.http import Response, json_response

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.http import Request

type Rows = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ROWS)]


class MoneyBody(Body):
    minor: int = Field(ge=0, le=LARGEST, strict=True)
    currency: str = Field(min_length=3, max_length=3)

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)


class ProductBody(Body):
    retailer_id: str
    name: str = ""
    picture: str = ""
    price: MoneyBody | None = None
    available: bool = True
    description: str = Field("", max_length=LONGEST_DESCRIPTION)
    variant: str = Field("", max_length=200)

    def item(self, currency: str) -> Product:
        given = self.model_dump(exclude={"price"})
        price = self.price.money if self.price else None
        return checked(Product(price=price, **given), currency)


class PlaceBody(Body):
    postal_code: str
    deliverable: bool = True
    cash_on_delivery: bool | None = None
    shipping_fee: MoneyBody | None = None
    days: int | None = Field(None, strict=True)

    def item(self, currency: str) -> Place:
        fee = self.shipping_fee.money if self.shipping_fee else None
        if fee and fee.currency != currency:
            raise Invalid(f"A fee is in {currency}, the shop's currency.")
        cash = self.deliverable if self.cash_on_delivery is None else self.cash_on_delivery
        return Place(
            prefix=prefix_of(self.postal_code),
            deliverable=self.deliverable,
            cash_on_delivery=cash,
            shipping_fee=fee,
            days=self.days,
        )


class ProductsBody(Body):
    products: Rows


class PlacesBody(Body):
    places: Rows


def put_products(request: Request, context: Context) -> Response:
    """JSON, or CSV as Meta's catalog feed has it."""
    store_id, currency = _keeper(request, context)
    read = (
        read_products(request.body, currency)
        if _is_csv(request)
        else _each(_rows(request, ProductsBody).products, ProductBody, currency)
    )
    context.products.put(store_id, _some(read))
    return _told(read)


def list_products(request: Request, context: Context) -> Response:
    store_id = authenticate(request, context, READ_SETTINGS).store_id
    given = query_of(request, PageParameters)
    page = context.products.page(store_id, limit=given.limit, cursor=given.cursor)
    products = [to_record(each) for each in page.items]
    return json_response({"products": products, "cursor": page.cursor})


def get_product(request: Request, context: Context) -> Response:
    store_id = authenticate(request, context, READ_SETTINGS).store_id
    retailer_id = request.params["retailer_id"]
    found = context.products.find(store_id, [retailer_id])
    if not found:
        raise NotFound(f"The price list has no product {retailer_id!r}.")
    return json_response(to_record(found[retailer_id]))


def delete_product(request: Request, context: Context) -> Response:
    store_id, _ = _keeper(request, context)
    retailer_id = request.params["retailer_id"]
    context.products.delete(store_id, [retailer_id])
    return json_response({"deleted": retailer_id})


def put_places(request: Request, context: Context) -> Response:
    store_id, currency = _keeper(request, context)
    read = (
        read_places(request.body, currency)
        if _is_csv(request)
        else _each(_rows(request, PlacesBody).places, PlaceBody, currency)
    )
    context.places.put(store_id, _some(read))
    return _told(read)


def list_places(request: Request, context: Context) -> Response:
    store_id = authenticate(request, context, READ_SETTINGS).store_id
    given = query_of(request, PageParameters)
    page = context.places.page(store_id, limit=given.limit, cursor=given.cursor)
    places = [_shown(each) for each in page.items]
    return json_response({"places": places, "cursor": page.cursor})


def check_place(request: Request, context: Context) -> Response:
    """Whether the shop delivers to a postal code; `row` is what decides, null when none does."""
    store_id = authenticate(request, context, READ_SETTINGS).store_id
    postal_code = spelled(request.params["postal_code"])
    place = context.places.find(store_id, postal_code)
    anywhere = place is None and not context.places.covers(store_id)
    found = place or Place(prefix="", deliverable=anywhere, cash_on_delivery=anywhere)
    row = _shown(place)["postal_code"] if place else None
    return json_response(_shown(found) | {"postal_code": postal_code, "row": row})


def delete_place(request: Request, context: Context) -> Response:
    store_id, _ = _keeper(request, context)
    prefix = prefix_of(request.params["postal_code"])
    context.places.delete(store_id, [prefix])
    return json_response({"deleted": _written(prefix)})


def _keeper(request: Request, context: Context) -> tuple[str, str]:
    """The store of a key that may keep its lists, and its currency. Raises Forbidden."""
    key = authenticate(request, context, WRITE_SETTINGS)
    if not actor_of(key).may(Permission.SETTINGS):
        raise Forbidden(f"The role {key.role} may not change lists: make a key of another role.")
    return key.store_id, context.stores.get(key.store_id).currency


def _is_csv(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == "text/csv"


def _rows[Parsed: Body](request: Request, kind: type[Parsed]) -> Parsed:
    if len(request.body) > MOST_BYTES:
        raise TooLarge(f"Send at most {MOST_BYTES // 1_000_000} MB at once: split the list.")
    return parsed(request, kind)


def _each[Item](rows: list[dict[str, Any]], kind: Any, currency: str) -> Read[Item]:
    """One by one, as the rows of a CSV; counted from 1."""
    items: list[Item] = []
    flaws = []
    for number, row in enumerate(rows, start=1):
        try:
            items.append(kind.model_validate(row).item(currency))
        except ValidationError as error:
            words = invalid(error).message.removeprefix("The request is not valid: ")
            flaws.append(Flaw(number, words))
        except Invalid as error:
            flaws.append(Flaw(number, error.message))
    return Read(tuple(items), tuple(flaws))


def _some[Item](read: Read[Item]) -> tuple[Item, ...]:
    """Raises Invalid when no row is good."""
    if not read.items:
        problems = [{"field": f"row {each.row}", "problem": each.problem} for each in read.flaws]
        raise Invalid("No row of this list can be taken.", fields=problems[:100])
    return read.items


def _told[Item](read: Read[Item]) -> Response:
    refused = [{"row": each.row, "problem": each.problem} for each in read.flaws]
    return json_response({"kept": len(read.items), "refused": refused})


def _shown(place: Place) -> dict[str, Any]:
    record: dict[str, Any] = to_record(place)
    return {"postal_code": _written(record.pop("prefix")), **record}


def _written(prefix: str) -> str:
    return prefix or "*"
