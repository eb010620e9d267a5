"""Many writes that depend on nothing: 25 items to a request, no transaction.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.dynamo.table import patiently
from orderdesk.adapters.dynamo.values import to_item
from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.records import Record

MOST: Final = 25
ATTEMPTS: Final = 8  # for the items of one request that DynamoDB did not get to
BACK_OFF: Final = 0.05  # seconds, doubled each time, at random


class Bulk:
    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client: Any = client
        self._name = name

    def put(self, items: Iterable[Record]) -> None:
        """Of several with the same key the last one counts. Raises Unavailable with a part of them
        written.
        """
        last = {(each["pk"], each["sk"]): each for each in items}
        self._write([{"PutRequest": {"Item": to_item(each)}} for each in last.values()])

    def delete(self, keys: Iterable[Key]) -> None:
        """Raises Unavailable with a part of them deleted."""
        once = {(each["pk"], each["sk"]): each for each in keys}
        self._write([{"DeleteRequest": {"Key": to_item(each)}} for each in once.values()])

    def _write(self, requests: list[dict[str, Any]]) -> None:
        for start in range(0, len(requests), MOST):
            left = requests[start : start + MOST]
            for attempt in range(ATTEMPTS):
                asked = {self._name: left}
                answer = patiently(partial(self._client.batch_write_item, RequestItems=asked))
                left = answer.get("UnprocessedItems", {}).get(self._name, [])
                if not left:
                    break
                time.sleep(random.uniform(0, BACK_OFF * 2**attempt))
            if left:
                raise Unavailable("DynamoDB is busy: send the rest again.")
