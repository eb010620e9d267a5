"""Shops and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from orderdesk.domain.shop.policy import Store
    from orderdesk.domain.shop.settings import Redating, SettingsChange
    from orderdesk.usecases.ports.orders import Page


class Stores(Protocol):
    def get(self, store_id: str) -> Store:
        """The stored shop, or one with defaults when none was saved yet."""
        ...

    def latest(self, store_id: str) -> Store:
        """As it is stored now, whatever `get` may keep: for deciding on a change."""
        ...

    def put(self, store: Store) -> None:
        """Settings from outside (an installation, a demo), without a history of changes."""
        ...

    def save(
        self,
        store: Store,
        change: SettingsChange,
        *,
        expected_version: int,
        redating: Redating | None = None,
    ) -> None:
        """One transaction: the settings, what changed, and whose deadlines have to follow.

        Raises StaleSettings when the stored version is another one.
        """
        ...

    def changes(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[SettingsChange]:
        """Newest first. Raises Invalid for a cursor that is not ours."""
        ...

    def redating(self, store_id: str) -> Redating | None:
        """What the sweep has still to do for new settings; None when it is done."""
        ...

    def redated(self, progress: Redating) -> None:
        """Keep how far it got; nothing when newer settings began anew."""
        ...

    def all_ids(self) -> tuple[str, ...]:
        """Every store that ever had an order or settings."""
        ...

    def of_number(self, phone_number_id: str) -> str | None:
        """The store that a WhatsApp number belongs to; None when it is not mapped."""
        ...

    def map_number(self, phone_number_id: str, store_id: str) -> None: ...
