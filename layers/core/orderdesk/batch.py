"""Working off a batch from an SQS FIFO queue, and reporting which messages have to come again.

The batch utility of Powertools does the same; importing it takes as long as half of botocore,
because it brings asyncio.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def work_off(
    event: Mapping[str, Any],
    handle: Callable[[dict[str, Any]], None],
    *,
    failed: Callable[[str], None],
) -> dict[str, list[dict[str, str]]]:
    """Give each message's JSON body to `handle`; answer with the batch item failures.

    Behind a message that raised, the rest of its group is reported unhandled, so that the group
    stays in order; other groups go on. `failed` is called inside the exception, with the message
    id, for the log.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    stopped: set[str] = set()
    again: list[dict[str, str]] = []
    for record in event["Records"]:
        message_id, group = record["messageId"], record["attributes"]["MessageGroupId"]
        if group not in stopped:
            try:
                handle(json.loads(record["body"]))
                continue
            except Exception:
                failed(message_id)
                stopped.add(group)
        again.append({"itemIdentifier": message_id})
    return {"batchItemFailures": again}
