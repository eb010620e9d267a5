"""What a customer's message does to an order: the address, a tap, second thoughts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import Actor, ActorKind
from orderdesk.domain.address import Address, AddressStatus
from orderdesk.domain.amending import raise_attention
from orderdesk.domain.conversation import Direction
from orderdesk.domain.errors import Blocked, NotAllowed
from orderdesk.domain.ledger import PaymentMethod
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.order import order_id_of
from orderdesk.usecases import collect, words
from orderdesk.usecases.ask import ask_for_another_address
from orderdesk.usecases.change import change
from orderdesk.usecases.inbound import AddressGiven, Corrected, PlaceGiven, Tapped, Written
from orderdesk.usecases.move import MoveCommand, move

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.customer import Customer
    from orderdesk.domain.event import Event
    from orderdesk.domain.order import Order
    from orderdesk.usecases.inbound import MessageIn
    from orderdesk.usecases.ports import Conversations, Customers, Messenger, Orders, Stores

WAITING: Final = frozenset({Stage.PLACED, Stage.ABANDONED})
BEING_PACKED: Final = frozenset({Stage.APPROVED, Stage.PROCESSED})
CHANGEABLE: Final = WAITING | BEING_PACKED | {Stage.CONFIRMED, Stage.ON_HOLD}
STOPPED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
# The stage is entered strictly before the answer, so that arriving there finds the customer's
# answer and asks nothing: what answers the answer asks for the rest.
A_MOMENT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What it takes to receive. `own_store_id` takes what comes to a number of no other shop."""

    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    messenger: Messenger
    own_store_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of one customer. `message_id` is the one it is kept under."""

    message: MessageIn
    message_id: str
    customer: Customer
    desk: Reception
    now: datetime

    @property
    def by(self) -> Actor:
        customer = self.customer
        return Actor(
            kind=ActorKind.CUSTOMER, id=customer.customer_id, name=customer.name, via="whatsapp"
        )

    def own_order(self, order_id: str) -> Order | None:
        """Of this customer, who may be known under another id since a merge of two."""
        order = self.desk.orders.find(self.customer.store_id, order_id) if order_id else None
        if order is None:
            return None
        phone = self.customer.phone
        known = order.customer.customer_id == self.customer.customer_id
        return order if known or (phone and phone == order.customer.phone) else None

    def order_meant(self) -> Order | None:
        """The one that the answered message is about, else the newest."""
        store_id, reply_to = self.customer.store_id, self.message.reply_to
        answered = self.desk.conversations.find(store_id, reply_to) if reply_to else None
        about = answered.order_id if answered else ""
        return self.own_order(about) or self.own_order(self.customer.current_order_id)


def answer(turn: Turn) -> Order | None:
    """Do what the message asks for; the order that it was about, None when about none.

    Safe to repeat. Raises Stale, SendFailed with `retry` and Unavailable for another try.
    """
    content = turn.message.content
    match content:
        case AddressGiven():
            return _address(turn, turn.order_meant(), content.address)
        case Written() | PlaceGiven():
            return _maybe_address(turn, content)
        case Tapped():
            return _tap(turn, content.button_id)
        case Corrected():
            return _corrected(turn, content)
        case _:
            return None


def _address(turn: Turn, order: Order | None, address: Address) -> Order | None:
    if order is None or order.stage in STOPPED or order.stage is Stage.DELIVERED:
        return None
    if order.stage is Stage.SHIPPED:
        text = f"The customer sent another address on the way: {' / '.join(address.lines)}"
        return _call_for_a_person(turn, order, "address_too_late", text)
    at = _resume(turn, order)
    if address != order.address:
        collect.receive_address(
            order.store_id,
            order.order_id,
            address,
            by=turn.by,
            orders=turn.desk.orders,
            stores=turn.desk.stores,
            now=at,
        )
    if order.stage in BEING_PACKED or (order.hold and order.hold.source in BEING_PACKED):
        text = "The customer changed the address while the order is being packed."
        return _call_for_a_person(turn, order, "address_changed", text)
    return order


def _maybe_address(turn: Turn, said: Written | PlaceGiven) -> Order | None:
    """What is written counts as an address only when one was asked for and it looks like one."""
    if isinstance(said, Written) and not looks_like_address(said.text):
        return None
    order = turn.order_meant()
    if order is None or order.stage not in CHANGEABLE or not _wants_address(turn, order):
        return None
    incomplete = order.address_status is AddressStatus.INCOMPLETE and order.address
    before = order.address.lines if incomplete and order.address else ()
    return _address(turn, order, Address(text="\n".join((*before, said.text))))


def _wants_address(turn: Turn, order: Order) -> bool:
    if order.stage in WAITING and order.address_status is not AddressStatus.COMPLETE:
        return True
    page = turn.desk.conversations.page(order.store_id, turn.customer.customer_id, limit=10)
    ours = (each for each in page.items if each.direction is Direction.OUTBOUND)
    last = next(ours, None)
    asked = (words.WRITE_ADDRESS, words.FILL_FORM)
    return last is not None and last.order_id == order.order_id and last.text.endswith(asked)


ADDRESS_LENGTH: Final = range(15, 1001)
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


def _tap(turn: Turn, button_id: str) -> Order | None:
    verb, _, rest = button_id.partition(":")
    what, _, order_id = rest.partition(":")
    press = BUTTONS.get((verb, what))
    order = turn.own_order(order_id) if press else None
    return press(turn, order) if press and order else None


def _pay(turn: Turn, order: Order, method: PaymentMethod) -> Order:
    if order.paid_at or order.stage in STOPPED or order.stage is Stage.DELIVERED:
        return order
    at = _resume(turn, order)
    return collect.choose_payment(
        order.store_id,
        order.order_id,
        method,
        by=turn.by,
        orders=turn.desk.orders,
        stores=turn.desk.stores,
        now=at,
    )


def _change_address(turn: Turn, order: Order) -> Order:
    if order.stage is Stage.SHIPPED:
        text = "The customer asks for another address while the order is on the way."
        return _call_for_a_person(turn, order, "address_too_late", text)
    if order.stage in CHANGEABLE:
        ask_for_another_address(
            order,
            because_of=turn.message_id,
            conversations=turn.desk.conversations,
            messenger=turn.desk.messenger,
            customers=turn.desk.customers,
            stores=turn.desk.stores,
            now=turn.now,
        )
    return order


def _tap_resume(turn: Turn, order: Order) -> Order:
    _resume(turn, order)
    return order


def _resume(turn: Turn, order: Order) -> datetime:
    """Whoever answers late is a customer again (T07). Returns when the answer itself happens."""
    if order.stage is not Stage.ABANDONED:
        return turn.now
    try:
        _move(turn, order, Stage.PLACED, reason="The customer came back")
    except NotAllowed:  # somebody was faster
        return turn.now
    return turn.now + A_MOMENT


def _cancel(turn: Turn, order: Order) -> Order:
    if order.stage in STOPPED:
        return order
    try:
        return _move(turn, order, Stage.CANCELLED, reason="Cancelled by the customer")
    except (NotAllowed, Blocked):
        text = "The customer asks to cancel. The shop is at it already: decide, and tell them."
        return _call_for_a_person(turn, order, "cancel_asked", text)


def _move(turn: Turn, order: Order, to: Stage, *, reason: str) -> Order:
    command = MoveCommand(
        store_id=order.store_id, order_id=order.order_id, to=to, by=turn.by, reason=reason
    )
    return move(command, orders=turn.desk.orders, stores=turn.desk.stores, now=turn.now)


def _corrected(turn: Turn, said: Corrected) -> Order | None:
    """What the shop is packing never changes silently: the order stays as it was placed."""
    store_id, number = turn.customer.store_id, turn.message.phone_number_id
    order = turn.own_order(order_id_of(store_id, number, said.original_id))
    if order is None:
        return None
    text = f"The customer {said.how} the cart of this order. The order is unchanged: ask them."
    return _call_for_a_person(turn, order, f"message_{said.how}", text)


def _call_for_a_person(turn: Turn, order: Order, reason: str, text: str) -> Order:
    def decide(stored: Order) -> tuple[Order, list[Event]] | None:
        raised = raise_attention(stored, reason, text, by=turn.by, now=turn.now)
        return (raised[0], [raised[1]]) if raised else None

    policy = turn.desk.stores.get(order.store_id).policy
    return change(order.store_id, order.order_id, decide, orders=turn.desk.orders, policy=policy)


BUTTONS: Final[dict[tuple[str, str], Callable[[Turn, Order], Order]]] = {
    ("pay", "cash_on_delivery"): lambda turn, order: _pay(
        turn, order, PaymentMethod.CASH_ON_DELIVERY
    ),
    ("pay", "online"): lambda turn, order: _pay(turn, order, PaymentMethod.ONLINE),
    ("address", "change"): _change_address,
    ("order", "resume"): _tap_resume,
    ("order", "cancel"): _cancel,
}
