"""Counts events and tells every open dashboard about them."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.records import event_from_record
from orderdesk.batch import work_off
from orderdesk.usecases.messages.notify_staff import notify_staff

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    return work_off(event, _tell, failed=_log_failure)


def _tell(record: dict[str, Any]) -> None:
    event = event_from_record(record)
    notify_staff(event, orders=wiring.orders(), counts=wiring.counts(), live=wiring.live())
    logger.info("staff told", extra={"event_id": event.event_id, "event_type": event.type.value})


def _log_failure(message_id: str) -> None:
    logger.exception("staff event comes again", extra={"message_id": message_id})
