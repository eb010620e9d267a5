"""What a request to the dashboard may reach."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Conversations, Counts, Gateways, Orders, Sessions, Stores

KEEP_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Addresses without a slash at the end. `sign_in_url` serves Cognito's own pages."""

    store_id: str
    public_url: str
    live_url: str
    sign_in_url: str
    client_id: str
    issuer: str

    @property
    def secure(self) -> bool:
        """False only on a developer's machine, where pages come over plain HTTP."""
        return self.public_url.startswith("https:")

    @property
    def callback_url(self) -> str:
        return f"{self.public_url}/callback"


class KeptStore:
    """The shop, read once a minute and not once a page: it changes with its settings only."""

    def __init__(self, stores: Stores, store_id: str) -> None:
        self._stores, self._store_id = stores, store_id
        self._kept: tuple[float, Store] | None = None

    def __call__(self) -> Store:
        if self._kept and time.monotonic() - self._kept[0] < KEEP_SECONDS:
            return self._kept[1]
        store = self._stores.get(self._store_id)
        self._kept = (time.monotonic(), store)
        return store


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`exchange` turns a sign-in code and its verifier into an id token (Cognito)."""

    settings: Settings
    orders: Orders
    stores: Stores
    store: Callable[[], Store]
    counts: Counts
    sessions: Sessions
    conversations: Conversations
    gateways: Gateways
    signing_key: Callable[[], str]
    exchange: Callable[[str, str], str]
    now: datetime
