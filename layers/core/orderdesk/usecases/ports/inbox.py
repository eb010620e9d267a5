"""Between what Meta sends and what is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """One update of Meta's, as plain ASCII JSON.

    Entries of one `group` keep their order. `entry_id` is the same when Meta sends it again.
    """

    entry_id: str
    group: str
    text: str


class Inbox(Protocol):
    """Between the webhook, which only takes in, and what is done with it."""

    def put(self, entries: Sequence[InboxEntry]) -> None:
        """All of them, or Unavailable is raised: then the sender has to send all again."""
        ...

    def open(self, body: str) -> str:
        """The text of the entry that a queue message stands for. Raises Unreadable, Unavailable."""
        ...

    def dead_letter(self, body: str, reason: str) -> None:
        """Set a queue message aside for a person, its reason beside it. Raises Unavailable."""
        ...
