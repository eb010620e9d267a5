"""Customers and their aliases."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import (
    LATER_THAN_BEFORE,
    NOT_THERE_YET,
    STILL_ONE_OF_ITS_OWN,
    STILL_THEIRS,
    STILL_THERE,
    STILL_THIS_REVISION,
    STILL_UNREVISED,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.merging import TOLD, as_new, as_seen, inherited
from orderdesk.adapters.records import customer_from_record, to_record
from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.people.customer import Alias, Customer, erased
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.adapters.records import Record

ATTEMPTS: Final = 5  # against others who write about the same person at the same time
BUSY: Final = "Others write about the same customer: try again."
# Written on their own, by whoever knows better: no revision is needed to see that they changed.
SINGLE: Final = frozenset({*TOLD, "told_at", "current_order_id", "last_inbound_at", "handed_over"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer as read, and how often what is decided about them was changed."""

    customer: Customer
    revision: int = 0


class DynamoCustomers:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def identify(
        self, store_id: str, aliases: Sequence[Alias], *, seen: Customer, now: datetime
    ) -> Customer:
        """Decides on what is stored and decides anew when somebody else wrote meanwhile."""
        asked = tuple(dict.fromkeys(aliases))
        for _ in range(ATTEMPTS):
            owners = self._owners(store_id, asked)
            stored = self._who_they_are(store_id, owners.values())
            if stored:
                winner, *others = stored
                together = inherited(winner.customer, [each.customer for each in others])
                customer = as_seen(together, seen, asked)
                writes = self._changes(winner, customer)
                writes += [self._becoming(each.customer, customer) for each in others]
            else:
                customer_id = secrets.token_hex(13)
                customer = as_new(seen, store_id, customer_id, asked)
                writes = [self._new(customer, now)]
            writes += self._pointing(customer, asked, owners)
            if not writes or not self._table.transact(writes):
                return customer
        raise Unavailable(BUSY)

    def _owners(self, store_id: str, aliases: Sequence[Alias]) -> dict[Alias, str]:
        """Who each alias points to, in the order of the aliases; unknown ones are left out."""
        at = {keys.alias_key(store_id, alias)["pk"]: alias for alias in aliases}
        found = self._table.get_many([keys.alias_key(store_id, alias) for alias in aliases])
        owner = {at[each["pk"]]: str(each["customer_id"]) for each in found}
        return {alias: owner[alias] for alias in aliases if alias in owner}

    def _who_they_are(self, store_id: str, ids: Iterable[str]) -> list[Stored]:
        """Each once, as who they are now; who was erased is nobody."""
        found: dict[str, Stored] = {}
        for each in dict.fromkeys(ids):
            stored = self._now(store_id, each) or Stored(
                Customer(store_id=store_id, customer_id=each)
            )
            if stored.customer.erased_at is None:
                found.setdefault(stored.customer.customer_id, stored)
        return list(found.values())

    def _now(self, store_id: str, customer_id: str) -> Stored | None:
        record = self._table.get(keys.customer_key(store_id, customer_id))
        while record and record.get("merged_into"):
            record = self._table.get(keys.customer_key(store_id, record["merged_into"]))
        return _stored(record) if record else None

    def _new(self, customer: Customer, now: datetime) -> Write:
        key = keys.customer_key(customer.store_id, customer.customer_id)
        item = key | to_record(customer) | {"known_since": time_to_text(now)}
        return self._table.putting(item, NOT_THERE_YET)

    def _changes(self, before: Stored, after: Customer) -> list[Write]:
        """What is new, and nothing else: `touch` and orders write to the same customer."""
        changes = _differing(before.customer, after)
        if not changes:
            return []
        key = keys.customer_key(after.store_id, after.customer_id)
        named = changes | {"store_id": after.store_id, "customer_id": after.customer_id}
        if set(changes) <= SINGLE:
            return [self._table.updating(key, named, STILL_ONE_OF_ITS_OWN)]
        return [self._revising(key, named, before.revision)]

    def _revising(self, key: keys.Key, changes: Record, seen: int) -> Write:
        revised = changes | {"revision": seen + 1}
        if not seen:
            return self._table.updating(key, revised, STILL_UNREVISED)
        return self._table.updating(key, revised, STILL_THIS_REVISION, seen=seen)

    def _becoming(self, customer: Customer, other: Customer) -> Write:
        key = keys.customer_key(customer.store_id, customer.customer_id)
        changes = {
            "store_id": customer.store_id,
            "customer_id": customer.customer_id,
            "merged_into": other.customer_id,
        }
        return self._table.updating(key, changes, STILL_ONE_OF_ITS_OWN)

    def _pointing(
        self, customer: Customer, aliases: Sequence[Alias], owners: Mapping[Alias, str]
    ) -> list[Write]:
        """Aliases that are new, or were another's, to this customer."""
        writes = []
        for alias in aliases:
            owner = owners.get(alias)
            item = keys.alias_key(customer.store_id, alias) | {
                "kind": alias.kind.value,
                "value": alias.value,
                "customer_id": customer.customer_id,
            }
            if owner is None:
                writes.append(self._table.putting(item, NOT_THERE_YET))
            elif owner != customer.customer_id:
                writes.append(self._table.putting(item, STILL_THEIRS, owner=owner))
        return writes

    def get(self, store_id: str, customer_id: str) -> Customer:
        return self._stored(store_id, customer_id).customer

    def _stored(self, store_id: str, customer_id: str) -> Stored:
        found = self._now(store_id, customer_id)
        if found is None:
            raise NotFound(f"There is no customer {customer_id}.")
        return found

    def find(self, store_id: str, alias: Alias) -> Customer | None:
        owners = self._owners(store_id, [alias])
        stored = self._who_they_are(store_id, owners.values())
        return stored[0].customer if stored else None

    def change(
        self, store_id: str, customer_id: str, decide: Callable[[Customer], Customer]
    ) -> Customer:
        for _ in range(ATTEMPTS):
            before = self._stored(store_id, customer_id)
            after = decide(before.customer)
            changes = _differing(before.customer, after)
            key = keys.customer_key(store_id, before.customer.customer_id)
            if not changes or not self._table.transact(
                [self._revising(key, changes, before.revision)]
            ):
                return after
        raise Unavailable(BUSY)

    def former(self, store_id: str, customer_id: str) -> Customer | None:
        record = self._table.get(keys.customer_key(store_id, customer_id))
        waiting = record and record.get("merged_into") and not record.get("is_adopted")
        return customer_from_record(record) if record and waiting else None

    def adopted(self, customer: Customer, former_id: str) -> Customer:
        """The way stays for ever: orders may carry the former id where nobody looks for it."""
        key = keys.customer_key(customer.store_id, former_id)
        bare = {"store_id": customer.store_id, "customer_id": former_id, "is_adopted": True}
        self._table.put(key | bare | {"merged_into": customer.customer_id})

        def decide(stored: Customer) -> Customer:
            left = tuple(each for each in stored.adopting if each != former_id)
            return replace(stored, adopting=left)

        return self.change(customer.store_id, customer.customer_id, decide)

    def forget(self, customer: Customer, *, now: datetime) -> Customer:
        store_id, ids = customer.store_id, {customer.customer_id, *customer.merged}
        for alias in customer.known_as:
            key = keys.alias_key(store_id, alias)
            pointer = self._table.get(key)
            if pointer and pointer["customer_id"] in ids:
                self._table.delete_if(key, STILL_THEIRS, owner=pointer["customer_id"])
        bare = erased(customer, now=now)
        key = keys.customer_key(store_id, customer.customer_id)
        self._table.put(key | to_record(bare))
        return bare

    def touch(self, customer: Customer, *, inbound_at: datetime) -> None:
        at = time_to_text(inbound_at)
        key = keys.customer_key(customer.store_id, customer.customer_id)
        self._table.update(key, {"last_inbound_at": at}, LATER_THAN_BEFORE, at=at)

    def hand_over(self, customer: Customer, *, handed_over: bool) -> None:
        key = keys.customer_key(customer.store_id, customer.customer_id)
        self._table.update(key, {"handed_over": handed_over}, STILL_THERE)


def _stored(record: Record) -> Stored:
    return Stored(customer_from_record(record), int(record.get("revision") or 0))


def _differing(before: Customer, after: Customer) -> Record:
    old, new = to_record(before), to_record(after)
    return {name: value for name, value in new.items() if old[name] != value}
