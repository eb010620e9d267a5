"""What is kept in memory for a while: settings, and sums that are asked for with each message."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Cell, Charge
    from orderdesk.domain.shop.policy import Store
    from orderdesk.domain.shop.settings import Redating, SettingsChange
    from orderdesk.usecases.ports import Costs, Page, Stores

KEEP_SECONDS: Final = 30
KEEP_SUMS_SECONDS: Final = 60
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


class KeptCosts:
    """Costs whose sums of a month are at most a minute old."""

    def __init__(self, costs: Costs, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._costs, self._clock = costs, clock
        self._kept: dict[tuple[str, str], tuple[float, tuple[Cell, ...]]] = {}

    def of_month(self, store_id: str, month: str) -> tuple[Cell, ...]:
        key, now = (store_id, month), self._clock()
        kept = self._kept.get(key)
        if kept is None or now - kept[0] >= KEEP_SUMS_SECONDS:
            if len(self._kept) >= MOST:
                self._kept.clear()
            kept = self._kept[key] = (now, self._costs.of_month(store_id, month))
        return kept[1]

    def charge(self, message: Message, charge: Charge, *, month: str) -> bool:
        return self._costs.charge(message, charge, month=month)

    def of_order(self, store_id: str, order_id: str) -> tuple[Cell, ...]:
        return self._costs.of_order(store_id, order_id)

    def orders_in(self, store_id: str, month: str) -> int:
        return self._costs.orders_in(store_id, month)

    def service_messages(self, store_id: str, month: str, phone_number_id: str) -> int:
        return self._costs.service_messages(store_id, month, phone_number_id)
