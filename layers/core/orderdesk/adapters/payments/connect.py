"""The gateways that a shop is connected with: each by its address, and loaded when it is used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orderdesk.adapters.payments.gateways import LazyGateways

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.adapters.secrets import Secrets
    from orderdesk.usecases.ports import Gateways, PaymentGateway


def connect(
    secrets: Callable[[], Secrets], *, razorpay: str = "", stripe: str = "", whatsapp: str = ""
) -> Gateways:
    """Without an address a gateway is none: it is not offered to customers then."""
    found: dict[str, Callable[[], PaymentGateway]] = {}
    if razorpay:
        found["razorpay"] = lambda: _razorpay(razorpay, secrets)
    if stripe:
        found["stripe"] = lambda: _stripe(stripe, secrets)
    if whatsapp:
        found["whatsapp"] = lambda: _whatsapp(whatsapp, secrets)
    return LazyGateways(found)


def _razorpay(url: str, secrets: Callable[[], Secrets]) -> PaymentGateway:
    from orderdesk.adapters.payments.links import PaymentLinkGateway

    return PaymentLinkGateway(url, lambda: secrets().payment_api_key)


def _stripe(url: str, secrets: Callable[[], Secrets]) -> PaymentGateway:
    from orderdesk.adapters.payments.stripe import StripeCheckout

    return StripeCheckout(url, lambda: secrets().stripe_api_key, lambda: datetime.now(UTC))


def _whatsapp(url: str, secrets: Callable[[], Secrets]) -> PaymentGateway:
    from orderdesk.adapters.whatsapp.payments import WhatsappPayments

    return WhatsappPayments(url, lambda: secrets().access_token, lambda: datetime.now(UTC))
