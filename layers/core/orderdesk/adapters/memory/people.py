"""Customers and conversations in memory."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.adapters.memory.shelf import Shelf, page_of
from orderdesk.adapters.merging import as_new, as_seen, inherited
from orderdesk.adapters.records import (
    Record,
    message_from_record,
    message_to_record,
    to_record,
)
from orderdesk.domain.errors import NotFound
from orderdesk.domain.messages.conversation import Delivery, Media, Message
from orderdesk.domain.people.customer import erased
from orderdesk.domain.times import time_from_text, time_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from orderdesk.domain.people.customer import Alias, Customer
    from orderdesk.usecases.ports import Page


class MemoryCustomers:
    """`merged` on the shelf says which other customer a former id became."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def identify(
        self, store_id: str, aliases: Sequence[Alias], *, seen: Customer, now: datetime
    ) -> Customer:
        with self.shelf.lock:
            found = [self.find(store_id, alias) for alias in aliases]
            known = list({each.customer_id: each for each in found if each}.values())
            if known:
                customer = as_seen(inherited(known[0], known[1:]), seen, aliases)
            else:
                customer = as_new(seen, store_id, secrets.token_hex(13), aliases)
            self._keep(customer)
            for other in known[1:]:
                self.shelf.merged[store_id, other.customer_id] = customer.customer_id
            for alias in aliases:
                self.shelf.aliases[store_id, alias.kind, alias.value] = customer.customer_id
        return customer

    def _keep(self, customer: Customer) -> None:
        self.shelf.customers[customer.store_id, customer.customer_id] = customer

    def get(self, store_id: str, customer_id: str) -> Customer:
        customer_id = self.shelf.now(store_id, customer_id)
        found = self.shelf.customers.get((store_id, customer_id))
        if found is None:
            raise NotFound(f"There is no customer {customer_id}.")
        return found

    def find(self, store_id: str, alias: Alias) -> Customer | None:
        owner = self.shelf.aliases.get((store_id, alias.kind, alias.value))
        customer = self.get(store_id, owner) if owner else None
        return customer if customer and customer.erased_at is None else None

    def change(
        self, store_id: str, customer_id: str, decide: Callable[[Customer], Customer]
    ) -> Customer:
        with self.shelf.lock:
            customer = decide(self.get(store_id, customer_id))
            self._keep(customer)
        return customer

    def former(self, store_id: str, customer_id: str) -> Customer | None:
        return (
            self.shelf.customers.get((store_id, customer_id))
            if (store_id, customer_id) in self.shelf.merged
            else None
        )

    def adopted(self, customer: Customer, former_id: str) -> Customer:
        with self.shelf.lock:
            self.shelf.customers.pop((customer.store_id, former_id), None)
            stored = self.get(customer.store_id, customer.customer_id)
            left = tuple(each for each in stored.adopting if each != former_id)
            self._keep(replace(stored, adopting=left))
        return self.get(customer.store_id, customer.customer_id)

    def forget(self, customer: Customer, *, now: datetime) -> Customer:
        ids, bare = {customer.customer_id, *customer.merged}, erased(customer, now=now)
        with self.shelf.lock:
            theirs = [
                key
                for key, owner in self.shelf.aliases.items()
                if key[0] == customer.store_id and owner in ids
            ]
            for key in theirs:
                del self.shelf.aliases[key]
            self._keep(bare)
        return bare

    def touch(self, customer: Customer, *, inbound_at: datetime) -> None:
        key = (customer.store_id, customer.customer_id)
        at = time_from_text(time_to_text(inbound_at))
        with self.shelf.lock:
            stored = self.shelf.customers.get(key)
            if stored and (stored.last_inbound_at is None or stored.last_inbound_at < at):
                self.shelf.customers[key] = replace(stored, last_inbound_at=at)

    def hand_over(self, customer: Customer, *, handed_over: bool) -> None:
        key = (customer.store_id, customer.customer_id)
        with self.shelf.lock:
            stored = self.shelf.customers.get(key)
            if stored:
                self.shelf.customers[key] = replace(stored, handed_over=handed_over)


