"""Being paid online."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment at the gateway, under its own id. `means` is a word like upi or card."""

    payment_id: str
    amount: Money
    at: datetime
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLink:
    """`reference` is ours, `<order number>-<attempt>`; `provider_id` the gateway's.

    `is_open` while the customer can pay with it; `payments` are those that were captured.
    """

    provider_id: str
    reference: str
    url: str
    status: str
    amount: Money
    amount_paid: Money
    payments: tuple[Payment, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status in {"created", "partially_paid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that the gateway sends back; it may still fail on its way, which a webhook tells.

    `status` is pending, processed or failed.
    """

    refund_id: str
    amount: Money
    status: str

    @property
    def has_failed(self) -> bool:
        return self.status == "failed"


class PaymentGateway(Protocol):
    """One way to be paid online. `notes` come back in webhooks: store and order id are in them."""

    def create_link(
        self,
        *,
        reference: str,
        amount: Money,
        description: str,
        notes: dict[str, str],
        expires_at: datetime,
    ) -> PaymentLink:
        """Asked twice with one reference, gives the same link.

        Raises Unavailable; Invalid when the gateway refuses, with `field` "reference" when the
        reference belongs to a link with other notes.
        """
        ...

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when the gateway knows no such link. Raises Unavailable."""
        ...

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to a link that is paid or closed already. Raises Unavailable."""
        ...

    def refund(self, payment_id: str, amount: Money, *, reference: str) -> Refund:
        """Send money of a captured payment back. `reference` is ours, one for each refund.

        Asked twice with one reference, gives the refund that was made first, of its own amount.
        Raises Unavailable; Invalid when the gateway refuses, such as more than was captured.
        """
        ...
