"""The inbox in memory: what went in, and what was set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.usecases.ports import InboxEntry


class MemoryInbox:
    """`is_down` makes every call raise Unavailable. An entry put twice is kept once."""

    def __init__(self) -> None:
        self.entries: list[InboxEntry] = []
        self.dead_letters: list[tuple[str, str]] = []
        self.is_down = False

    def put(self, entries: Sequence[InboxEntry]) -> None:
        self._answer()
        known = {each.entry_id for each in self.entries}
        for entry in entries:
            if entry.entry_id not in known:
                known.add(entry.entry_id)
                self.entries.append(entry)

    def open(self, body: str) -> str:
        self._answer()
        return body

    def dead_letter(self, body: str, reason: str) -> None:
        self._answer()
        self.dead_letters.append((body, reason))

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("The inbox does not answer.")
