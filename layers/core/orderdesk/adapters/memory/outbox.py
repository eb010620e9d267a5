"""Messages that wait to be sent, in memory, until a test has them sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from orderdesk.domain.messages.conversation import Message


class MemoryOutbox:
    """`waiting` has (store id, message id), first put first; `held` has the last delay of each
    receipt; `is_down` makes putting raise.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[str, str]] = []
        self.held: dict[str, timedelta] = {}
        self.is_down = False

    def put(self, message: Message) -> None:
        if self.is_down:
            raise Unavailable("The queue of messages does not answer.")
        ticket = (message.store_id, message.message_id)
        if ticket not in self.waiting:
            self.waiting.append(ticket)

    def hold(self, waits: Sequence[tuple[str, timedelta]]) -> None:
        self.held.update(waits)
