"""A day of the shop is what its calendar shows, however long the day is."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.days import day, days, first_instant, last_instant
from tests.clocks import DAY, HOUR, ZONES, changes, minutes_around


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_a_change_is_in_the_day_that_the_calendar_shows(zone: str) -> None:
    for change in changes(zone):
        for at, shown in minutes_around(change, zone):
            begin, end = day(shown.date(), zone)
            assert begin <= at < end


@pytest.mark.parametrize(
    ("date", "zone", "hours"),
    [
        (date(2026, 3, 8), "Asia/Kolkata", 24),
        (date(2026, 3, 8), "America/St_Johns", 23),
        (date(2026, 11, 1), "America/St_Johns", 25),
        (date(2026, 9, 6), "America/Santiago", 23),  # begins at 01:00
        (date(2026, 4, 4), "America/Santiago", 25),  # shows 23:00 twice
        (date(2026, 4, 24), "Africa/Cairo", 23),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2011, 12, 30), "Pacific/Apia", 0),  # Samoa crossed the date line
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(date: date, zone: str, hours: float) -> None:
    begin, end = day(date, zone)

    assert end - begin == timedelta(hours=hours)
    assert begin.tzinfo is end.tzinfo is UTC


def test_a_day_without_a_midnight_begins_when_the_clock_is_set() -> None:
    begin, _ = day(date(2026, 9, 6), "America/Santiago")

    assert begin == datetime(2026, 9, 6, 4, 0, tzinfo=UTC)
    assert begin.astimezone(ZoneInfo("America/Santiago")).hour == 1


def test_a_time_that_does_not_exist_is_the_end_of_the_gap_to_the_second() -> None:
    zone = ZoneInfo("Pacific/Chatham")
    change = datetime(2026, 9, 26, 14, 0, tzinfo=UTC)  # 02:45 becomes 03:45

    for wall in ("2026-09-27T02:45", "2026-09-27T03:44:59.999999"):
        shown = datetime.fromisoformat(wall)
        assert first_instant(shown, zone) == last_instant(shown, zone) == change


def test_a_time_that_exists_twice_has_a_first_and_a_last_instant() -> None:
    zone, wall = ZoneInfo("Pacific/Chatham"), datetime.fromisoformat("2026-04-05T03:00")

    assert last_instant(wall, zone) - first_instant(wall, zone) == HOUR


@pytest.mark.parametrize("zone", ZONES)
def test_days_follow_each_other_without_gap_or_overlap(zone: str) -> None:
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    each = [day(first + DAY * place, zone) for place in range((last - first).days + 1)]

    assert all(one[1] == other[0] for one, other in pairwise(each))
    assert days(first, last, zone) == (each[0][0], each[-1][1])


def test_the_last_date_may_not_be_before_the_first() -> None:
    with pytest.raises(Invalid, match="earlier date first"):
        days(date(2026, 3, 9), date(2026, 3, 8), "Asia/Kolkata")


@pytest.mark.parametrize("far", [date.min, date.max])
def test_a_date_at_the_end_of_the_calendar_is_refused(far: date) -> None:
    with pytest.raises(Invalid, match="nearer date"):
        day(far, "Asia/Kolkata")


@pytest.mark.parametrize("name", ["", "India", "America", "../etc/passwd", "/etc/localtime", "é"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="IANA name") as refused:
        day(date(2026, 3, 8), name)

    assert refused.value.details == {"field": "time_zone"}
