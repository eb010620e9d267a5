"""Sends what waits in the outbox: each customer's messages in order, others side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.batch import work_off
from orderdesk.domain.errors import NotFound
from orderdesk.usecases.send import Mailroom, send

if TYPE_CHECKING:
    from datetime import timedelta

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    return work_off(event, _send, failed=_log_failure, hold=wiring.outbox().hold)


def _send(ticket: dict[str, str]) -> timedelta | None:
    names = {"store_id": ticket["store_id"], "key": ticket["message_id"]}
    try:
        wait = send(ticket["store_id"], ticket["message_id"], room=_room(), now=datetime.now(UTC))
    except NotFound as error:
        # A message without its customer is of a table that was emptied: nobody to write to.
        logger.warning("nobody to write to", extra={**names, "reason": error.message})
        return None
    seconds = wait.total_seconds() if wait is not None else None
    logger.info("message handled", extra={**names, "waits": seconds})
    return wait


def _room() -> Mailroom:
    return Mailroom(
        orders=wiring.orders(),
        stores=wiring.stores(),
        customers=wiring.customers(),
        conversations=wiring.conversations(),
        messenger=wiring.messenger(),
        outbox=wiring.outbox(),
        pages=wiring.pages(),
    )


def _log_failure(message_id: str) -> None:
    logger.exception("message comes again", extra={"message_id": message_id})
