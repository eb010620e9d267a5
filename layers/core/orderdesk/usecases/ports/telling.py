"""Who is told what: subscribers, and customers on WhatsApp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.event import Event


class Loudspeaker(Protocol):
    """Tells every subscriber about an event, in order per order."""

    def announce(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Returns those that could not be told."""
        ...


class Later(Protocol):
    """Puts events off. They come back to who put them off: at least once, and in no order."""

    def put(self, event: Event, delay: timedelta) -> None:
        """Never back before `delay` is over, unless it is longer than can be waited for in one go:
        then it is put off again when it comes. Raises Unavailable.
        """
        ...


class Outbox(Protocol):
    """Messages that wait to be sent, each customer's in the order in which they were put."""

    def put(self, message: Message) -> None:
        """A message that is on its thread. Put again, it may come twice. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """By `phone` (digits without plus) when known, else by business-scoped `user_id`."""

    phone_number_id: str
    phone: str = ""
    user_id: str = ""


class Messenger(Protocol):
    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        """Send a WhatsApp message body (`{"type": "text", "text": {…}}`) and return its wamid.

        `callback_data` comes back on every status. Raises SendFailed, Unavailable.
        """
        ...
