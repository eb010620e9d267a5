"""Points in time as people of the language say them, on the clock of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.shop.days import zone_of
from orderdesk.domain.shop.policy import AfterHours

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.usecases.language.words import Words

DAYS_OF_A_WEEK: Final = 7


def closed_now(words: Words, now: datetime) -> str:
    """That the shop is closed and when it opens; empty while it is open, or works at any hour."""
    policy = words.store.policy
    opens = policy.hours.next_opening(now)
    if policy.after_hours is AfterHours.OFF or opens is None or opens <= now:
        return ""
    return closed_until(words, opens, now)


def closed_until(words: Words, opens: datetime, now: datetime) -> str:
    return words.optional("closed_now", opens=when(words, opens, now))


def when(words: Words, at: datetime, now: datetime) -> str:
    """`Tuesday at 09:00`; with the date when that weekday comes before."""
    zone = zone_of(words.store.time_zone)
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    later = (there.date() - today).days >= DAYS_OF_A_WEEK
    return words.part(
        "opens_later" if later else "opens",
        weekday=words.weekday(there.weekday()),
        day=str(there.day),
        month=words.month(there.month),
        time=f"{there:%H:%M}",
    )
