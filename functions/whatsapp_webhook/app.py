"""Takes in what Meta sends: verify, queue, answer. What it means is for the inbox.

Meta delivers a body again for days when it is not answered with 200, and to every subscriber: so
what is queued once is answered with 200 whatever it is, and what could not be queued with 503.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

from orderdesk import wiring
from orderdesk.adapters.whatsapp import envelope, signature
from orderdesk.domain.errors import Forbidden, OrderdeskError, TooLarge, Unavailable
from orderdesk.http import Request, Response, Router, error_response, request_of

BODY_MAX: Final = 3 * 1024 * 1024  # Meta's own limit

# Lambda writes the records of the root logger as JSON; Powertools would cost 50 ms of each start.
logger = logging.getLogger("whatsapp_webhook")
logger.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        return site.answer(request_of(event), datetime.now(UTC)).to_event()
    except OrderdeskError as error:
        logger.warning("refused", extra={"code": error.code, "reason": error.message})
        return error_response(error).to_event()
    except Exception:
        logger.exception("webhook comes again")
        return error_response(Unavailable("Try again in a moment.")).to_event()


def _shake_hands(request: Request, now: datetime) -> Response:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint"""
    given, challenge = request.query.get("hub.verify_token", ""), request.query.get("hub.challenge")
    if request.query.get("hub.mode") != "subscribe" or not given or not challenge:
        raise Forbidden("Send hub.mode=subscribe, hub.verify_token and hub.challenge.")
    if not signature.is_verify_token(given, wiring.secrets().verify_token):
        raise Forbidden("hub.verify_token is not the one in the secrets parameter.")
    return Response(body=challenge, headers={"content-type": "text/plain; charset=utf-8"})


def _take_in(request: Request, now: datetime) -> Response:
    if len(request.body) > BODY_MAX:
        raise TooLarge(f"A webhook has at most {BODY_MAX} bytes.")
    given = request.headers.get(signature.HEADER, "")
    signature.check(request.body, given, lambda: wiring.secrets().app_secrets)
    entries = envelope.split(request.body, received_at=now)
    wiring.inbox().put(entries)
    logger.info("queued", extra={"entries": len(entries)})
    return Response()


site: Final[Router[datetime]] = Router()
site.add("GET", "/webhooks/whatsapp", _shake_hands)
site.add("POST", "/webhooks/whatsapp", _take_in)
