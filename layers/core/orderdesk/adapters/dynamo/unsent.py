"""Messages that did not leave, by the index of what is due: the items of their threads themselves.

Only those that wait or failed are in it, so it costs two small writes a message, and no item.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters import lanes
from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import FURTHER_THAN_BEFORE, STILL_THERE
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import message_from_record
from orderdesk.domain.messages.conversation import RANK, Delivery
from orderdesk.domain.times import time_from_text, time_to_text
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.records import Record
    from orderdesk.domain.messages.conversation import Message

INDEX: Final = "by_due"
# The outbox has it by then, unless it was lost on the way there.
OVERDUE_AFTER: Final = timedelta(minutes=15)


def lanes_of(store_id: str, place: Key, delivery: Delivery) -> dict[str, str | None]:
    """Where the index has a message of this place; None where it has it no more."""
    at = keys.time_of_message(place)
    if delivery is Delivery.PENDING:
        due_at = time_to_text(time_from_text(at) + OVERDUE_AFTER)
        return {"due_lane": lanes.unsent_lane(store_id), "due_at": due_at}
    if delivery is Delivery.FAILED:
        return {"due_lane": lanes.failed_lane(store_id), "due_at": at}
    return {"due_lane": None, "due_at": None}


def listed(message: Message, place: Key) -> dict[str, str]:
    """The index attributes of a message that is kept now."""
    found = lanes_of(message.store_id, place, message.delivery)
    if found["due_lane"] and message.next_attempt_at:
        found["due_at"] = time_to_text(message.next_attempt_at + OVERDUE_AFTER)
    return {name: value for name, value in found.items() if value}


class DynamoUnsent:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def note(
        self,
        message: Message,
        *,
        attempts: int,
        again_at: datetime,
        error: str,
        error_code: int | None,
    ) -> bool:
        changes = {
            "attempts": attempts,
            "next_attempt_at": time_to_text(again_at),
            "error": error,
            "error_code": error_code,
            "due_at": time_to_text(again_at + OVERDUE_AFTER),
        }
        place = self._place(message)
        rank = RANK[Delivery.SENT]
        return place is not None and self._table.update(
            place, changes, FURTHER_THAN_BEFORE, rank=rank
        )

    def look_again(self, message: Message, *, at: datetime) -> None:
        place = self._place(message)
        if place is not None:
            rank = RANK[Delivery.SENT]
            self._table.update(place, {"due_at": time_to_text(at)}, FURTHER_THAN_BEFORE, rank=rank)

    def _place(self, message: Message) -> Key | None:
        pointer = self._table.get(keys.pointer_key(message.store_id, message.message_id))
        return {"pk": pointer["thread"], "sk": pointer["place"]} if pointer else None

    def overdue(self, store_id: str, *, before: datetime, limit: int) -> tuple[Message, ...]:
        found = self._table.query(
            "#due_lane = :lane AND #due_at <= :before",
            {"lane": lanes.unsent_lane(store_id), "before": time_to_text(before)},
            index=INDEX,
            limit=limit,
        )
        return self._read(found, Delivery.PENDING)

    def failed(self, store_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Message]:
        lane, scope = lanes.failed_lane(store_id), f"failed {store_id}"
        after = position_of(scope, cursor, parts=3) if cursor is not None else None
        found = self._table.query(
            "#due_lane = :lane",
            {"lane": lane},
            index=INDEX,
            descending=True,
            limit=limit + 1,
            after=dict(zip(("due_at", "pk", "sk"), after, strict=True)) | {"due_lane": lane}
            if after
            else None,
        )
        last = found[:limit][-1] if found[limit:] else None
        return Page(
            items=self._read(found[:limit], Delivery.FAILED),
            cursor=cursor_of(scope, (last["due_at"], last["pk"], last["sk"])) if last else None,
        )

    def _read(self, found: Sequence[Mapping[str, str]], delivery: Delivery) -> tuple[Message, ...]:
        """In the order of the index, without those that it is late about."""
        places: list[Key] = [{"pk": each["pk"], "sk": each["sk"]} for each in found]
        records: dict[tuple[str, str], Record] = {
            (each["pk"], each["sk"]): each for each in self._table.get_many(places)
        }
        read = (records.get((each["pk"], each["sk"])) for each in places)
        messages = (message_from_record(each) for each in read if each)
        return tuple(
            each for each in messages if each.delivery is delivery and not each.replaced_by
        )

    def replace(self, message: Message, *, by: str) -> None:
        place = self._place(message)
        if place is not None:
            changes = {"replaced_by": by, "due_lane": None, "due_at": None}
            self._table.update(place, changes, STILL_THERE)
