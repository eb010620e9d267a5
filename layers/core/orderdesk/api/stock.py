"""What a shop has in stock: read, and counted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from orderdesk.api.bodies import LARGEST, Body, parsed
from orderdesk.api.context import EDIT, READ, actor_of, authenticate
from orderdesk.domain.errors import Forbidden, Invalid
from orderdesk.domain.orders.actor import Permission
from orderdesk.http import Response, json_response

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.http import Request

MOST: Final = 100  # products in one request
LONGEST: Final = 1000  # characters of a product's id

# None has to be said: a shop that stops counting a product sells it without end.
type Available = Annotated[int, Field(ge=0, le=LARGEST, strict=True)] | None


class StockBody(Body):
    available: Available


class ProductBody(StockBody):
    retailer_id: str = Field(min_length=1, max_length=LONGEST)


class StockListBody(Body):
    stock: list[ProductBody] = Field(min_length=1, max_length=MOST)


def put_stock(request: Request, context: Context) -> Response:
    """Of one product, named in the path, which API Gateway hands on decoded and cut off at `?`."""
    store_id = _counting(request, context)
    retailer_id = request.params["retailer_id"]
    if not 0 < len(retailer_id) <= LONGEST:
        raise Invalid(f"A product's id has 1 to {LONGEST} characters.", field="retailer_id")
    available = parsed(request, StockBody).available
    return json_response(_count(store_id, retailer_id, available, context))


def put_stock_list(request: Request, context: Context) -> Response:
    """One after the other: what was counted before one that failed stays counted."""
    store_id = _counting(request, context)
    counted = parsed(request, StockListBody).stock
    answered = [_count(store_id, each.retailer_id, each.available, context) for each in counted]
    return json_response({"stock": answered})


def _counting(request: Request, context: Context) -> str:
    """The store of a key that may count. Raises Unauthenticated, Forbidden."""
    key = authenticate(request, context, EDIT)
    if not actor_of(key).may(Permission.EDIT):
        raise Forbidden(f"The role {key.role} may not count stock: make a key of another role.")
    return key.store_id


def _count(
    store_id: str, retailer_id: str, available: int | None, context: Context
) -> dict[str, object]:
    context.stock.count(store_id, retailer_id, available)
    return {"retailer_id": retailer_id, "available": available}


def get_stock(request: Request, context: Context) -> Response:
    """In the order in which they were asked for; null of those that are not counted."""
    key = authenticate(request, context, READ)
    asked = dict.fromkeys(each for each in request.query.get("ids", "").split(",") if each)
    if not 0 < len(asked) <= MOST:
        raise Invalid(f"Name 1 to {MOST} products: ids=chai,kurta-m.", field="ids")
    found = context.stock.available(key.store_id, asked)
    stock = [{"retailer_id": each, "available": found.get(each)} for each in asked]
    return json_response({"stock": stock})
