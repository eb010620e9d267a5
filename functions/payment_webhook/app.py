"""Takes a payment gateway's word for what was paid, once it is sure that it is the gateway's."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

from orderdesk import wiring
from orderdesk.adapters.payments.webhook import read
from orderdesk.domain import errors
from orderdesk.domain.errors import OrderdeskError, TooLarge, Unavailable
from orderdesk.http import Response, error_response, json_response, request_of
from orderdesk.usecases.payments.payment_news import hear

BODY_MAX: Final = 1024 * 1024
REFUSED: Final = (errors.Forbidden, errors.Unauthenticated, errors.Unreadable, TooLarge)

# Lambda writes these as JSON; Powertools would cost 50 ms of each start.
logger = logging.getLogger("payment_webhook")
logger.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Any 2xx ends the gateway's retries, so what could not be booked for now answers 503.

    What nobody foresaw is raised: API Gateway answers 500, which is tried again just the same, and
    the alarm on errors rings.
    """
    try:
        return _receive(event).to_event()
    except REFUSED as error:
        logger.warning("refused", extra={"code": error.code, "reason": error.message})
        return error_response(error).to_event()
    except OrderdeskError as error:
        logger.error("comes again", extra={"code": error.code, "reason": error.message})
        return error_response(Unavailable("Try again in a moment.")).to_event()


def _receive(event: dict[str, Any]) -> Response:
    request, now = request_of(event), datetime.now(UTC)
    if len(request.body) > BODY_MAX:
        raise TooLarge(f"A payment event has at most {BODY_MAX} bytes.")
    news = read(request.body, request.headers, wiring.secrets(), now=now)
    receipt = hear(
        news,
        store_id=wiring.env("STORE_ID"),
        gateways=wiring.gateways(),
        orders=wiring.orders(),
        stores=wiring.stores(),
        now=now,
    )
    told = {"event": news.event, "event_id": news.event_id, "order_id": news.order_id}
    why = {"provider": news.provider, "receipt": receipt.value, "reason": news.reason}
    logger.info("payment event", extra=told | why)
    return json_response({"receipt": receipt.value})
