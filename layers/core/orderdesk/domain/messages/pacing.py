"""How fast messages may leave: a steady rate with a burst, borrowed from the time after it.

The generic cell rate algorithm: one time per customer says when all of theirs would be paid back.
Meta allows one message in 6 s to a customer, and 45 at once: https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform#pair-rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

PAIR_INTERVAL: Final = timedelta(seconds=6)
PAIR_BURST: Final = 20


@dataclass(frozen=True, slots=True)
class Admission:
    """Granted, it may be sent after the wait; else ask again then."""

    granted: bool
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    interval: timedelta
    burst: int

    def admit(self, paid_back_at: datetime | None, *, now: datetime) -> tuple[datetime, timedelta]:
        """When all would be paid back with one more, and how long that one has to wait."""
        start = max(paid_back_at or now, now)
        wait = start - now - self.interval * (self.burst - 1)
        return start + self.interval, max(wait, timedelta())


PAIR: Final = Rate(interval=PAIR_INTERVAL, burst=PAIR_BURST)
