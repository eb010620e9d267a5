"""What comes in from the browser, checked: the address of a list, the form of a move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from dashboard.cards import CARDS, TABLE, Listing
from orderdesk.domain.errors import Invalid, TooLarge
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Tracking
from orderdesk.usecases.ports import Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.http import Request

VIEW: Final = "orderdesk_view"
MAX_BODY: Final = 32 * 1024
MAX_FIELD: Final = 1000
MAX_FIELDS: Final = 300  # a quantity for each line of a large cart
GOODS: Final = "goods:"
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


def _one_of[Choice: (Stage, Sort, Fulfilment)](
    kind: type[Choice], given: str, field: str
) -> Choice | None:
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
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Invalid("This form cannot be read: load the page again.") from error
    return {name: value.strip()[:MAX_FIELD] for name, value in pairs}


def target_of(form: Mapping[str, str]) -> Stage:
    """Raises Invalid."""
    stage = _one_of(Stage, form.get("to", ""), "stage")
    if stage is None:
        raise Invalid("Say which stage the order moves to.", field="to")
    return stage


def fulfilment_of(form: Mapping[str, str]) -> Fulfilment:
    """Raises Invalid."""
    chosen = _one_of(Fulfilment, form.get("fulfilment", ""), "fulfilment")
    if chosen is None:
        raise Invalid("Say how the goods get to the customer.", field="fulfilment")
    return chosen


def version_of(form: Mapping[str, str]) -> int:
    """The version that the page showed. Raises Invalid: without it a lost race is not noticed."""
    text = form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise Invalid("This form has no version: load the page again.", field="version")
    return int(text)


def tracking_of(form: Mapping[str, str]) -> Tracking | None:
    """None for a form without tracking fields. Raises Invalid for half of one."""
    if form.get("own_delivery") == "yes":
        return Tracking(own_delivery=True)
    carrier, number, link = (form.get(name, "") for name in ("carrier", "number", "link"))
    if not (carrier or number or link):
        return None
    return Tracking(carrier=carrier, number=number, link=link)


def restock_of(form: Mapping[str, str]) -> bool | None:
    """None for a form that does not ask."""
    return {"yes": True, "no": False}.get(form.get("restock", ""))


def goods_of(form: Mapping[str, str]) -> tuple[Goods, ...]:
    """Products that were chosen, with how many of each. Raises Invalid for what is no number."""
    found = []
    for name, text in form.items():
        if not name.startswith(GOODS) or text in {"", "0"}:
            continue
        if not (text.isascii() and text.isdigit()):
            raise Invalid("Give quantities as whole numbers.", field="lines")
        found.append(Goods(retailer_id=name.removeprefix(GOODS), quantity=int(text)))
    return tuple(found)
