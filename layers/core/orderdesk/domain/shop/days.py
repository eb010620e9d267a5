"""The days of a shop, in its own time zone: what the clock on its wall says, as instants.

Clocks are set forward (times that do not exist) and back (times that exist twice), in some zones at
midnight: https://data.iana.org/time-zones/theory.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from datetime import tzinfo

SECOND: Final = timedelta(seconds=1)
DAY: Final = timedelta(days=1)


def day(date: date, time_zone: str) -> tuple[datetime, datetime]:
    """The first instant of the day and the first of the next day, both UTC. Raises Invalid."""
    return days(date, date, time_zone)


def days(first: date, last: date, time_zone: str) -> tuple[datetime, datetime]:
    """The first instant of `first` and the first instant after `last`, both UTC.

    Every instant is in exactly one day. Raises Invalid for an unknown zone, when `last` is before
    `first`, and for a date at either end of the calendar.
    """
    zone = zone_of(time_zone)
    if last < first:
        raise Invalid(f"{last} is before {first}: send the earlier date first.", field="last")
    try:
        midnights = [datetime.combine(each, time()) for each in (first, last + DAY)]
        begin, end = (first_instant(each, zone) for each in midnights)
    except OverflowError as error:
        raise Invalid("No order is that old or that new: send a nearer date.") from error
    return begin, end


def zone_of(time_zone: str) -> ZoneInfo:
    """Raises Invalid for anything but an IANA name."""
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(
            f"{time_zone!r} is not a time zone: send an IANA name like Asia/Kolkata.",
            field="time_zone",
        ) from error


def first_instant(wall: datetime, zone: tzinfo) -> datetime:
    """When the clock shows `wall` (naive) for the first time; the end of the gap when never."""
    return _instant(wall, zone, fold=0)


def last_instant(wall: datetime, zone: tzinfo) -> datetime:
    """When the clock shows `wall` (naive) for the last time; the end of the gap when never."""
    return _instant(wall, zone, fold=1)


def _instant(wall: datetime, zone: tzinfo, *, fold: int) -> datetime:
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if _shown(found, zone) == wall:
        return found
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which the clock is set from before `wall` to after it, by halving.

    In a gap the two folds are read with the offsets after and before it, so that one lands before
    the change and the other one after it: https://peps.python.org/pep-0495/#the-fold-attribute
    """
    before = wall.replace(tzinfo=zone, fold=1, microsecond=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0, microsecond=0).astimezone(UTC) + SECOND
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _shown(middle, zone) > wall:
            after = middle
        else:
            before = middle
    return after


def _shown(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