class MemoryConversations:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def append(self, message: Message) -> bool:
        with self.shelf.lock:
            if (message.store_id, message.message_id) in self.shelf.message_keys:
                return False
            moved = self.shelf.threads_moved.get((message.store_id, message.customer_id))
            if moved:
                return self.append(replace(message, customer_id=moved))
            self._point(message, message.message_id)
            self.shelf.messages[message.store_id, _sort_key(message)] = message_to_record(message)
        return True

    def _point(self, message: Message, message_id: str) -> None:
        self.shelf.message_keys[message.store_id, message_id] = _sort_key(message)

    def find(self, store_id: str, message_id: str) -> Message | None:
        record = self._record(store_id, message_id)
        return message_from_record(record) if record else None

    def _record(self, store_id: str, message_id: str) -> Record | None:
        sort_key = self.shelf.message_keys.get((store_id, message_id))
        return self.shelf.messages[store_id, sort_key] if sort_key else None

    def set_delivery(
        self,
        store_id: str,
        message_id: str,
        delivery: Delivery,
        *,
        error: str = "",
        error_code: int | None = None,
    ) -> Message | None:
        with self.shelf.lock:
            record = self._record(store_id, message_id)
            if record is None:
                return None
            if delivery.follows(Delivery(record["delivery"])):
                record |= {"delivery": delivery.value, "error": error, "error_code": error_code}
        return message_from_record(record)

    def set_media(self, store_id: str, message_id: str, media: Media) -> None:
        with self.shelf.lock:
            record = self._record(store_id, message_id)
            if record is not None:
                record["media"] = to_record(media)

    def sent(self, message: Message, *, message_id: str, form: str = "") -> None:
        with self.shelf.lock:
            record = self._record(message.store_id, message.message_id)
            if record is None:
                raise NotFound(f"There is no message {message.message_id} to be sent.")
            self.shelf.message_keys[message.store_id, message_id] = self.shelf.message_keys[
                message.store_id, message.message_id
            ]
            record |= {"message_id": message_id, "form": form or record["form"]}
        self.set_delivery(message.store_id, message_id, Delivery.SENT)

    def since(
        self, store_id: str, customer_id: str, at: datetime, *, limit: int = 50
    ) -> tuple[Message, ...]:
        found = (self.shelf.messages[key] for key in self._thread(store_id, customer_id))
        later = [each for each in found if each["at"] >= time_to_text(at)]
        return tuple(message_from_record(each) for each in later[:limit])

    def adopt(self, store_id: str, former_id: str, customer_id: str, *, limit: int = 50) -> int:
        with self.shelf.lock:
            self.shelf.threads_moved[store_id, former_id] = customer_id
            found = self._thread(store_id, former_id)[:limit]
            for key in found:
                self.shelf.messages[key]["customer_id"] = customer_id
        return len(found)

    def remove(self, store_id: str, customer_id: str, *, limit: int = 50) -> int:
        with self.shelf.lock:
            found = self._thread(store_id, customer_id)[:limit]
            for key in found:
                del self.shelf.messages[key]
            gone = {key[1] for key in found}
            pointers = [
                each
                for each, place in self.shelf.message_keys.items()
                if each[0] == store_id and place in gone
            ]
            for each in pointers:
                del self.shelf.message_keys[each]
        return len(found)

    def _thread(self, store_id: str, customer_id: str) -> list[tuple[str, str]]:
        """Keys of its messages, oldest first."""
        return sorted(
            key
            for key, record in self.shelf.messages.items()
            if key[0] == store_id and record["customer_id"] == customer_id
        )

    def page(
        self, store_id: str, customer_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Message]:
        rows = [
            (sort_key, record)
            for (store, sort_key), record in list(self.shelf.messages.items())
            if store == store_id and record["customer_id"] == customer_id
        ]
        return page_of(
            rows,
            scope=f"conversation {store_id} {customer_id}",
            key=lambda row: row[0],
            make=lambda row: message_from_record(row[1]),
            descending=True,
            limit=limit,
            cursor=cursor,
        )


def _sort_key(message: Message) -> str:
    return f"MESSAGE#{time_to_text(message.at)}#{message.message_id}"
