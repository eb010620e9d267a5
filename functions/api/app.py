"""HTTP API for integrators: API Gateway event → route → answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.api.context import Context
from orderdesk.api.site import answer
from orderdesk.domain.errors import OrderdeskError
from orderdesk.http import error_response, request_of, unexpected_response

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    http = event["requestContext"]["http"]
    try:
        response = answer(request_of(event), _context())
    except OrderdeskError as error:
        response = error_response(error)
    except Exception:
        logger.exception("failed", method=http["method"], path=http["path"])
        response = unexpected_response()
    logger.info("answered", method=http["method"], path=http["path"], status=response.status)
    return response.to_event()


def _context() -> Context:
    return Context(
        orders=wiring.orders(),
        stores=wiring.stores(),
        stock=wiring.stock(),
        api_keys=wiring.api_keys(),
        gateways=wiring.gateways(),
        reconciliations=wiring.reconciliations(),
        now=datetime.now(UTC),
    )
