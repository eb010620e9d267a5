"""The outbox, worked off as the queue does it: one customer's messages in order."""

from datetime import datetime

from orderdesk.adapters.memory import MemoryOutbox
from orderdesk.domain.errors import Unavailable
from orderdesk.usecases.send import Mailroom, send


def send_all(outbox: MemoryOutbox, room: Mailroom, *, now: datetime) -> None:
    """Each waiting message gets its turn once, and so does what comes of it; behind one that has
    to wait, the rest of its customer's waits too.
    """
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
        return send(store_id, message_id, room=room, now=now) is not None
    except Unavailable:
        return True
