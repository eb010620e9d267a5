"""Whether a webhook came from the payment gateway.

https://razorpay.com/docs/webhooks/validate-test/
https://docs.stripe.com/webhooks/signature#verify-manually
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

TOLERANCE_SECONDS: Final = 300


def check(body: bytes, signature: str, secrets: Sequence[str]) -> None:
    """Razorpay's signature is hex HMAC-SHA256 of the raw body, made with any of the secrets.

    Any, because the gateway signs its retries of older events with the secret of that time.
    Raises Unauthenticated without a signature, Forbidden for a wrong one.
    """
    if not signature:
        raise Unauthenticated("Sign the body: X-Razorpay-Signature is missing.")
    _compare([signature.strip().lower()], body, secrets)


def check_stripe(body: bytes, header: str, secrets: Sequence[str], *, now: datetime) -> None:
    """`t=<seconds>,v1=<hex>[,v1=<hex>…]`: HMAC-SHA256 of "t.body", made with any of the secrets.

    While Stripe rotates a secret it sends a v1 of each. A time further than five minutes off is
    refused: somebody may have kept the request to send it again. Raises Unauthenticated, Forbidden.
    """
    if not header:
        raise Unauthenticated("Sign the body: Stripe-Signature is missing.")
    fields = [each.strip().partition("=") for each in header.split(",")]
    given = [value.lower() for name, _, value in fields if name == "v1"]
    signed_at = next((value for name, _, value in fields if name == "t"), "")
    if not (signed_at.isascii() and signed_at.isdigit() and given):
        raise Forbidden("Stripe-Signature has to be t=<seconds>,v1=<hex>.")
    _compare(given, f"{signed_at}.".encode() + body, secrets)
    if abs(int(signed_at[:20]) - now.timestamp()) > TOLERANCE_SECONDS:
        raise Forbidden("This was signed more than five minutes from now.")


def _compare(given: Sequence[str], message: bytes, secrets: Sequence[str]) -> None:
    made = [hmac.new(each.encode(), message, hashlib.sha256).hexdigest() for each in secrets]
    fits = [hmac.compare_digest(a.encode(), b.encode()) for a in given for b in made]
    if not any(fits):
        raise Forbidden("The signature does not fit the body.")
