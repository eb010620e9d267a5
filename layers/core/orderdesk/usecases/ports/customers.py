"""Customers, and what is said between them and the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.conversation import Delivery, Message
    from orderdesk.domain.customer import Alias, Customer
    from orderdesk.usecases.ports.orders import Page


class Customers(Protocol):
    def identify(
        self, store_id: str, aliases: Sequence[Alias], *, seen: Customer, now: datetime
    ) -> Customer:
        """The customer of any of these aliases, made when new; aliases not known yet are added.

        `seen` carries what the message said (name, username, phone, user_id, phone_number_id);
        empty fields keep what is stored. When two aliases belong to two customers, the first
        alias's customer wins and keeps the other's alias from now on.
        """
        ...

    def get(self, store_id: str, customer_id: str) -> Customer:
        """Raises NotFound."""
        ...

    def touch(self, customer: Customer, *, inbound_at: datetime) -> None:
        """The 24-hour window: keeps the latest inbound time."""
        ...

    def hand_over(self, customer: Customer, *, handed_over: bool) -> None:
        """Whether somebody else (Meta's business agent) answers this customer for now."""
        ...


class Conversations(Protocol):
    """A thread per customer. Messages are deduplicated on store and message id."""

    def append(self, message: Message) -> bool:
        """False when a message of this id is on the thread already."""
        ...

    def find(self, store_id: str, message_id: str) -> Message | None: ...

    def set_delivery(
        self, store_id: str, message_id: str, delivery: Delivery, *, error: str = ""
    ) -> Message | None:
        """Only ever further (`Delivery.follows`). None when no such message is known."""
        ...

    def sent(self, message: Message, *, message_id: str) -> None:
        """An outbound message of our own key got its wamid: keep both, PENDING → SENT."""
        ...

    def page(
        self, store_id: str, customer_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Message]:
        """Newest first."""
        ...
