"""Being paid through a gateway: Razorpay, Stripe, or WhatsApp's own payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from orderdesk.domain.money.money import Money

RAZORPAY: Final = "razorpay"
STRIPE: Final = "stripe"
WHATSAPP: Final = "whatsapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment at the gateway, under its own id. `means` is a word like upi or card."""

    payment_id: str
    amount: Money
    at: datetime
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that the gateway sends back; it may still fail on its way, which a webhook tells.

    `status` is pending, processed or failed; `payment_id` says of which payment, `at` since when;
    `reference` is ours, empty for a refund that was made at the gateway's own dashboard.
    """

    refund_id: str
    amount: Money
    status: str
    payment_id: str = ""
    at: datetime | None = None
    reference: str = ""

    @property
    def has_failed(self) -> bool:
        return self.status == "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLink:
    """`reference` is ours, `<order number>-<attempt>`; `provider_id` the gateway's. `url` is empty
    where the customer pays inside WhatsApp: there the order_details message is the request.

    `status` is created, partially_paid, processing, paid, cancelled or expired; `expires_at` None
    where the gateway does not tell. `payments` are those that were captured, whatever was refunded
    of them since; `refunds` are of these payments, also those that failed.
    """

    provider_id: str
    reference: str
    url: str
    status: str
    amount: Money
    amount_paid: Money
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    expires_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may still bring money by itself: nobody should be asked for the same again."""
        return self.status in {"created", "partially_paid", "processing"}

    @property
    def is_processing(self) -> bool:
        """The customer has paid, and the bank takes its time to say whether it goes through."""
        return self.status == "processing"


class PaymentGateway(Protocol):
    """One way to be paid. `notes` come back in webhooks: store and order id are in them."""

    @property
    def provider(self) -> str:
        """razorpay, stripe or whatsapp: as in `Entry.provider`."""
        ...

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
        """Asked twice with one reference, gives the same link.

        `expires_at` is moved to what the gateway allows (`expires_at` of the link tells). WhatsApp
        needs the `account`, `<phone number id>:<payment configuration>`. Where the gateway leads
        customers back, it is to `return_url`, without one to WhatsApp.

        Raises Unavailable; Invalid when the gateway refuses, with `field` "reference" when the
        reference belongs to a link with other notes.
        """
        ...

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when the gateway knows no such link. Raises Unavailable.

        WhatsApp learns of a request by the message: None may mean that it has not gone out yet.
        """
        ...

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to a link that is paid or closed already. Raises Unavailable.

        WhatsApp cannot take a request back: it ends by its expiry.
        """
        ...

    def refund(
        self, payment_id: str, amount: Money, *, reference: str, booked: Collection[str] = ()
    ) -> Refund:
        """Send money of a captured payment back. `reference` is ours, one for each refund.

        Asked twice with one reference, gives the refund that was made first, of its own amount.
        WhatsApp keeps no reference: it gives a refund of that amount whose id is not in `booked`,
        the ids of this payment's refunds that we know of.
        Raises Unavailable; Invalid when the gateway refuses, such as more than was captured.
        """
        ...

    def find_refund(self, payment_id: str, refund_id: str) -> Refund | None:
        """None when that payment has no such refund. Raises Unavailable."""
        ...

    def notes_of(self, payment_id: str) -> Mapping[str, str] | None:
        """What was noted when the link of that payment was made; None when there is no such
        payment. Events of refunds and disputes carry them not always. Raises Unavailable.
        """
        ...


class Gateways(Protocol):
    """Those that this installation is connected to; whether a shop offers one, its policy says."""

    def of(self, provider: str) -> PaymentGateway | None:
        """None when there is no such gateway here."""
        ...

    def offers(self, provider: str) -> bool:
        """Whether `of` gives one."""
        ...
