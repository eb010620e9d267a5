"""Working off a batch from an SQS FIFO queue, and reporting which messages have to come again.

The batch utility of Powertools does the same; importing it takes as long as half of botocore,
because it brings asyncio.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta


def work_off[Body](
    event: Mapping[str, Any],
    handle: Callable[[Body], timedelta | None],
    *,
    failed: Callable[[str], None],
    read: Callable[[str], Body] = json.loads,
    hold: Callable[[Sequence[tuple[str, timedelta]]], None] | None = None,
) -> dict[str, list[dict[str, str]]]:
    """Give each message's body to `handle`, as `read` reads it; answer with the failures.

    Behind a message that raised, the rest of its group is reported unhandled, so that the group
    stays in order; other groups go on. `failed` is called inside the exception, with the message
    id, for the log.

    A message for which `handle` returns a delay comes again after it, and the rest of its group
    with it: `hold` is given the receipt handles and delays of all, once.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    stopped: dict[str, timedelta | None] = {}
    again: list[dict[str, str]] = []
    held: list[tuple[str, timedelta]] = []
    for record in event["Records"]:
        message_id = record["messageId"]
        # The local cloud does not tell the group of what came through a topic.
        group = record["attributes"].get("MessageGroupId", message_id)
        try:
            if group not in stopped:
                delay = handle(read(record["body"]))
                if delay is None:
                    continue
                stopped[group] = delay
        except Exception:
            failed(message_id)
            stopped.setdefault(group, None)
        again.append({"itemIdentifier": message_id})
        if (wait := stopped[group]) is not None:
            held.append((record["receiptHandle"], wait))
    if held and hold is not None:
        hold(held)
    return {"batchItemFailures": again}
