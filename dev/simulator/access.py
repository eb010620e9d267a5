"""Who may call the Graph API, and under which version path."""

import hmac

from aiohttp import web

from dev.simulator.errors import TOKEN_INVALID, GraphError

VERSION = r"/{version:v\d+\.\d+}"


def authorise(request: web.Request, access_token: str) -> None:
    """Raise GraphError 190 when the bearer token is not the app's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), access_token.encode()):
        raise GraphError(TOKEN_INVALID, "The bearer token is not the access token of this app.")
