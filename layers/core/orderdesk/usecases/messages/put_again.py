"""Messages that the outbox has lost, or that were to wait for so long that they left it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.usecases.messages.send import Mailroom

LIMIT: Final = 200  # of one store in one run
LOOK_AGAIN: Final = timedelta(hours=1)


def put_again(room: Mailroom, *, now: datetime) -> int:
    """Put whatever should have left by now into the outbox; how many were. Twice is harmless.

    While a number is paused everything of it is late, and nothing lost. Raises Unavailable.
    """
    count = 0
    for store_id in room.stores.all_ids():
        for message in room.unsent.overdue(store_id, before=now, limit=LIMIT):
            if room.pace.paused(message.phone_number_id, now=now) is None:
                room.outbox.put(message)
                count += 1
            room.unsent.look_again(message, at=now + LOOK_AGAIN)
    return count
