"""Settings kept in memory for a while: read on every request, changed once a month."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.policy import Store
    from orderdesk.domain.settings import Redating, SettingsChange
    from orderdesk.usecases.ports import Page, Stores

KEEP_SECONDS: Final = 30
MOST: Final = 2_000  # a container that serves many shops starts over rather than grow


class KeptStores:
    """Stores whose answers are at most half a minute old; what is written here is seen at once."""

    def __init__(self, stores: Stores, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stores, self._clock = stores, clock
        self._kept: dict[tuple[str, ...], tuple[float, object]] = {}

    def get(self, store_id: str) -> Store:
        return self._keep(("store", store_id), lambda: self._stores.get(store_id))

    def of_number(self, phone_number_id: str) -> str | None:
        return self._keep(
            ("number", phone_number_id), lambda: self._stores.of_number(phone_number_id)
        )

    def all_ids(self) -> tuple[str, ...]:
        return self._stores.all_ids()

    def latest(self, store_id: str) -> Store:
        return self._stores.latest(store_id)

    def put(self, store: Store) -> None:
        self._stores.put(store)
        self._kept.clear()

    def save(
        self,
        store: Store,
        change: SettingsChange,
        *,
        expected_version: int,
        redating: Redating | None = None,
    ) -> None:
        self._stores.save(store, change, expected_version=expected_version, redating=redating)
        self._kept.clear()

    def changes(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[SettingsChange]:
        return self._stores.changes(store_id, limit=limit, cursor=cursor)

    def redating(self, store_id: str) -> Redating | None:
        return self._stores.redating(store_id)

    def redated(self, progress: Redating) -> None:
        self._stores.redated(progress)

    def map_number(self, phone_number_id: str, store_id: str) -> None:
        self._stores.map_number(phone_number_id, store_id)
        self._kept.clear()

    def _keep[Value](self, key: tuple[str, ...], read: Callable[[], Value]) -> Value:
        now = self._clock()
        kept = self._kept.get(key)
        if kept and now - kept[0] < KEEP_SECONDS:
            return kept[1]  # type: ignore[return-value]  # what was read under this very key
        value = read()
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (now, value)
        return value
