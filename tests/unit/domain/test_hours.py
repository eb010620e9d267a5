"""Opening hours are what the sign on the door says, by the clock on the wall."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.hours import Holiday, Interval, OpeningHours
from tests.clocks import DAY, HOUR, MINUTE, ZONES, changes, minutes_around

DAY_MINUTES = 24 * 60
ALL_DAY = Interval(time(), time())
SHOP_DAY = (Interval(time(10), time(13, 30)), Interval(time(15), time(20)))


def at(text: str, zone: str = "Asia/Kolkata") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def every_day(
    *intervals: Interval, zone: str = "Asia/Kolkata", holidays: tuple[Holiday, ...] = ()
) -> OpeningHours:
    return OpeningHours(zone, (intervals,) * 7, holidays)


def test_a_shop_without_hours_is_always_open() -> None:
    hours, now = OpeningHours(), at("2026-03-08T03:00")

    assert hours.is_open(now)
    assert hours.next_opening(now) == now
    assert hours.after(now, 4 * HOUR) == now + 4 * HOUR


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("09:59", "10:00"),
        ("10:00", "10:00"),
        ("13:29", "13:29"),
        ("13:30", "15:00"),
        ("20:00", "34:00"),
    ],
)
def test_a_shop_opens_at_the_minute_and_is_closed_at_the_minute(now: str, opens: str) -> None:
    hours, midnight = every_day(*SHOP_DAY), at("2026-03-09")
    instant, opening = (
        midnight + timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in (now, opens)
    )

    assert hours.next_opening(instant) == opening
    assert hours.is_open(instant) is (now == opens)


def test_opening_time_stands_still_while_the_shop_is_closed() -> None:
    hours = every_day(*SHOP_DAY)

    assert hours.after(at("2026-03-09T13:00"), HOUR) == at("2026-03-09T15:30")
    assert hours.after(at("2026-03-09T19:00"), 4 * HOUR) == at("2026-03-10T13:00")
    assert hours.after(at("2026-03-09T19:00"), HOUR) == at("2026-03-09T20:00")
    assert hours.after(at("2026-03-09T22:00"), timedelta()) == at("2026-03-09T22:00")


def test_a_bar_that_closes_after_midnight_is_open_after_midnight() -> None:
    bar = OpeningHours(weekdays=((),) * 4 + ((Interval(time(18), time(2)),),) + ((),) * 2)

    assert bar.is_open(at("2026-03-14T01:59"))  # Saturday
    assert not bar.is_open(at("2026-03-14T02:00"))
    assert bar.next_opening(at("2026-03-14T02:00")) == at("2026-03-20T18:00")


def test_sunday_night_goes_on_into_monday() -> None:
    hours = OpeningHours(weekdays=((),) * 6 + ((Interval(time(20), time(4)),),))

    assert hours.after(at("2026-03-15T23:00"), 2 * HOUR) == at("2026-03-16T01:00")


def test_a_holiday_closes_the_day_but_not_the_night_before() -> None:
    holi = Holiday(date(2026, 3, 4), "Holi")
    hours = every_day(Interval(time(18), time(2)), holidays=(holi,))

    assert hours.is_open(at("2026-03-04T01:00"))
    assert not hours.is_open(at("2026-03-04T19:00"))
    assert not hours.is_open(at("2026-03-05T01:00"))
    assert hours.next_opening(at("2026-03-04T02:00")) == at("2026-03-05T18:00")


def test_a_special_day_has_hours_of_its_own_even_where_the_shop_never_closes() -> None:
    diwali = Holiday(date(2026, 11, 8), "Diwali", (Interval(time(9), time(12)),))
    hours = OpeningHours(holidays=(diwali,))

    assert hours.is_open(at("2026-11-07T23:59"))
    assert hours.next_opening(at("2026-11-08T00:00")) == at("2026-11-08T09:00")
    assert hours.after(at("2026-11-08T11:00"), 2 * HOUR) == at("2026-11-09T01:00")


def test_hours_that_overlap_around_a_holiday_count_once() -> None:
    late = Holiday(date(2026, 3, 9), "Sale", (Interval(time(10), time(9)),))
    hours = every_day(Interval(time(8), time(12)), holidays=(late,))

    assert hours.after(at("2026-03-10T07:00"), 3 * HOUR) == at("2026-03-10T10:00")


def test_a_shop_that_closes_for_more_than_a_year_does_not_open() -> None:
    away = tuple(Holiday(date(2026, 1, 1) + DAY * each, "Away") for each in range(500))
    hours = every_day(*SHOP_DAY, holidays=away)

    assert hours.next_opening(at("2026-01-01T12:00")) is None
    assert hours.after(at("2026-01-01T12:00"), MINUTE) is None
    assert hours.next_opening(at("2026-06-01T12:00")) == at("2027-05-16T10:00")


def test_an_opening_time_that_does_not_exist_is_right_after_the_gap() -> None:
    zone = "America/St_Johns"
    hours = every_day(Interval(time(2, 30), time(4)), zone=zone)

    opening = hours.next_opening(at("2026-03-08T01:00", zone))

    assert opening == datetime(2026, 3, 8, 5, 30, tzinfo=UTC)  # 02:00 becomes 03:00
    assert hours.after(opening, HOUR) == at("2026-03-08T04:00", zone)


def test_hours_that_lie_in_the_gap_do_not_exist() -> None:
    zone = "America/St_Johns"
    hours = every_day(Interval(time(2, 15), time(2, 45)), zone=zone)

    assert hours.next_opening(at("2026-03-08T01:00", zone)) == at("2026-03-09T02:15", zone)


def test_a_time_that_exists_twice_opens_first_and_closes_last() -> None:
    zone = "America/St_Johns"
    hours = every_day(Interval(time(1, 10), time(1, 20)), zone=zone)
    opens = datetime(2026, 11, 1, 3, 40, tzinfo=UTC)

    assert hours.next_opening(at("2026-11-01T00:30", zone)) == opens
    assert hours.is_open(opens + 69 * MINUTE)
    assert not hours.is_open(opens + 70 * MINUTE)


def test_clocks_set_back_across_midnight_show_the_evening_again() -> None:
    zone = "America/St_Johns"
    friday = (Interval(time(23, 59), time(23, 59)),)
    hours = OpeningHours(zone, ((),) * 4 + (friday,) + ((),) * 2)
    sunday = at("2010-11-07T00:00:30", zone).astimezone(UTC)  # in 30 seconds it is Saturday, 23:01

    assert hours.is_open(sunday)
    assert hours.is_open(sunday + 58 * MINUTE)
    assert not hours.is_open(sunday + 59 * MINUTE)


def test_an_instant_in_the_hour_that_exists_twice_is_open_or_not_in_any_zone() -> None:
    zone = "America/St_Johns"
    hours = every_day(Interval(time(1), time(3)), zone=zone)
    local = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo(zone))

    assert hours.is_open(local)
    assert hours.is_open(local.astimezone(UTC))


def test_answers_are_in_utc() -> None:
    hours, now = every_day(*SHOP_DAY), at("2026-03-09T12:00")

    for answer in (hours.next_opening(now), hours.after(now, HOUR), hours.after(now, timedelta())):
        assert answer
        assert answer.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="send an instant"):
        OpeningHours().is_open(datetime.fromisoformat("2026-03-09T10:00"))


def test_opening_time_does_not_run_backwards() -> None:
    with pytest.raises(Invalid, match="zero or more"):
        OpeningHours().after(at("2026-03-09"), -MINUTE)


MORNING, NIGHT = Interval(time(8), time(12)), Interval(time(20), time(9))


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"time_zone": "Bombay"}, "time_zone", "IANA name"),
        ({"weekdays": ((MORNING,),) * 6}, "weekdays", "seven, Monday first"),
        ({"weekdays": ((),) * 7}, "weekdays", "never open"),
        ({"weekdays": ((MORNING, MORNING),) + ((),) * 6}, "weekdays", "overlap"),
        ({"weekdays": ((NIGHT,), (MORNING,)) + ((),) * 5}, "weekdays", "Monday 20:00–09:00 and T"),
        ({"weekdays": ((MORNING,),) + ((),) * 5 + ((NIGHT,),)}, "weekdays", "Sunday.* and Monday"),
        ({"weekdays": ((ALL_DAY, MORNING),) * 7}, "weekdays", "overlap"),
        ({"holidays": (Holiday(date(2026, 3, 4), "Holi"),) * 2}, "holidays", "twice"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    fields: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(Invalid, match=message) as refused:
        OpeningHours(**fields)  # type: ignore[arg-type]

    assert refused.value.details == {"field": field}


def test_a_holiday_whose_hours_overlap_is_refused() -> None:
    with pytest.raises(Invalid, match="2026-03-04 08:00–12:00 and 2026-03-04 11:00–13:00 overlap"):
        Holiday(date(2026, 3, 4), "Holi", (Interval(time(11), time(13)), MORNING))


def test_an_interval_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(Invalid, match="in the shop's own"):
        Interval(time(8, tzinfo=UTC), time(12))


def test_intervals_may_touch_and_come_in_any_order() -> None:
    hours = every_day(Interval(time(12), time(8)), MORNING)

    assert hours.after(at("2026-03-09T07:00"), 48 * HOUR) == at("2026-03-11T07:00")


# The naive reference: walk through the minutes around a change and look at the clock.


class Case(NamedTuple):
    hours: OpeningHours
    change: datetime
    start: datetime


def minutes_of_day() -> st.SearchStrategy[int]:
    """Often in the small hours and around midnight, where clocks are set."""
    return st.one_of(
        st.integers(0, DAY_MINUTES - 1),
        st.integers(0, 16).map(lambda quarter: quarter * 15),
        st.integers(22 * 4, 24 * 4 - 1).map(lambda quarter: quarter * 15),
    )


def intervals_from(points: list[int]) -> Iterator[tuple[int, Interval]]:
    """Disjoint intervals with the day in which each begins."""
    points = sorted(points)
    for opens, closes in zip(points[::2], points[1::2], strict=False):
        ends = min(closes, opens + DAY_MINUTES)
        yield opens // DAY_MINUTES, Interval(clock(opens), clock(ends))


def clock(minute: int) -> time:
    return time(minute % DAY_MINUTES // 60, minute % 60)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[Interval, ...], ...]:
    if draw(st.integers(0, 9)) == 0:
        return ()
    point = st.builds(lambda day, at: day * DAY_MINUTES + at, st.integers(0, 6), minutes_of_day())
    points = draw(st.lists(point, min_size=2, max_size=24, unique=True))
    found = list(intervals_from(points))
    return tuple(tuple(each for place, each in found if place == day) for day in range(7))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(changes(zone)))
    days = draw(st.lists(st.integers(-2, 3), max_size=3, unique=True))
    holidays = tuple(
        Holiday(
            change.astimezone(ZoneInfo(zone)).date() + DAY * each,
            "Holiday",
            tuple(
                interval
                for _, interval in intervals_from(
                    draw(st.lists(minutes_of_day(), max_size=6, unique=True))
                )
            ),
        )
        for each in days
    )
    start = change + MINUTE * draw(
        st.one_of(st.integers(-DAY_MINUTES, DAY_MINUTES), st.integers(-150, 150))
    )
    return Case(OpeningHours(zone, draw(weeks()), holidays), change, start)


def open_minutes(case: Case) -> set[datetime]:
    """The minutes that begin while the shop is open, found by looking at the clock."""
    hours, minutes = case.hours, minutes_around(case.change, case.hours.time_zone)
    special = {each.date: each.intervals for each in hours.holidays}
    found: set[datetime] = set()
    for day in sorted({shown.date() for _, shown in minutes}):
        regular = hours.weekdays[day.weekday()] if hours.weekdays else (ALL_DAY,)
        for each in special.get(day, regular):
            begins, ends = datetime.combine(day, each.opens), datetime.combine(day, each.closes)
            ends += DAY * (ends <= begins)
            found.update(between(minutes, begins, ends))
    return found


def between(
    minutes: tuple[tuple[datetime, datetime], ...], begins: datetime, ends: datetime
) -> Iterator[datetime]:
    first = next((at for at, shown in minutes if shown >= begins), None)
    closing = [at for at, shown in minutes if shown == ends]
    later = (at for at, shown in minutes if shown > ends)
    last = closing[-1] if closing else next(later, None)
    if first is not None:
        yield from (at for at, _ in minutes if first <= at and (last is None or at < last))


@given(cases())
@settings(max_examples=150, deadline=None)
def test_a_shop_is_open_in_the_minutes_that_its_clock_says(case: Case) -> None:
    opened = open_minutes(case)
    around = [case.start, *(case.change + MINUTE * each for each in range(-150, 150, 7))]
    edges = [edge for edge in opened if edge - MINUTE not in opened or edge + MINUTE not in opened]
    near = [edge for edge in edges if abs(edge - case.change) < 2 * DAY]

    for each in (*around, *near, *(edge + MINUTE for edge in near)):
        assert case.hours.is_open(each) is (each in opened), each


@given(cases())
@settings(max_examples=150, deadline=None)
def test_the_next_opening_is_the_first_open_minute(case: Case) -> None:
    opened = open_minutes(case)
    end = case.change + 4 * DAY
    expected = min((each for each in opened if each >= case.start), default=end)

    found = case.hours.next_opening(case.start)

    assert found is not None
    assert min(found, end) == min(expected, end)


@given(cases(), st.integers(1, 2 * DAY_MINUTES))
@settings(max_examples=150, deadline=None)
def test_opening_time_is_the_open_minutes_counted_one_by_one(case: Case, minutes: int) -> None:
    end = case.change + 4 * DAY
    counted = sorted(each for each in open_minutes(case) if each >= case.start)[:minutes]
    expected = counted[-1] + MINUTE if len(counted) == minutes else end

    found = case.hours.after(case.start, MINUTE * minutes) or end

    assert min(found, end) == min(expected, end)


@given(cases(), st.integers(0, DAY_MINUTES), st.integers(0, DAY_MINUTES))
@settings(max_examples=150, deadline=None)
def test_opening_time_adds_up(case: Case, one: int, other: int) -> None:
    hours = case.hours
    both = hours.after(case.start, MINUTE * (one + other))
    assume(both)
    first = hours.after(case.start, MINUTE * one)
    assert first

    assert hours.after(first, MINUTE * other) == both
