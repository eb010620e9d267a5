"""HTTP API for integrators: API Gateway event → route → answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.api.site import answer
from orderdesk.domain.errors import OrderdeskError
from orderdesk.http import error_response, request_of, unexpected_response

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from orderdesk.api.context import Context

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


class _Ports:
    """A context whose ports are made when a route asks for them: most need two or three."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(wiring, name)()


def _context() -> Context:
    return cast("Context", _Ports(datetime.now(UTC)))
