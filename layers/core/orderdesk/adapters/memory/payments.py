"""Payment gateways in memory: each keeps what it was told and fails as the real ones do."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import Payment, PaymentGateway, PaymentLink, Refund

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime


class MemoryPaymentGateway:
    """`is_down` makes every call raise Unavailable; `refuses` makes new links Invalid,
    `refuses_refunds` refunds. `refunds` are by reference; new ones have the status of `outcome`.

    As "whatsapp" it makes requests without an address, which cannot be cancelled.
    """

    def __init__(self, provider: str = "razorpay") -> None:
        self.provider = provider
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
        account: str = "",
        return_url: str = "",
    ) -> PaymentLink:
        self._answer()
        if self.refuses:
            raise Invalid(self.refuses, field="amount")
        if known := next((e for e in self.links.values() if e.reference == reference), None):
            return self._same(known, notes)
        is_native = self.provider == "whatsapp"
        provider_id = (
            f"{account}:{reference}" if is_native else self._name("plink", len(self.links) + 1)
        )
        link = PaymentLink(
            provider_id=provider_id,
            reference=reference,
            url="" if is_native else f"https://pay.example/{provider_id}",
            status="created",
            amount=amount,
            amount_paid=Money(0, amount.currency),
            expires_at=expires_at,
        )
        self.links[provider_id] = link
        self.notes[provider_id] = dict(notes)
        return link

    def _name(self, kind: str, number: int) -> str:
        """Ids of two gateways never look the same."""
        mark = "" if self.provider == "razorpay" else f"{self.provider}_"
        return f"{mark}{kind}_{number}"

    def _same(self, link: PaymentLink, notes: dict[str, str]) -> PaymentLink:
        if self.notes[link.provider_id] != notes:
            raise Invalid(
                f"The reference {link.reference} belongs to another link.", field="reference"
            )
        return link

    def find_link(self, provider_id: str) -> PaymentLink | None:
        self._answer()
        link = self.links.get(provider_id)
        if link is None:
            return None
        ids = {each.payment_id for each in link.payments}
        refunds = tuple(each for each in self.refunds.values() if each.payment_id in ids)
        return replace(link, refunds=refunds)

    def cancel_link(self, provider_id: str) -> None:
        self._answer()
        link = self.links.get(provider_id)
        if link and link.is_open and not link.is_processing and self.provider != "whatsapp":
            self.links[provider_id] = replace(link, status="cancelled")

    def refund(
        self, payment_id: str, amount: Money, *, reference: str, booked: Collection[str] = ()
    ) -> Refund:
        self._answer()
        if reference in self.refunds:
            return self.refunds[reference]
        if self.refuses_refunds:
            raise Invalid(self.refuses_refunds)
        _, payment = self._paid(payment_id)
        if payment is None:
            raise Invalid(f"There is no payment {payment_id}.")
        total = self.refunded.get(payment_id, 0) + amount.minor
        if amount.minor <= 0 or total > payment.amount.minor:
            raise Invalid(f"{amount} cannot be refunded of {payment.amount}.")
        self.refunded[payment_id] = total
        made = Refund(
            refund_id=self._name("rfnd", len(self.refunds) + 1),
            amount=amount,
            status=self.outcome,
            payment_id=payment_id,
            at=payment.at,
            reference=reference,
        )
        self.refunds[reference] = made
        return made

    def find_refund(self, payment_id: str, refund_id: str) -> Refund | None:
        self._answer()
        made = self.refunds.values()
        wanted = (payment_id, refund_id)
        return next((e for e in made if (e.payment_id, e.refund_id) == wanted), None)

    def notes_of(self, payment_id: str) -> Mapping[str, str] | None:
        self._answer()
        link, _ = self._paid(payment_id)
        return self.notes[link.provider_id] if link else None

    def pay(self, provider_id: str, amount: Money, *, at: datetime) -> Payment:
        """The customer pays, in whole or in part."""
        link = self.links[provider_id]
        if not link.is_open:
            raise Invalid(f"The link {provider_id} is {link.status}: it takes no payment.")
        payment = Payment(
            payment_id=self._name("pay", next(self._payments)), amount=amount, at=at, means="upi"
        )
        paid = link.amount_paid + amount
        self.links[provider_id] = replace(
            link,
            amount_paid=paid,
            status="paid" if paid.minor >= link.amount.minor else "partially_paid",
            payments=(*link.payments, payment),
        )
        return payment

    def fail_refund(self, reference: str) -> Refund:
        """The bank refuses it after all: the money is the shop's again."""
        failed = replace(self.refunds[reference], status="failed")
        self.refunds[reference] = failed
        self.refunded[failed.payment_id] -= failed.amount.minor
        return failed

    def _paid(self, payment_id: str) -> tuple[PaymentLink | None, Payment | None]:
        for link in self.links.values():
            for payment in link.payments:
                if payment.payment_id == payment_id:
                    return link, payment
        return None, None

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("The payment gateway does not answer.")


class MemoryGateways:
    """Holds whatever gateways a test gives it."""

    def __init__(self, *gateways: PaymentGateway) -> None:
        self._gateways = {each.provider: each for each in gateways}

    def of(self, provider: str) -> PaymentGateway | None:
        return self._gateways.get(provider)

    def offers(self, provider: str) -> bool:
        return provider in self._gateways
