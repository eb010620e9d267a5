"""One webhook body, taken apart into one entry per update, in the order in which they came.

Only the frame is read here, without judging what is in it: that is for the inbox, which can set
one update aside without losing the others. Nothing of a body is dropped: what has no place in the
frame becomes an entry of kind `unreadable`.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.whatsapp.exact import dumps, loads
from orderdesk.adapters.whatsapp.loose import as_id, as_list, as_object
from orderdesk.usecases.ports import InboxEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

type Json = dict[str, Any]

SCHEMA: Final = 1
UPDATES_MAX: Final = 5000  # Meta sends at most 1000 in one body
# The fields whose updates are taken apart, and what each list in their value holds.
CONVERSING: Final = frozenset({"", "messages", "standby", "smb_message_echoes", "user_id_update"})
LISTS: Final = {
    "messages": "message",
    "statuses": "status",
    "errors": "error",
    "message_echoes": "echo",
    "user_id_update": "other",
}
FRAME: Final = frozenset({"messaging_product", "metadata", "contacts", "standby"})
# Where the customer is named, the surest name first.
NAMED_BY: Final = {
    "message": ("from_user_id", "from"),
    "status": ("recipient_user_id", "recipient_id"),
    "echo": ("to_user_id", "to"),
    "other": ("wa_id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An update in its frame; `customer` is empty when it is about none."""

    kind: str
    payload: Any = None
    customer: str = ""
    waba_id: str = ""
    field: str = ""
    phone_number_id: str = ""
    display_phone_number: str = ""
    contact: Json | None = None
    raw: str = ""
    reason: str = ""


def split(body: bytes, *, received_at: datetime) -> tuple[InboxEntry, ...]:
    """At least one entry, whatever the body is."""
    try:
        parts = list(_parts(loads(body)))
        reason = "too_many_updates" if len(parts) > UPDATES_MAX else ""
        entries = () if reason else tuple(_entry(part, received_at) for part in parts)
    except RecursionError:
        reason, entries = "too_deep", ()
    except ValueError:
        reason, entries = "not_json", ()
    return entries or (_unreadable(body, reason, received_at),)


def _unreadable(body: bytes, reason: str, received_at: datetime) -> InboxEntry:
    try:
        raw = body.decode()
    except UnicodeDecodeError:
        raw = base64.b64encode(body).decode()
    return _entry(Part(kind="unreadable", raw=raw, reason=reason), received_at)


def _parts(document: Any) -> Iterator[Part]:
    if not isinstance(document, dict):
        yield _stray(document, "not_an_object")
        return
    changed = as_list(document.get("entry"))
    if not changed:
        yield from _unframed(document)
    for each in changed:
        changes = as_list(as_object(each).get("changes"))
        if not changes:
            yield _stray(each, "no_changes")
        for change in changes:
            yield from _of_change(as_id(each.get("id")), change)


def _unframed(document: Json) -> Iterator[Part]:
    """A change or a value alone, as documentation shows them and resellers send them."""
    if "value" in document:
        yield from _of_change("", document)
    elif LISTS.keys() & document.keys():
        yield from _of_change("", {"value": document})
    else:
        yield _stray(document, "no_entry")


def _stray(value: Any, reason: str) -> Part:
    return Part(kind="unreadable", raw=dumps(value), reason=reason)


def _of_change(waba_id: str, change: Any) -> Iterator[Part]:
    values = as_list(as_object(change).get("value"))
    if not values or not all(isinstance(value, dict) for value in values):
        yield _stray(change, "no_value")
        return
    for value in values:
        yield from _of_value(waba_id, change, value)


def _of_value(waba_id: str, change: Json, value: Json) -> Iterator[Part]:
    metadata = as_object(value.get("metadata"))
    frame: Json = {
        "waba_id": waba_id,
        "field": as_id(change.get("field")).lower(),
        "phone_number_id": as_id(metadata.get("phone_number_id")),
        "display_phone_number": as_id(metadata.get("display_phone_number")),
    }
    yield from list(_conversing(value, frame)) or [_whole(value, frame)]


def _conversing(value: Json, frame: Json) -> Iterator[Part]:
    """What is said while somebody else has the conversation stands one level deeper, in `standby`;
    the shape counts, also where the field is missing.
    """
    if frame["field"] in CONVERSING:
        yield from _updates(value, frame)
        yield from _updates(as_object(value.get("standby")), frame | {"field": "standby"})


def _updates(value: Json, frame: Json) -> Iterator[Part]:
    contacts = [each for each in as_list(value.get("contacts")) if isinstance(each, dict)]
    for name in value:
        if name in FRAME or not value[name]:
            continue
        items = as_list(value[name])
        kind = LISTS.get(name, "")
        if kind and items:
            customers = {_named(kind, item) for item in items}
            for item in items:
                contact = _contact_of(kind, item, contacts, alone=len(customers) == 1)
                customer = _customer(kind, item, contact)
                yield Part(kind=kind, payload=item, contact=contact, customer=customer, **frame)
        elif kind or any(isinstance(item, dict) for item in items):
            # No list where one belongs, or a list that Meta has thought of since.
            yield Part(kind="other", payload={name: value[name]}, **frame)


def _named(kind: str, item: Any) -> tuple[str, ...]:
    return tuple(as_id(as_object(item).get(name)) for name in NAMED_BY.get(kind, ()))


def _contact_of(kind: str, item: Any, contacts: list[Json], *, alone: bool) -> Json | None:
    """The contact that the update names, or the only one when all updates are one customer's."""
    names = {name for name in _named(kind, item) if name}
    for contact in contacts:
        if names & {as_id(contact.get("user_id")), as_id(contact.get("wa_id"))}:
            return contact
    return contacts[0] if alone and len(contacts) == 1 and kind in NAMED_BY else None


def _customer(kind: str, item: Any, contact: Json | None) -> str:
    known = contact or {}
    user_id, *others = _named(kind, item) or ("",)
    names = (user_id, as_id(known.get("user_id")), *others, as_id(known.get("wa_id")))
    return next(filter(None, names), "")


def _whole(value: Json, frame: Json) -> Part:
    """A field that is not about messages, or one that is and holds none."""
    if frame["field"] != "messaging_handovers":
        return Part(kind="other", payload=value, **frame)
    number = as_id(as_object(value.get("recipient")).get("phone_number_id"))
    sender = as_object(value.get("sender"))
    customer = as_id(sender.get("user_id")) or as_id(sender.get("phone_number"))
    frame = frame | {"phone_number_id": number or frame["phone_number_id"]}
    return Part(kind="handover", payload=value, customer=customer, **frame)


def _entry(part: Part, received_at: datetime) -> InboxEntry:
    content: Json = {
        "schema": SCHEMA,
        "waba_id": part.waba_id or None,
        "field": part.field or None,
        "phone_number_id": part.phone_number_id or None,
        "display_phone_number": part.display_phone_number or None,
        "kind": part.kind,
        "contact": part.contact,
        "payload": part.payload,
    }
    if part.kind == "unreadable":
        content |= {"raw": part.raw, "reason": part.reason}
    entry_id = hashlib.sha256(dumps(content).encode()).hexdigest()
    return InboxEntry(
        entry_id=entry_id,
        group=_group(part, entry_id),
        text=dumps(content | {"received_at": received_at.isoformat()}),
    )


def _group(part: Part, entry_id: str) -> str:
    """One customer's updates wait for one another, nobody else's. Hashed, because SQS shows groups
    in its console and takes only some characters.
    """
    if not part.customer:
        return entry_id
    return hashlib.sha256(f"{part.phone_number_id}\n{part.customer}".encode()).hexdigest()
