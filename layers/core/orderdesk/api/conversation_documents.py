"""Conversations and costs in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.api.operations import ORDER, content, page_parameters, part, query, responses
from orderdesk.api.shapes import (
    TEXT,
    TIME,
    WHOLE,
    YES_NO,
    choice,
    choice_of,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.messages.conversation import Delivery, Direction, MediaState
from orderdesk.domain.money.budget import CATEGORIES, Level

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema

THREAD: Final = "/api/customers/{customer_id}/messages"
WINDOW: Final = (
    "202: it is on the thread and sent in its turn; its `delivery` tells how far it came. 409 "
    "`blocked` names the refusal: `window_closed`, `opted_out`, `handed_over` or `erased`."
)
MONTH: Final = TEXT | {"pattern": r"^20\d\d-(0[1-9]|1[0-2])$"}


def conversation_paths() -> Schema:
    return {
        THREAD: {"get": _thread(), "post": _reply()},
        "/api/messages/failed": {"get": _failed()},
        "/api/messages/retry": {"post": _retry()},
        "/api/messages/media": {"post": _link()},
        "/api/media": {"post": _upload()},
        "/api/canned-replies": {"get": _canned()},
        "/api/costs": {"get": _month()},
        f"{ORDER}/costs": {
            "get": {
                "operationId": "getOrderCosts",
                "summary": "What an order's messages cost",
                "parameters": [part("order_id")],
                "responses": responses("The costs", "OrderCosts", "401", "403", "404"),
            }
        },
    }


def _thread() -> Schema:
    return {
        "operationId": "getThread",
        "summary": "What was said with a customer, newest first, and until when they may be "
        "written to freely",
        "parameters": [part("customer_id"), *page_parameters()],
        "responses": responses("A page", "Thread", "400", "401", "403", "404"),
    }


def _reply() -> Schema:
    key = {"name": "Idempotency-Key", "in": "header", "schema": TEXT | {"maxLength": 200}}
    found = responses("", "Said", "400", "401", "403", "404", "409", "503")
    found["202"] = {"description": "The message", "content": content("Said")}
    del found["200"]
    return {
        "operationId": "reply",
        "summary": "Write to a customer: a text, a file, a template or a canned reply",
        "description": WINDOW,
        "parameters": [part("customer_id"), key],
        "requestBody": {"required": True, "content": content("Reply")},
        "responses": found,
    }


def _failed() -> Schema:
    return {
        "operationId": "listFailedMessages",
        "summary": "Messages that did not reach their customers, newest first",
        "description": "Each with Meta's reason. What was said instead of one takes it off.",
        "parameters": page_parameters(),
        "responses": responses("A page", "FailedMessages", "400", "401", "403"),
    }


def _retry() -> Schema:
    found = responses("", "Said", "400", "401", "403", "404", "409", "503")
    found["202"] = {"description": "The message that is sent instead", "content": content("Said")}
    del found["200"]
    return {
        "operationId": "retryMessage",
        "summary": "Send a message that failed once more",
        "description": f"In the form that is allowed then. {WINDOW}",
        "requestBody": {"required": True, "content": content("MessageNamed")},
        "responses": found,
    }


def _link() -> Schema:
    return {
        "operationId": "linkToFile",
        "summary": "A link to a message's file, for five minutes",
        "requestBody": {"required": True, "content": content("MessageNamed")},
        "responses": responses("The link", "FileLink", "400", "401", "403", "404"),
    }


def _upload() -> Schema:
    found = responses("", "FileUpload", "400", "401", "403")
    found["201"] = {"description": "Where to PUT it", "content": content("FileUpload")}
    del found["200"]
    return {
        "operationId": "startUpload",
        "summary": "Where to PUT a file that is to be sent",
        "description": "PUT the bytes there with the headers of the answer, then send `media_id`.",
        "requestBody": {"required": True, "content": content("NewFile")},
        "responses": found,
    }


def _canned() -> Schema:
    return {
        "operationId": "listCannedReplies",
        "summary": "The shop's canned replies, each as it would be sent about an order",
        "parameters": [query("order_id", TEXT)],
        "responses": responses("All", "CannedReplies", "400", "401", "403", "404"),
    }


def _month() -> Schema:
    return {
        "operationId": "getCosts",
        "summary": "What a month's messages cost, by category, stage, text and country",
        "description": "Costs are in millionths of a unit of the currency.",
        "parameters": [query("month", MONTH)],
        "responses": responses("The month", "MonthCosts", "400", "401", "403"),
    }


def conversation_schemas() -> Schema:
    return {**_messages(), **_bodies(), **_costs()}


def _messages() -> Schema:
    file = objects(mime_type=TEXT, size=WHOLE, name=TEXT, state=choice(MediaState), reason=TEXT)
    return {
        "Message": objects(
            message_id=TEXT,
            direction=choice(Direction),
            kind=TEXT,
            text=TEXT,
            at=TIME,
            delivery=choice(Delivery),
            error=TEXT,
            error_code=or_null(WHOLE),
            order_id=TEXT,
            reply_to=TEXT,
            purpose=TEXT,
            sent_by=TEXT,
            marketing=YES_NO,
            category=TEXT,
            pricing_type=TEXT,
            media=or_null(file),
            cost=or_null(objects(millionths=WHOLE, currency=TEXT)),
        ),
        "Window": objects(
            is_open=YES_NO,
            closes_at=or_null(TIME),
            seconds_left=WHOLE,
            handed_over=YES_NO,
            opted_out=YES_NO,
        ),
        "Thread": objects(
            customer_id=TEXT,
            messages=many(ref("Message")),
            cursor=or_null(TEXT),
            window=ref("Window"),
        ),
        "Said": objects(message=ref("Message")),
        "FailedMessages": objects(
            messages=many(
                {"allOf": [ref("Message"), objects(customer_id=TEXT)]},
            ),
            cursor=or_null(TEXT),
        ),
        "FileLink": objects(url=TEXT, expires_at=TIME),
        "FileUpload": objects(
            media_id=TEXT,
            upload=objects(method=choice_of(["PUT"]), url=TEXT, headers={"type": "object"}),
            expires_at=TIME,
        ),
        "CannedReplies": objects(
            canned_replies=many(
                objects(name=TEXT, text=TEXT, preview=or_null(TEXT), needs_order=YES_NO)
            )
        ),
    }


def _bodies() -> Schema:
    about = {"order_id": TEXT | {"maxLength": 200}, "reply_to": TEXT | {"maxLength": 512}}
    named = TEXT | {"minLength": 1, "maxLength": 200}
    kinds = {
        "text": ({"text": TEXT | {"minLength": 1, "maxLength": 4096}}, ["text"]),
        "canned": ({"name": named}, ["name"]),
        "media": (
            {"media_id": named, "name": TEXT, "caption": TEXT | {"maxLength": 1024}},
            ["media_id"],
        ),
        "template": (
            {
                "name": TEXT | {"pattern": "^[a-z0-9_]{1,512}$"},
                "language": TEXT,
                "parameters": {"type": "object", "additionalProperties": TEXT},
            },
            ["name", "language"],
        ),
    }
    return {
        "Reply": {
            "oneOf": [
                only(type=choice_of([kind]), **fields, **about) | {"required": ["type", *required]}
                for kind, (fields, required) in kinds.items()
            ]
        },
        "NewFile": only(mime_type=named, size=WHOLE | {"minimum": 1}),
        "MessageNamed": only(message_id=TEXT | {"minLength": 1, "maxLength": 512}),
    }


def _costs() -> Schema:
    amounts = {"messages": WHOLE, "paid": WHOLE, "cost": WHOLE}
    costs = {
        "currency": TEXT,
        "total": objects(**amounts),
        "by_category": many(ref("CostSum")),
        "by_stage": many(ref("CostSum")),
        "by_purpose": many(ref("CostSum")),
        "other_currencies": many(ref("CostSum")),
    }
    return {
        "CostSum": objects(name=TEXT | {"examples": list(CATEGORIES)}, **amounts),
        "OrderCosts": objects(order_id=TEXT, **costs),
        "MonthCosts": objects(
            month=MONTH,
            **costs,
            by_country=many(ref("CostSum")),
            orders=WHOLE,
            per_order=WHOLE,
            forecast=or_null(WHOLE),
            cap=or_null(WHOLE),
            level=choice(Level),
        ),
    }
