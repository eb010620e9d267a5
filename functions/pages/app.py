"""The customers' pages: API Gateway event → route → page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.http import request_of
from pages.context import Context
from pages.site import answer, unexpected

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Logs which page it was and not its address, which would open it."""
    request = request_of(event)
    kind = request.path.split("/")[1]
    try:
        response = answer(request, _context())
    except Exception:
        logger.exception("failed", page=kind)
        response = unexpected(_context())
    logger.info("answered", method=request.method, page=kind, status=response.status)
    return response.to_event()


def _context() -> Context:
    return Context(
        links=wiring.pages(),
        orders=wiring.orders(),
        stores=wiring.stores(),
        customers=wiring.customers(),
        places=wiring.places(),
        secure=wiring.env("PUBLIC_URL").startswith("https:"),
        now=datetime.now(UTC),
    )
