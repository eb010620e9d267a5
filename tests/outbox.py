"""The outbox, worked off as the queue does it: one customer's messages in order."""

from datetime import datetime
from typing import Any

from orderdesk.adapters.memory import (
    MemoryConversations,
    MemoryCosts,
    MemoryCustomers,
    MemoryMessenger,
    MemoryOrders,
    MemoryOutbox,
    MemoryPace,
    MemoryStores,
    MemoryTemplates,
    MemoryUnsent,
    Shelf,
)
from orderdesk.domain.errors import Unavailable
from orderdesk.usecases.messages.send import Mailroom, send


def a_mailroom(shelf: Shelf, **ports: Any) -> Mailroom:
    """Of what is on the shelf; a test gives the ports that it looks at."""
    given: dict[str, Any] = {
        "orders": MemoryOrders(shelf),
        "stores": MemoryStores(shelf),
        "customers": MemoryCustomers(shelf),
        "conversations": MemoryConversations(shelf),
        "unsent": MemoryUnsent(shelf),
        "outbox": MemoryOutbox(),
        "messenger": MemoryMessenger(),
        "pace": MemoryPace(),
        "templates": MemoryTemplates(),
        "costs": MemoryCosts(shelf),
    }
    return Mailroom(**{**given, **ports})


def send_all(room: Mailroom, *, now: datetime) -> None:
    """Each waiting message gets its turn once, and so does what comes of it; behind one that has
    to wait, the rest of its customer's waits too.
    """
    outbox = room.outbox
    assert isinstance(outbox, MemoryOutbox)
    stopped: set[str] = set()
    left: list[tuple[str, str]] = []
    while outbox.waiting:
        store_id, message_id = outbox.waiting.pop(0)
        message = room.conversations.find(store_id, message_id)
        assert message is not None, "the outbox holds only what is on a thread"
        if message.customer_id in stopped or _has_to_wait(store_id, message_id, room, now):
            stopped.add(message.customer_id)
            left.append((store_id, message_id))
    outbox.waiting = left


def _has_to_wait(store_id: str, message_id: str, room: Mailroom, now: datetime) -> bool:
    try:
        return send(store_id, message_id, room=room, now=now).wait is not None
    except Unavailable:
        return True
