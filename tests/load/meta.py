"""A WhatsApp that keeps its limits, has outages, loses answers, and tells statuses in any order."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.whatsapp.refusals import refusal_of
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.pacing import Rate
from orderdesk.domain.messages.sending import ErrorClass
from orderdesk.usecases.intake.inbound import StatusIn
from tests.load.queue import SECOND

if TYPE_CHECKING:
    from random import Random

    from orderdesk.usecases.ports import Recipient

PER_SECOND: Final = 80
PAIR: Final = Rate(interval=timedelta(seconds=6), burst=45)
WINDOW: Final = timedelta(hours=24)
CALL, TIMEOUT = timedelta(milliseconds=120), timedelta(seconds=8)
RATE_LIMIT, PAIR_LIMIT, TROUBLE, DOWN, CLOSED = 130429, 131056, 131000, 131016, 131047


@dataclass(slots=True)
class Meta:
    """`down` are its outages. `took` is how long the last call took."""

    random: Random
    down: list[tuple[datetime, datetime]]
    written_at: dict[str, datetime]
    hiccups: float = 0.01
    clock: Any = None
    took: timedelta = CALL
    asked_at: list[datetime] = field(default_factory=list)
    asked_while_down: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    order: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers_lost: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    freely_into_closed_windows: int = 0
    _paid_back: dict[str, datetime] = field(default_factory=dict)
    _statuses: list[tuple[datetime, int, StatusIn]] = field(default_factory=list)
    _told: int = 0

    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        now = self.clock()
        insort(self.asked_at, now)
        self.took = CALL
        if any(begin <= now < end for begin, end in self.down):
            self.asked_while_down += 1
            self._fail_somehow(to, callback_data, now)
        self._limit(to, body, now)
        if self.random.random() < self.hiccups:
            self._hiccup(to, callback_data, now)
        return self._accept(to, callback_data, now)

    def _fail_somehow(self, to: Recipient, key: str, now: datetime) -> None:
        luck = self.random.random()
        if luck < 0.1:
            self._accept(to, key, now)
        if luck < 0.5:
            self._no_answer()
        self._refuse(DOWN, 503)

    def _limit(self, to: Recipient, body: dict[str, object], now: datetime) -> None:
        if len(self.asked_at) - bisect_left(self.asked_at, now - SECOND) > PER_SECOND:
            self._refuse(RATE_LIMIT, 429, retry_after=1)
        after, wait = PAIR.admit(self._paid_back.get(to.phone), now=now)
        if wait:
            self._refuse(PAIR_LIMIT, 400)
        if body["type"] != "template" and now - self.written_at[to.phone] > WINDOW:
            self.freely_into_closed_windows += 1
            self._refuse(CLOSED, 400)
        self._paid_back[to.phone] = after

    def _hiccup(self, to: Recipient, key: str, now: datetime) -> None:
        luck = self.random.random()
        if luck < 0.1:
            self._refuse(RATE_LIMIT, 429, retry_after=2)
        if luck < 0.6:
            self._refuse(TROUBLE, 500)
        self._accept(to, key, now)
        self._no_answer()

    def _refuse(self, code: int, http_status: int, retry_after: int | None = None) -> None:
        self.refused[code] += 1
        found = refusal_of(code, http_status=http_status)
        raise SendFailed(
            f"{found.meaning} ({code})",
            error_code=code,
            retry=found.retry,
            error_class=found.error_class,
            retry_after=retry_after,
        )

    def _no_answer(self) -> None:
        self.answers_lost += 1
        self.took = TIMEOUT
        raise SendFailed("no answer", error_code=None, retry=True, error_class=ErrorClass.UNSURE)

    def _accept(self, to: Recipient, key: str, now: datetime) -> str:
        self.accepted[key] += 1
        self.order[to.phone].append(key)
        wamid = f"wamid.{len(self.accepted)}.{self.accepted[key]}"
        for name in ("sent", "delivered", "read"):
            for _ in range(1 + (self.random.random() < 0.1)):
                at = now + timedelta(seconds=self.random.uniform(0.2, 20))
                self._told += 1
                heapq.heappush(self._statuses, (at, self._told, _status(key, wamid, name, to)))
        return wamid

    def statuses(self, *, until: datetime) -> list[tuple[datetime, StatusIn]]:
        found = []
        while self._statuses and self._statuses[0][0] <= until:
            at, _, status = heapq.heappop(self._statuses)
            found.append((at, status))
        return found

    @property
    def busiest_second(self) -> int:
        """The most calls within any second."""
        times, most, first = self.asked_at, 0, 0
        for last, at in enumerate(times):
            while times[first] <= at - SECOND:
                first += 1
            most = max(most, last - first + 1)
        return most


def _status(key: str, wamid: str, name: str, to: Recipient) -> StatusIn:
    from orderdesk.domain.messages.conversation import Delivery

    return StatusIn(
        phone_number_id=to.phone_number_id,
        message_id=wamid,
        callback_data=key,
        name=name,
        delivery=Delivery(name),
    )
