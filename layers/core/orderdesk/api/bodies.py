"""What clients may send, parsed here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orderdesk.domain.errors import Invalid
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.parcels import Tracking
from orderdesk.usecases.ports import ListQuery, Sort

if TYPE_CHECKING:
    from orderdesk.http import Request


class TrackingBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    carrier: str = Field("", max_length=100)
    number: str = Field("", max_length=100)
    link: str = Field("", max_length=500)
    own_delivery: bool = False


class MoveBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    to: Stage
    expected_version: int = Field(ge=1)
    reason: str = Field("", max_length=500)
    tracking: TrackingBody | None = None


class ListParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stage: Stage | None = None
    sort: Sort = Sort.ORDER_DATE
    direction: str = Field("desc", pattern="^(asc|desc)$")
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


def move_body(request: Request) -> MoveBody:
    """Raises Invalid, naming the field and what is wrong with it."""
    try:
        return MoveBody.model_validate_json(request.body or b"{}")
    except ValidationError as error:
        raise _invalid(error) from error


def list_query(request: Request, store_id: str) -> ListQuery:
    """Raises Invalid, naming the parameter and what is wrong with it."""
    try:
        given = ListParameters.model_validate(dict(request.query))
    except ValidationError as error:
        raise _invalid(error) from error
    return ListQuery(
        store_id=store_id,
        stage=given.stage,
        sort=given.sort,
        descending=given.direction == "desc",
        limit=given.limit,
        cursor=given.cursor,
    )


def tracking_of(body: MoveBody) -> Tracking | None:
    """Raises Invalid when neither a tracking number nor own delivery is given."""
    if body.tracking is None:
        return None
    return Tracking(**body.tracking.model_dump())


def _invalid(error: ValidationError) -> Invalid:
    found = [
        {"field": ".".join(str(part) for part in each["loc"]) or "body", "problem": each["msg"]}
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    words = "; ".join(f"{each['field']}: {each['problem']}" for each in found)
    return Invalid(f"The request is not valid: {words}.", fields=found)
