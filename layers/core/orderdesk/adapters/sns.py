"""SNS: one FIFO topic that everything is told on."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.adapters.records import event_to_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sns import SNSClient

    from orderdesk.domain.orders.event import Event

# https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
MAX_ENTRIES: Final = 10
MAX_BYTES: Final = 256 * 1024 - 16 * 1024  # of bodies; the rest is for names and attributes

log = logging.getLogger(__name__)


class SnsLoudspeaker:
    """Message group = order: listeners hear of each order in the order of its history."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def announce(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """A call holds one event per order: SNS may refuse one entry and take the ones after it."""
        left = list(events)
        untold: list[Event] = []
        while left:
            batch, left = _next_batch(left)
            failed = self._publish(batch)
            if failed is None:  # the topic is out of reach: more calls would only take time
                return tuple(untold + batch + left)
            orders = {event.order_id for event in failed}
            untold += failed + [event for event in left if event.order_id in orders]
            left = [event for event in left if event.order_id not in orders]
        return tuple(untold)

    def _publish(self, batch: list[Event]) -> list[Event] | None:
        """Those that SNS refused; None when the call failed as a whole."""
        entries = [_entry(str(number), event) for number, event in enumerate(batch)]
        try:
            answer = self._client.publish_batch(
                TopicArn=self._topic_arn, PublishBatchRequestEntries=entries
            )
        except (BotoCoreError, ClientError):
            log.exception("publishing failed", extra={"events": len(batch)})
            return None
        for refused in answer.get("Failed", []):
            log.error("event refused", extra={"index": refused["Id"], "code": refused["Code"]})
        return [batch[int(refused["Id"])] for refused in answer.get("Failed", [])]


def _next_batch(events: list[Event]) -> tuple[list[Event], list[Event]]:
    """The first event of each order, as many as fit one call, and the rest in their order."""
    batch: list[Event] = []
    rest: list[Event] = []
    taken: set[str] = set()
    room = MAX_BYTES
    for event in events:
        size = len(_body(event).encode())
        fits = len(batch) < MAX_ENTRIES and (size <= room or not batch)
        if fits and event.order_id not in taken:
            batch.append(event)
            room -= size
        else:
            rest.append(event)
        taken.add(event.order_id)
    return batch, rest


def _entry(entry_id: str, event: Event) -> Any:
    attributes = {
        "event_type": event.type.value,
        "stage": event.target.value,
        "store_id": event.store_id,
    }
    return {
        "Id": entry_id,
        "Message": _body(event),
        "MessageGroupId": f"{event.store_id}#{event.order_id}",
        "MessageDeduplicationId": event.event_id,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }


def _body(event: Event) -> str:
    return json.dumps(event_to_record(event), ensure_ascii=False)
