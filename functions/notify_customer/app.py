"""Tells customers what matters to them, from the events of their orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.records import event_from_record
from orderdesk.batch import work_off
from orderdesk.domain.errors import NotFound
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    return work_off(event, _tell, failed=_log_failure)


def _tell(record: dict[str, Any]) -> None:
    event = event_from_record(record)
    names = {"event_id": event.event_id, "event_type": event.type.value, "store_id": event.store_id}
    try:
        notify_customer(event, desk=_desk(), now=datetime.now(UTC))
    except NotFound as error:
        # An event without its order or customer is of a table that was emptied: nobody to tell.
        logger.warning("nobody to tell", extra={**names, "reason": error.message})
        return
    logger.info("customer event handled", extra=names)


def _desk() -> Desk:
    return Desk(
        orders=wiring.orders(),
        stores=wiring.stores(),
        customers=wiring.customers(),
        conversations=wiring.conversations(),
        outbox=wiring.outbox(),
        later=wiring.later(),
        gateways=wiring.gateways(),
        pages=wiring.pages(),
        places=wiring.places(),
    )


def _log_failure(message_id: str) -> None:
    logger.exception("customer event comes again", extra={"message_id": message_id})
