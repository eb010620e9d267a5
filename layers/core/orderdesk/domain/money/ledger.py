"""What happened to an order's money: an append-only list from which the rest derives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.money import Money

if TYPE_CHECKING:
    from datetime import datetime


class PaymentMethod(StrEnum):
    """Online is by a link, WhatsApp pay without leaving the chat; a transfer (bank, UPI, Pix) is
    known of when a person has seen it.
    """

    CASH_ON_DELIVERY = "cash_on_delivery"
    ONLINE = "online"
    WHATSAPP_PAY = "whatsapp_pay"
    TRANSFER = "transfer"


class PaymentStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    CLAIMED = "claimed"
    FAILED = "failed"
    COD_DUE = "cod_due"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class EntryKind(StrEnum):
    """A claim is money that somebody says was sent, with a proof; a refund that is requested waits
    for somebody, or for its time. Neither is money.
    """

    REQUESTED = "requested"
    FAILED = "failed"
    VOIDED = "voided"
    CLAIMED = "claimed"
    DECLINED = "declined"
    CAPTURED = "captured"
    REVERSED = "reversed"
    REFUND_REQUESTED = "refund_requested"
    REFUND_DECLINED = "refund_declined"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`id` is the provider's event id, so that an event told twice is booked once.

    `reference` is our own name for the attempt (order number and count); `link` its address, which
    works until `expires_at`. The reference of a refund is the id of the payment, that of a failed
    refund the id of the refund. `request` is the id of the claim or refund request that this entry
    answers, `provider` who moved the money (empty: people), `by` the id of who booked it by hand,
    `proof` the id of the message that shows it.
    """

    id: str
    kind: EntryKind
    amount: Money
    at: datetime
    method: PaymentMethod
    reference: str = ""
    link: str = ""
    note: str = ""
    provider: str = ""
    request: str = ""
    by: str = ""
    proof: str = ""
    expires_at: datetime | None = None


