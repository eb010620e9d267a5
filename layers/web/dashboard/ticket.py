"""A ticket for one WebSocket connection: browsers send no headers of ours when they open one.

`<store>.<expires>.<who>.<signature>`: good for a minute, made anew before each connection, and
worth nothing on any other door. `who` is a fingerprint of the session, for the log.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

GOOD_FOR: Final = timedelta(seconds=60)
PURPOSE: Final = "orderdesk live ticket 1"
PARTS: Final = 4


def mint(*, store_id: str, session_id: str, key: str, now: datetime) -> str:
    """Raises Unavailable when the shop has no signing key."""
    who = hashlib.sha256(session_id.encode()).hexdigest()[:16]
    claims = f"{store_id}.{int((now + GOOD_FOR).timestamp())}.{who}"
    return f"{claims}.{_sign(claims, key)}"


def store_of(ticket: str, *, key: str, now: datetime) -> str:
    """The store that the ticket opens. Raises Unauthenticated, Unavailable."""
    claims, _, signature = ticket.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(claims, key).encode()):
        raise Unauthenticated("This ticket was not made here.")
    store_id, expires, _ = claims.rsplit(".", PARTS - 2)
    if now.timestamp() > int(expires):
        raise Unauthenticated("This ticket is over: get another one.")
    return store_id


def _sign(claims: str, key: str) -> str:
    """An empty key would let anybody sign."""
    if not key:
        raise Unavailable("The shop's secrets have no signing_key: add 32 random bytes as hex.")
    return hmac.new(key.encode(), f"{PURPOSE}\n{claims}".encode(), hashlib.sha256).hexdigest()
