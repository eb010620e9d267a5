"""WebSocket: open dashboards come, go and say that they are still there."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger

from dashboard.ticket import store_of
from orderdesk import wiring
from orderdesk.domain.errors import OrderdeskError
from orderdesk.http import status_of
from orderdesk.usecases.ports import Connection

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A refused $connect closes the socket; what browsers send ($default) keeps it open."""
    about = event["requestContext"]
    route, connection_id = about["routeKey"], about["connectionId"]
    try:
        if route == "$connect":
            _connect(event, connection_id)
        elif route == "$disconnect":
            wiring.live().remove(connection_id)
    except OrderdeskError as error:
        logger.warning("refused", route=route, reason=error.code)
        return {"statusCode": int(status_of(error))}
    return {"statusCode": HTTPStatus.OK.value}


def _connect(event: dict[str, Any], connection_id: str) -> None:
    now = datetime.now(UTC)
    given = (event.get("queryStringParameters") or {}).get("ticket", "")
    store_id = store_of(given, key=wiring.secrets().signing_key, now=now)
    wiring.live().add(Connection(store_id=store_id, connection_id=connection_id), now=now)
    logger.info("listening", store_id=store_id)
