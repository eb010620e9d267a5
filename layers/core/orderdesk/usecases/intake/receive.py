"""Everything that WhatsApp tells a shop comes through here, one update at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Invalid, Unreadable
from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.customers.costs import count
from orderdesk.usecases.customers.customers import note_choice
from orderdesk.usecases.customers.media import note_media
from orderdesk.usecases.intake.answers import answer
from orderdesk.usecases.intake.carts import cart_of
from orderdesk.usecases.intake.catch_up import catch_up
from orderdesk.usecases.intake.inbound import (
    CartSent,
    HandoverIn,
    MessageIn,
    PaymentStatusIn,
    PreferencesIn,
    Renamed,
    RenamedIn,
    StatusIn,
    TemplateIn,
)
from orderdesk.usecases.intake.recognize import identify, kept_under, listened, store_of, text_of
from orderdesk.usecases.intake.turn import Reception, Turn
from orderdesk.usecases.messages.fallback import after_failure
from orderdesk.usecases.orders.change import with_deadline
from orderdesk.usecases.orders.place import place
from orderdesk.usecases.payments.pay import Receipt
from orderdesk.usecases.payments.receipts import receipt_sent
from orderdesk.usecases.payments.whatsapp_payment import hear_status, order_of

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.inbound import Inbound, ReportIn

FIRST_QUESTION: Final = timedelta(minutes=10)  # the state machine tries for eight


class Outcome(StrEnum):
    """What came of an update, for the log."""

    ORDERED = "ordered"
    ANSWERED = "answered"
    RECORDED = "recorded"
    REPEATED = "repeated"
    DELIVERY_KNOWN = "delivery_known"
    MESSAGE_UNKNOWN = "message_unknown"
    PAYMENT_BOOKED = "payment_booked"
    CUSTOMER_UPDATED = "customer_updated"
    TEMPLATE_KNOWN = "template_known"
    NOTED = "noted"


def receive(update: Inbound, *, desk: Reception, now: datetime) -> Outcome:
    """Safe to repeat, wherever an earlier attempt ended: a message is put on the thread last, and
    what is on the thread is done.

    Raises Unreadable for what no repetition makes readable, Stale and Unavailable for another try.
    """
    try:
        return _receive(update, desk, now)
    except Invalid as error:
        raise Unreadable("invalid", error.message) from error


def _receive(update: Inbound, desk: Reception, now: datetime) -> Outcome:
    match update:
        case MessageIn():
            return _message(update, desk, now)
        case StatusIn():
            return _status(update, desk, now)
        case PaymentStatusIn():
            return _payment(update, desk, now)
        case PreferencesIn():
            for choice in update.choices:
                customer = identify(choice.person, update.phone_number_id, desk, now)
                note_choice(customer, choice, customers=desk.customers)
            return Outcome.CUSTOMER_UPDATED
        case HandoverIn() | RenamedIn():
            return _about_customer(update, desk, now)
        case _:
            return _about_shop(update, desk)


def _about_shop(update: TemplateIn | ReportIn, desk: Reception) -> Outcome:
    if not isinstance(update, TemplateIn) or desk.templates is None:
        return Outcome.NOTED
    desk.templates.note(desk.own_store_id, update.approval)
    return Outcome.TEMPLATE_KNOWN


def _message(message: MessageIn, desk: Reception, now: datetime) -> Outcome:
    message_id = kept_under(message, desk)
    if message_id is None:
        return Outcome.REPEATED
    renamed = message.content if isinstance(message.content, Renamed) else None
    person = renamed.person if renamed else message.person
    at = min(message.at, now)
    customer = identify(person, message.phone_number_id, desk, now, said_at=at)
    customer = listened(customer, message, desk)
    turn = Turn(message=message, message_id=message_id, customer=customer, desk=desk, now=now)
    _note_who_answers(turn)
    order = None if message.standby or message.echo else _act(turn)
    if not message.echo and message.kind != "system":
        desk.customers.touch(customer, inbound_at=at)
        _restart_clock(turn)
    bubble = _bubble(turn, order)
    # Before the message is on its thread, which says that all is done.
    note_media(bubble, queue=desk.media_queue)
    desk.conversations.append(bubble)
    if order is None:
        return Outcome.RECORDED
    return Outcome.ORDERED if isinstance(message.content, CartSent) else Outcome.ANSWERED


def _note_who_answers(turn: Turn) -> None:
    """A customer's message comes on `messages` only when nobody else has the conversation."""
    message, customer = turn.message, turn.customer
    says_so = message.standby or (not message.echo and message.kind != "system")
    if says_so and customer.handed_over != message.standby:
        turn.desk.customers.hand_over(customer, handed_over=message.standby)


