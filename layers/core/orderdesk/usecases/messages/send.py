"""How a message of the outbox leaves for a customer.

Decided when it leaves and not when it was said: meanwhile the order may have moved on, the window
may have closed, or somebody else may have the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zlib import crc32

from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.usecases.intake.refused import Course, note_failure, react
from orderdesk.usecases.messages.choose import Letter, Returned, choose
from orderdesk.usecases.ports import Recipient

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.messages.sending import ErrorClass
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.ports import (
        Conversations,
        Costs,
        Customers,
        Messenger,
        Orders,
        Outbox,
        Pace,
        PageLinks,
        Stores,
        Templates,
        Unsent,
    )

SPREAD: Final = timedelta(seconds=2)  # per failure in a row
SPREAD_MOST: Final = timedelta(minutes=1)
LONG: Final = timedelta(minutes=15)  # what waits longer gives way to the customer's next messages


class Result(StrEnum):
    SENT = "sent"
    REPEATED = "repeated"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    WAITS = "waits"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Sending:
    """What came of it; `wait` until the outbox hands it out again, with all that is behind it."""

    result: Result
    wait: timedelta | None = None
    error_class: ErrorClass | None = None
    reason: str = ""


def no_time(wait: timedelta) -> None:
    """Waits for nothing: for clocks that are moved by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """What it takes to send. `attach` puts a file of the message at WhatsApp first; `over_limit` is
    called for a message that leaves although the month's limit is reached.
    """

    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    unsent: Unsent
    outbox: Outbox
    messenger: Messenger
    pace: Pace
    templates: Templates
    costs: Costs
    pages: PageLinks | None = None
    attach: Callable[[Message, dict[str, object]], dict[str, object]] | None = None
    over_limit: Callable[[], None] | None = None
    sleep: Callable[[timedelta], None] = no_time


def send(
    store_id: str, message_id: str, *, phone_number_id: str = "", room: Mailroom, now: datetime
) -> Sending:
    """Send the message if it is still to be sent, in the cheapest form that is allowed. With the
    number that it leaves from, it is not even read while that number is paused.

    Safe to repeat: what has left is known by its delivery, which a status with our key proves when
    WhatsApp's answer was lost. Raises NotFound for a customer that is gone, Unavailable.
    """
    if wait := _pause(phone_number_id, room, now):
        return Sending(Result.WAITS, wait + _spread(message_id, phone_number_id, room, now))
    message = room.conversations.find(store_id, message_id)
    if message is None or message.delivery is not Delivery.PENDING:
        return Sending(Result.REPEATED)
    if early := _early(message, now):
        return early
    customer = room.customers.get(store_id, message.customer_id)
    order = room.orders.find(store_id, message.order_id) if message.order_id else None
    chosen = choose(message, customer, order, room=room, now=now)
    if isinstance(chosen, Returned):
        return _return(message, order, chosen, room, now)
    admission = room.pace.admit(message.phone_number_id, message.customer_id, now=now)
    if not admission.granted:
        spread = _spread(message_id, message.phone_number_id, room, now)
        return Sending(Result.WAITS, admission.wait + spread)
    room.sleep(admission.wait)
    return _post(message, chosen, _recipient(customer, message, order), room, now)


def _pause(phone_number_id: str, room: Mailroom, now: datetime) -> timedelta:
    """What is left of the number's pause."""
    pause = room.pace.paused(phone_number_id, now=now) if phone_number_id else None
    if pause is None or not pause.is_on or pause.until <= now:
        return timedelta()
    return pause.until - now


def _spread(message_id: str, phone_number_id: str, room: Mailroom, now: datetime) -> timedelta:
    """Some more, after several failures, so that not all that waits comes back at once."""
    pause = room.pace.paused(phone_number_id, now=now)
    if pause is None:
        return timedelta()
    most = min(SPREAD * (pause.failures - 1), SPREAD_MOST)
    return most * (crc32(message_id.encode()) % 1000) / 1000


def _early(message: Message, now: datetime) -> Sending | None:
    """What has to wait, or gives way to what the customer is told after it."""
    if message.next_attempt_at is None or message.next_attempt_at <= now:
        return None
    wait = message.next_attempt_at - now
    return Sending(Result.POSTPONED) if wait > LONG else Sending(Result.WAITS, wait)


def _return(
    message: Message, order: Order | None, why: Returned, room: Mailroom, now: datetime
) -> Sending:
    if why.delivery is Delivery.FAILED:
        note_failure(message, order, why.reason, None, room=room, now=now)
        return Sending(Result.FAILED, reason=why.reason)
    room.conversations.set_delivery(
        message.store_id, message.message_id, Delivery.WITHDRAWN, error=why.reason
    )
    return Sending(Result.WITHDRAWN, reason=why.reason)


def _recipient(customer: Customer, message: Message, order: Order | None) -> Recipient:
    return Recipient(
        phone_number_id=message.phone_number_id,
        phone=customer.phone or (order.customer.phone if order else ""),
        user_id=customer.user_id,
    )


def _post(
    message: Message, letter: Letter, to: Recipient, room: Mailroom, now: datetime
) -> Sending:
    """With another form at once when WhatsApp refuses this one for what it is."""
    try:
        body = room.attach(message, letter.body) if room.attach else letter.body
        wamid = room.messenger.send(to, body, callback_data=message.message_id)
    except SendFailed as error:
        reaction = react(message, letter, error, room=room, now=now)
        if reaction.instead is not None:
            return _post(message, reaction.instead, to, room, now)
        return _sending(reaction.course, reaction.wait, error)
    room.conversations.sent(message, message_id=wamid, form=letter.form)
    room.pace.resume(message.phone_number_id)
    return Sending(Result.SENT)


RESULTS: Final = {
    Course.SENT: Result.SENT,
    Course.FAILED: Result.FAILED,
    Course.WAITS: Result.WAITS,
    Course.POSTPONED: Result.POSTPONED,
}


def _sending(course: Course, wait: timedelta | None, error: SendFailed) -> Sending:
    return Sending(RESULTS[course], wait, error.error_class, error.message)
