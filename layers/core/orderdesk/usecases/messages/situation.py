"""What is known when a customer is to hear of an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.usecases.language.moments import closed_now
from orderdesk.usecases.language.words import Words

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.money.ledger import PaymentMethod
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.messages.hindsight import Hindsight
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
    def words(self) -> Words:
        return Words.for_customer(self.store, self.customer)

    @property
    def shop_is_closed(self) -> str:
        """That it is, and when it opens; empty while it is open, or works at any hour."""
        return closed_now(self.words, self.now)
