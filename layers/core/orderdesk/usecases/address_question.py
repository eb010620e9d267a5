"""The message that asks where to deliver, in whichever way fits the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import INDIA, Address
from orderdesk.domain.parcels import Fulfilment
from orderdesk.usecases import address_bodies, address_words, bodies
from orderdesk.usecases.address_ways import (
    PIN,
    USE_SAVED,
    Way,
    country_of,
    next_way,
    saved_for,
    ways,
)
from orderdesk.usecases.bodies import Choice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.customer import Customer, SavedAddress
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.ports import PageLinks

# A form may be answered for as long as this; the order itself may be given up before.
FORM_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom to ask about which order. `pages` is None where no links can be signed."""

    order: Order
    customer: Customer
    store: Store
    pages: PageLinks | None
    now: datetime

    @property
    def linked(self) -> bool:
        return self.pages is not None and self.pages.ready

    @property
    def needs_phone(self) -> bool:
        return not has_phone(self.customer, self.order)

    @property
    def known(self) -> Address:
        """What a form is filled with: what was given and has to be put right, else who it is."""
        given = self.order.address
        if given and given.flaws:
            return given
        phone = self.customer.phone or self.order.customer.phone
        return Address(name=self.customer.name, phone_number=f"+{phone}" if phone else "")

    @property
    def errors(self) -> dict[str, str]:
        given = self.order.address
        problems = given.problems if given else {}
        return address_words.at_fields(problems, country=self.store.country)


def has_phone(customer: Customer, order: Order) -> bool:
    """Whether a courier can call somebody; who has only a username has no number for us."""
    return bool(customer.phone or order.customer.phone)


def address_question(opening: str, asked: Asked) -> Body:
    """In the first way that there is.

    The question is the last paragraph of the message, `opening` what stands above it.
    """
    first = ways(asked.customer, asked.store, asked.order, linked=asked.linked)[0]
    return MADE[first](opening, asked)


def next_question(opening: str, asked: Asked, *, after: Way) -> Body | None:
    """In the first way behind `after`; None when that was the last."""
    way = next_way(after, asked.customer, asked.store, asked.order, linked=asked.linked)
    return MADE[way](opening, asked) if way else None


def opening_of(text: str) -> str:
    """What stood above the question in a message that asked for an address."""
    return text.rpartition("\n\n")[0]


def _saved(opening: str, asked: Asked) -> Body:
    saved, order_id = saved_for(asked.customer, asked.order), asked.order.order_id
    other = (f"address:other:{order_id}", address_words.ANOTHER)
    if len(saved) > 1:
        rows = [(_use(order_id, each), *_shown(each.address)) for each in saved]
        said = _asking(opening, address_words.WHICH_ONE)
        return address_bodies.saved_list(said, address_words.CHOOSE, rows, other=other)
    where = ", ".join(saved[0].address.lines)
    said = _asking(opening, f"{address_words.THIS_ONE}\n{bodies.cut(where, 200)}")
    return bodies.buttons(
        said, Choice(_use(order_id, saved[0]), address_words.USE_THIS), Choice(*other)
    )


def _use(order_id: str, saved: SavedAddress) -> str:
    return f"{USE_SAVED}:{order_id}:{saved.address_id}"


def _shown(address: Address) -> tuple[str, str]:
    """Title and description of a row: the street, and the rest."""
    lines = [line for line in address.lines if line != address.name]
    return lines[0], ", ".join(lines[1:])


def _address_message(opening: str, asked: Asked) -> Body:
    return address_bodies.address_message(
        _asking(opening, address_words.FILL_IN),
        known=asked.known,
        saved=asked.customer.addresses,
        errors=asked.errors,
    )


def _flow(opening: str, asked: Asked) -> Body:
    assert asked.pages is not None
    expires_at = asked.now + FORM_LASTS
    return address_bodies.flow(
        _asking(opening, address_words.FILL_IN),
        address_words.GIVE,
        flow_id=asked.store.policy.flow_id,
        token=asked.pages.flow_token(asked.order, expires_at),
        data=address_words.flow_screen(asked.known, asked.errors, country=asked.store.country),
    )


def _form_page(opening: str, asked: Asked) -> Body:
    assert asked.pages is not None
    url = asked.pages.address_form(asked.order, asked.now + FORM_LASTS)
    return bodies.link(_asking(opening, address_words.FILL_IN), address_words.GIVE, url)


def _text(opening: str, asked: Asked) -> Body:
    """Who brings it themselves finds a pin; a courier needs words."""
    brings = asked.order.fulfilment is Fulfilment.OWN_DELIVERY
    if brings and PIN not in asked.customer.cannot_show:
        return address_bodies.location_request(_asking(opening, address_words.SEND_PLACE))
    india = INDIA in {asked.store.country, country_of(asked.customer, asked.store)}
    country = INDIA if india else asked.store.country
    said = address_words.write(country=country, with_phone=asked.needs_phone)
    return bodies.text(_asking(opening, said))


def _asking(opening: str, question: str) -> str:
    """The question survives, however long the opening is."""
    room = address_bodies.BODY_MAX - len(question) - 2
    return f"{bodies.cut(opening, room)}\n\n{question}" if opening else question


MADE: Final[dict[Way, Callable[[str, Asked], Body]]] = {
    Way.SAVED: _saved,
    Way.ADDRESS_MESSAGE: _address_message,
    Way.FLOW: _flow,
    Way.FORM_PAGE: _form_page,
    Way.TEXT: _text,
}
