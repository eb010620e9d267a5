"""The one way a message leaves for a customer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.conversation import Delivery, Direction, Message
from orderdesk.domain.errors import SendFailed
from orderdesk.usecases.bodies import words_of
from orderdesk.usecases.ports import Recipient

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.customer import Customer
    from orderdesk.domain.order import Order
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.ports import Conversations, Messenger

HANDED_OVER: Final = "Not sent: Meta's business agent is talking with this customer."


@dataclass(frozen=True, slots=True)
class Said:
    """How far the message came; `error_code` is Meta's when it refused just now."""

    delivery: Delivery
    error_code: int | None = None


def say(
    customer: Customer,
    body: Body,
    *,
    key: str,
    order: Order | None = None,
    conversations: Conversations,
    messenger: Messenger,
    now: datetime,
) -> Said:
    """Send the body once per `key`, and keep it on the customer's thread.

    The message is kept as PENDING under its key before it is sent, and under WhatsApp's id after.
    Found PENDING again, an earlier attempt was refused for a while, or ended between sending and
    keeping. WhatsApp has no idempotency key, so it is sent again: at least once. Only when a status
    with our key has come back meanwhile, the message is known as sent and stays as it is.

    What may go out later raises (SendFailed with `retry`, Unavailable), so that the caller is
    called again; what never will is kept as FAILED with Meta's reason.
    """
    message = _message(customer, body, key=key, order=order, now=now)
    if not conversations.append(message):
        known = conversations.find(customer.store_id, key)
        if known and known.delivery is not Delivery.PENDING:
            return Said(known.delivery)
        message = known or message
    if customer.handed_over:
        return _failed(message, HANDED_OVER, conversations)
    recipient = _recipient(customer, message, order)
    try:
        wamid = messenger.send(recipient, body, callback_data=key)
    except SendFailed as error:
        if error.retry:
            raise
        return _failed(message, error.message, conversations, error.error_code)
    conversations.sent(message, message_id=wamid)
    return Said(Delivery.SENT)


def _message(
    customer: Customer, body: Body, *, key: str, order: Order | None, now: datetime
) -> Message:
    return Message(
        store_id=customer.store_id,
        customer_id=customer.customer_id,
        message_id=key,
        direction=Direction.OUTBOUND,
        kind=str(body["type"]),
        text=words_of(body),
        at=now,
        delivery=Delivery.PENDING,
        order_id=order.order_id if order else "",
        # From the number that the customer ordered at, which may not be the one written to last.
        phone_number_id=(order.phone_number_id if order else "") or customer.phone_number_id,
        details=json.dumps(body, ensure_ascii=False),
    )


def _recipient(customer: Customer, message: Message, order: Order | None) -> Recipient:
    return Recipient(
        phone_number_id=message.phone_number_id,
        phone=customer.phone or (order.customer.phone if order else ""),
        user_id=customer.user_id,
    )


def _failed(
    message: Message, reason: str, conversations: Conversations, error_code: int | None = None
) -> Said:
    conversations.set_delivery(message.store_id, message.message_id, Delivery.FAILED, error=reason)
    return Said(Delivery.FAILED, error_code)
