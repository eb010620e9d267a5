"""Putting events off, on an SQS queue whose messages are held back.

A FIFO queue cannot do it: there a delay belongs to the queue, and not to a message.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
"""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.adapters.records import event_to_record
from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from orderdesk.domain.orders.event import Event

LONGEST: Final = timedelta(minutes=15)


class SqsLater:
    """The message is the event as it is told on the topic, so that one function reads both."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def put(self, event: Event, delay: timedelta) -> None:
        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps(event_to_record(event), ensure_ascii=False),
                DelaySeconds=_seconds(delay),
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The queue for later cannot be reached.") from error


def _seconds(delay: timedelta) -> int:
    """Rounded up: what comes back too early would only be put off again."""
    return math.ceil(min(max(delay, timedelta()), LONGEST).total_seconds())
