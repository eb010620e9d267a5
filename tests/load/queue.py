"""An SQS FIFO queue by a clock that is moved: groups in order, hidden messages, deduplication.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.messages.conversation import Message

SECOND: Final = timedelta(seconds=1)
HIDDEN: Final = timedelta(seconds=180)
FORGOTTEN: Final = timedelta(minutes=5)
BATCH: Final = 10


@dataclass(slots=True, eq=False)
class Ticket:
    store_id: str
    message_id: str
    phone_number_id: str
    group: str
    received: int = 0


@dataclass(slots=True)
class FifoQueue:
    """The outbox: `put` as the use cases know it, `receive`, `done` and `hold` as Lambda does."""

    clock: Callable[[], datetime]
    groups: dict[str, deque[Ticket]] = field(default_factory=lambda: defaultdict(deque))
    size: int = 0
    most_received: int = 0
    _ready: list[tuple[datetime, int, str]] = field(default_factory=list)
    _queued: set[str] = field(default_factory=set)
    _seen: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _count: int = 0

    def put(self, message: Message) -> None:
        now, group = self.clock(), f"{message.store_id}#{message.customer_id}"
        seen = self._seen.get((group, message.message_id))
        if seen and now - seen < FORGOTTEN:
            return
        self._seen[group, message.message_id] = now
        ticket = Ticket(message.store_id, message.message_id, message.phone_number_id, group)
        self.groups[group].append(ticket)
        self.size += 1
        self._offer(group, now)

    def _offer(self, group: str, at: datetime) -> None:
        if group not in self._queued:
            self._queued.add(group)
            self._count += 1
            heapq.heappush(self._ready, (at, self._count, group))

    def receive(self, now: datetime) -> list[Ticket]:
        """Up to ten: of each group the first ones, and none of a group of which some are out."""
        batch: list[Ticket] = []
        while len(batch) < BATCH and self._ready and self._ready[0][0] <= now:
            _, _, group = heapq.heappop(self._ready)
            batch += list(self.groups[group])[: BATCH - len(batch)]
        for ticket in batch:
            ticket.received += 1
            self.most_received = max(self.most_received, ticket.received)
        return batch

    def next_at(self) -> datetime | None:
        return self._ready[0][0] if self._ready else None

    def settle(self, done: list[Ticket], held: dict[str, datetime], out: set[str]) -> None:
        """Delete what is done; each group that was out is handed out again when its time comes."""
        for ticket in done:
            self.groups[ticket.group].remove(ticket)
            self.size -= 1
        for group in out:
            self._queued.discard(group)
            if self.groups[group]:
                self._offer(group, held.get(group, self.clock()))
            else:
                del self.groups[group]
