"""Conversations over the API: a thread, replies, files, canned replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from orderdesk.adapters.records import to_record
from orderdesk.api.answers import idempotency_key
from orderdesk.api.bodies import Body, PageParameters, parsed, query_of
from orderdesk.api.context import READ_MESSAGES, SEND_MESSAGES, actor_of, authenticate
from orderdesk.domain.errors import Forbidden, Invalid, NotFound
from orderdesk.domain.messages.window import closes_at
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.times import time_to_text
from orderdesk.http import Response, json_response
from orderdesk.usecases.customers.media import link_to
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages.outgoing_media import start_upload
from orderdesk.usecases.messages.reply import (
    CannedReplyChoice,
    MediaReply,
    ReplyCommand,
    ReplyDesk,
    TemplateReply,
    TextReply,
    canned_text,
    reply,
)

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.people.customer import Customer
    from orderdesk.http import Request
    from orderdesk.usecases.messages.reply import Content
    from orderdesk.usecases.ports import ApiKey

SHORT: Final = 200
LONGEST_TEXT: Final = 4096
LONGEST_CAPTION: Final = 1024
MOST_PARAMETERS: Final = 50
SHOWN: Final = (
    *("message_id", "direction", "kind", "text", "at", "delivery", "error", "error_code"),
    *("order_id", "reply_to", "purpose", "sent_by", "marketing", "category", "pricing_type"),
)
FILE_SHOWN: Final = ("mime_type", "size", "name", "state", "reason")

type Id = Annotated[str, Field(max_length=SHORT)]


class _Reply(Body):
    order_id: Id = ""
    reply_to: Annotated[str, Field(max_length=512)] = ""


class TextBody(_Reply):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class CannedBody(_Reply):
    type: Literal["canned"]
    name: Annotated[str, Field(min_length=1, max_length=SHORT)]


class MediaBody(_Reply):
    type: Literal["media"]
    media_id: Annotated[str, Field(min_length=1, max_length=SHORT)]
    name: Annotated[str, Field(max_length=SHORT)] = ""
    caption: Annotated[str, Field(max_length=LONGEST_CAPTION)] = ""


class TemplateBody(_Reply):
    type: Literal["template"]
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Za-z]{2,4})?$")]
    parameters: Annotated[
        dict[Annotated[str, Field(pattern=r"^([1-9]\d?|[a-z][a-z0-9_]*)$")], str],
        Field(max_length=MOST_PARAMETERS),
    ] = {}  # noqa: RUF012  # pydantic copies it


class ReplyBody(
    RootModel[
        Annotated[TextBody | CannedBody | MediaBody | TemplateBody, Field(discriminator="type")]
    ]
): ...


class UploadBody(Body):
    mime_type: Annotated[str, Field(min_length=1, max_length=SHORT)]
    size: Annotated[int, Field(ge=1)]


class MessageBody(Body):
    message_id: Annotated[str, Field(min_length=1, max_length=512)]


class CannedParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    order_id: Id = ""


def get_thread(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_MESSAGES)
    customer = context.customers.get(key.store_id, request.params["customer_id"])
    asked = query_of(request, PageParameters)
    page = context.conversations.page(
        key.store_id, customer.customer_id, limit=asked.limit, cursor=asked.cursor
    )
    answer = {
        "customer_id": customer.customer_id,
        "messages": [message_answer(each) for each in page.items],
        "cursor": page.cursor,
        "window": _window(customer, context),
    }
    return json_response(answer)


def message_answer(message: Message) -> dict[str, Any]:
    record = to_record(message)
    file = record["media"]
    cost = {"millionths": message.cost, "currency": message.cost_currency}
    return {
        **{name: record[name] for name in SHOWN},
        "media": {name: file[name] for name in FILE_SHOWN} if file else None,
        "cost": cost if message.country else None,
    }


def _window(customer: Customer, context: Context) -> dict[str, Any]:
    closes = closes_at(customer.last_inbound_at)
    left = int((closes - context.now).total_seconds()) if closes else 0
    return {
        "is_open": left > 0,
        "closes_at": time_to_text(closes) if closes else None,
        "seconds_left": max(left, 0),
        "handed_over": customer.handed_over,
        "opted_out": customer.opted_out_at is not None,
    }


def post_reply(request: Request, context: Context) -> Response:
    key = _writing(request, context)
    body = parsed(request, ReplyBody).root
    command = ReplyCommand(
        store_id=key.store_id,
        customer_id=request.params["customer_id"],
        content=_content(body),
        by=actor_of(key),
        order_id=body.order_id,
        reply_to=body.reply_to,
        idempotency_key=idempotency_key(request),
    )
    desk = ReplyDesk(
        orders=context.orders,
        stores=context.stores,
        customers=context.customers,
        conversations=context.conversations,
        outbox=context.outbox,
        shelf=context.media,
    )
    said = reply(command, desk=desk, now=context.now)
    return json_response({"message": message_answer(said)}, status=202)


def _content(body: TextBody | CannedBody | MediaBody | TemplateBody) -> Content:
    match body:
        case TextBody():
            return TextReply(body.text)
        case CannedBody():
            return CannedReplyChoice(body.name)
        case MediaBody():
            return MediaReply(body.media_id, body.name, body.caption)
        case TemplateBody():
            return TemplateReply(body.name, body.language, tuple(body.parameters.items()))


def post_upload(request: Request, context: Context) -> Response:
    """Bytes go to the bucket by themselves: they are too many for a function's request."""
    key = _writing(request, context)
    body = parsed(request, UploadBody)
    upload = start_upload(
        key.store_id,
        mime_type=body.mime_type,
        size=body.size,
        shelf=context.media,
        now=context.now,
    )
    ticket = {"method": "PUT", "url": upload.ticket.url, "headers": upload.ticket.headers}
    expires_at = time_to_text(upload.expires_at)
    return json_response(
        {"media_id": upload.media_id, "upload": ticket, "expires_at": expires_at}, status=201
    )


def post_media_link(request: Request, context: Context) -> Response:
    """POST, because a message's id may hold anything, and because every link is a new one."""
    key = authenticate(request, context, READ_MESSAGES)
    message_id = parsed(request, MessageBody).message_id
    found = context.conversations.find(key.store_id, message_id)
    if found is None:
        raise NotFound(f"There is no message {message_id}.")
    link = link_to(found, shelf=context.media, now=context.now)
    return json_response({"url": link.url, "expires_at": time_to_text(link.expires_at)})


def get_canned_replies(request: Request, context: Context) -> Response:
    """Each as the order's customer would read it; without an order as it is in the settings."""
    key = authenticate(request, context, READ_MESSAGES)
    order_id = query_of(request, CannedParameters).order_id
    store = context.stores.get(key.store_id)
    order = context.orders.get(key.store_id, order_id) if order_id else None
    customer = context.customers.get(key.store_id, order.customer.customer_id) if order else None
    words = Words.for_customer(store, customer) if customer else Words(store)
    replies = []
    for each in store.policy.speech.canned:
        preview, needs_order = None, False
        try:
            preview = canned_text(each.name, words, order)
        except Invalid:
            needs_order = True
        named = {"name": each.name, "text": each.text}
        replies.append({**named, "preview": preview, "needs_order": needs_order})
    return json_response({"canned_replies": replies})


def _writing(request: Request, context: Context) -> ApiKey:
    key = authenticate(request, context, SEND_MESSAGES)
    if not actor_of(key).may(Permission.REPLY):
        raise Forbidden(f"The role {key.role} may not write to customers.")
    return key
