"""The one way in which a message for a customer comes about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.usecases.messages.bodies import words_of

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Media
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.messages.bodies import Body
    from orderdesk.usecases.ports import Conversations, Outbox


def say(
    customer: Customer,
    body: Body,
    *,
    key: str,
    purpose: str,
    order: Order | None = None,
    template: Body | None = None,
    marketing: bool = False,
    sent_by: str = "",
    media: Media | None = None,
    reply_to: str = "",
    conversations: Conversations,
    outbox: Outbox,
    now: datetime,
) -> Message:
    """Put the body on the customer's thread once per `key`, and into the outbox to be sent.

    `purpose` is the name of its text; `template` what is sent instead when the customer's window is
    closed; `sent_by` the person who wrote it, `media` a file of ours that goes along. Found PENDING
    under its key, an earlier attempt may have ended before the outbox had it: it is put there
    again, which is safe.

    Returns the message as it is on the thread. Raises Unavailable.
    """
    message = Message(
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
        purpose=purpose,
        template=json.dumps(template, ensure_ascii=False) if template else "",
        marketing=marketing,
        sent_by=sent_by,
        media=media,
        reply_to=reply_to,
    )
    if not conversations.append(message):
        message = conversations.find(customer.store_id, key) or message
    if message.delivery is Delivery.PENDING:
        outbox.put(message)
    return message
