"""Takes a courier's word for where a parcel is, once it is sure that the shop knows the courier."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

from orderdesk import wiring
from orderdesk.adapters.couriers.scans import parse
from orderdesk.adapters.couriers.signature import check
from orderdesk.domain import errors
from orderdesk.domain.errors import OrderdeskError, TooLarge, Unavailable
from orderdesk.http import Response, error_response, json_response, request_of
from orderdesk.usecases.orders import courier

BODY_MAX: Final = 1024 * 1024
REFUSED: Final = (errors.Forbidden, errors.Unauthenticated, errors.Unreadable, TooLarge)

# Lambda writes these as JSON; Powertools would cost 50 ms of each start.
logger = logging.getLogger("courier_webhook")
logger.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A scan that changes nothing (late, repeated, of a parcel that is not ours) is answered 200:
    couriers drop a webhook that refuses too much. What could not be written for now answers 503.
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
        raise TooLarge(f"A scan has at most {BODY_MAX} bytes.")
    check(request.body, request.headers, wiring.secrets().courier_webhook_secrets)
    scan = parse(request.body)
    outcome = courier.receive(
        request.query.get("store") or wiring.env("STORE_ID"),
        scan,
        orders=wiring.orders(),
        stores=wiring.stores(),
        now=datetime.now(UTC),
    )
    told = {"scan_id": scan.scan_id, "tracking_number": scan.tracking_number, "said": scan.said}
    logger.info("scan", extra={**told, "outcome": outcome.value})
    return json_response({"outcome": outcome.value})
