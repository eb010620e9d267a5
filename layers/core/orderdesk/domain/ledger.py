"""What happened to an order's money: an append-only list from which the rest derives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money import Money

if TYPE_CHECKING:
    from datetime import datetime


class PaymentMethod(StrEnum):
    CASH_ON_DELIVERY = "cash_on_delivery"
    ONLINE = "online"


class PaymentStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    FAILED = "failed"
    COD_DUE = "cod_due"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class EntryKind(StrEnum):
    REQUESTED = "requested"
    FAILED = "failed"
    VOIDED = "voided"
    CAPTURED = "captured"
    REVERSED = "reversed"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`id` is the provider's event id, so that an event told twice is booked once.

    `reference` is our own name for the attempt (order number and count); `link` its address. The
    reference of a refund is the id of the payment, that of a failed refund the id of the refund.
    """

    id: str
    kind: EntryKind
    amount: Money
    at: datetime
    method: PaymentMethod
    reference: str = ""
    link: str = ""
    note: str = ""


# A failed attempt leaves the link open: the customer may try again with it.
SIGN: Final = {EntryKind.CAPTURED: 1, EntryKind.REVERSED: -1}
ENDS_REQUEST: Final = frozenset({EntryKind.VOIDED, EntryKind.CAPTURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The chosen method and every entry, oldest first."""

    currency: str
    method: PaymentMethod | None = None
    entries: tuple[Entry, ...] = ()

    def choose(self, method: PaymentMethod) -> Ledger:
        return replace(self, method=method)

    def book(self, entry: Entry) -> Ledger:
        """With the entry; unchanged when an entry of that id is there already."""
        if any(each.id == entry.id for each in self.entries):
            return self
        return replace(self, entries=(*self.entries, entry))

    @property
    def captured(self) -> Money:
        """What came in, less what turned out not to have come in (a delivery taken back)."""
        return self._sum(EntryKind.CAPTURED) - self._sum(EntryKind.REVERSED)

    @property
    def refunded(self) -> Money:
        minor = sum(entry.amount.minor for entry in self.refunds)
        return Money(minor, self.currency)

    @property
    def refunds(self) -> tuple[Entry, ...]:
        """Those that did not fail, whichever of the two was told first."""
        failed = {each.reference for each in self.entries if each.kind is EntryKind.REFUND_FAILED}
        return tuple(
            each
            for each in self.entries
            if each.kind is EntryKind.REFUNDED and each.id not in failed
        )

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

    def _sum(self, kind: EntryKind) -> Money:
        minor = sum(entry.amount.minor for entry in self.entries if entry.kind is kind)
        return Money(minor, self.currency)


def _paid(captured: int, total: int) -> PaymentStatus:
    if captured < total:
        return PaymentStatus.PARTIALLY_PAID
    return PaymentStatus.PAID if captured == total else PaymentStatus.OVERPAID
