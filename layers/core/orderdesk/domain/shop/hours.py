"""When a shop is open, by the clock on its wall; and how much opening time has passed.

Where clocks change: an opening time that does not exist begins right after the gap, a time that
exists twice opens at its first and closes at its second occurrence, and opening time is what really
passes, not what the clock shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.days import first_instant, last_instant, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HORIZON: Final = 400  # days: whoever closes for longer than a year opens anew
WEEK: Final = timedelta(days=7)
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `opens` until just before `closes`, on the clock (both without a zone).

    When `closes` is not later than `opens`, it is of the next day: 18:00 to 02:00, or 24 hours
    from 00:00 to 00:00. Raises Invalid.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise Invalid(
                f"{self} has a time zone: opening hours are in the shop's own.", field="intervals"
            )

    def __str__(self) -> str:
        return f"{_shown(self.opens)}–{_shown(self.closes)}"

    @property
    def length(self) -> timedelta:
        """As the clock shows it; a change of the clocks makes it longer or shorter."""
        length = _since_midnight(self.closes) - _since_midnight(self.opens)
        return length if length > timedelta() else length + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A special day: closed, or with intervals that replace those that begin on this date.

    What began on the evening before goes on. Raises Invalid.
    """

    date: date
    name: str
    intervals: tuple[Interval, ...] = ()

    def __post_init__(self) -> None:
        _refuse_overlaps([(timedelta(), str(self.date), self.intervals)], field="holidays")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`weekdays` are the intervals that begin on each of seven days, Monday first.

    Empty `weekdays` are always open, except for holidays. A shop that stays closed says so with
    holidays, never with seven empty weekdays. Raises Invalid.
    """

    time_zone: str = "Asia/Kolkata"
    weekdays: tuple[tuple[Interval, ...], ...] = ()
    holidays: tuple[Holiday, ...] = ()

    def __post_init__(self) -> None:
        zone_of(self.time_zone)
        _check_weekdays(self.weekdays)
        most = Counter(each.date for each in self.holidays).most_common(1)
        if most and most[0][1] > 1:
            raise Invalid(
                f"{most[0][0]} is there twice: send one holiday a date.", field="holidays"
            )

    def is_open(self, at: datetime) -> bool:
        return self.next_opening(at) == _utc(at)

    def next_opening(self, at: datetime) -> datetime | None:
        """`at` itself while open; None when the shop does not open within 400 days."""
        at = _utc(at)
        return next((max(opens, at) for opens, _ in self._periods(at)), None)

    def after(self, start: datetime, working: timedelta) -> datetime | None:
        """The first instant at which so much opening time has passed since `start`.

        None when that takes more than about 400 days. Raises Invalid for less than no time.
        """
        if working < timedelta():
            raise Invalid("Opening time runs forwards: send a duration of zero or more.")
        passed_until = _utc(start)
        if not working:
            return passed_until
        for opens, closes in self._periods(passed_until):
            # Periods can overlap, where clocks are set back or next to a holiday.
            passed_until = max(opens, passed_until)
            if closes - passed_until >= working:
                return passed_until + working
            if closes > passed_until:
                working -= closes - passed_until
                passed_until = closes
        return None

    def _periods(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is open after `at`, by time of opening.

        Begins two days early: an interval of 24 hours ends a day after it began, and one day more
        where clocks are set back across midnight.
        """
        zone = zone_of(self.time_zone)
        holidays = {each.date: each.intervals for each in self.holidays}
        today = at.astimezone(zone).date().toordinal()
        for ordinal in range(today - 2, min(today + HORIZON, date.max.toordinal() - 1) + 1):
            day = date.fromordinal(ordinal)
            special = holidays.get(day)
            intervals = self._regular(day) if special is None else special
            for each in sorted(intervals, key=lambda interval: interval.opens):
                begins = datetime.combine(day, each.opens)
                opens = first_instant(begins, zone)
                closes = last_instant(begins + each.length, zone)
                if closes > max(opens, at):
                    yield opens, closes

    def _regular(self, day: date) -> tuple[Interval, ...]:
        return self.weekdays[day.weekday()] if self.weekdays else ALL_DAY


ALL_DAY: Final = (Interval(time(), time()),)


def _check_weekdays(weekdays: Sequence[tuple[Interval, ...]]) -> None:
    if not weekdays:
        return
    if len(weekdays) != len(WEEKDAYS):
        raise Invalid(
            f"{len(weekdays)} weekdays are not a week: send seven, Monday first, or none for a "
            "shop that is always open.",
            field="weekdays",
        )
    if not any(weekdays):
        raise Invalid(
            "The shop would never open: send an interval for one weekday at least, or no weekdays "
            "for a shop that is always open.",
            field="weekdays",
        )
    _refuse_overlaps(
        [
            (timedelta(days=place), WEEKDAYS[place], intervals)
            for place, intervals in enumerate(weekdays)
        ],
        field="weekdays",
        again_after=WEEK,
    )


def _refuse_overlaps(
    days: Sequence[tuple[timedelta, str, Sequence[Interval]]],
    *,
    field: str,
    again_after: timedelta | None = None,
) -> None:
    """Each day's `(start, name, intervals)`; the first interval comes again after the last one."""
    spans = sorted(
        (start + _since_midnight(each.opens), each.length, f"{name} {each}")
        for start, name, intervals in days
        for each in intervals
    )
    if spans and again_after:
        opens, length, name = spans[0]
        spans.append((opens + again_after, length, name))
    for (opens, length, name), (next_opens, _, next_name) in pairwise(spans):
        if opens + length > next_opens:
            raise Invalid(
                f"{name} and {next_name} overlap: send them as one interval, or close the first "
                "one earlier.",
                field=field,
            )


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise Invalid(f"{at} has no time zone: send an instant, like 2026-03-08T10:00:00Z.")
    return at.astimezone(UTC)


def _since_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )


def _shown(at: time) -> str:
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")
