"""Messages that wait to be sent, on an SQS FIFO queue with a group per customer."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from mypy_boto3_sqs import SQSClient

    from orderdesk.domain.messages.conversation import Message

log = logging.getLogger(__name__)

LONGEST: Final = 12 * 3600  # seconds that SQS hides a message for, less what it was hidden already
MARGIN: Final = 120


class SqsOutbox:
    """The queue holds where the message is and not what it says, and whom it leaves from: while
    that number is paused, the message is not even read.
    """

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def put(self, message: Message) -> None:
        """Put twice within five minutes, SQS drops the second."""
        ticket = {
            "store_id": message.store_id,
            "message_id": message.message_id,
            "phone_number_id": message.phone_number_id,
        }
        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps(ticket, ensure_ascii=False),
                MessageGroupId=f"{message.store_id}#{message.customer_id}",
                # A key of ours may hold an id of Meta's, which is longer than SQS allows.
                MessageDeduplicationId=hashlib.sha256(message.message_id.encode()).hexdigest(),
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The queue of messages cannot be reached.") from error

    def hold(self, waits: Sequence[tuple[str, timedelta]]) -> None:
        """Hide received messages, at most ten, for so long; what their customers are told after
        them waits behind. One that is not hidden comes back when the queue gives it back.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
        """
        for receipt, delay in waits:
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._queue_url,
                    ReceiptHandle=receipt,
                    VisibilityTimeout=_seconds(delay),
                )
            except (BotoCoreError, ClientError):
                log.warning("the queue did not hide what waits", exc_info=True)


def _seconds(delay: timedelta) -> int:
    return min(max(math.ceil(delay.total_seconds()), 0), LONGEST - MARGIN)
