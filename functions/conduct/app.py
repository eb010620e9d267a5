"""SQS FIFO of events → the order's execution is answered with where the order went."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.records import event_from_record
from orderdesk.batch import work_off
from orderdesk.usecases.orders.conduct import conduct

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """After a failure, later messages of the same order wait for it, as FIFO promises."""
    return work_off(event, _conduct, failed=_log_failure)


def _conduct(record: dict[str, Any]) -> None:
    told = event_from_record(record)
    course = conduct(
        told,
        orders=wiring.orders(),
        executions=wiring.executions(),
        conductor=wiring.conductor(),
    )
    logger.info("conducted", event_id=told.event_id, stage=told.target, course=course)


def _log_failure(message_id: str) -> None:
    logger.exception("not conducted", message_id=message_id)
