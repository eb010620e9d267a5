"""Customers, and what is said between them and the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Delivery, Media, Message
    from orderdesk.domain.people.customer import Alias, Customer
    from orderdesk.usecases.ports.orders import Page


class Customers(Protocol):
    """Whoever became part of another customer is found as that other, by any id and alias."""

    def identify(
        self, store_id: str, aliases: Sequence[Alias], *, seen: Customer, now: datetime
    ) -> Customer:
        """The customer of any of these aliases, made when new; aliases not known yet are added.

        `seen` carries what the message said (name, username, phone, user_id, phone_number_id), and
        as `told_at` when; empty fields keep what is stored, and so does what was said before the
        last message that is known. When the aliases belong to several customers, the first alias's
        customer wins and the others become part of it: `adopting` names those whose orders and
        thread are to be moved. Whoever was erased comes back as somebody new.
        """
        ...

    def get(self, store_id: str, customer_id: str) -> Customer:
        """Raises NotFound."""
        ...

    def find(self, store_id: str, alias: Alias) -> Customer | None:
        """Who is known by this alias; None for nobody, and for who was erased."""
        ...

    def change(
        self, store_id: str, customer_id: str, decide: Callable[[Customer], Customer]
    ) -> Customer:
        """What `decide` makes of the stored customer, written; decided anew when others wrote.

        Raises NotFound, Unavailable after several lost races.
        """
        ...

    def former(self, store_id: str, customer_id: str) -> Customer | None:
        """What was known under an id of before, as it was then; None once it is adopted."""
        ...

    def adopted(self, customer: Customer, former_id: str) -> Customer:
        """All that belonged to the former id is the customer's now: keep no more than the way."""
        ...

    def forget(self, customer: Customer, *, now: datetime) -> Customer:
        """Erase what is known of the customer, aliases first; only the id and the time stay."""
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
        self,
        store_id: str,
        message_id: str,
        delivery: Delivery,
        *,
        error: str = "",
        error_code: int | None = None,
    ) -> Message | None:
        """Only ever further (`Delivery.follows`). None when no such message is known."""
        ...

    def set_media(self, store_id: str, message_id: str, media: Media) -> None:
        """What became of the message's file. Nothing happens when the message is not there."""
        ...

    def sent(self, message: Message, *, message_id: str, form: str = "") -> None:
        """An outbound message of our own key got its wamid: keep both, PENDING → SENT."""
        ...

    def page(
        self, store_id: str, customer_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Message]:
        """Newest first."""
        ...

    def since(
        self, store_id: str, customer_id: str, at: datetime, *, limit: int = 50
    ) -> tuple[Message, ...]:
        """What was said at that time and later, oldest first."""
        ...

    def adopt(self, store_id: str, former_id: str, customer_id: str, *, limit: int = 50) -> int:
        """Move up to `limit` messages of a former id's thread to the customer's; how many were.

        Again until it is 0: then everything is there, and whatever is still written to the former
        thread lands in the other.
        """
        ...

    def remove(self, store_id: str, customer_id: str, *, limit: int = 50) -> int:
        """Delete up to `limit` messages of the thread; how many were. Again until it is 0."""
        ...
