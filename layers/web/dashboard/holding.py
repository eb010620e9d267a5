"""When a hold ends by itself: what to choose from, and what was chosen, in the shop's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.days import first_instant, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from orderdesk.domain.shop.hours import OpeningHours

LOCAL: Final = "%Y-%m-%dT%H:%M"
SOON: Final = timedelta(hours=2)
MORNING: Final = time(9)  # where a shop is always open, a day begins when people do
DAY: Final = timedelta(days=1)
AT: Final = "at"  # the choice that goes with a time of one's own
WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is the clock of the shop, as a field of type datetime-local has it."""

    value: str
    label: str
    hint: str


def choices(now: datetime, hours: OpeningHours) -> tuple[Choice, ...]:
    """In two hours, tomorrow at opening, next Monday at opening; each moment once."""
    zone = zone_of(hours.time_zone)
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=WEEK - today.weekday())
    wanted = (
        ("In 2 hours", _whole_minute(now + SOON)),
        (_named(today + DAY, "Tomorrow", hours), _opening(today + DAY, hours, zone)),
        (_named(monday, "Next Monday", hours), _opening(monday, hours, zone)),
    )
    found: dict[str, Choice] = {}
    for label, at in wanted:
        local = at.astimezone(zone)
        value = local.strftime(LOCAL)
        found.setdefault(value, Choice(value, label, f"{local:%a} {local.day} {local:%b, %H:%M}"))
    return tuple(found.values())


def _named(day: date, name: str, hours: OpeningHours) -> str:
    return f"{name} at opening" if hours.weekdays else f"{name} morning"


def _opening(day: date, hours: OpeningHours, zone: tzinfo) -> datetime:
    """The first opening on that day or, when it is closed, after it."""
    begins = first_instant(datetime.combine(day, time() if hours.weekdays else MORNING), zone)
    return hours.next_opening(begins) or begins


def _whole_minute(at: datetime) -> datetime:
    return (at + timedelta(minutes=1)).replace(second=0, microsecond=0)


def until_of(fields: Mapping[str, str], time_zone: str) -> datetime | None:
    """None for a hold without an end. Raises Invalid for what is no time."""
    choice = fields.get("until_choice", AT if fields.get("until") else "")
    text = fields.get("until", "") if choice == AT else choice
    if not choice:
        return None
    try:
        wall = datetime.strptime(text[:16], LOCAL)  # noqa: DTZ007 - the clock on the shop's wall
    except ValueError as error:
        raise Invalid(
            "Give the day and the time at which the hold ends, or choose no end.", field="until"
        ) from error
    return first_instant(wall, zone_of(time_zone))
