"""What a person of the shop writes to a customer, as far as WhatsApp lets them."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.messages.conversation import Delivery, Direction
from orderdesk.domain.messages.window import closes_at
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.language.fill import variables_of
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.outgoing_media import file_of
from orderdesk.usecases.messages.say import say

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Media, Message
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.messages.bodies import Body
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        MediaShelf,
        Orders,
        Outbox,
        Stores,
    )

PURPOSE: Final = "staff_reply"
# Meta refuses them in a variable of a template.
NOT_IN_PARAMETER: Final = re.compile(r"[\n\t]| {4}")


@dataclass(frozen=True, slots=True)
class TextReply:
    text: str


@dataclass(frozen=True, slots=True)
class CannedReplyChoice:
    """`name` of one in the shop's settings."""

    name: str


@dataclass(frozen=True, slots=True)
class MediaReply:
    """`media_id` of a file that was uploaded to us; `name` is for documents only."""

    media_id: str
    name: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TemplateReply:
    """An approved one. `parameters` are of its body, by position (`1`, `2`) or by name."""

    name: str
    language: str
    parameters: tuple[tuple[str, str], ...] = ()


type Content = TextReply | CannedReplyChoice | MediaReply | TemplateReply


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCommand:
    """`idempotency_key` makes a repetition the same message; empty for none."""

    store_id: str
    customer_id: str
    content: Content
    by: Actor
    order_id: str = ""
    reply_to: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDesk:
    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    outbox: Outbox
    shelf: MediaShelf


def reply(command: ReplyCommand, *, desk: ReplyDesk, now: datetime) -> Message:
    """Put the reply on the customer's thread, to be sent in its turn.

    Raises NotFound, Invalid for what WhatsApp would not take, and Blocked (`window_closed`,
    `opted_out`, `handed_over`, `erased`) for whom it may not be sent to now.
    """
    customer = desk.customers.get(command.store_id, command.customer_id)
    store = desk.stores.get(command.store_id)
    refuse_who_may_not_be_written_to(customer)
    if not isinstance(command.content, TemplateReply):
        refuse_outside_window(customer, store, now=now)
    order = _order(command, customer, desk)
    body, media = _body(command, customer, store, order, desk)
    if command.reply_to:
        body |= {"context": {"message_id": _quoted(command, customer, desk)}}
    said = say(
        customer,
        body,
        key=_key(command),
        purpose=PURPOSE,
        order=order,
        sent_by=command.by.id,
        media=media,
        reply_to=command.reply_to,
        conversations=desk.conversations,
        outbox=desk.outbox,
        now=now,
    )
    if json.loads(said.details) != body:
        raise Invalid(
            "This Idempotency-Key was used for another message: take a new one.",
            field="idempotency-key",
        )
    return said


def refuse_who_may_not_be_written_to(customer: Customer) -> None:
    """Raises Blocked. Who opted out and then wrote waits for an answer."""
    if customer.erased_at:
        _refuse("erased", "This customer was erased: there is nobody to write to.")
    if customer.handed_over:
        _refuse(
            "handed_over",
            "Meta's business agent is talking with this customer: take the conversation over.",
        )
    out, heard = customer.opted_out_at, customer.last_inbound_at
    if out and not (heard and heard > out):
        _refuse(
            "opted_out",
            "This customer wants no messages: wait until they write, or ask for their consent.",
        )


def refuse_outside_window(customer: Customer, store: Store, *, now: datetime) -> None:
    """Raises Blocked: after a day only a template is allowed."""
    closes = closes_at(customer.last_inbound_at)
    if closes and now < closes:
        return
    when = f"closed at {time_to_text(closes)}" if closes else "was never open: they never wrote"
    templates = ", ".join(sorted(set(store.policy.speech.templates.values())))
    instead = f"one of {templates}" if templates else "an approved one of your WhatsApp account"
    _refuse(
        "window_closed",
        f"The 24 hours after the customer's last message are over (the window {when}). "
        f"Send a template: {instead}.",
    )


def _refuse(reason: str, remedy: str) -> None:
    raise Blocked(remedy, [Refusal(reason, remedy)])


