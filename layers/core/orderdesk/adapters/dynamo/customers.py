"""Customers and their aliases."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import (
    LATER_THAN_BEFORE,
    NOT_THERE_YET,
    STILL_THEIRS,
    STILL_THERE,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.adapters.merging import as_seen, inherited
from orderdesk.adapters.records import customer_from_record, to_record
from orderdesk.domain.customer import Customer
from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.domain.customer import Alias

ATTEMPTS: Final = 4  # against others who identify the same person at the same time


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
            if owners:
                stored = [self._load(store_id, each) for each in dict.fromkeys(owners.values())]
                customer = as_seen(inherited(stored[0], stored[1:]), seen)
                writes = self._changes(stored[0], customer)
            else:
                customer = replace(seen, store_id=store_id, customer_id=secrets.token_hex(13))
                writes = [self._new(customer, now)]
            writes += self._pointing(customer, asked, owners)
            if not writes or not self._table.transact(writes):
                return customer
        raise Unavailable("Others write about the same customer: try again.")

    def _owners(self, store_id: str, aliases: Sequence[Alias]) -> dict[Alias, str]:
        """Who each alias belongs to, in the order of the aliases; unknown ones are left out."""
        at = {keys.alias_key(store_id, alias)["pk"]: alias for alias in aliases}
        found = self._table.get_many([keys.alias_key(store_id, alias) for alias in aliases])
        owner = {at[each["pk"]]: str(each["customer_id"]) for each in found}
        return {alias: owner[alias] for alias in aliases if alias in owner}

    def _load(self, store_id: str, customer_id: str) -> Customer:
        record = self._table.get(keys.customer_key(store_id, customer_id))
        return (
            customer_from_record(record)
            if record
            else Customer(store_id=store_id, customer_id=customer_id)
        )

    def _new(self, customer: Customer, now: datetime) -> Write:
        key = keys.customer_key(customer.store_id, customer.customer_id)
        item = key | to_record(customer) | {"known_since": time_to_text(now)}
        return self._table.putting(item, NOT_THERE_YET)

    def _changes(self, before: Customer, after: Customer) -> list[Write]:
        """What is new, and nothing else: `touch` and orders write to the same customer."""
        old, new = to_record(before), to_record(after)
        changes = {name: value for name, value in new.items() if old[name] != value}
        if not changes:
            return []
        key = keys.customer_key(after.store_id, after.customer_id)
        names = {"store_id": after.store_id, "customer_id": after.customer_id}
        return [self._table.updating(key, changes | names)]

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
        record = self._table.get(keys.customer_key(store_id, customer_id))
        if record is None:
            raise NotFound(f"There is no customer {customer_id}.")
        return customer_from_record(record)

    def touch(self, customer: Customer, *, inbound_at: datetime) -> None:
        at = time_to_text(inbound_at)
        key = keys.customer_key(customer.store_id, customer.customer_id)
        self._table.update(key, {"last_inbound_at": at}, LATER_THAN_BEFORE, at=at)

    def hand_over(self, customer: Customer, *, handed_over: bool) -> None:
        key = keys.customer_key(customer.store_id, customer.customer_id)
        self._table.update(key, {"handed_over": handed_over}, STILL_THERE)
