"""In and out: the signed-out page, the way to Cognito and back, the end of a session."""

from __future__ import annotations

import base64
import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from dashboard.cognito import AGAIN, Flow, authorize_url, identity_of, logout_url
from dashboard.render import page
from dashboard.session import (
    LASTS,
    SESSION,
    begin,
    check_csrf,
    cookie,
    cookie_name,
    find,
    gone,
    signed_in,
)
from orderdesk.domain.errors import Unauthenticated
from orderdesk.http import Response

if TYPE_CHECKING:
    from dashboard.context import Context
    from orderdesk.http import Request

FLOW: Final = "orderdesk_sign_in"
FLOW_SECONDS: Final = 600
START: Final = "/orders"


def home(request: Request, context: Context) -> Response:
    """The signed-out page; `next` is where signing in leads."""
    if find(request, context):
        return see(START)
    onward = safe_path(request.query.get("next", ""))
    link = "/sign-in" if onward == START else f"/sign-in?{urlencode({'next': onward})}"
    return page("signed_out.html", store=context.store(), sign_in=link, returning=onward != START)


def sign_in(request: Request, context: Context) -> Response:
    flow = Flow.start()
    onward = safe_path(request.query.get("next", ""))
    kept = f"{flow.secret}.{base64.urlsafe_b64encode(onward.encode()).decode().rstrip('=')}"
    return see(
        authorize_url(flow, context.settings),
        cookie(FLOW, kept, context.settings, seconds=FLOW_SECONDS),
    )


def callback(request: Request, context: Context) -> Response:
    """Cognito sends the browser back. Raises Unauthenticated, Forbidden, Unavailable."""
    settings = context.settings
    kept = request.cookies.get(cookie_name(FLOW, settings), "")
    secret, _, onward = kept.partition(".")
    flow = Flow(secret)
    state = request.query.get("state", "")
    if not secret or not hmac.compare_digest(state.encode(), flow.state.encode()):
        raise Unauthenticated(AGAIN)
    code = request.query.get("code", "")
    if not code:
        raise Unauthenticated(AGAIN)
    identity = identity_of(context.exchange(code, flow.verifier), flow, settings, context.now)
    session = begin(identity, context)
    return see(
        safe_path(_decoded(onward)),
        cookie(SESSION, session.session_id, settings, seconds=int(LASTS.total_seconds())),
        gone(FLOW, settings),
    )


def sign_out(request: Request, context: Context) -> Response:
    session = signed_in(request, context)
    check_csrf(dict(parse_qsl(request.body.decode(errors="replace"))), session)
    context.sessions.remove(session.store_id, session.session_id)
    return see(logout_url(context.settings), gone(SESSION, context.settings))


def see(address: str, *cookies: str) -> Response:
    headers = {"location": address, "cache-control": "no-store"}
    return Response(status=HTTPStatus.SEE_OTHER, headers=headers, cookies=cookies)


def safe_path(path: str) -> str:
    """A path of this site, whatever a link says: `//evil.example` is another site's address."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own and path != "/" else START


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""
