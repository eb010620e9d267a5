"""Sign-in through Cognito's own pages: authorization code with PKCE, state and nonce.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import urllib3

from orderdesk.domain.errors import Forbidden, Unauthenticated, Unavailable
from orderdesk.domain.orders.actor import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dashboard.context import Settings

SCOPES: Final = "openid email profile"
AGAIN: Final = "Signing in did not work: start again."


@dataclass(frozen=True, slots=True)
class Flow:
    """One way through the sign-in pages. Everything derives from a secret that only this browser
    keeps (in a cookie), so that a code or state of somebody else's flow fits nowhere.
    """

    secret: str

    @classmethod
    def start(cls) -> Flow:
        return cls(secrets.token_urlsafe(32))

    @property
    def state(self) -> str:
        return self._derive("state")

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """43 characters, as PKCE wants: https://www.rfc-editor.org/rfc/rfc7636#section-4.1"""
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())

    def _derive(self, purpose: str) -> str:
        return _base64url(hmac.digest(self.secret.encode(), purpose.encode(), "sha256"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    user_id: str
    name: str
    email: str
    role: Role


def authorize_url(flow: Flow, settings: Settings) -> str:
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": settings.callback_url,
        "scope": SCOPES,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.challenge,
        "code_challenge_method": "S256",
    }
    return f"{settings.sign_in_url}/oauth2/authorize?{urlencode(asked)}"


def logout_url(settings: Settings) -> str:
    """Cognito forgets the browser too; otherwise the next person is signed in by one click."""
    asked = {"client_id": settings.client_id, "logout_uri": f"{settings.public_url}/"}
    return f"{settings.sign_in_url}/logout?{urlencode(asked)}"


def exchange(settings: Settings, code: str, verifier: str) -> str:
    """The id token for a code. Raises Unauthenticated (no such code), Unavailable."""
    form = {
        "grant_type": "authorization_code",
        "client_id": settings.client_id,
        "code": code,
        "redirect_uri": settings.callback_url,
        "code_verifier": verifier,
    }
    try:
        answer = urllib3.request(
            "POST",
            f"{settings.sign_in_url}/oauth2/token",
            body=urlencode(form),
            headers={"content-type": "application/x-www-form-urlencoded"},
            timeout=urllib3.Timeout(connect=2, read=8),
            retries=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable("The sign-in service does not answer.") from error
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unavailable("The sign-in service is down.")
    if answer.status != HTTPStatus.OK:
        raise Unauthenticated(AGAIN)
    token = answer.json().get("id_token")
    if not isinstance(token, str):
        raise Unavailable("The sign-in service sent no id token.")
    return token


def identity_of(id_token: str, flow: Flow, settings: Settings, now: datetime) -> Identity:
    """Who the token speaks of. Raises Unauthenticated, or Forbidden for somebody without a role.

    The token came from the token endpoint itself over TLS, which stands in for its signature:
    https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation (step 6).
    """
    claims = _claims(id_token)
    nonce = str(claims.get("nonce", ""))
    good = (
        claims.get("iss") == settings.issuer
        and claims.get("aud") == settings.client_id
        and claims.get("token_use", "id") == "id"
        and isinstance(claims.get("exp"), int)
        and now.timestamp() < claims["exp"]
        and hmac.compare_digest(nonce.encode(), flow.nonce.encode())
        and bool(claims.get("sub"))
    )
    if not good:
        raise Unauthenticated(AGAIN)
    email = str(claims.get("email", ""))
    name = str(claims.get("name") or email.partition("@")[0] or claims["sub"])
    return Identity(user_id=str(claims["sub"]), name=name, email=email, role=_role(claims))


def _role(claims: Mapping[str, Any]) -> Role:
    """The strongest one, in the order in which roles are declared."""
    groups = claims.get("cognito:groups") or []
    for role in Role:
        if role.value in groups:
            return role
    raise Forbidden("You have no role in this shop yet: ask its owner to give you one.")


def _claims(token: str) -> Mapping[str, Any]:
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError) as error:
        raise Unauthenticated(AGAIN) from error
    return found if isinstance(found, dict) else {}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
