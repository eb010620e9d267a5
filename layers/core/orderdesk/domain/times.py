"""Times as text: one spelling for keys, records and hashes."""

from __future__ import annotations

from datetime import UTC, datetime


def time_to_text(at: datetime) -> str:
    """UTC at a fixed width (`2026-11-24T03:44:26.123Z`), so that times sort as text.

    Cut, not rounded, to the millisecond. ValueError for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} says no time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)
