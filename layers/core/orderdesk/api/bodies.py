"""What clients may send about orders, parsed here and nowhere else. Settings: settings_body.py."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Tracking
from orderdesk.domain.shop.days import day
from orderdesk.usecases.ports import ListQuery, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.shop.policy import Store
    from orderdesk.http import Request

MAX_REASON = 500
MAX_LINES = 100
LARGEST = 1_000_000

type Text = Annotated[str, Field(max_length=MAX_REASON)]
type Version = Annotated[int, Field(ge=1)]


def _date(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ValueError("send a date like 2026-03-08") from error


# Pydantic by itself also takes the seconds since 1970 for a date.
type Day = Annotated[date, BeforeValidator(_date)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class TrackingBody(Body):
    carrier: str = Field("", max_length=100)
    number: str = Field("", max_length=100)
    link: str = Field("", max_length=500)
    own_delivery: bool = False


class LineBody(Body):
    retailer_id: str = Field(min_length=1, max_length=1000)
    quantity: int = Field(ge=1, le=LARGEST)


type Lines = Annotated[list[LineBody], Field(min_length=1, max_length=MAX_LINES)]


class MoveBody(Body):
    to: Stage
    expected_version: Version
    reason_code: str = Field("", max_length=100)
    reason: Text = ""
    until: AwareDatetime | None = None
    tracking: TrackingBody | None = None
    pickup_code: str = Field("", max_length=20)
    restock: bool | None = None


class EditBody(Body):
    expected_version: Version


class ParcelBody(EditBody):
    lines: Lines
    tracking: TrackingBody


class ParcelChangeBody(EditBody):
    tracking: TrackingBody


class ReturnBody(EditBody):
    lines: Lines
    reason_code: str = Field("", max_length=100)
    reason: Text = ""


class ReceiveBody(EditBody):
    restock: bool
    note: Text = ""


class NoteBody(EditBody):
    note: Text = ""


class FulfilmentBody(EditBody):
    fulfilment: Fulfilment


class WaiverBody(EditBody):
    reason: str = Field(min_length=1, max_length=MAX_REASON)


class ListParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stage: Stage | None = None
    sort: Sort = Sort.ORDER_DATE
    direction: str = Field("desc", pattern="^(asc|desc)$")
    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


class PageParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


def parsed[Parsed: BaseModel](request: Request, kind: type[Parsed]) -> Parsed:
    """The body as `kind`. Raises Invalid, naming every field that is wrong and how."""
    try:
        return kind.model_validate_json(request.body or b"{}")
    except ValidationError as error:
        raise invalid(error) from error


def query_of[Parsed: BaseModel](request: Request, kind: type[Parsed]) -> Parsed:
    """The query as `kind`. Raises Invalid, naming the parameter and what is wrong with it."""
    try:
        return kind.model_validate(dict(request.query))
    except ValidationError as error:
        raise invalid(error) from error


def list_query(request: Request, store: Store) -> ListQuery:
    """Dates are days of the shop. Raises Invalid, naming the parameter and what is wrong."""
    given = query_of(request, ListParameters)
    if given.first and given.last and given.last < given.first:
        raise Invalid("`to` is before `from`: send the earlier date as `from`.", field="to")
    return ListQuery(
        store_id=store.store_id,
        stage=given.stage,
        sort=given.sort,
        descending=given.direction == "desc",
        placed_from=day(given.first, store.time_zone)[0] if given.first else None,
        placed_until=day(given.last, store.time_zone)[1] if given.last else None,
        limit=given.limit,
        cursor=given.cursor,
    )


def tracking_of(body: TrackingBody) -> Tracking:
    """Raises Invalid when neither a tracking number nor own delivery is given."""
    return Tracking(**body.model_dump())


def goods_of(lines: Sequence[LineBody]) -> tuple[Goods, ...]:
    return tuple(Goods(retailer_id=each.retailer_id, quantity=each.quantity) for each in lines)


def invalid(error: ValidationError) -> Invalid:
    found = [
        {"field": ".".join(str(part) for part in each["loc"]) or "body", "problem": each["msg"]}
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    words = "; ".join(f"{each['field']}: {each['problem']}" for each in found)
    return Invalid(f"The request is not valid: {words}.", fields=found)
