"""HTTP API for integrators: API Gateway event → route → answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.api.context import Context
from orderdesk.api.site import answer
from orderdesk.http import request_of, unexpected_response

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    request = request_of(event)
    try:
        response = answer(request, _context())
    except Exception:
        logger.exception("failed", method=request.method, path=request.path)
        response = unexpected_response()
    logger.info("answered", method=request.method, path=request.path, status=response.status)
    return response.to_event()


def _context() -> Context:
    return Context(
        orders=wiring.orders(),
        stores=wiring.stores(),
        api_keys=wiring.api_keys(),
        now=datetime.now(UTC),
    )
