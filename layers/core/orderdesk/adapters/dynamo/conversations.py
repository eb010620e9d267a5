"""What was said: a thread of messages per customer, each also found by its id."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.adapters.dynamo import keys, threads, unsent
from orderdesk.adapters.dynamo.conditions import FURTHER_THAN_BEFORE, NOT_THERE_YET, STILL_THERE
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.records import message_from_record, message_to_record, to_record
from orderdesk.domain.errors import NotFound
from orderdesk.domain.messages.conversation import RANK, Delivery
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.adapters.records import Record
    from orderdesk.domain.messages.conversation import Media, Message

MOVED = 2  # the place of the check in the transaction that keeps a message


class DynamoConversations:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def append(self, message: Message) -> bool:
        """The pointer says who wrote it, so that a repeated write knows itself."""
        store_id, customer_id = message.store_id, message.customer_id
        place = keys.message_key(store_id, customer_id, message.at, message.message_id)
        ours = secrets.token_hex(8)
        item = place | message_to_record(message) | _delivery(message.delivery, message.error)
        item |= unsent.listed(message, place)
        refused = self._table.transact(
            [
                self._pointing(store_id, message.message_id, place, ours),
                self._table.putting(item, NOT_THERE_YET),
                threads.still_here(self._table, store_id, customer_id),
            ]
        )
        moved = refused.get(MOVED)
        if moved:
            return self.append(replace(message, customer_id=moved["customer_id"]))
        return not refused or (refused.get(0) or {}).get("written_by") == ours

    def _pointing(
        self, store_id: str, message_id: str, place: Key, ours: str, condition: str = NOT_THERE_YET
    ) -> Write:
        item = keys.pointer_key(store_id, message_id) | {
            "thread": place["pk"],
            "place": place["sk"],
            "written_by": ours,
        }
        return self._table.putting(item, condition)

    def find(self, store_id: str, message_id: str) -> Message | None:
        place = self._place(store_id, message_id)
        record = self._table.get(place) if place else None
        return message_from_record(record) if record else None

    def _place(self, store_id: str, message_id: str) -> Key | None:
        pointer = self._table.get(keys.pointer_key(store_id, message_id))
        return {"pk": pointer["thread"], "sk": pointer["place"]} if pointer else None

    def set_delivery(
        self,
        store_id: str,
        message_id: str,
        delivery: Delivery,
        *,
        error: str = "",
        error_code: int | None = None,
    ) -> Message | None:
        place = self._place(store_id, message_id)
        if place is None:
            return None
        changes = _delivery(delivery, error, error_code)
        changes |= unsent.lanes_of(store_id, place, delivery)
        self._table.update(place, changes, FURTHER_THAN_BEFORE, rank=RANK[delivery])
        record = self._table.get(place)
        if record is None and self._place(store_id, message_id) not in (None, place):
            # It moved to another thread in this very moment.
            return self.set_delivery(
                store_id, message_id, delivery, error=error, error_code=error_code
            )
        return message_from_record(record) if record else None

    def set_media(self, store_id: str, message_id: str, media: Media) -> None:
        """A thread that moves takes the message along: then it is found in its new place."""
        place = self._place(store_id, message_id)
        if place is None or self._table.update(place, {"media": to_record(media)}, STILL_THERE):
            return
        if self._place(store_id, message_id) not in (None, place):
            self.set_media(store_id, message_id, media)

    def sent(self, message: Message, *, message_id: str, form: str = "") -> None:
        """A status may have come before WhatsApp's answer: then the message is further already."""
        place = self._place(message.store_id, message.message_id)
        if place is None:
            raise NotFound(f"There is no message {message.message_id} to be sent.")
        pointing = self._pointing(message.store_id, message_id, place, "", condition="")
        name = {"message_id": message_id}
        now_sent: Record = name | _delivery(Delivery.SENT, "") | ({"form": form} if form else {})
        now_sent |= unsent.lanes_of(message.store_id, place, Delivery.SENT)
        rank = RANK[Delivery.SENT]
        further = self._table.updating(place, now_sent, FURTHER_THAN_BEFORE, rank=rank)
        if self._table.transact([pointing, further]):
            self._table.transact([pointing, self._table.updating(place, name, STILL_THERE)])

    def since(
        self, store_id: str, customer_id: str, at: datetime, *, limit: int = 50
    ) -> tuple[Message, ...]:
        return threads.since(self._table, store_id, customer_id, at, limit=limit)

    def adopt(self, store_id: str, former_id: str, customer_id: str, *, limit: int = 50) -> int:
        return threads.adopt(self._table, store_id, former_id, customer_id, limit=limit)

    def remove(self, store_id: str, customer_id: str, *, limit: int = 50) -> int:
        return threads.remove(self._table, store_id, customer_id, limit=limit)

    def page(
        self, store_id: str, customer_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Message]:
        thread = keys.conversation_pk(store_id, customer_id)
        scope = f"conversation {store_id} {customer_id}"
        after = position_of(scope, cursor, parts=1)[0] if cursor is not None else None
        found = self._table.query(
            "#pk = :thread AND begins_with(#sk, :messages)",
            {"thread": thread, "messages": "MESSAGE#"},
            descending=True,
            limit=limit + 1,
            after={"pk": thread, "sk": after} if after else None,
        )
        shown = found[:limit]
        return Page(
            items=tuple(message_from_record(each) for each in shown),
            cursor=cursor_of(scope, (shown[-1]["sk"],)) if found[limit:] else None,
        )


def _delivery(delivery: Delivery, error: str, error_code: int | None = None) -> Record:
    known = {"delivery": delivery.value, "delivery_rank": RANK[delivery], "error": error}
    return known | {"error_code": error_code}
