"""Whether a webhook came from the payment gateway.

https://razorpay.com/docs/webhooks/validate-test/
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Sequence


def check(body: bytes, signature: str, secrets: Sequence[str]) -> None:
    """The signature is hex HMAC-SHA256 of the raw body, made with any of the secrets.

    Any, because the gateway signs its retries of older events with the secret of that time.
    Raises Unauthenticated without a signature, Forbidden for a wrong one.
    """
    if not signature:
        raise Unauthenticated("Sign the body: X-Razorpay-Signature is missing.")
    given = signature.strip().lower().encode()
    made = (hmac.new(each.encode(), body, hashlib.sha256).hexdigest() for each in secrets)
    if not any(hmac.compare_digest(given, each.encode()) for each in made):
        raise Forbidden("The signature does not fit the body.")
