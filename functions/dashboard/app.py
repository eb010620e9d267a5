"""The staff's pages: API Gateway event → route → page."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger

from dashboard.cognito import exchange
from dashboard.context import Context, KeptStore, Settings
from dashboard.site import answer, unexpected
from orderdesk import wiring
from orderdesk.http import request_of

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request = request_of(event)
    try:
        response = answer(request, _context())
    except Exception:
        logger.exception("failed", path=request.path)
        response = unexpected(_settings())
    logger.info("answered", method=request.method, path=request.path, status=response.status)
    return response.to_event()


@cache
def _settings() -> Settings:
    return Settings(
        store_id=wiring.env("STORE_ID"),
        public_url=wiring.env("PUBLIC_URL").rstrip("/"),
        live_url=wiring.env("LIVE_URL"),
        sign_in_url=wiring.env("COGNITO_SIGN_IN_URL").rstrip("/"),
        client_id=wiring.env("COGNITO_CLIENT_ID"),
        issuer=wiring.env("COGNITO_ISSUER"),
    )


_store = cache(lambda: KeptStore(wiring.stores(), _settings().store_id))


def _context() -> Context:
    return Context(
        settings=_settings(),
        orders=wiring.orders(),
        stores=wiring.stores(),
        store=_store(),
        counts=wiring.counts(),
        sessions=wiring.sessions(),
        conversations=wiring.conversations(),
        gateways=wiring.gateways(),
        signing_key=lambda: wiring.secrets().signing_key,
        exchange=partial(exchange, _settings()),
        now=datetime.now(UTC),
    )
