"""Events that were put off, in memory, until a test says that time has passed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event


class MemoryLater:
    """`waiting` has events with what is left of their delay; `is_down` makes putting off raise."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Event, timedelta]] = []
        self.is_down = False

    def put(self, event: Event, delay: timedelta) -> None:
        if self.is_down:
            raise Unavailable("The queue for later does not answer.")
        self.waiting.append((event, max(delay, timedelta())))

    def pass_time(self, passed: timedelta) -> list[Event]:
        """Those whose delay is over now, the first to be due first; they wait no longer."""
        left = sorted(((event, delay - passed) for event, delay in self.waiting), key=_delay)
        self.waiting = [each for each in left if _delay(each) > timedelta()]
        return [event for event, delay in left if delay <= timedelta()]


def _delay(waiting: tuple[Event, timedelta]) -> timedelta:
    return waiting[1]