def _restart_clock(turn: Turn) -> None:
    """Whoever talks with the shop is not silent, whatever they talk about.

    Not in the minutes in which the first question may still be on its way: it is not asked of whom
    has done something since, because what answers that asks for the rest.
    """
    order = turn.own_order(turn.customer.current_order_id)
    if order is None or order.stage is not Stage.PLACED:
        return
    if order.stage_since + FIRST_QUESTION < turn.now > order.last_customer_action_at:
        spoken = replace(order, last_customer_action_at=turn.now, reminded=0)
        policy = turn.desk.stores.get(order.store_id).policy
        due_at = with_deadline(spoken, policy).due_at
        turn.desk.orders.touch(order, acted_at=turn.now, due_at=due_at)


def _act(turn: Turn) -> Order | None:
    content = turn.message.content
    if isinstance(content, CartSent):
        return _order(turn, content)
    # In a group nobody speaks to the shop alone.
    return None if turn.message.in_group else receipt_sent(turn) or answer(turn)


def _order(turn: Turn, sent: CartSent) -> Order | None:
    desk, customer = turn.desk, turn.customer
    currency = desk.stores.get(customer.store_id).currency
    cart = cart_of(turn.message, sent, currency=currency, now=turn.now)
    if cart is None:
        return None
    order = place(
        cart,
        customer,
        by=turn.by,
        raw=turn.message.raw,
        orders=desk.orders,
        stores=desk.stores,
        prices=desk.prices,
        now=turn.now,
    )
    catch_up(turn, order)
    return order


def _bubble(turn: Turn, order: Order | None) -> Message:
    message, customer = turn.message, turn.customer
    return Message(
        store_id=customer.store_id,
        customer_id=customer.customer_id,
        message_id=turn.message_id,
        direction=Direction.OUTBOUND if message.echo else Direction.INBOUND,
        kind=message.kind,
        text=text_of(message),
        at=message.at,
        delivery=Delivery.SENT if message.echo else Delivery.RECEIVED,
        order_id=order.order_id if order else "",
        phone_number_id=message.phone_number_id,
        reply_to=message.reply_to,
        details=message.details,
        media=message.media,
    )


def _status(status: StatusIn, desk: Reception, now: datetime) -> Outcome:
    if status.delivery is None:
        return Outcome.NOTED
    message = _delivered(status, status.delivery, desk)
    if message is None:
        return Outcome.MESSAGE_UNKNOWN
    count(message, status, desk=desk)
    if message.delivery is Delivery.FAILED:
        after_failure(
            message,
            status.error_code,
            orders=desk.orders,
            conversations=desk.conversations,
            unsent=desk.unsent,
            customers=desk.customers,
            stores=desk.stores,
            outbox=desk.outbox,
            pages=desk.pages,
            now=now,
        )
    return Outcome.DELIVERY_KNOWN


def _delivered(status: StatusIn, delivery: Delivery, desk: Reception) -> Message | None:
    """By WhatsApp's id; when the answer to our sending was lost, by what we sent along."""
    store_id = store_of(status.phone_number_id, desk)
    conversations, message_id = desk.conversations, status.message_id
    why: dict[str, Any] = {"error": status.error, "error_code": status.error_code}
    found = conversations.set_delivery(store_id, message_id, delivery, **why)
    if found or not status.callback_data:
        return found
    known = conversations.find(store_id, status.callback_data)
    if known is None:
        return None
    if known.delivery is Delivery.PENDING and message_id:
        conversations.sent(known, message_id=message_id)
    return conversations.set_delivery(store_id, status.callback_data, delivery, **why)


def _payment(status: PaymentStatusIn, desk: Reception, now: datetime) -> Outcome:
    store_id = store_of(status.phone_number_id, desk)
    order = order_of(status, store_id, orders=desk.orders, conversations=desk.conversations)
    if order is None:
        return Outcome.MESSAGE_UNKNOWN
    receipt = hear_status(status, order, orders=desk.orders, stores=desk.stores, now=now)
    return Outcome.PAYMENT_BOOKED if receipt is Receipt.BOOKED else Outcome.NOTED


def _about_customer(update: HandoverIn | RenamedIn, desk: Reception, now: datetime) -> Outcome:
    said_at = min(update.at, now) if isinstance(update, RenamedIn) else None
    customer = identify(update.person, update.phone_number_id, desk, now, said_at=said_at)
    if isinstance(update, HandoverIn) and update.handed_over is not None:
        desk.customers.hand_over(customer, handed_over=update.handed_over)
    return Outcome.CUSTOMER_UPDATED
