"""DynamoDB stream of history items → the events topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.dynamo.values import from_item
from orderdesk.adapters.records import event_from_record
from orderdesk.usecases.orders.relay import Committed, relay

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The stream comes again from the first failure on: Lambda takes the lowest of the numbers.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    records = [_committed(record["dynamodb"]) for record in event["Records"]]
    failed = relay(records, loudspeaker=wiring.loudspeaker())
    logger.info("relayed", told=len(records) - len(failed), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def _committed(change: dict[str, Any]) -> Committed:
    return Committed(
        sequence=change["SequenceNumber"],
        order=change["Keys"]["pk"]["S"],
        event=_event(change),
    )


def _event(change: dict[str, Any]) -> Event | None:
    try:
        return event_from_record(from_item(change["NewImage"]))
    except Exception:
        logger.exception("unreadable", keys=change["Keys"])
        return None
