"""The message that asks where to deliver, in whichever way fits the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.people.address import INDIA, Address
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages import address_bodies, address_words, bodies
from orderdesk.usecases.messages.address_ways import (
    PIN,
    USE_SAVED,
    Way,
    country_of,
    next_way,
    saved_for,
    ways,
)
from orderdesk.usecases.messages.bodies import Choice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer, SavedAddress
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.messages.bodies import Body
    from orderdesk.usecases.ports import PageLinks

# A form may be answered for as long as this; the order itself may be given up before.
FORM_LASTS: Final = timedelta(days=7)
SHOWN_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom to ask about which order. `pages` is None where no links can be signed."""

    order: Order
    customer: Customer
    store: Store
    pages: PageLinks | None
    now: datetime

    @property
    def words(self) -> Words:
        return Words.for_customer(self.store, self.customer)

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
        return address_words.at_fields(self.words, problems, country=self.store.country)


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
    words = asked.words
    other = (f"address:other:{order_id}", words.button("other_address"))
    if len(saved) > 1:
        rows = [(_use(order_id, each), *_shown(each.address)) for each in saved]
        said = _asking(opening, words.text("ask_which_address"))
        return address_bodies.saved_list(said, words.button("choose_address"), rows, other=other)
    where = bodies.cut(", ".join(saved[0].address.lines), SHOWN_MAX)
    said = _asking(opening, words.text("ask_saved_address", saved_address=where))
    use = Choice(_use(order_id, saved[0]), words.button("use_address"))
    return bodies.buttons(said, use, Choice(*other))


def _use(order_id: str, saved: SavedAddress) -> str:
    return f"{USE_SAVED}:{order_id}:{saved.address_id}"


def _shown(address: Address) -> tuple[str, str]:
    """Title and description of a row: the street, and the rest."""
    lines = [line for line in address.lines if line != address.name]
    return lines[0], ", ".join(lines[1:])


def _address_message(opening: str, asked: Asked) -> Body:
    return address_bodies.address_message(
        _asking(opening, asked.words.text("ask_address_form")),
        known=asked.known,
        saved=asked.customer.addresses,
        errors=asked.errors,
    )


def _flow(opening: str, asked: Asked) -> Body:
    assert asked.pages is not None
    expires_at, words = asked.now + FORM_LASTS, asked.words
    return address_bodies.flow(
        _asking(opening, words.text("ask_address_form")),
        words.button("give_address"),
        flow_id=asked.store.policy.flow_id,
        token=asked.pages.flow_token(asked.order, expires_at),
        data=address_words.flow_screen(
            words, asked.known, asked.errors, country=asked.store.country
        ),
    )


def _form_page(opening: str, asked: Asked) -> Body:
    assert asked.pages is not None
    url = asked.pages.address_form(asked.order, asked.now + FORM_LASTS)
    said = _asking(opening, asked.words.text("ask_address_form"))
    return bodies.link(said, asked.words.button("give_address"), url)


def _text(opening: str, asked: Asked) -> Body:
    """Who brings it themselves finds a pin; a courier needs words."""
    brings = asked.order.fulfilment is Fulfilment.OWN_DELIVERY
    if brings and PIN not in asked.customer.cannot_show:
        return address_bodies.location_request(_asking(opening, asked.words.text("ask_location")))
    india = INDIA in {asked.store.country, country_of(asked.customer, asked.store)}
    said = asked.words.text("ask_address" if india else "ask_address_elsewhere")
    phone = asked.words.text("ask_phone") if asked.needs_phone else ""
    return bodies.text(_asking(opening, " ".join(filter(None, (said, phone)))))


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
