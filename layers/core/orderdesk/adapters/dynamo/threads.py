"""A customer's whole thread: moved to who they turned out to be, or erased.

A message and what points to it move in one transaction, so that it is never in two threads and
never in none. Whoever writes to a thread that was moved is shown where it went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import NOT_THERE_YET, STILL_THERE, unchanged
from orderdesk.adapters.records import message_from_record
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.dynamo.table import Table, Write
    from orderdesk.adapters.records import Record
    from orderdesk.domain.messages.conversation import Message

# What may still be written to a message after it was kept: read again when it was meanwhile.
CHANGING: Final = (
    *("delivery", "delivery_rank", "error", "error_code", "message_id", "media"),
    *("attempts", "next_attempt_at", "category", "pricing_type", "cost", "cost_currency"),
    *("country", "form", "replaced_by"),
)
MESSAGES: Final = "MESSAGE#"


def still_here(table: Table, store_id: str, customer_id: str) -> Write:
    """Part of every write to the thread: refused, with the way, once the thread has moved."""
    return table.checking(keys.moved_thread_key(store_id, customer_id), NOT_THERE_YET)


def since(
    table: Table, store_id: str, customer_id: str, at: datetime, *, limit: int
) -> tuple[Message, ...]:
    found = table.query(
        "#pk = :thread AND #sk BETWEEN :first AND :last",
        {
            "thread": keys.conversation_pk(store_id, customer_id),
            "first": f"{MESSAGES}{time_to_text(at)}",
            "last": f"{MESSAGES}~",
        },
        limit=limit,
    )
    return tuple(message_from_record(each) for each in found)


def adopt(table: Table, store_id: str, former_id: str, customer_id: str, *, limit: int) -> int:
    """Move up to `limit` messages, oldest first; 0 when none is left."""
    way = keys.moved_thread_key(store_id, former_id)
    table.put(way | {"customer_id": customer_id})
    found = _messages(table, store_id, former_id, limit)
    for record in found:
        _move(table, store_id, record, customer_id)
    return len(found)


def remove(table: Table, store_id: str, customer_id: str, *, limit: int) -> int:
    """Delete up to `limit` messages with what points to them; 0 when none is left."""
    found = _messages(table, store_id, customer_id, limit)
    for record in found:
        place: Key = {"pk": record["pk"], "sk": record["sk"]}
        # The message last: found again, it takes what points to it along.
        for pointer in _pointers(store_id, record):
            table.delete(pointer)
        table.delete(place)
    return len(found)


def _messages(table: Table, store_id: str, customer_id: str, limit: int) -> list[Record]:
    return table.query(
        "#pk = :thread AND begins_with(#sk, :messages)",
        {"thread": keys.conversation_pk(store_id, customer_id), "messages": MESSAGES},
        limit=limit,
    )


def _move(table: Table, store_id: str, record: Record, customer_id: str) -> None:
    """What lost a race is found again, in its old place, by the next look."""
    place: Key = {"pk": record["pk"], "sk": record["sk"]}
    thread = keys.conversation_pk(store_id, customer_id)
    condition, values = unchanged(record, CHANGING)
    pointing = [
        table.updating(pointer, {"thread": thread}, STILL_THERE)
        for pointer in _pointers(store_id, record)
        if table.get(pointer)
    ]
    table.transact(
        [
            table.deleting(place, condition, **values),
            table.putting({**record, "pk": thread, "customer_id": customer_id}),
            *pointing,
        ]
    )


def _pointers(store_id: str, record: Record) -> Iterator[Key]:
    """By WhatsApp's id, and by our own key, which the place of what we sent still has."""
    ours = record["sk"].split("#", 2)[2]
    for each in dict.fromkeys((record["message_id"], ours)):
        yield keys.pointer_key(store_id, each)
