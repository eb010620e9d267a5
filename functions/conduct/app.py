"""SQS FIFO of events → the order's execution is answered with where the order went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.records import event_from_record
from orderdesk.usecases.conduct import conduct

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """After a failure, later messages of the same order wait for it, as FIFO promises."""
    waiting: set[str] = set()
    failed = []
    for record in event["Records"]:
        order = record["attributes"]["MessageGroupId"]
        if order in waiting or not _conducted(record):
            waiting.add(order)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _conducted(record: dict[str, Any]) -> bool:
    try:
        told = event_from_record(json.loads(record["body"]))
        course = conduct(
            told,
            orders=wiring.orders(),
            executions=wiring.executions(),
            conductor=wiring.conductor(),
        )
    except Exception:
        logger.exception("not conducted", message_id=record["messageId"])
        return False
    logger.info("conducted", event_id=told.event_id, stage=told.target, course=course)
    return True
