"""Whether a scan came from somebody who shares a secret with the shop."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIGNATURE: Final = "x-orderdesk-signature"
TOKEN: Final = "x-api-key"
SCHEME: Final = "sha256="


def check(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Either header proves it, made with any of the secrets; names of headers are lower-case.

    `X-Orderdesk-Signature: sha256=<hex>` is HMAC-SHA256 of the raw body. Aggregators that sign
    nothing send the secret itself as `X-Api-Key` (Shiprocket: Settings, API, Webhooks;
    https://apidocs.shiprocket.in/); a signature that is there as well has to fit.
    Raises Unauthenticated without either, Forbidden for a wrong one.
    """
    signature, token = headers.get(SIGNATURE, ""), headers.get(TOKEN, "")
    if signature:
        made = [SCHEME + _sign(body, each) for each in secrets]
        _compare(signature.strip().lower(), made, "The signature does not fit the body.")
    elif token:
        _compare(token.strip(), secrets, "The token in X-Api-Key is not the shop's.")
    else:
        raise Unauthenticated(
            "Sign the body in X-Orderdesk-Signature, or send the shared token in X-Api-Key."
        )


def _sign(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _compare(given: str, right: Sequence[str], refusal: str) -> None:
    """Bytes, because comparing texts fails on letters outside ASCII."""
    if not any(hmac.compare_digest(given.encode(), each.encode()) for each in right):
        raise Forbidden(refusal)
