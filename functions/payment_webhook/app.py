"""Takes the payment gateway's word for what was paid, once it is sure that it is the gateway's."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from orderdesk import wiring
from orderdesk.adapters.payments.events import parse
from orderdesk.adapters.payments.signature import check
from orderdesk.domain import errors
from orderdesk.domain.errors import OrderdeskError, TooLarge, Unavailable
from orderdesk.http import Response, error_response, json_response, request_of
from orderdesk.usecases import pay

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
    request = request_of(event)
    if len(request.body) > BODY_MAX:
        raise TooLarge(f"A payment event has at most {BODY_MAX} bytes.")
    signature = request.headers.get("x-razorpay-signature", "")
    check(request.body, signature, wiring.secrets().payment_webhook_secrets)
    event_id = request.headers.get("x-razorpay-event-id", "")
    news = parse(request.body, event_id=event_id)
    news = replace(news, store_id=news.store_id or wiring.env("STORE_ID"))
    receipt = pay.receive(
        news, orders=wiring.orders(), stores=wiring.stores(), now=datetime.now(UTC)
    )
    told = {"event": news.event, "event_id": event_id, "order_id": news.order_id}
    logger.info("payment event", extra={**told, "receipt": receipt.value})
    return json_response({"receipt": receipt.value})
