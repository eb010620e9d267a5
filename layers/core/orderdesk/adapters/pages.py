"""Signed links to pages: who holds one may see or answer what it names, until it expires.

A token is the purpose, the store, the order and the time of expiry, with a code over them
(HMAC-SHA256, of which 128 bits are kept: RFC 2104, section 5). Nothing is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.usecases.ports.pages import Pass, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order

CODE_BYTES: Final = 16
TOKEN_MAX: Final = 300
# As long as the longest return window that a shop may set.
ORDER_PAGE_LASTS: Final = timedelta(days=400)
# The same key signs the tickets of open dashboards: neither may pass for the other.
DOMAIN: Final = b"orderdesk page\n"


class SignedPages:
    """`key` gives the shop's signing key, empty when it has none."""

    def __init__(self, public_url: str, key: Callable[[], str]) -> None:
        self._base, self._key = public_url.rstrip("/"), key

    @property
    def ready(self) -> bool:
        return bool(self._key())

    def address_form(self, order: Order, expires_at: datetime) -> str:
        return f"{self._base}/a/{self._token(Purpose.ADDRESS, order, expires_at)}"

    def order_page(self, order: Order) -> str:
        changed_at = order.changed_at or order.placed_at
        token = self._token(Purpose.ORDER, order, changed_at + ORDER_PAGE_LASTS)
        return f"{self._base}/o/{token}"

    def flow_token(self, order: Order, expires_at: datetime) -> str:
        return self._token(Purpose.FLOW, order, expires_at)

    def read(self, token: str, purpose: Purpose) -> Pass | None:
        if len(token) > TOKEN_MAX or not self.ready:
            return None
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
        except ValueError:
            return None
        content, code = whole[:-CODE_BYTES], whole[-CODE_BYTES:]
        canonical = _text(whole) == token
        if not canonical or not hmac.compare_digest(code, self._code(content)):
            return None
        named, store_id, order_id, seconds = content.decode().split("\n")
        if named != purpose:
            return None
        expires_at = datetime.fromtimestamp(int(seconds, 36), UTC)
        return Pass(purpose, store_id, order_id, expires_at)

    def _token(self, purpose: Purpose, order: Order, expires_at: datetime) -> str:
        seconds = _base36(int(expires_at.timestamp()))
        content = "\n".join((purpose, order.store_id, order.order_id, seconds)).encode()
        return _text(content + self._code(content))

    def _code(self, content: bytes) -> bytes:
        return hmac.digest(self._key().encode(), DOMAIN + content, hashlib.sha256)[:CODE_BYTES]


def _text(whole: bytes) -> str:
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits
