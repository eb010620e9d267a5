"""Clocks that are set forward and back: zones, their changes, and what the clock shows."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

# No change; half an hour off UTC; 45 minutes off; changes at midnight; by half an hour.
SHOPS: Final = ("Asia/Kolkata", "America/St_Johns", "Pacific/Chatham")
AT_MIDNIGHT: Final = ("America/Santiago", "Africa/Cairo")
ZONES: Final = (*SHOPS, *AT_MIDNIGHT, "Australia/Lord_Howe")


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """When the clocks are set in 2026 and 2027, UTC; some day where they never are."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [start + HOUR * place for place in range(2 * 365 * 24)]
    offsets = [each.astimezone(ZoneInfo(zone)).utcoffset() for each in hours]
    found = [
        next(
            at
            for at in (hour + MINUTE * place for place in range(61))
            if at.astimezone(ZoneInfo(zone)).utcoffset() == after
        )
        for hour, before, after in zip(hours, offsets, offsets[1:], strict=False)
        if before != after
    ]
    return tuple(found) or (datetime(2026, 3, 7, 18, 30, tzinfo=UTC),)


@cache
def minutes_around(change: datetime, zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """Every minute from four days before to six after, with what the clock shows (naive)."""
    instants = (change - 4 * DAY + MINUTE * place for place in range(10 * 24 * 60))
    local = ZoneInfo(zone)
    return tuple((at, at.astimezone(local).replace(tzinfo=None, fold=0)) for at in instants)
