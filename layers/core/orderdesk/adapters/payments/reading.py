"""Taking an event apart by hand: a library for it would be a third of the webhook's cold start.

Every reader raises Unreadable and says where in the body it was.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from orderdesk.domain.errors import Invalid, Unreadable
from orderdesk.domain.money.money import Money

YEAR_10000: Final = 253_402_300_800


class Part:
    """One JSON object of the event, and its `place` in it."""

    def __init__(self, fields: dict[str, Any], place: str = "") -> None:
        self.fields = fields
        self.place = place

    def find(self, name: str) -> Part | None:
        """The object of that name; None when there is none, or something that is no object."""
        found = self.fields.get(name)
        return Part(found, self.at(name)) if isinstance(found, dict) else None

    def part(self, name: str) -> Part:
        found = self.find(name)
        if found is None:
            raise self.wrong(name, "has to be an object")
        return found

    def parts(self, name: str) -> tuple[Part, ...]:
        """The objects in the list of that name; empty without one."""
        found = self.fields.get(name)
        listed = found if isinstance(found, list) else []
        return tuple(Part(each, self.at(name)) for each in listed if isinstance(each, dict))

    def text(self, name: str) -> str:
        """Raises Unreadable when it is not there, or empty."""
        found = self.words(name)
        if not found:
            raise self.wrong(name, "has to be a text")
        return found

    def words(self, name: str) -> str:
        """Empty for what is no text."""
        found = self.fields.get(name)
        return found if isinstance(found, str) else ""

    def whole(self, name: str) -> int:
        found = self.fields.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self.wrong(name, "has to be a whole number that is not negative")
        return found

    def time(self, name: str) -> datetime:
        seconds = self.whole(name)
        if seconds >= YEAR_10000:
            raise self.wrong(name, "has to be a time in seconds")
        return datetime.fromtimestamp(seconds, UTC)

    def money(self, minor: int, currency: str) -> Money:
        try:
            return Money(minor, currency)
        except Invalid as error:
            raise Unreadable("payment_event", error.message) from error

    def notes(self, name: str) -> dict[str, str]:
        """Empty for what is no object: Razorpay writes a list when there are no notes."""
        found = self.fields.get(name)
        if not isinstance(found, dict):
            return {}
        return {key: str(value) for key, value in found.items() if value is not None}

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def wrong(self, name: str, problem: str) -> Unreadable:
        return Unreadable("payment_event", f"{self.at(name)} {problem}.")


def opened(body: bytes) -> Part:
    """The event as a whole."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("payment_event", "The body is not valid JSON.") from error
    if not isinstance(found, dict):
        raise Unreadable("payment_event", "The body has to be a JSON object.")
    return Part(found)
