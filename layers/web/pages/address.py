"""The page that asks where to deliver: shown, filled in, and answered."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from orderdesk.domain.errors import Invalid, TooLarge
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import INDIA, Address, AddressStatus
from orderdesk.http import Response
from orderdesk.usecases.messages import address_words
from orderdesk.usecases.messages.address import CLOSED, Outcome, give_address
from orderdesk.usecases.messages.address_question import has_phone
from pages.render import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.http import Request
    from pages.context import Context, Visit

FORM: Final = "application/x-www-form-urlencoded"
BODY_MAX: Final = 16 * 1024
FIELD_MAX: Final = 200
FIELDS_MAX: Final = 40
DONE: Final = "done"
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
AUTOCOMPLETE: Final = {
    "name": "name",
    "phone_number": "tel",
    "postal_code": "postal-code",
    "house_number": "address-line1",
    "address": "address-line2",
    "landmark_area": "address-line3",
    "city": "address-level2",
    "state": "address-level1",
}
OPTIONAL: Final = frozenset({"house_number", "landmark_area", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input with its label; `error` stands below it."""

    name: str
    label: str
    value: str
    error: str
    needed: bool
    kind: str
    keys: str
    autocomplete: str


def show_form(request: Request, visit: Visit, context: Context) -> Response:
    """Filled with what is known; after it was answered, the address as it is kept."""
    order = visit.order
    if refused := _refused(visit):
        return refused
    done = DONE in request.query and order.address_status is AddressStatus.COMPLETE
    return _done(visit) if done else _form(visit, _known(visit), {})


def answer_form(request: Request, visit: Visit, context: Context) -> Response:
    """Raises Invalid, TooLarge, Stale, Unavailable."""
    if refused := _refused(visit):
        return refused
    address = _address_in(_read(request), visit)
    taken = give_address(
        visit.order,
        address,
        customer=visit.customer,
        by=_customer(visit),
        book=context.book,
        now=context.now,
    )
    if taken.outcome is Outcome.REFUSED:
        problems = taken.address.problems
        errors = address_words.at_fields(visit.words, problems, country=visit.store.country)
        return _form(visit, taken.address, errors)
    if taken.outcome is Outcome.ON_ITS_WAY:
        return _message(visit, "on_its_way")
    if taken.outcome is Outcome.OVER:
        return _message(visit, "over")
    # Loading the page again sends nothing again.
    onward = {"location": f"/a/{visit.token}?{DONE}=1", "cache-control": "no-store"}
    return Response(status=HTTPStatus.SEE_OTHER, headers=onward)


def _refused(visit: Visit) -> Response | None:
    order = visit.order
    if order.stage in CLOSED:
        return _message(visit, "over")
    if not order.needs_address:
        return _message(visit, "no_address")
    return _message(visit, "too_late") if order.stage is Stage.SHIPPED else None


def _message(visit: Visit, name: str) -> Response:
    language = visit.words.language
    title = "on_its_way" if name == "too_late" else name
    return page("message.html", language=language, name=name, title=title, shop=visit.store.name)


def _done(visit: Visit) -> Response:
    assert visit.order.address is not None
    return page(
        "done.html",
        language=visit.words.language,
        shop=visit.store.name,
        order=visit.order,
        lines=visit.lines(visit.order.address),
        form=f"/a/{visit.token}",
    )


def _form(visit: Visit, address: Address, errors: Mapping[str, str]) -> Response:
    fields = _fields(visit, address, errors)
    return page(
        "form.html",
        language=visit.words.language,
        status=HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK,
        shop=visit.store.name,
        order=visit.order,
        total=visit.words.money(visit.order.total),
        saved=[
            (each.address_id, visit.lines(each.address))
            for each in visit.customer.addresses
            if each.address != visit.order.address
        ],
        fields=fields,
        errors=[field for field in fields if field.error],
        save=visit.words.part("form_save"),
        token=visit.token,
    )


def _fields(visit: Visit, address: Address, errors: Mapping[str, str]) -> list[Field]:
    india = visit.store.country == INDIA
    needs_phone = not has_phone(visit.customer, visit.order)
    labels = address_words.labels(visit.words, country=visit.store.country)
    optional = OPTIONAL | (set() if needs_phone else {"phone_number"})
    optional |= set() if india else {"postal_code"}
    return [
        Field(
            name=name,
            label=label,
            value=getattr(address, name),
            error=errors.get(name, ""),
            needed=name not in optional,
            kind="tel" if name == "phone_number" else "text",
            keys="numeric" if name == "postal_code" and india else "",
            autocomplete=AUTOCOMPLETE[name],
        )
        for name, label in labels.items()
    ]


def _known(visit: Visit) -> Address:
    """The order's address; a written one stands where the street does, to be taken apart."""
    given = visit.order.address
    if given is None:
        phone = visit.customer.phone or visit.order.customer.phone
        return Address(name=visit.customer.name, phone_number=f"+{phone}" if phone else "")
    if given.text and not given.address:
        return Address(
            name=visit.customer.name,
            phone_number=given.phone_number,
            postal_code=given.postal_code,
            address=", ".join(given.lines),
        )
    return given


def _read(request: Request) -> Mapping[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Invalid(f"Send a form ({FORM}).")
    if len(request.body) > BODY_MAX:
        raise TooLarge(f"A form has at most {BODY_MAX // 1024} KB.")
    try:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise Invalid("This form cannot be read.") from error
    return {name: " ".join(value.split())[:FIELD_MAX] for name, value in pairs}


def _address_in(form: Mapping[str, str], visit: Visit) -> Address:
    """A saved one that was picked, or the fields. Raises Invalid for a saved one that is gone."""
    if picked := form.get("saved", ""):
        saved = visit.customer.saved(picked)
        if saved is None:
            raise Invalid("This address is not saved any more.", field="saved")
        return saved
    given = {name: form.get(name, "") for name in address_words.FIELDS}
    return Address(**given, country=visit.store.country)


def _customer(visit: Visit) -> Actor:
    customer = visit.customer
    return Actor(kind=ActorKind.CUSTOMER, id=customer.customer_id, name=customer.name, via="page")
