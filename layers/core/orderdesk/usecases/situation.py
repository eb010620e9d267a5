"""What is known when a customer is to hear of an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.policy import AfterHours
from orderdesk.usecases import words

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.customer import Customer
    from orderdesk.domain.event import Event
    from orderdesk.domain.ledger import PaymentMethod
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.usecases.hindsight import Hindsight
    from orderdesk.usecases.ports import PageLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`order` is as stored now; `ways` are those to pay it that can be offered."""

    event: Event
    order: Order
    customer: Customer
    store: Store
    ways: tuple[PaymentMethod, ...]
    hindsight: Hindsight
    now: datetime
    pages: PageLinks | None = None

    @property
    def shop_is_closed(self) -> str:
        """That it is, and when it opens; empty while it is open, or works at any hour."""
        policy = self.store.policy
        opens = policy.hours.next_opening(self.now)
        if policy.after_hours is AfterHours.OFF or opens is None or opens <= self.now:
            return ""
        return words.closed(opens, policy.hours, self.now)
