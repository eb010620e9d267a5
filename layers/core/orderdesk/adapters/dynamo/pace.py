"""Who may send when. A message costs one conditional write, of its customer; a paused number none.

Whether a number is paused is read once a second by each container. What is due to be found out is
found out by one message: the others see that it is on its way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import (
    NO_LONGER_PAUSE,
    NOT_THERE_YET,
    STILL_PAID_BACK_THEN,
    STILL_PAUSED_UNTIL_THEN,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import to_record
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.messages.pacing import PAIR, Admission
from orderdesk.domain.messages.sending import ErrorClass, Pause
from orderdesk.domain.times import time_from_text, time_to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.throttle import Throttle

LOOK_AGAIN: Final = timedelta(seconds=1)
PROBE: Final = timedelta(seconds=30)  # longer than a call to WhatsApp can take
MEANWHILE: Final = timedelta(seconds=2)
ATTEMPTS: Final = 3
KEPT_SECONDS: Final = 3600  # until then everything is paid back


class DynamoPace:
    def __init__(self, client: DynamoDBClient, table_name: str, throttle: Throttle) -> None:
        self._table = Table(client, table_name)
        self._throttle = throttle
        self._known: dict[str, tuple[datetime, Pause | None]] = {}

    def admit(self, phone_number_id: str, customer_id: str, *, now: datetime) -> Admission:
        pause = self.paused(phone_number_id, now=now)
        if pause and pause.is_on and (wait := self._wait(phone_number_id, pause, now)):
            return Admission(granted=False, wait=wait)
        place = self._throttle.reserve(phone_number_id, now=now)
        wait = self._count(phone_number_id, customer_id, now)
        if wait:
            self._throttle.give_back(phone_number_id)
            return Admission(granted=False, wait=wait)
        return Admission(granted=True, wait=place)

    def paused(self, phone_number_id: str, *, now: datetime) -> Pause | None:
        read_at, pause = self._known.get(phone_number_id, (None, None))
        if read_at is None or now - read_at >= LOOK_AGAIN or (pause and pause.until <= now):
            pause = self._read(phone_number_id)
            self._known[phone_number_id] = (now, pause)
        return pause

    def _wait(self, phone_number_id: str, pause: Pause, now: datetime) -> timedelta:
        """None is over; whoever finds the pause over first tries."""
        if pause.until > now:
            return pause.until - now
        if not pause.needs_a_try:
            return timedelta()
        probing = {"until": time_to_text(now + PROBE), "probing": True}
        key, seen = keys.pause_key(phone_number_id), time_to_text(pause.until)
        if self._table.update(key, probing, STILL_PAUSED_UNTIL_THEN, seen=seen):
            return timedelta()
        record = self._table.get(key)
        if record and record.get("probing") and time_from_text(record["until"]) <= now:
            # Whoever tried never came back with an answer.
            self._table.update(key, {"probing": None, "until": time_to_text(now)})
        return MEANWHILE

    def _count(self, phone_number_id: str, customer_id: str, now: datetime) -> timedelta:
        key = keys.pace_key(phone_number_id, customer_id)
        for _ in range(ATTEMPTS):
            record = self._table.get(key)
            seen = record["paid_back_at"] if record else None
            after, wait = PAIR.admit(time_from_text(seen) if seen else None, now=now)
            if wait:
                return wait
            item = key | {
                "paid_back_at": time_to_text(after),
                "expires_at": int(after.timestamp()) + KEPT_SECONDS,
            }
            given = {"seen": seen} if seen else {}
            if self._table.put(item, STILL_PAID_BACK_THEN if seen else NOT_THERE_YET, **given):
                return timedelta()
        raise Unavailable("Too many messages to one customer at once: try again.")

    def _read(self, phone_number_id: str) -> Pause | None:
        record = self._table.get(keys.pause_key(phone_number_id))
        if record is None or not int(record["failures"]):
            return None
        return Pause(
            until=time_from_text(record["until"]),
            failures=int(record["failures"]),
            error_class=ErrorClass(record["error_class"]),
            reason=record["reason"],
            since=time_from_text(record["since"]),
        )

    def pause(self, phone_number_id: str, pause: Pause) -> None:
        item = keys.pause_key(phone_number_id) | to_record(pause)
        self._table.put(item, NO_LONGER_PAUSE, then=time_to_text(pause.until))
        self._known.pop(phone_number_id, None)

    def resume(self, phone_number_id: str) -> None:
        if self._known.get(phone_number_id, (None, None))[1] is not None:
            self._table.update(keys.pause_key(phone_number_id), {"failures": 0, "probing": None})
            self._known.pop(phone_number_id, None)
