"""Answers that overtook their cart: Meta delivers in no order.

An address that was sent after a cart, and was heard of before it, found no order to belong to. When
the cart comes, it is looked at once more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Direction
from orderdesk.usecases.intake.address_answers import address_given, maybe_address
from orderdesk.usecases.intake.inbound import AddressGiven, MessageIn, PlaceGiven, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.turn import Turn

KINDS: Final = frozenset({"interactive", "location", "text"})


def catch_up(turn: Turn, order: Order) -> None:
    """Take the addresses that wait on the thread for this cart, oldest first. Safe to repeat.

    Not while somebody else has the conversation: then they were not for us.
    """
    if turn.desk.reread is None or turn.customer.handed_over:
        return
    customer = replace(turn.customer, current_order_id=order.order_id)
    for message in _waiting(turn):
        content = turn.desk.reread(message.kind, message.details)
        then = replace(
            turn,
            message=_as_heard(message, turn),
            message_id=message.message_id,
            customer=customer,
        )
        if isinstance(content, AddressGiven):
            address_given(then, content)
        elif isinstance(content, Written | PlaceGiven):
            maybe_address(then, content)


def _waiting(turn: Turn) -> Iterator[Message]:
    customer, cart = turn.customer, turn.message
    later = turn.desk.conversations.since(customer.store_id, customer.customer_id, cart.at)
    for message in later:
        ours = message.direction is Direction.INBOUND and not message.order_id
        if ours and message.kind in KINDS:
            yield message


def _as_heard(message: Message, turn: Turn) -> MessageIn:
    return MessageIn(
        phone_number_id=message.phone_number_id,
        message_id=message.message_id,
        person=turn.message.person,
        kind=message.kind,
        text=message.text,
        at=message.at,
        reply_to=message.reply_to,
        details=message.details,
    )
