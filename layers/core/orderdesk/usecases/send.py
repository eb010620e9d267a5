"""How a message of the outbox leaves for a customer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.conversation import Delivery
from orderdesk.domain.errors import SendFailed
from orderdesk.usecases.fallback import after_failure
from orderdesk.usecases.ports import Recipient

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.conversation import Message
    from orderdesk.domain.customer import Customer
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Messenger,
        Orders,
        Outbox,
        PageLinks,
        Stores,
    )

HANDED_OVER: Final = "Not sent: Meta's business agent is talking with this customer."
AGAIN: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """What it takes to send."""

    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    messenger: Messenger
    outbox: Outbox
    pages: PageLinks | None = None


def send(store_id: str, message_id: str, *, room: Mailroom, now: datetime) -> timedelta | None:
    """Send the message if it is still to be sent; returns after how long to try again.

    Raises Unavailable.
    """
    message = room.conversations.find(store_id, message_id)
    if message is None or message.delivery is not Delivery.PENDING:
        return None
    customer = room.customers.get(store_id, message.customer_id)
    if customer.handed_over:
        _fail(message, HANDED_OVER, room)
        return None
    try:
        wamid = room.messenger.send(
            _recipient(customer, message, room),
            json.loads(message.details),
            callback_data=message_id,
        )
    except SendFailed as error:
        if error.retry:
            return AGAIN
        _fail(message, error.message, room)
        if error.error_code is not None:
            after_failure(
                message,
                error.error_code,
                orders=room.orders,
                conversations=room.conversations,
                customers=room.customers,
                stores=room.stores,
                outbox=room.outbox,
                pages=room.pages,
                now=now,
            )
        return None
    room.conversations.sent(message, message_id=wamid)
    return None


def _recipient(customer: Customer, message: Message, room: Mailroom) -> Recipient:
    phone = customer.phone
    if not phone and message.order_id:
        order = room.orders.find(message.store_id, message.order_id)
        phone = order.customer.phone if order else ""
    return Recipient(phone_number_id=message.phone_number_id, phone=phone, user_id=customer.user_id)


def _fail(message: Message, reason: str, room: Mailroom) -> None:
    room.conversations.set_delivery(
        message.store_id, message.message_id, Delivery.FAILED, error=reason
    )
