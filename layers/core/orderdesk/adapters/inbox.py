"""The inbox on SQS FIFO; what is too large for a message waits in S3 and the queue has its key.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.domain.errors import Unavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from orderdesk.usecases.ports import InboxEntry

SCHEMA: Final = 1
ENTRY_MAX: Final = 250_000  # characters, and bytes: entries are plain ASCII
BATCH_MAX: Final = 256 * 1024  # bytes of all messages in one call
BATCH_ENTRIES: Final = 10


class SqsInbox:
    """`s3` is asked for only when an entry is too large. A function that only puts needs no
    dead-letter queue, and one that only takes no queue.
    """

    def __init__(
        self,
        sqs: SQSClient,
        s3: Callable[[], S3Client],
        *,
        queue_url: str,
        dead_letter_queue_url: str,
        bucket: str,
    ) -> None:
        self._sqs, self._s3 = sqs, s3
        self._queue_url, self._dead_letter_queue_url = queue_url, dead_letter_queue_url
        self._bucket = bucket

    def put(self, entries: Sequence[InboxEntry]) -> None:
        """In one call when they are few, as they are. Raises Unavailable when any was refused."""
        try:
            for batch in _batches([self._message(entry) for entry in entries]):
                answer = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=batch)
                refused = answer.get("Failed", [])
                if refused:
                    codes = ", ".join(sorted({each["Code"] for each in refused}))
                    raise Unavailable(f"The inbox refused {len(refused)} entries ({codes}).")
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The inbox cannot be reached.") from error

    def _message(self, entry: InboxEntry) -> SendMessageBatchRequestEntryTypeDef:
        body = entry.text
        if len(body) > ENTRY_MAX:
            key = f"entries/{entry.entry_id}.json"
            self._s3().put_object(Bucket=self._bucket, Key=key, Body=body.encode())
            body = json.dumps({"schema": SCHEMA, "s3": key})
        return {
            "Id": entry.entry_id,
            "MessageBody": body,
            "MessageGroupId": entry.group,
            "MessageDeduplicationId": entry.entry_id,
        }

    def open(self, body: str) -> str:
        """Raises Unreadable when what the queue points to is gone, Unavailable when S3 is."""
        key = _key_in(body)
        if not key:
            return body
        try:
            found = self._s3().get_object(Bucket=self._bucket, Key=key)
            return found["Body"].read().decode()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                raise Unreadable("entry_gone", f"The entry {key} is not in the bucket.") from error
            raise Unavailable("The inbox's bucket cannot be reached.") from error
        except BotoCoreError as error:
            raise Unavailable("The inbox's bucket cannot be reached.") from error

    def dead_letter(self, body: str, reason: str) -> None:
        """The body as it was queued, so that it can be queued again once we understand it."""
        try:
            self._sqs.send_message(
                QueueUrl=self._dead_letter_queue_url,
                MessageBody=body,
                MessageGroupId=reason,
                MessageDeduplicationId=hashlib.sha256(body.encode()).hexdigest(),
                MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The dead-letter queue cannot be reached.") from error


def _key_in(body: str) -> str:
    """What is not JSON is not a pointer either; whoever reads the entry says what is wrong."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    key = found.get("s3") if isinstance(found, dict) else None
    return key if isinstance(key, str) else ""


def _batches(
    messages: Sequence[SendMessageBatchRequestEntryTypeDef],
) -> Iterator[list[SendMessageBatchRequestEntryTypeDef]]:
    """In order; the limits are of one call. An entry that stands twice in a body is sent once."""
    batch: list[SendMessageBatchRequestEntryTypeDef] = []
    size = 0
    for message in {each["Id"]: each for each in messages}.values():
        length = len(message["MessageBody"])
        if batch and (len(batch) == BATCH_ENTRIES or size + length > BATCH_MAX):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
