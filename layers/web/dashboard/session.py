"""Who is at the screen: a cookie with a random id, everything else in the table."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, Unauthenticated
from orderdesk.domain.orders.actor import Actor, ActorKind, Role
from orderdesk.usecases.ports import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cognito import Identity
    from dashboard.context import Context, Settings
    from orderdesk.http import Request

LASTS: Final = timedelta(hours=12)  # a working day: nobody is thrown out of a shift
SESSION: Final = "orderdesk_session"


def cookie_name(name: str, settings: Settings) -> str:
    """`__Host-` makes browsers refuse the cookie from subdomains and over plain HTTP.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    return f"__Host-{name}" if settings.secure else name


def cookie(name: str, value: str, settings: Settings, *, seconds: int) -> str:
    """Scripts never see it, and other sites cannot send it along with a form."""
    secure = "; Secure" if settings.secure else ""
    named = cookie_name(name, settings)
    return f"{named}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def gone(name: str, settings: Settings) -> str:
    return cookie(name, "", settings, seconds=0)


def begin(identity: Identity, context: Context) -> Session:
    """A new session under a new id, so that an id planted before signing in is worth nothing."""
    session = Session(
        store_id=context.settings.store_id,
        session_id=secrets.token_urlsafe(32),
        user_id=identity.user_id,
        name=identity.name,
        email=identity.email,
        role=identity.role.value,
        csrf_token=secrets.token_urlsafe(24),
        expires_at=context.now + LASTS,
    )
    context.sessions.put(session)
    return session


def find(request: Request, context: Context) -> Session | None:
    session_id = request.cookies.get(cookie_name(SESSION, context.settings), "")
    if not session_id:
        return None
    return context.sessions.find(context.settings.store_id, session_id, now=context.now)


def signed_in(request: Request, context: Context) -> Session:
    """Raises Unauthenticated."""
    session = find(request, context)
    if session is None:
        raise Unauthenticated("Sign in to see this page.")
    return session


def check_csrf(form: Mapping[str, str], session: Session) -> None:
    """Raises Forbidden: the form was not made by a page of this session."""
    given = form.get("csrf", "").encode()
    if not hmac.compare_digest(given, session.csrf_token.encode()):
        raise Forbidden("This form is from an earlier session: load the page again and repeat.")


def actor_of(session: Session) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        id=session.user_id,
        name=session.name,
        via="dashboard",
        role=Role(session.role),
    )
