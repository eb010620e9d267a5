"""What a shop decides about time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All durations are of wall-clock time, not of opening hours."""

    abandon_after: timedelta = timedelta(hours=24)
    archive_after: timedelta = timedelta(days=30)
    undo_window: timedelta = timedelta(minutes=15)
    return_window: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One shop. `country` is ISO 3166 alpha-2, `time_zone` an IANA name."""

    store_id: str
    name: str
    currency: str = "INR"
    country: str = "IN"
    time_zone: str = "Asia/Kolkata"
    policy: Policy = Policy()
