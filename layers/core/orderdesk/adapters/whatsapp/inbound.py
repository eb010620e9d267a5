"""From a queued entry to what it means for the shop. Raises Unreadable, and nothing else.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from orderdesk.adapters.whatsapp import people
from orderdesk.adapters.whatsapp.contents import content_of
from orderdesk.adapters.whatsapp.exact import dumps, loads
from orderdesk.adapters.whatsapp.models import (
    Entry,
    Error,
    Handover,
    Message,
    Preference,
    Status,
    UserIdUpdate,
    as_objects,
)
from orderdesk.adapters.whatsapp.payment_status import payment_status
from orderdesk.adapters.whatsapp.refusals import refusal_of
from orderdesk.adapters.whatsapp.template_news import template_news
from orderdesk.adapters.whatsapp.wording import words_of
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.messages.conversation import Delivery, Media
from orderdesk.domain.messages.media import KINDS
from orderdesk.usecases.intake.inbound import (
    Choice,
    Content,
    HandoverIn,
    Inbound,
    MessageIn,
    PaymentStatusIn,
    PreferencesIn,
    Renamed,
    RenamedIn,
    ReportIn,
    StatusIn,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA: Final = 1
CLOCKS_DIFFER: Final = timedelta(minutes=10)
KIND_MAX: Final = 40
MEDIA_ID_MAX: Final = 200
MIME_MAX: Final = 100
SHA256_MAX: Final = 100
NAME_MAX: Final = 240
TEXT_MAX: Final = 4096  # WhatsApp's own limit
KEPT_MAX: Final = 300_000  # an item of the table holds 400 KB; a message is far smaller
DELIVERIES: Final = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,
    "failed": Delivery.FAILED,
}
AI_AGENT: Final = "ai_agent"
ESCALATION: Final = "escalation"  # the agent gives the conversation to people
# What Meta tells about the account; nothing of it is about an order.
ACCOUNT_FIELDS: Final = frozenset(
    {"account_alerts", "account_review_update", "account_settings_update", "account_update"}
    | {"automatic_events", "business_capability_update", "business_status_update"}
    | {"business_username_update", "business_username_updates", "calls", "flows"}
    | {"group_lifecycle_update", "group_participants_update", "group_settings_update"}
    | {"group_status_update", "history", "message_template_components_update"}
    | {"message_template_quality_update", "message_template_status_update"}
    | {"partner_solutions", "payment_configuration_update", "phone_number_name_update"}
    | {"phone_number_quality_update", "security", "smb_app_state_sync"}
    | {"template_category_update", "template_correct_category_detection", "tracking_events"}
)


def parse(text: str, *, now: datetime) -> Inbound:
    """`now` stands in for times that are missing or lie ahead."""
    try:
        found = loads(text)
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise Unreadable("unknown_schema", "This is not an entry that Orderdesk has queued.")
        entry = Entry.model_validate({"received_at": now, **found})
        read = READERS.get(entry.kind)
        if read is None:
            raise Unreadable("unknown_kind", f"{entry.kind!r} is no kind of entry.")
        return read(entry, text)
    except RecursionError as error:
        raise Unreadable("too_deep", "Objects within objects without an end.") from error
    except (ValidationError, ValueError, InvalidOperation) as error:
        raise Unreadable("not_an_entry", "This is not an entry as Orderdesk queues it.") from error


def reread(kind: str, details: str) -> Content:
    """What a message that was kept asks us to do; None for one of a group, and what was cut."""
    try:
        message = Message.model_validate(loads(details))
    except (ValidationError, ValueError, InvalidOperation):
        return None
    return None if message.group_id else content_of(kind, message)


def _payload[Model: BaseModel](entry: Entry, kind: type[Model]) -> Model:
    if not isinstance(entry.payload, dict):
        raise Unreadable("not_an_object", f"A {entry.kind} has to be a JSON object.")
    return kind.model_validate(entry.payload)


def _message(entry: Entry, text: str) -> MessageIn:
    message = _payload(entry, Message)
    is_echo = entry.kind == "echo"
    find = people.recipient if is_echo else people.sender
    kind = _kind(message, entry.payload)
    content = None if is_echo else content_of(kind, message)
    # A new id is told without saying whose the message is: it is of the one renamed.
    person = find(message, entry.contact) or (
        content.person if isinstance(content, Renamed) else None
    )
    if person is None:
        raise Unreadable("no_sender", "Nobody is named who sent it: no number, no id.")
    details = dumps(entry.payload)
    return MessageIn(
        phone_number_id=entry.phone_number_id,
        message_id=message.id or _id_of(details),
        person=person,
        kind=kind,
        text=words_of(kind, message)[:TEXT_MAX],
        at=_time(message.timestamp, entry.received_at),
        reply_to=message.context.id,
        details=_kept(details),
        raw=_kept(text),
        standby=entry.field == "standby",
        echo=is_echo,
        in_group=bool(message.group_id),
        content=content,
        media=None if is_echo else _media(kind, message),
    )


def _media(kind: str, message: Message) -> Media | None:
    """The file of a message that is one; None when it has no id to fetch it by."""
    found = getattr(message, kind) if kind in KINDS else None
    if found is None or not found.id:
        return None
    return Media(
        media_id=found.id[:MEDIA_ID_MAX],
        mime_type=found.mime_type[:MIME_MAX],
        sha256=found.sha256[:SHA256_MAX],
        name=found.filename[:NAME_MAX],
    )


def _kind(message: Message, payload: dict[str, Any]) -> str:
    """As named, or by what is in it when nothing of that name is."""
    named = message.type.lower()[:KIND_MAX]
    inside = [part for part in CONTENTS if isinstance(payload.get(part), dict | list)]
    return inside[0] if inside and named not in inside else named or "unknown"


def _id_of(details: str) -> str:
    """For a message without an id: the same again when it is delivered again."""
    return f"none-{hashlib.sha256(details.encode()).hexdigest()}"


def _time(said: datetime | None, received_at: datetime) -> datetime:
    """No message is from the future: whoever says so has a wrong clock, or sent another number."""
    received = received_at if received_at.tzinfo else received_at.replace(tzinfo=UTC)
    return said if said and said <= received + CLOCKS_DIFFER else received


def _kept(text: str) -> str:
    """What is beyond all measure is kept in part; the whole waits in the inbox's bucket."""
    if len(text) <= KEPT_MAX:
        return text
    return dumps({"cut": True, "characters": len(text), "begins": text[: KEPT_MAX // 3]})


def _status(entry: Entry, text: str) -> StatusIn | PaymentStatusIn:
    status = _payload(entry, Status)
    # A payment that failed is not a message that failed: its states have words of their own.
    if status.type.lower() == "payment" and status.payment.get("reference_id"):
        return payment_status(status, entry)
    if not status.id and not status.biz_opaque_callback_data:
        raise Unreadable("no_message_id", "The status does not say of which message.")
    is_payment = status.type.lower() == "payment"
    name = status.status.lower()[:KIND_MAX]
    delivery = None if is_payment else DELIVERIES.get(name)
    failure = status.errors[0] if status.errors and delivery is Delivery.FAILED else None
    return StatusIn(
        phone_number_id=entry.phone_number_id,
        message_id=status.id,
        callback_data=status.biz_opaque_callback_data,
        name=f"payment {name}" if is_payment else name,
        delivery=delivery,
        error=_reason(failure) if failure else "",
        error_code=failure.code if failure else None,
        category=status.pricing.category[:KIND_MAX],
        pricing_type=status.pricing.type[:KIND_MAX],
    )


def _reason(error: Error) -> str:
    """Our meaning of it, and Meta's own words, which name the details."""
    meaning = refusal_of(error.code, http_status=200).meaning
    words = ": ".join(filter(None, (str(error.code or ""), error.words)))
    return f"{meaning} ({words})" if words else meaning


def _error(entry: Entry, text: str) -> ReportIn:
    error = _payload(entry, Error)
    return ReportIn(field=entry.field, is_error=True, codes=(f"{error.code}: {error.title}"[:200],))


def _handover(entry: Entry, text: str) -> HandoverIn:
    handover = _payload(entry, Handover)
    person = people.owner(handover.sender)
    if person is None:
        raise Unreadable("no_sender", "The handover does not say whose conversation it is.")
    change = entry.payload.get(handover.type)
    role = change.get("new_owner_role") if isinstance(change, dict) else None
    known = {AI_AGENT: True, ESCALATION: False}
    return HandoverIn(
        phone_number_id=entry.phone_number_id,
        person=person,
        handed_over=known.get(role) if isinstance(role, str) else None,
    )


def _other(entry: Entry, text: str) -> Inbound:
    if entry.field == "user_id_update":
        update = _payload(entry, UserIdUpdate)
        person = people.renamed_by_field(update)
        if person:
            at = _time(update.timestamp, entry.received_at)
            return RenamedIn(phone_number_id=entry.phone_number_id, person=person, at=at)
    if entry.field == "user_preferences":
        return _preferences(entry)
    if entry.field == "message_template_status_update":
        news = template_news(entry.payload, at=_time(None, entry.received_at))
        if news:
            return news
    if entry.field in ACCOUNT_FIELDS:
        errors = as_objects(entry.payload.get("errors")) if isinstance(entry.payload, dict) else []
        codes = tuple(str(Error.model_validate(each).code) for each in errors)
        return ReportIn(field=entry.field, is_error=bool(codes), codes=codes)
    if entry.field in {"", "messages", "standby", "smb_message_echoes", "user_id_update"}:
        raise Unreadable("unknown_update", "Neither a message nor a status nor an error is in it.")
    raise Unreadable("unknown_field", f"Orderdesk does not know the field {entry.field!r}.")


def _preferences(entry: Entry) -> PreferencesIn:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences/"""
    told = entry.payload.get("user_preferences") if isinstance(entry.payload, dict) else None
    choices = []
    for each in map(Preference.model_validate, as_objects(told)):
        person, wanted = people.preferring(each), WANTED.get(each.value.lower())
        if person and wanted is not None and each.category in {"", "marketing_messages"}:
            at = _time(each.timestamp, entry.received_at)
            choices.append(Choice(person=person, wants_marketing=wanted, at=at))
    return PreferencesIn(phone_number_id=entry.phone_number_id, choices=tuple(choices))


def _unreadable(entry: Entry, text: str) -> Inbound:
    raise Unreadable(entry.reason or "unreadable", "The webhook could not take the body apart.")


WANTED: Final = {"stop": False, "resume": True, "signup": True}
# The one that asks most of us first.
CONTENTS: Final = (
    *("order", "interactive", "button", "location", "image", "video", "audio", "voice"),
    *("document", "sticker", "contacts", "reaction", "edit", "revoke", "system", "unsupported"),
    "text",
)
READERS: Final[dict[str, Callable[[Entry, str], Inbound]]] = {
    "message": _message,
    "echo": _message,
    "status": _status,
    "error": _error,
    "handover": _handover,
    "other": _other,
    "unreadable": _unreadable,
}
