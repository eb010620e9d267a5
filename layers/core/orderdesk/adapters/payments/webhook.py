"""One address for the webhooks of every gateway: the header of the signature says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.adapters.payments import events, stripe_events
from orderdesk.adapters.payments.signature import check, check_stripe
from orderdesk.domain.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.adapters.secrets import Secrets
    from orderdesk.usecases.payments.pay import PaymentNews

RAZORPAY_SIGNATURE: Final = "x-razorpay-signature"
STRIPE_SIGNATURE: Final = "stripe-signature"


def read(
    body: bytes, headers: Mapping[str, str], secrets: Secrets, *, now: datetime
) -> PaymentNews:
    """The news of a signed body; names of headers are lower-case.

    Raises Unauthenticated, Forbidden, Unreadable.
    """
    if signature := headers.get(RAZORPAY_SIGNATURE, ""):
        check(body, signature, secrets.payment_webhook_secrets)
        return events.parse(body, event_id=headers.get("x-razorpay-event-id", ""))
    if signature := headers.get(STRIPE_SIGNATURE, ""):
        check_stripe(body, signature, secrets.stripe_webhook_secrets, now=now)
        return stripe_events.parse(body)
    raise Unauthenticated("Sign the body: X-Razorpay-Signature or Stripe-Signature is missing.")
