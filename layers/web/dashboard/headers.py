"""Security headers of every response."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from dashboard.context import Settings
    from orderdesk.http import Response


def secured(response: Response, settings: Settings) -> Response:
    """https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html"""
    added = {
        "content-security-policy": content_security_policy(settings),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings.secure:
        added["strict-transport-security"] = "max-age=31536000"
    return replace(response, headers={**response.headers, **added})


def content_security_policy(settings: Settings) -> str:
    """No inline script or style, nothing from elsewhere but product pictures.

    `form-action` names the sign-in pages because signing out is a form that is redirected there.
    """
    pictures = "https:" if settings.secure else "https: http:"
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' {pictures}",
        "connect-src": f"'self' {_origin(settings.live_url)}",
        "manifest-src": "'self'",
        "form-action": f"'self' {_origin(settings.sign_in_url)}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
