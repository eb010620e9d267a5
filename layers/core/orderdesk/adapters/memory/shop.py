"""What belongs to the shop itself, in memory: settings, counts, sessions and keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.adapters.memory.shelf import Shelf, page_of
from orderdesk.adapters.settings import (
    change_from_record,
    change_to_record,
    store_from_record,
    store_to_record,
)
from orderdesk.domain.errors import StaleSettings
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Store
from orderdesk.usecases.ports import Round

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.shop.settings import Redating, SettingsChange
    from orderdesk.usecases.ports import ApiKey, Page, Session


class MemoryStores:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def get(self, store_id: str) -> Store:
        return self.shelf.stores.get(store_id) or Store(store_id=store_id, name=store_id)

    def latest(self, store_id: str) -> Store:
        return self.get(store_id)

    def put(self, store: Store) -> None:
        with self.shelf.lock:
            version = self.get(store.store_id).version
            self.shelf.stores[store.store_id] = replace(store, version=version)

    def save(
        self,
        store: Store,
        change: SettingsChange,
        *,
        expected_version: int,
        redating: Redating | None = None,
    ) -> None:
        with self.shelf.lock:
            current = self.get(store.store_id)
            changes = self.shelf.settings_changes.setdefault(store.store_id, [])
            record = change_to_record(change)
            if record in changes:
                return
            if current.version != expected_version:
                raise StaleSettings(current)
            # Only what survives the record is kept, as in the table.
            kept = store_to_record(store) | {"version": change.version}
            self.shelf.stores[store.store_id] = store_from_record(store.store_id, kept)
            changes.append(record)
            if redating:
                self.shelf.redatings[store.store_id] = redating

    def changes(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[SettingsChange]:
        return page_of(
            self.shelf.settings_changes.get(store_id, []),
            scope=f"settings {store_id}",
            key=lambda record: f"{record['version']:06d}",
            make=change_from_record,
            descending=True,
            limit=limit,
            cursor=cursor,
        )

    def redating(self, store_id: str) -> Redating | None:
        found = self.shelf.redatings.get(store_id)
        return found if found and found.stages else None

    def redated(self, progress: Redating) -> None:
        with self.shelf.lock:
            found = self.shelf.redatings.get(progress.store_id)
            if found and found.version == progress.version:
                self.shelf.redatings[progress.store_id] = progress

    def all_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.shelf.stores))

    def of_number(self, phone_number_id: str) -> str | None:
        return self.shelf.phone_numbers.get(phone_number_id)

    def map_number(self, phone_number_id: str, store_id: str) -> None:
        self.shelf.phone_numbers[phone_number_id] = store_id


class MemoryCounts:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def count(self, event: Event) -> None:
        key = (event.store_id, event.event_id)
        with self.shelf.lock:
            if not event.changes_stage or key in self.shelf.counted:
                return
            self.shelf.counted.add(key)
            counts = self.shelf.counts.setdefault(event.store_id, {})
            counts[event.target] = counts.get(event.target, 0) + 1
            if event.source:
                counts[event.source] = counts.get(event.source, 0) - 1

    def get(self, store_id: str) -> dict[Stage, int]:
        counts = self.shelf.counts.get(store_id, {})
        return {stage: counts.get(stage, 0) for stage in Stage}

    def set(self, store_id: str, counts: Mapping[Stage, int], *, seen: Mapping[Stage, int]) -> bool:
        with self.shelf.lock:
            now = self.get(store_id)
            if any(now[stage] != seen[stage] for stage in counts):
                return False
            kept = self.shelf.counts.setdefault(store_id, {})
            kept.update({stage.value: count for stage, count in counts.items()})
        return True


class MemoryRounds:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def get(self, store_id: str) -> Round:
        return self.shelf.rounds.get(store_id) or Round(store_id=store_id)

    def keep(self, round: Round) -> None:
        self.shelf.rounds[round.store_id] = round


class MemorySessions:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def put(self, session: Session) -> None:
        self.shelf.sessions[session.store_id, session.session_id] = session

    def find(self, store_id: str, session_id: str, *, now: datetime) -> Session | None:
        found = self.shelf.sessions.get((store_id, session_id))
        return found if found and found.expires_at > now else None

    def remove(self, store_id: str, session_id: str) -> None:
        self.shelf.sessions.pop((store_id, session_id), None)


class MemoryApiKeys:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def put(self, key: ApiKey) -> None:
        self.shelf.api_keys[key.store_id, key.hash] = key

    def find(self, store_id: str, hash: str) -> ApiKey | None:
        return self.shelf.api_keys.get((store_id, hash))
