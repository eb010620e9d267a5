"""Links that open a page, or answer a form, for whoever holds them: signed, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order


class Purpose(StrEnum):
    """A token for one of these is worth nothing for another."""

    ADDRESS = "address"
    FLOW = "flow"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token lets its holder do, until it expires."""

    purpose: Purpose
    store_id: str
    order_id: str
    expires_at: datetime


class PageLinks(Protocol):
    """Raises Unavailable while the signing key cannot be read."""

    @property
    def ready(self) -> bool:
        """False for a shop without a signing key: then there are no pages, and no Flow."""
        ...

    def address_form(self, order: Order, expires_at: datetime) -> str:
        """The address of the page that asks where to deliver."""
        ...

    def order_page(self, order: Order) -> str:
        """The address of the customer's page of this order; works for 400 days after its last
        change.
        """
        ...

    def flow_token(self, order: Order, expires_at: datetime) -> str:
        """Goes out with a WhatsApp Flow and comes back with its answer."""
        ...

    def read(self, token: str, purpose: Purpose) -> Pass | None:
        """None for what we have not signed for this purpose; whether it has expired is the
        caller's to see.
        """
        ...