# A failed attempt leaves the link open: the customer may try again with it.
SIGN: Final = {EntryKind.CAPTURED: 1, EntryKind.REVERSED: -1}
ENDS_REQUEST: Final = frozenset({EntryKind.VOIDED, EntryKind.CAPTURED})
ANSWERS_CLAIM: Final = frozenset({EntryKind.DECLINED, EntryKind.CAPTURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The chosen method and every entry, oldest first."""

    currency: str
    method: PaymentMethod | None = None
    entries: tuple[Entry, ...] = ()

    def choose(self, method: PaymentMethod) -> Ledger:
        return replace(self, method=method)

    def book(self, entry: Entry) -> Ledger:
        """With the entry; one of that id that is there already only learns which request it
        answers: a gateway's news may overtake what we asked it for.
        """
        known = next((each for each in self.entries if each.id == entry.id), None)
        if known is None:
            return replace(self, entries=(*self.entries, entry))
        if known.request or not entry.request:
            return self
        told = replace(known, request=entry.request)
        return replace(
            self, entries=tuple(told if each is known else each for each in self.entries)
        )

    @property
    def captured(self) -> Money:
        """What came in, less what turned out not to have come in (a delivery taken back)."""
        came = self._minor(EntryKind.CAPTURED) - self._minor(EntryKind.REVERSED)
        return Money(max(came, 0), self.currency)

    @property
    def refunded(self) -> Money:
        """Of each payment no more than was captured of it: news of a refund may come before that
        of its payment, and counts from then on. So the balance is never below nothing.
        """
        back: dict[str, int] = {}
        for each in self.refunds:
            back[each.reference] = back.get(each.reference, 0) + each.amount.minor
        by_hand = back.pop("", 0)
        paid = {each.id: each.amount.minor for each in self._of(EntryKind.CAPTURED)}
        of_payments = sum(min(minor, paid.get(payment, 0)) for payment, minor in back.items())
        return Money(min(of_payments + by_hand, self.captured.minor), self.currency)

    @property
    def refunded_too_much(self) -> Money:
        """What went back without our knowing what it was of, or beyond that."""
        told = sum(each.amount.minor for each in self.refunds)
        return Money(told - self.refunded.minor, self.currency)

    @property
    def refunds(self) -> tuple[Entry, ...]:
        """Those that did not fail, whichever of the two was told first."""
        failed = {each.reference for each in self._of(EntryKind.REFUND_FAILED)}
        return tuple(each for each in self._of(EntryKind.REFUNDED) if each.id not in failed)

    @property
    def open_claims(self) -> tuple[Entry, ...]:
        """Money that was sent by somebody's word, and that nobody has looked for yet."""
        answered = {each.request for each in self.entries if each.kind in ANSWERS_CLAIM}
        return tuple(each for each in self._of(EntryKind.CLAIMED) if each.id not in answered)

    @property
    def open_refunds(self) -> tuple[Entry, ...]:
        """Refunds that were asked for and are not made; `amount` is what is still to go back."""
        declined = {each.request for each in self._of(EntryKind.REFUND_DECLINED)}
        made: dict[str, int] = {}
        for each in self.refunds:
            made[each.request] = made.get(each.request, 0) + each.amount.minor
        left = (
            replace(each, amount=Money(each.amount.minor - made.get(each.id, 0), self.currency))
            for each in self._of(EntryKind.REFUND_REQUESTED)
            if each.id not in declined
        )
        return tuple(each for each in left if each.amount.minor > 0)

    @property
    def refundable(self) -> Money:
        """What could still be given back beside what is asked for already."""
        asked = sum(each.amount.minor for each in self.open_refunds)
        return Money(max(self.balance.minor - asked, 0), self.currency)

    def left_of(self, payment: Entry) -> Money:
        """What of this payment has not gone back."""
        gone = sum(each.amount.minor for each in self.refunds if each.reference == payment.id)
        return Money(max(payment.amount.minor - gone, 0), self.currency)

    @property
    def balance(self) -> Money:
        """What the shop holds of the customer's money now."""
        return self.captured - self.refunded

    @property
    def open_request(self) -> Entry | None:
        """The payment link that the customer may still use; None when there is none."""
        for entry in reversed(self.entries):
            if entry.kind in ENDS_REQUEST:
                return None
            if entry.kind is EntryKind.REQUESTED:
                return entry
        return None

    def status(self, total: Money) -> PaymentStatus:
        """Derived, never stored as a truth of its own."""
        if self.refunded.minor:
            whole = self.refunded.minor >= self.captured.minor
            return PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
        if self.captured.minor:
            return _paid(self.captured.minor, total.minor)
        if self.open_claims:
            return PaymentStatus.CLAIMED
        if self.method is PaymentMethod.CASH_ON_DELIVERY:
            return PaymentStatus.COD_DUE
        if self.entries and self.entries[-1].kind is EntryKind.FAILED:
            return PaymentStatus.FAILED
        return PaymentStatus.REQUESTED if self.open_request else PaymentStatus.NONE

    def paid_at(self, total: Money) -> datetime | None:
        """When the whole was in hand; refunds later do not unmake it (a badge tells of them)."""
        in_hand, since = 0, None
        for entry in self.entries:
            in_hand += SIGN.get(entry.kind, 0) * entry.amount.minor
            if in_hand < total.minor or not in_hand:
                since = None
            elif since is None:
                since = entry.at
        return since

    def _of(self, kind: EntryKind) -> tuple[Entry, ...]:
        return tuple(each for each in self.entries if each.kind is kind)

    def _minor(self, kind: EntryKind) -> int:
        return sum(each.amount.minor for each in self._of(kind))


def _paid(captured: int, total: int) -> PaymentStatus:
    if captured < total:
        return PaymentStatus.PARTIALLY_PAID
    return PaymentStatus.PAID if captured == total else PaymentStatus.OVERPAID