def _key(command: ReplyCommand) -> str:
    """Of the whole shop's keys, those of one writer do not meet another's."""
    given = command.idempotency_key
    if not given:
        return f"reply:{secrets.token_hex(16)}"
    parts = (command.customer_id, command.by.id, given)
    return f"reply:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"


def _order(command: ReplyCommand, customer: Customer, desk: ReplyDesk) -> Order | None:
    if not command.order_id:
        return None
    order = desk.orders.get(command.store_id, command.order_id)
    if order.customer.customer_id not in (customer.customer_id, *customer.merged):
        raise Invalid("This order is another customer's.", field="order_id")
    return order


def _quoted(command: ReplyCommand, customer: Customer, desk: ReplyDesk) -> str:
    """WhatsApp's id of the message that is answered."""
    found = desk.conversations.find(command.store_id, command.reply_to)
    if found is None or found.customer_id != customer.customer_id:
        raise NotFound(f"There is no message {command.reply_to} on this thread.")
    if found.delivery is Delivery.PENDING and found.direction is Direction.OUTBOUND:
        raise Invalid("This message has not been sent yet: it cannot be quoted.", field="reply_to")
    return found.message_id


def _body(
    command: ReplyCommand,
    customer: Customer,
    store: Store,
    order: Order | None,
    desk: ReplyDesk,
) -> tuple[Body, Media | None]:
    match command.content:
        case TextReply(text):
            return bodies.text(_fitting(text, "text")), None
        case CannedReplyChoice(name):
            words = Words.for_customer(store, customer)
            return bodies.text(_fitting(canned_text(name, words, order), "canned")), None
        case TemplateReply() as template:
            return _template(template), None
        case MediaReply(media_id, name, caption):
            kind, media = file_of(command.store_id, media_id, name, shelf=desk.shelf)
            shown = {"caption": _short(caption)} if caption and kind != "audio" else {}
            named = {"filename": media.name} if kind == "document" else {}
            return {"type": kind, kind: {**shown, **named}}, media


def canned_text(name: str, words: Words, order: Order | None) -> str:
    """A canned reply in the words of an order. Raises Invalid when it needs one, or is none."""
    found = {each.name: each.text for each in words.store.policy.speech.canned}
    if name not in found:
        known = ", ".join(found) or "none yet: add them to the settings, under speech"
        raise Invalid(f"There is no canned reply {name!r}: choose of {known}.", field="name")
    text = found[name]
    said = words.filled(text, order)
    if order is None and _needs_order(text, words):
        raise Invalid(f"{name!r} speaks of an order: send its order_id.", field="order_id")
    return said


def _needs_order(text: str, words: Words) -> bool:
    return any(not words.filled(f"{{{each}}}") for each in variables_of(text))


def _fitting(text: str, field: str) -> str:
    if not text.strip():
        raise Invalid("There is nothing to send.", field=field)
    if len(text) > bodies.TEXT_MAX:
        raise Invalid(f"WhatsApp takes at most {bodies.TEXT_MAX} characters.", field=field)
    return text


def _short(caption: str) -> str:
    if len(caption) > bodies.INTERACTIVE_MAX:
        raise Invalid(f"At most {bodies.INTERACTIVE_MAX} characters.", field="caption")
    return caption


def _template(template: TemplateReply) -> Body:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview"""
    by_position = all(name.isdigit() for name, _ in template.parameters)
    if not by_position and any(name.isdigit() for name, _ in template.parameters):
        raise Invalid("Name all parameters, or number all of them.", field="parameters")
    parameters = []
    ordered = template.parameters
    if by_position:
        ordered = tuple(sorted(ordered, key=lambda each: int(each[0])))
    for name, value in ordered:
        if not value.strip() or NOT_IN_PARAMETER.search(value):
            raise Invalid(
                "A variable of a template is one line, with at most three spaces together.",
                field=f"parameters.{name}",
            )
        named = {} if by_position else {"parameter_name": name}
        parameters.append({"type": "text", **named, "text": value})
    content: Body = {"name": template.name, "language": {"code": template.language}}
    if parameters:
        content["components"] = [{"type": "body", "parameters": parameters}]
    return {"type": "template", "template": content}
