"""A number's share of messages per second, kept in memory: no call to make, nobody to agree with.

At most `senders` of our containers send at a time, so each may use that part of the number's rate:
together they never exceed it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Throttle:
    def __init__(self, *, per_second: float, senders: int) -> None:
        self._interval = timedelta(seconds=senders / per_second)
        self._next: dict[str, datetime] = {}

    def reserve(self, phone_number_id: str, *, now: datetime) -> timedelta:
        """Takes the next place, and says how long it is until then."""
        start = max(self._next.get(phone_number_id, now), now)
        self._next[phone_number_id] = start + self._interval
        return start - now

    def give_back(self, phone_number_id: str) -> None:
        """The place that was taken last is not needed."""
        self._next[phone_number_id] -= self._interval
