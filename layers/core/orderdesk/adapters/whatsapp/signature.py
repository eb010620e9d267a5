"""Whether a webhook came from Meta.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEADER: Final = "x-hub-signature-256"
SHAPE: Final = re.compile(r"sha256=([0-9a-fA-F]{64})")


def check(body: bytes, signature: str, secrets: Callable[[], Sequence[str]]) -> None:
    """`signature` is `sha256=` and the hex HMAC of the raw body, made with any of the app secrets.

    Any, because both are in use while one is being rotated; they are asked for only when the
    signature looks like one. Raises Unauthenticated without a signature, Forbidden for a wrong
    one, Unavailable when there is no secret to compare with.
    """
    if not signature:
        raise Unauthenticated("Sign the body: X-Hub-Signature-256 is missing.")
    shaped = SHAPE.fullmatch(signature.strip())
    if shaped is None:
        raise Forbidden("X-Hub-Signature-256 is sha256= and 64 hexadecimal digits.")
    # Nobody may sign with nothing.
    keys = [each.encode() for each in secrets() if each]
    if not keys:
        raise Unavailable("No app secret is set: add it to the secrets parameter.")
    given = bytes.fromhex(shaped[1])
    # All of them, whichever fits: how long this takes tells nothing.
    fits = [hmac.compare_digest(given, hmac.digest(key, body, hashlib.sha256)) for key in keys]
    if not any(fits):
        raise Forbidden("The signature does not fit the body.")


def is_verify_token(given: str, expected: str) -> bool:
    """Compared in constant time. An empty token is never right."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
