"""What comes in from the browser, checked: the address of a list, the form of a move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from dashboard.actions import Input
from dashboard.cards import CARDS, TABLE, Listing
from orderdesk.domain.errors import Invalid, TooLarge
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.parcels import Tracking
from orderdesk.usecases.ports import Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.http import Request

VIEW: Final = "orderdesk_view"
MAX_BODY: Final = 32 * 1024
MAX_FIELD: Final = 1000
FORM: Final = "application/x-www-form-urlencoded"


def listing_of(request: Request) -> Listing:
    """Raises Invalid for a stage, sort or direction that does not exist."""
    query = request.query
    wanted = query.get("as") or request.cookies.get(VIEW, CARDS)
    return Listing(
        stage=_one_of(Stage, query.get("stage", ""), "stage"),
        sort=_one_of(Sort, query.get("sort", ""), "sort") or Sort.ORDER_DATE,
        descending=query.get("direction", "desc") != "asc",
        view=TABLE if wanted == TABLE else CARDS,
        cursor=query.get("cursor", ""),
    )


def _one_of[Choice: (Stage, Sort)](kind: type[Choice], given: str, field: str) -> Choice | None:
    if not given:
        return None
    try:
        return kind(given)
    except ValueError as error:
        words = ", ".join(each.value for each in kind)
        raise Invalid(f"There is no {field} {given!r}: choose one of {words}.") from error


def read_form(request: Request) -> Mapping[str, str]:
    """Fields of a posted form, without spaces around. Raises Invalid, TooLarge."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Invalid(f"Send a form ({FORM}).")
    if len(request.body) > MAX_BODY:
        raise TooLarge(f"A form has at most {MAX_BODY // 1024} KB.")
    try:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Invalid("This form cannot be read: load the page again.") from error
    return {name: value.strip()[:MAX_FIELD] for name, value in pairs}


def move_input(form: Mapping[str, str]) -> Input:
    return Input(
        to=form.get("to", ""),
        reason=form.get("reason", ""),
        carrier=form.get("carrier", ""),
        number=form.get("number", ""),
        link=form.get("link", ""),
        own_delivery=form.get("own_delivery", "") == "yes",
    )


def target_of(given: Input) -> Stage:
    """Raises Invalid."""
    stage = _one_of(Stage, given.to, "stage")
    if stage is None:
        raise Invalid("Say which stage the order moves to.", field="to")
    return stage


def version_of(form: Mapping[str, str]) -> int:
    """The version that the page showed. Raises Invalid: without it a lost race is not noticed."""
    text = form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise Invalid("This form has no version: load the page again.", field="version")
    return int(text)


def tracking_of(given: Input) -> Tracking | None:
    """None for a move that has no tracking fields. Raises Invalid for half of one."""
    if given.own_delivery:
        return Tracking(own_delivery=True)
    if not (given.carrier or given.number or given.link):
        return None
    return Tracking(carrier=given.carrier, number=given.number, link=given.link)
