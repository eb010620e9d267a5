"""What a message of a customer's says about the address of an order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Direction
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import Address, AddressStatus, Problem, latin_digits, tidy
from orderdesk.usecases.intake.inbound import Tapped, Written
from orderdesk.usecases.intake.turn import CHANGEABLE, WAITING, call_for_a_person
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages import address_words, bodies
from orderdesk.usecases.messages.address import TOO_LATE, AddressBook, Outcome, give_address, keep
from orderdesk.usecases.messages.address_ways import Way, way_of
from orderdesk.usecases.messages.ask import CHANGE_ADDRESS, ask_for_another_address
from orderdesk.usecases.messages.questions import ASK_ADDRESS
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.ports.pages import Purpose

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.inbound import AddressGiven, PlaceGiven
    from orderdesk.usecases.intake.turn import Turn

UNMATCHED: Final = "form_unmatched"


def address_given(turn: Turn, said: AddressGiven) -> Order | None:
    """By form. The answer to a Flow is for the order that the Flow was sent for, and no other."""
    if said.token is None:
        picked = turn.customer.saved(said.saved_id) if said.saved_id else None
        empty = said.address.status is AddressStatus.MISSING
        address = picked if picked and empty else said.address
        return take_address(turn, turn.order_meant(), address)
    order = _order_of(turn, said.token)
    if order is not None:
        return take_address(turn, order, said.address)
    newest = turn.order_meant()
    if newest is None:
        return None
    text = (
        "A filled-in address form came that is not of this order, or too late. It is not used: "
        f"{' / '.join(said.address.lines)}"
    )
    return call_for_a_person(turn, newest, UNMATCHED, text)


def _order_of(turn: Turn, token: str) -> Order | None:
    """None for a token that is not ours, has expired, or is of somebody else."""
    pages = turn.desk.pages
    given = pages.read(token, Purpose.FLOW) if pages else None
    if given is None or given.expires_at < turn.now or given.store_id != turn.customer.store_id:
        return None
    return turn.own_order(given.order_id)


def take_address(turn: Turn, order: Order | None, address: Address) -> Order | None:
    """Keep it, or ask for what is wrong with it. None when it changes nothing."""
    if order is None:
        return None
    book = _book(turn)
    taken = give_address(
        order, address, customer=turn.customer, by=turn.by, book=book, now=turn.now
    )
    if taken.outcome is Outcome.OVER:
        return None
    if taken.outcome is Outcome.ON_ITS_WAY:
        _say_too_late(turn, taken.order)
    if taken.outcome is not Outcome.REFUSED:
        return taken.order
    if order.address_status is not AddressStatus.COMPLETE:
        # Kept as far as it goes; what is told of it asks for the rest.
        return keep(order, taken.address, by=turn.by, book=book, now=turn.now)
    store = turn.desk.stores.get(order.store_id)
    words = Words.for_customer(store, turn.customer)
    wrong = address_words.in_words(words, taken.address, country=store.country)
    _ask_again(turn, replace(order, address=taken.address), wrong, changes=True)
    return order


def maybe_address(turn: Turn, said: Written | PlaceGiven) -> Order | None:
    """What is written counts as an address only when one was asked for and it looks like one."""
    order = turn.order_meant()
    if order is None or order.stage not in CHANGEABLE or not _wants_address(turn, order):
        return None
    if isinstance(said, Written):
        address = _written(turn, order, said.text)
        return take_address(turn, order, address) if address else None
    at = {"latitude": said.latitude, "longitude": said.longitude}
    return take_address(turn, order, Address(text=said.text, **at))


def _written(turn: Turn, order: Order, text: str) -> Address | None:
    """The address in a text, which may be the rest of one that had something wrong."""
    before = order.address if order.address_status is AddressStatus.INCOMPLETE else None
    country = turn.desk.stores.get(order.store_id).country
    rest = _put_right(before, text, country) if before and before.flaws else None
    if rest or not looks_like_address(text):
        return rest
    replaces = before is None or Problem.NOT_SERVED in before.problems.values()
    lines = () if before is None or replaces else before.lines
    return Address(text="\n".join((*lines, text)))


def _put_right(before: Address, text: str, country: str) -> Address | None:
    """With the code or the number that was asked for, when nothing else was, and the text is hardly
    more than that.
    """
    found = tidy(Address(text=text), country=country)
    given = {field: getattr(found, field) for field in before.problems if field in NUMBERS}
    around = latin_digits(text)
    for value in given.values():
        around = _without(around, value)
    asked_more = len(given) < len(before.problems) or not all(given.values())
    if asked_more or len(around) > AROUND or re.search(r"[\d,\n]", around):
        return None
    lines = before.text
    for field, value in given.items():
        old = getattr(before, field)
        lines = lines.replace(old, value) if old else f"{lines}\n{value}" if lines else ""
    return replace(before, **given, text=lines, flaws="")


def _without(text: str, number: str) -> str:
    """Whichever way its digits are grouped."""
    grouped = r"[ ().+-]*".join(each for each in number if each.isdigit())
    return re.sub(grouped, "", text, count=1)


def _wants_address(turn: Turn, order: Order) -> bool:
    if order.stage in WAITING and order.address_status is not AddressStatus.COMPLETE:
        return True
    page = turn.desk.conversations.page(order.store_id, turn.customer.customer_id, limit=10)
    ours = (each for each in page.items if each.direction is Direction.OUTBOUND)
    last = next(ours, None)
    if last is None or last.order_id != order.order_id:
        return False
    return last.purpose in {ASK_ADDRESS, CHANGE_ADDRESS} or way_of(last) is not None


def use_saved(turn: Turn, order: Order) -> Order:
    """A tap on `address:use:<order>:<address>`; one that was forgotten since is asked for again."""
    assert isinstance(turn.message.content, Tapped)
    saved = turn.customer.saved(turn.message.content.button_id.rpartition(":")[2])
    if saved is None:
        return other_address(turn, order)
    return take_address(turn, order, saved) or order


def other_address(turn: Turn, order: Order) -> Order:
    """A tap on `Another address` below saved ones."""
    return _ask_for_address(turn, order, after=Way.SAVED)


def change_address(turn: Turn, order: Order) -> Order:
    return _ask_for_address(turn, order)


def _ask_for_address(turn: Turn, order: Order, *, after: Way | None = None) -> Order:
    if order.stage is Stage.SHIPPED:
        text = "The customer asks for another address while the order is on the way."
        order = call_for_a_person(turn, order, TOO_LATE, text)
        _say_too_late(turn, order)
    if order.stage in CHANGEABLE:
        changes = order.address_status is AddressStatus.COMPLETE
        words = Words.for_customer(turn.desk.stores.get(order.store_id), turn.customer)
        opening = words.text("change_address", order) if changes else ""
        _ask_again(turn, order, opening, changes=changes, after=after)
    return order


def _say_too_late(turn: Turn, order: Order) -> None:
    words = Words.for_customer(turn.desk.stores.get(order.store_id), turn.customer)
    say(
        turn.customer,
        bodies.text(words.text(TOO_LATE, order)),
        key=f"{order.order_id}:{turn.message_id}:{TOO_LATE}",
        purpose=TOO_LATE,
        order=order,
        conversations=turn.desk.conversations,
        outbox=turn.desk.outbox,
        now=turn.now,
    )


def _ask_again(
    turn: Turn, order: Order, opening: str, *, changes: bool, after: Way | None = None
) -> None:
    ask_for_another_address(
        order,
        opening,
        because_of=turn.message_id,
        changes=changes,
        after=after,
        conversations=turn.desk.conversations,
        outbox=turn.desk.outbox,
        customers=turn.desk.customers,
        stores=turn.desk.stores,
        pages=turn.desk.pages,
        now=turn.now,
    )


def _book(turn: Turn) -> AddressBook:
    desk = turn.desk
    return AddressBook(orders=desk.orders, stores=desk.stores, places=desk.places)


ADDRESS_LENGTH: Final = range(15, 1001)
NUMBERS: Final = frozenset({"postal_code", "phone_number"})
AROUND: Final = 40  # characters, as in "the PIN is 411001, sorry"
POSTAL_CODE: Final = re.compile(r"\b(?:\d{5,6}|\d{3} \d{3}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b")
TALK: Final = re.compile(
    r"(?:are|call|can|could|did|do|does|hello|hey|hi|how|i|i[’']m|is|no|ok|okay|please|send|thanks?"
    r"|what|when|where|which|who|why|will|would|yes)\b",
    re.IGNORECASE,
)


def looks_like_address(text: str) -> bool:
    """A number, a comma or a line break in what is neither a question nor talk; a postal code
    settles it.
    """
    if len(text) not in ADDRESS_LENGTH or "?" in text or "://" in text:
        return False
    if POSTAL_CODE.search(text):
        return True
    return not TALK.match(text) and re.search(r"[\d,\n]", text) is not None
