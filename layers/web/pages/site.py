"""Routes of the customers' pages; what goes wrong becomes a page that says what to do."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound, OrderdeskError, Stale, Unavailable
from orderdesk.domain.shop.speech import ENGLISH
from orderdesk.http import Response, Router
from orderdesk.usecases.ports.pages import Purpose
from pages.address import answer_form, show_form
from pages.order import show_order
from pages.render import page, style_source
from pages.visits import Expired, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.http import Request
    from pages.context import Context, Visit


def answer(request: Request, context: Context) -> Response:
    """Every request gets an answer, with the security headers on it."""
    try:
        response = ROUTES.answer(request, context)
        if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            response = _message("unknown_link", HTTPStatus.METHOD_NOT_ALLOWED, allow="GET, POST")
    except Expired as error:
        response = _message("expired", HTTPStatus.GONE, error.language, shop=error.shop)
    except NotFound:
        response = _message("unknown_link", HTTPStatus.NOT_FOUND)
    except (Stale, Unavailable):
        response = _message("busy", HTTPStatus.SERVICE_UNAVAILABLE, retry_after="5")
    except OrderdeskError:
        response = _message("unreadable", HTTPStatus.BAD_REQUEST)
    return _secured(response, context)


def unexpected(context: Context) -> Response:
    """For a bug of ours: the cause is in the log, not on the page."""
    return _secured(_message("broken", HTTPStatus.INTERNAL_SERVER_ERROR), context)


def _message(
    name: str, status: HTTPStatus, language: str = ENGLISH, *, shop: str = "", **headers: str
) -> Response:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return page(
        "message.html",
        language=language,
        status=status,
        headers=named,
        name=name,
        title=name,
        shop=shop,
    )


def _secured(response: Response, context: Context) -> Response:
    """https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html

    The address of a page is its key: no referrer tells it to where a link leads.
    """
    policy = {
        "default-src": "'none'",
        "style-src": style_source(),
        "img-src": "data:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    added = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if context.secure:
        added["strict-transport-security"] = "max-age=31536000"
    return replace(response, headers={**response.headers, **added})


def _for(
    purpose: Purpose, show: Callable[[Request, Visit, Context], Response]
) -> Callable[[Request, Context], Response]:
    def endpoint(request: Request, context: Context) -> Response:
        return show(request, visit(request, purpose, context), context)

    return endpoint


ROUTES: Final[Router[Context]] = Router()
ROUTES.add("GET", "/a/{token}", _for(Purpose.ADDRESS, show_form))
ROUTES.add("POST", "/a/{token}", _for(Purpose.ADDRESS, answer_form))
ROUTES.add("GET", "/o/{token}", _for(Purpose.ORDER, show_order))
