"""Working off a batch from an SQS FIFO queue, and reporting which messages have to come again.

The batch utility of Powertools does the same; importing it takes as long as half of botocore,
because it brings asyncio.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def work_off[Body](
    event: Mapping[str, Any],
    handle: Callable[[Body], None],
    *,
    failed: Callable[[str], None],
    read: Callable[[str], Body] = json.loads,
) -> dict[str, list[dict[str, str]]]:
    """Give each message's body to `handle`, as `read` reads it; answer with the failures.

    Behind a message that raised, the rest of its group is reported unhandled, so that the group
    stays in order; other groups go on. `failed` is called inside the exception, with the message
    id, for the log.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    stopped: set[str] = set()
    again: list[dict[str, str]] = []
    for record in event["Records"]:
        message_id = record["messageId"]
        # The local cloud does not tell the group of what came through a topic.
        group = record["attributes"].get("MessageGroupId", message_id)
        if group not in stopped:
            try:
                handle(read(record["body"]))
                continue
            except Exception:
                failed(message_id)
                stopped.add(group)
        again.append({"itemIdentifier": message_id})
    return {"batchItemFailures": again}
