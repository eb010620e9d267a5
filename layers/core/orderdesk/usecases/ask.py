"""Asking the customer for what an order still needs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import AddressStatus
from orderdesk.domain.conversation import Direction
from orderdesk.domain.guards import is_address_complete
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.timing import is_ready
from orderdesk.usecases import words
from orderdesk.usecases.bodies import is_address_form
from orderdesk.usecases.offers import offered
from orderdesk.usecases.questions import (
    address_question,
    payment_question,
    written_address_question,
)
from orderdesk.usecases.say import say

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.conversation import Message
    from orderdesk.domain.order import Order
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Gateways,
        Messenger,
        Orders,
        Stores,
    )

# "Receiver Incapable": this phone does not know the address form.
RECEIVER_INCAPABLE: Final = 1026


def ask(
    order: Order,
    *,
    version: int,
    conversations: Conversations,
    messenger: Messenger,
    customers: Customers,
    stores: Stores,
    gateways: Gateways,
    now: datetime,
) -> None:
    """One message that asks for what is missing: the address first, then the payment.

    `version` is the one at which the order became Placed. Silent when nothing is missing, and when
    the customer did something since: what answers that asks for the rest. Raises SendFailed and
    Unavailable for what may go out later.
    """
    answered = order.last_customer_action_at > order.stage_since
    if order.stage is not Stage.PLACED or answered or is_ready(order):
        return
    customer = customers.get(order.store_id, order.customer.customer_id)
    store = stores.get(order.store_id)
    opening = words.thanks(order, again=version > 1)
    speak = partial(
        say, customer, order=order, conversations=conversations, messenger=messenger, now=now
    )
    key = f"{order.order_id}:{version}:ask"
    if is_address_complete(order):
        change = order.needs_address
        ways = offered(order, store.policy, gateways)
        body = payment_question(opening, order, ways=ways, change_address=change)
    else:
        body = address_question(opening, customer=customer, store=store)
    if speak(body, key=key).error_code == RECEIVER_INCAPABLE:
        speak(written_address_question(opening), key=f"{key}:written")


def ask_for_another_address(
    order: Order,
    *,
    because_of: str,
    conversations: Conversations,
    messenger: Messenger,
    customers: Customers,
    stores: Stores,
    now: datetime,
) -> None:
    """The customer wants to change the address; `because_of` is the id of the message that says so.

    Raises SendFailed and Unavailable for what may go out later.
    """
    customer = customers.get(order.store_id, order.customer.customer_id)
    say(
        customer,
        address_question(
            words.other_address(order), customer=customer, store=stores.get(order.store_id)
        ),
        key=f"{order.order_id}:{because_of}:address",
        order=order,
        conversations=conversations,
        messenger=messenger,
        now=now,
    )


def after_failure(
    message: Message,
    error_code: int,
    *,
    orders: Orders,
    conversations: Conversations,
    messenger: Messenger,
    customers: Customers,
    now: datetime,
) -> None:
    """Ask in words when a status says that the customer's phone cannot show the address form.

    `message` is ours that failed, `error_code` Meta's reason; any other failure asks nothing.
    Raises SendFailed and Unavailable for what may go out later.
    """
    if error_code != RECEIVER_INCAPABLE or not is_address_form(_body(message)):
        return
    order = orders.find(message.store_id, message.order_id) if message.order_id else None
    if order is None or order.address_status is AddressStatus.COMPLETE:
        return
    say(
        customers.get(message.store_id, message.customer_id),
        written_address_question(message.text.removesuffix(words.FILL_FORM).rstrip()),
        key=f"{message.order_id}:{message.message_id}:written",
        order=order,
        conversations=conversations,
        messenger=messenger,
        now=now,
    )


def _body(message: Message) -> Body:
    body = json.loads(message.details) if message.direction is Direction.OUTBOUND else {}
    return body if isinstance(body, dict) else {}
