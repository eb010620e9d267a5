"""Whose an update is, and whether a message was heard before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from orderdesk.domain.errors import NotFound
from orderdesk.domain.people.customer import Customer
from orderdesk.domain.shop.speech import language_written
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.customers.customers import speak
from orderdesk.usecases.customers.merge import adopt
from orderdesk.usecases.intake.inbound import CartSent, Written

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.usecases.intake.inbound import MessageIn, Person
    from orderdesk.usecases.intake.turn import Reception

NOTHING_IN_IT = "Nothing in this cart can be read: ask the customer to send it again."


def store_of(phone_number_id: str, desk: Reception) -> str:
    known = desk.stores.of_number(phone_number_id) if phone_number_id else None
    return known or desk.own_store_id


def identify(
    person: Person,
    phone_number_id: str,
    desk: Reception,
    now: datetime,
    *,
    said_at: datetime | None = None,
) -> Customer:
    """The customer, with everything of former ids of theirs. What is heard late (`said_at`) tells
    only what was not known.
    """
    store_id = store_of(phone_number_id, desk)
    seen = Customer(
        store_id=store_id,
        customer_id="",
        name=person.name,
        username=person.username,
        phone=person.phone,
        user_id=person.user_id,
        phone_number_id=phone_number_id,
        told_at=said_at,
    )
    customer = desk.customers.identify(store_id, person.aliases, seen=seen, now=now)
    return adopt(
        customer, customers=desk.customers, conversations=desk.conversations, orders=desk.orders
    )


def listened(customer: Customer, message: MessageIn, desk: Reception) -> Customer:
    """Whoever has not chosen a language is answered in the one that they surely write in."""
    said = message.content
    if customer.language or message.echo or message.in_group or not isinstance(said, Written):
        return customer
    language = language_written(said.text, desk.stores.get(customer.store_id).policy.speech)
    return speak(customer, language, customers=desk.customers) if language else customer


def kept_under(message: MessageIn, desk: Reception) -> str | None:
    """The id of its bubble; None when it is there. Ids are unique per number only, by Meta's word:
    another message under the same id is kept beside it.
    """
    store_id = store_of(message.phone_number_id, desk)
    known = desk.conversations.find(store_id, message.message_id)
    if known is None:
        return message.message_id
    if _is_same(known, message, desk):
        return None
    identity = (message.phone_number_id, message.kind, text_of(message), message.details)
    fingerprint = hashlib.sha256("\n".join(identity).encode()).hexdigest()
    beside = f"{message.message_id}:{fingerprint[:16]}"
    return None if desk.conversations.find(store_id, beside) else beside


def _is_same(known: Message, message: MessageIn, desk: Reception) -> bool:
    """As it came before; or what differs is not what was said, when, and by whom."""
    if known.phone_number_id != message.phone_number_id or known.kind != message.kind:
        return False
    if message.details and known.details == message.details:
        return True
    if (known.text, time_to_text(known.at)) != (text_of(message), time_to_text(message.at)):
        return False
    try:
        customer = desk.customers.get(known.store_id, known.customer_id)
    except NotFound:
        return True
    return bool({*message.person.aliases} & {*customer.known_as}) or not customer.known_as


def text_of(message: MessageIn) -> str:
    empty = isinstance(message.content, CartSent) and not message.content.items
    return f"{message.text}\n{NOTHING_IN_IT}" if empty else message.text
