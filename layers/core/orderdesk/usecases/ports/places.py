"""Where a shop delivers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orderdesk.domain.shop.places import Place
    from orderdesk.usecases.ports.orders import Page


class Places(Protocol):
    """A shop without a list delivers everywhere; one with a list only where the list says so."""

    def find(self, store_id: str, postal_code: str) -> Place | None:
        """The longest prefix that fits decides; None when none does. One read."""
        ...

    def covers(self, store_id: str) -> bool:
        """Whether the shop has a list at all."""
        ...

    def put(self, store_id: str, places: Sequence[Place]) -> None:
        """Add them, or replace those of the same prefix: the last of several counts."""
        ...

    def delete(self, store_id: str, prefixes: Iterable[str]) -> None:
        """Those that are not there are gone already."""
        ...

    def page(self, store_id: str, *, limit: int = 25, cursor: str | None = None) -> Page[Place]:
        """By prefix. Raises Invalid for a cursor that is not ours."""
        ...
