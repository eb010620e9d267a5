"""What becomes of a message that failed, whether Meta said so at once or by a status.

Each thing is done once: what is said instead has a key of its own that follows from the message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Delivery, Form
from orderdesk.domain.messages.sending import TOMORROW
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import raise_attention
from orderdesk.domain.people.customer import opt_out
from orderdesk.usecases.messages.ask import next_address_way
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Orders,
        Outbox,
        PageLinks,
        Stores,
        Unsent,
    )

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
RECEIVER_INCAPABLE: Final = 1026
WINDOW_CLOSED: Final = 131047
HELD_BACK: Final = 131049
NO_MARKETING: Final = 131050
ORDER_PAGE_STUCK: Final = frozenset({2046, 2047})
NOT_SENT: Final = "message_not_sent"


def after_failure(
    message: Message,
    error_code: int | None,
    *,
    orders: Orders,
    conversations: Conversations,
    unsent: Unsent,
    customers: Customers,
    stores: Stores,
    outbox: Outbox,
    pages: PageLinks | None,
    now: datetime,
) -> None:
    """Say it in another way when Meta's reason leaves one, else have a person look at the order.

    `message` is ours that failed. Safe to repeat. Raises Unavailable.
    """
    if message.replaced_by:
        return
    if error_code == NO_MARKETING:
        _note_no_marketing(message, customers, now)
        return
    if error_code == RECEIVER_INCAPABLE and next_address_way(
        message,
        orders=orders,
        conversations=conversations,
        outbox=outbox,
        customers=customers,
        stores=stores,
        pages=pages,
        now=now,
    ):
        unsent.replace(message, by="next_address_way")
        return
    again = said_again(message, error_code, now=now)
    if again is None:
        _call_for_a_person(message, orders, stores, now)
        return
    conversations.append(again)
    if again.next_attempt_at is None:
        outbox.put(again)
    unsent.replace(message, by=again.message_id)


def said_again(message: Message, error_code: int | None, *, now: datetime) -> Message | None:
    """The same in the form that is left, or a day later; None when neither would help."""
    if error_code == WINDOW_CLOSED and message.template and message.form != Form.TEMPLATE:
        return a_copy(message, "template", form=Form.TEMPLATE, now=now)
    if error_code in ORDER_PAGE_STUCK and message.form == Form.ORDER_STATUS:
        return a_copy(message, "words", form=Form.FREE, now=now)
    if error_code == HELD_BACK and not message.attempts:
        later = a_copy(message, "later", form=message.form, now=now)
        return replace(later, next_attempt_at=now + TOMORROW, attempts=1, error_code=HELD_BACK)
    return None


def a_copy(message: Message, why: str, *, form: str, now: datetime) -> Message:
    """To be sent under a key of its own: what comes back of the first says nothing about it."""
    return replace(
        message,
        message_id=f"{message.message_id}:{why}",
        at=now,
        delivery=Delivery.PENDING,
        form=form,
        error="",
        error_code=None,
        attempts=0,
        next_attempt_at=None,
        replaced_by="",
        category="",
        pricing_type="",
        cost=0,
        cost_currency="",
        country="",
    )


def _note_no_marketing(message: Message, customers: Customers, now: datetime) -> None:
    def decide(customer: Customer) -> Customer:
        return opt_out(customer, now=now, marketing_only=True)

    customers.change(message.store_id, message.customer_id, decide)


def _call_for_a_person(message: Message, orders: Orders, stores: Stores, now: datetime) -> None:
    """Advertising that did not arrive concerns nobody."""
    if not message.order_id or message.marketing:
        return
    text = f"A message did not reach the customer. {message.error}"

    def decide(order: Order) -> tuple[Order, tuple[Event]] | None:
        raised = raise_attention(order, NOT_SENT, text, by=system("send_messages"), now=now)
        return (raised[0], (raised[1],)) if raised else None

    policy = stores.get(message.store_id).policy
    if orders.find(message.store_id, message.order_id):
        change(message.store_id, message.order_id, decide, orders=orders, policy=policy)
