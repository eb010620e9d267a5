"""Which prices an order has: the cart's, the catalog's, or what staff say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from orderdesk.api.bodies import Body, EditBody
from orderdesk.api.edits import amended, asked
from orderdesk.api.lists import MoneyBody  # noqa: TC001 - pydantic reads it
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.orders.placing import MAX_LINES
from orderdesk.domain.orders.repricing import Prices, reprice
from orderdesk.domain.shop.catalog import LONGEST_ID

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.http import Request, Response


class PriceBody(Body):
    retailer_id: str = Field(max_length=LONGEST_ID)
    price: MoneyBody


class PricesBody(EditBody):
    """Either `prices` for all lines, or `lines` with some."""

    prices: Prices | None = None
    lines: Annotated[tuple[PriceBody, ...], Field(max_length=MAX_LINES)] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.lines) is (self.prices is not None):
            raise ValueError("send prices (cart or catalog), or lines with prices of your own")
        return self


def put_prices(request: Request, context: Context) -> Response:
    edit = asked(request, context, PricesBody)
    body = edit.body
    wanted = body.prices or {each.retailer_id: each.price.money for each in body.lines}
    verb = partial(reprice, prices=wanted, by=edit.by, now=context.now)
    return amended(edit, Permission.EDIT, verb)
