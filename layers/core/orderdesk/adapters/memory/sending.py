"""Pace, unsent messages and templates in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from orderdesk.adapters.dynamo.pace import MEANWHILE, PROBE
from orderdesk.adapters.dynamo.unsent import OVERDUE_AFTER
from orderdesk.adapters.memory.shelf import Shelf, page_of
from orderdesk.adapters.records import message_from_record
from orderdesk.adapters.throttle import Throttle
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.messages.pacing import PAIR, Admission
from orderdesk.domain.times import time_from_text, time_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.adapters.records import Record
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.messages.sending import Pause
    from orderdesk.domain.messages.templates import Approval
    from orderdesk.usecases.ports import Page


class MemoryUnsent:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def note(
        self,
        message: Message,
        *,
        attempts: int,
        again_at: datetime,
        error: str,
        error_code: int | None,
    ) -> bool:
        with self.shelf.lock:
            place = self.shelf.message_keys.get((message.store_id, message.message_id))
            record = self.shelf.messages.get((message.store_id, place)) if place else None
            if place is None or record is None or record["delivery"] != Delivery.PENDING:
                return False
            record |= {
                "attempts": attempts,
                "next_attempt_at": time_to_text(again_at),
                "error": error,
                "error_code": error_code,
            }
            self.shelf.overdue_at[message.store_id, place] = again_at + OVERDUE_AFTER
        return True

    def look_again(self, message: Message, *, at: datetime) -> None:
        with self.shelf.lock:
            place = self.shelf.message_keys.get((message.store_id, message.message_id))
            if place:
                self.shelf.overdue_at[message.store_id, place] = at

    def overdue(self, store_id: str, *, before: datetime, limit: int) -> tuple[Message, ...]:
        due = sorted(
            (self._due_at(store_id, sort_key, record), sort_key)
            for sort_key, record in self._records(store_id)
            if record["delivery"] == Delivery.PENDING
        )
        due = [each for each in due if each[0] <= before]
        return tuple(
            message_from_record(self.shelf.messages[store_id, sort_key])
            for _, sort_key in due[:limit]
        )

    def _due_at(self, store_id: str, sort_key: str, record: Record) -> datetime:
        noted = record.get("next_attempt_at") or record["at"]
        default = time_from_text(noted) + OVERDUE_AFTER
        return self.shelf.overdue_at.get((store_id, sort_key), default)

    def _records(self, store_id: str) -> Iterator[tuple[str, Record]]:
        for (store, sort_key), record in list(self.shelf.messages.items()):
            if store == store_id:
                yield sort_key, record

    def failed(self, store_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Message]:
        rows = [
            (sort_key, record)
            for sort_key, record in self._records(store_id)
            if record["delivery"] == Delivery.FAILED and not record["replaced_by"]
        ]
        return page_of(
            rows,
            scope=f"failed {store_id}",
            key=lambda row: row[0],
            make=lambda row: message_from_record(row[1]),
            descending=True,
            limit=limit,
            cursor=cursor,
        )

    def replace(self, message: Message, *, by: str) -> None:
        with self.shelf.lock:
            place = self.shelf.message_keys.get((message.store_id, message.message_id))
            if place:
                self.shelf.messages[message.store_id, place]["replaced_by"] = by


@dataclass(slots=True)
class Paces:
    """What all senders share."""

    paid_back_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    pauses: dict[str, Pause] = field(default_factory=dict)
    probing: dict[str, datetime] = field(default_factory=dict)


class MemoryPace:
    """One of several senders; without `shared` the only one, and as fast as it likes."""

    def __init__(self, shared: Paces | None = None, throttle: Throttle | None = None) -> None:
        self.shared = shared or Paces()
        self.throttle = throttle or Throttle(per_second=1_000_000, senders=1)

    def admit(self, phone_number_id: str, customer_id: str, *, now: datetime) -> Admission:
        if wait := self._wait(phone_number_id, now):
            return Admission(granted=False, wait=wait)
        place = self.throttle.reserve(phone_number_id, now=now)
        pair, paid_back_at = (phone_number_id, customer_id), self.shared.paid_back_at
        after, wait = PAIR.admit(paid_back_at.get(pair), now=now)
        if wait:
            self.throttle.give_back(phone_number_id)
            return Admission(granted=False, wait=wait)
        paid_back_at[pair] = after
        return Admission(granted=True, wait=place)

    def _wait(self, phone_number_id: str, now: datetime) -> timedelta:
        pause = self.shared.pauses.get(phone_number_id)
        if pause is None or not pause.is_on:
            return timedelta()
        if pause.until > now:
            return pause.until - now
        if not pause.needs_a_try:
            return timedelta()
        if self.shared.probing.get(phone_number_id, now) > now:
            return MEANWHILE
        self.shared.probing[phone_number_id] = now + PROBE
        return timedelta()

    def paused(self, phone_number_id: str, *, now: datetime) -> Pause | None:
        return self.shared.pauses.get(phone_number_id)

    def pause(self, phone_number_id: str, pause: Pause) -> None:
        known = self.shared.pauses.get(phone_number_id)
        if known is None or known.until < pause.until or phone_number_id in self.shared.probing:
            self.shared.pauses[phone_number_id] = replace(pause)
        self.shared.probing.pop(phone_number_id, None)

    def resume(self, phone_number_id: str) -> None:
        self.shared.pauses.pop(phone_number_id, None)
        self.shared.probing.pop(phone_number_id, None)


class MemoryTemplates:
    def __init__(self) -> None:
        self.known: dict[tuple[str, str, str], Approval] = {}

    def find(self, store_id: str, name: str, language: str) -> Approval | None:
        return self.known.get((store_id, name, language))

    def note(self, store_id: str, approval: Approval) -> None:
        key = (store_id, approval.name, approval.language)
        before = self.known.get(key)
        if before is None or before.at <= approval.at:
            self.known[key] = approval

    def all(self, store_id: str) -> tuple[Approval, ...]:
        found = sorted(key for key in self.known if key[0] == store_id)
        return tuple(self.known[key] for key in found)
