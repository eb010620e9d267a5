"""What is outside of the shop, in memory: WhatsApp, the payment gateway, listeners, dashboards.

Each keeps what it was told and can be made to fail as the real one does.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money import Money
from orderdesk.usecases.ports import Connection, Payment, PaymentLink, Recipient, Refund

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.event import Event


class MemoryLoudspeaker:
    """`failing` has ids of events that cannot be told."""

    def __init__(self) -> None:
        self.announced: list[Event] = []
        self.failing: set[str] = set()

    def announce(self, events: Sequence[Event]) -> tuple[Event, ...]:
        untold: list[Event] = []
        for event in events:
            order_waits = any(each.order_id == event.order_id for each in untold)
            if event.event_id in self.failing or order_waits:
                untold.append(event)
            elif event not in self.announced:
                self.announced.append(event)
        return tuple(untold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    to: Recipient
    body: dict[str, object]
    callback_data: str
    message_id: str


class MemoryMessenger:
    """`errors` are raised one by one by the next sends, before anything is sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.errors: list[Exception] = []

    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        if not (to.phone or to.user_id):
            raise Invalid("Say who gets the message: by phone or by user id.", field="to")
        message_id = f"wamid.out{len(self.sent) + 1}"
        sent = Sent(to=to, body=body, callback_data=callback_data, message_id=message_id)
        self.sent.append(sent)
        return message_id


class MemoryPaymentGateway:
    """`is_down` makes every call raise Unavailable; `refuses` makes new links Invalid,
    `refuses_refunds` refunds. `refunds` are by reference; new ones have the status of `outcome`.
    """

    def __init__(self) -> None:
        self.links: dict[str, PaymentLink] = {}
        self.notes: dict[str, dict[str, str]] = {}
        self.is_down = False
        self.refuses = ""
        self.refunds: dict[str, Refund] = {}
        self.refunded: dict[str, int] = {}
        self.refuses_refunds = ""
        self.outcome = "processed"
        self._payments = itertools.count(1)

    def create_link(
        self,
        *,
        reference: str,
        amount: Money,
        description: str,
        notes: dict[str, str],
        expires_at: datetime,
    ) -> PaymentLink:
        self._answer()
        if self.refuses:
            raise Invalid(self.refuses, field="amount")
        known = next((each for each in self.links.values() if each.reference == reference), None)
        if known:
            return self._same(known, notes)
        provider_id = f"plink_{len(self.links) + 1}"
        link = PaymentLink(
            provider_id=provider_id,
            reference=reference,
            url=f"https://pay.example/{provider_id}",
            status="created",
            amount=amount,
            amount_paid=Money(0, amount.currency),
        )
        self.links[provider_id] = link
        self.notes[provider_id] = dict(notes)
        return link

    def _same(self, link: PaymentLink, notes: dict[str, str]) -> PaymentLink:
        if self.notes[link.provider_id] != notes:
            raise Invalid(
                f"The reference {link.reference} belongs to another link.", field="reference"
            )
        return link

    def find_link(self, provider_id: str) -> PaymentLink | None:
        self._answer()
        return self.links.get(provider_id)

    def cancel_link(self, provider_id: str) -> None:
        self._answer()
        link = self.links.get(provider_id)
        if link and link.is_open:
            self.links[provider_id] = replace(link, status="cancelled")

    def refund(self, payment_id: str, amount: Money, *, reference: str) -> Refund:
        self._answer()
        if reference in self.refunds:
            return self.refunds[reference]
        if self.refuses_refunds:
            raise Invalid(self.refuses_refunds)
        payments = [each for link in self.links.values() for each in link.payments]
        payment = next((each for each in payments if each.payment_id == payment_id), None)
        if payment is None:
            raise Invalid(f"There is no payment {payment_id}.")
        total = self.refunded.get(payment_id, 0) + amount.minor
        if amount.minor <= 0 or total > payment.amount.minor:
            raise Invalid(f"{amount} cannot be refunded of {payment.amount}.")
        self.refunded[payment_id] = total
        refund_id = f"rfnd_{len(self.refunds) + 1}"
        made = Refund(refund_id=refund_id, amount=amount, status=self.outcome)
        self.refunds[reference] = made
        return made

    def pay(self, provider_id: str, amount: Money, *, at: datetime) -> Payment:
        """The customer pays, in whole or in part."""
        link = self.links[provider_id]
        if not link.is_open:
            raise Invalid(f"The link {provider_id} is {link.status}: it takes no payment.")
        payment = Payment(
            payment_id=f"pay_{next(self._payments)}", amount=amount, at=at, means="upi"
        )
        paid = link.amount_paid + amount
        self.links[provider_id] = replace(
            link,
            amount_paid=paid,
            status="paid" if paid.minor >= link.amount.minor else "partially_paid",
            payments=(*link.payments, payment),
        )
        return payment

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("The payment gateway does not answer.")


@dataclass(frozen=True, slots=True)
class Pushed:
    connection_id: str
    text: str


class MemoryLive:
    """`closed` has ids of connections whose browser went away without saying so."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self.closed: set[str] = set()
        self.pushed: list[Pushed] = []

    def add(self, connection: Connection, *, now: datetime) -> None:
        self.connections[connection.connection_id] = connection

    def remove(self, connection_id: str) -> None:
        self.connections.pop(connection_id, None)

    def push(self, store_id: str, text: str) -> None:
        for connection in list(self.connections.values()):
            if connection.store_id != store_id:
                continue
            if connection.connection_id in self.closed:
                self.remove(connection.connection_id)
            else:
                self.pushed.append(Pushed(connection.connection_id, text))
