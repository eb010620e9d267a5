"""What it takes to send messages within Meta's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.messages.pacing import Admission
    from orderdesk.domain.messages.sending import Pause
    from orderdesk.domain.messages.templates import Approval
    from orderdesk.usecases.ports.orders import Page


class Unsent(Protocol):
    """Messages on the threads that did not leave: those that wait, and those that failed."""

    def note(
        self,
        message: Message,
        *,
        attempts: int,
        again_at: datetime,
        error: str,
        error_code: int | None,
    ) -> bool:
        """It is still to be sent, and not before `again_at`. False when it has gone further."""
        ...

    def overdue(self, store_id: str, *, before: datetime, limit: int) -> tuple[Message, ...]:
        """Still to be sent, and should have been by then; the oldest first."""
        ...

    def look_again(self, message: Message, *, at: datetime) -> None:
        """It is overdue no more until then."""
        ...

    def failed(self, store_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Message]:
        """Newest first; without those that something was said instead of."""
        ...

    def replace(self, message: Message, *, by: str) -> None:
        """A failed one that another message, of this id, was sent instead of."""
        ...


class Pace(Protocol):
    """Who may send when: per customer, per number, and none while a number is paused."""

    def admit(self, phone_number_id: str, customer_id: str, *, now: datetime) -> Admission:
        """What is granted is counted. Of a number whose pause is over, one message is let through
        to find out; the others wait until it is known how that went. Raises Unavailable.
        """
        ...

    def paused(self, phone_number_id: str, *, now: datetime) -> Pause | None:
        """As it was known about a second ago. One whose time is over is there until `resume`."""
        ...

    def pause(self, phone_number_id: str, pause: Pause) -> None:
        """Never shorter than what is there already."""
        ...

    def resume(self, phone_number_id: str) -> None:
        """Something was sent: nothing waits any more."""
        ...


class Templates(Protocol):
    """What Meta said of the shop's message templates."""

    def find(self, store_id: str, name: str, language: str) -> Approval | None: ...

    def note(self, store_id: str, approval: Approval) -> None:
        """Kept unless something later is known of it."""
        ...

    def all(self, store_id: str) -> tuple[Approval, ...]: ...
