"""The few calls that the adapters make to the table, with one way to fail.

A lost race is an answer and no error: writes say which conditions did not hold. What may work
later is Unavailable; anything else is a bug and stays botocore's ClientError.
"""

from __future__ import annotations

import random
import re
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from orderdesk.adapters.dynamo.values import Item, from_item, to_item
from orderdesk.domain.errors import TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.keys import Key
    from orderdesk.adapters.records import Record

type Write = dict[str, dict[str, Any]]

ATTEMPTS: Final = 3  # against other transactions on the same items, which last some milliseconds
BACK_OFF: Final = 0.03  # seconds, doubled each time, at random
MAX_BATCH: Final = 100
CONFLICTS: Final = frozenset({"TransactionConflict", "TransactionConflictException"})
LATER: Final = CONFLICTS | {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionInProgressException",
}
SERVER_ERROR: Final = 500
REFUSED: Final = "ConditionalCheckFailed"


class Table:
    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client: Any = client
        self.name = name

    def get(self, key: Key) -> Record | None:
        """Strongly consistent."""
        answer = self._call("get_item", Key=to_item(key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> list[Record]:
        """Strongly consistent, in no order; those that are not there are left out."""
        ahead = [to_item(key) for key in keys]
        found: list[Record] = []
        while ahead:
            asked = {self.name: {"Keys": ahead[:MAX_BATCH], "ConsistentRead": True}}
            answer = patiently(partial(self._client.batch_get_item, RequestItems=asked))
            found += [from_item(item) for item in answer["Responses"].get(self.name, ())]
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            ahead = left + ahead[MAX_BATCH:]
        return found

    def query(
        self,
        condition: str,
        values: Mapping[str, object],
        *,
        index: str | None = None,
        descending: bool = False,
        limit: int | None = None,
        after: Mapping[str, str] | None = None,
    ) -> list[Record]:
        """One page of at most `limit` items, or all of them; consistent unless on an index."""
        request: dict[str, Any] = {
            "KeyConditionExpression": condition,
            **_names_and_values(condition, values),
            "ScanIndexForward": not descending,
        }
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        request |= {"Limit": limit} if limit else {}
        start: Item | None = to_item(after) if after else None
        found: list[Record] = []
        while True:
            answer = self._call("query", **request, **_start(start))
            found += [from_item(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if start is None or limit:
                return found

    def count(self, condition: str, values: Mapping[str, object], *, index: str) -> int:
        """How many items a query finds, without reading them over the line."""
        request: dict[str, Any] = {
            "KeyConditionExpression": condition,
            **_names_and_values(condition, values),
            "IndexName": index,
            "Select": "COUNT",
        }
        start: Item | None = None
        found = 0
        while True:
            answer = self._call("query", **request, **_start(start))
            found += int(answer["Count"])
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return found

    def put(self, item: Record, condition: str = "", **values: object) -> bool:
        """False when the condition did not hold."""
        return self._holds("put_item", self.putting(item, condition, **values)["Put"])

    def replace(self, item: Record) -> Record | None:
        """What was there before, from the same write."""
        answer = self._call("put_item", Item=to_item(item), ReturnValues="ALL_OLD")
        return from_item(answer["Attributes"]) if answer.get("Attributes") else None

    def update(
        self, key: Key, changes: Mapping[str, object], condition: str = "", **values: object
    ) -> bool:
        """Set what `changes` has, remove what is None in it. False when the condition fails."""
        write = self.updating(key, changes, condition, **values)
        return self._holds("update_item", write["Update"])

    def add(self, key: Key, name: str, amount: int) -> int:
        """Add to a number, which is 0 until then, and return what it is now."""
        update = self.adding(key, {name: amount})["Update"]
        answer = self._call("update_item", **update, ReturnValues="UPDATED_NEW")
        return int(answer["Attributes"][name]["N"])

    def delete(self, key: Key) -> None:
        self._call("delete_item", Key=to_item(key))

    def delete_if(self, key: Key, condition: str, **values: object) -> bool:
        """False when the condition did not hold."""
        return self._holds("delete_item", self.deleting(key, condition, **values)["Delete"])

    def deleting(self, key: Key, condition: str = "", **values: object) -> Write:
        """A delete, as a part of a transaction."""
        delete = {"TableName": self.name, "Key": to_item(key), **_conditional(condition)}
        return {"Delete": delete | _names_and_values(condition, values)}

    def checking(self, key: Key, condition: str, **values: object) -> Write:
        """No write, but a condition that the whole transaction needs."""
        check = {"TableName": self.name, "Key": to_item(key), **_conditional(condition)}
        return {"ConditionCheck": check | _names_and_values(condition, values)}

    def putting(self, item: Record, condition: str = "", **values: object) -> Write:
        """A put, as a part of a transaction."""
        put = {"TableName": self.name, "Item": to_item(item), **_conditional(condition)}
        return {"Put": put | _names_and_values(condition, values)}

    def updating(
        self, key: Key, changes: Mapping[str, object], condition: str = "", **values: object
    ) -> Write:
        """An update, as a part of a transaction."""
        kept = {name: value for name, value in changes.items() if value is not None}
        clauses = (
            ("SET", [f"#{name} = :new_{name}" for name in kept]),
            ("REMOVE", [f"#{name}" for name in changes if name not in kept]),
        )
        text = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)
        given = values | {f"new_{name}": value for name, value in kept.items()}
        update = self._updating(key, text, **_conditional(condition))
        return {"Update": update | _names_and_values(f"{text} {condition}", given)}

    def adding(
        self, key: Key, amounts: Mapping[str, int], condition: str = "", **values: object
    ) -> Write:
        """An addition to numbers, each 0 until then, as a part of a transaction."""
        text = "ADD " + ", ".join(f"#{name} :{name}" for name in amounts)
        update = self._updating(key, text, **_conditional(condition))
        return {"Update": update | _names_and_values(f"{text} {condition}", {**amounts, **values})}

    def _updating(self, key: Key, text: str, **more: Any) -> dict[str, Any]:
        return {"TableName": self.name, "Key": to_item(key), "UpdateExpression": text, **more}

    def transact(self, writes: Sequence[Write]) -> dict[int, Record | None]:
        """All or nothing. Empty when committed; else the place of each write whose condition did
        not hold, with the item that is stored there instead.

        The token makes a retry after a lost answer a success and not a lost race.
        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
        """
        token = str(uuid.uuid4())
        for attempt in range(ATTEMPTS):
            try:
                self._client.transact_write_items(
                    TransactItems=list(writes), ClientRequestToken=token
                )
            except ClientError as error:
                refused = _refused(error)
                if refused:
                    return refused
                if not _conflicts(error) or attempt == ATTEMPTS - 1:
                    raise _translated(error) from error
                _wait(attempt)
            except BotoCoreError as error:
                raise _translated(error) from error
            else:
                return {}
        raise AssertionError("the last attempt either returns or raises")

    def _holds(self, operation: str, request: Mapping[str, Any]) -> bool:
        try:
            self._call(operation, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _call(self, operation: str, **request: Any) -> Any:
        call = getattr(self._client, operation)
        return patiently(partial(call, **{"TableName": self.name, **request}))


def patiently(call: Callable[[], Any]) -> Any:
    """The call, again when a transaction on the item was under way."""
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except ClientError as error:
            if not _conflicts(error) or attempt == ATTEMPTS - 1:
                raise _translated(error) from error
            _wait(attempt)
        except BotoCoreError as error:
            raise _translated(error) from error
    raise AssertionError("the last attempt either returns or raises")


def _wait(attempt: int) -> None:
    time.sleep(random.uniform(0, BACK_OFF * 2**attempt))


def _start(key: Item | None) -> dict[str, Item]:
    return {"ExclusiveStartKey": key} if key else {}


def _conditional(condition: str) -> dict[str, str]:
    if not condition:
        return {}
    return {
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _names_and_values(text: str, values: Mapping[str, object]) -> dict[str, Any]:
    """DynamoDB refuses names and values that the expression does not use, and empty maps."""
    names = {f"#{name}": name for name in re.findall(r"#(\w+)", text)}
    given = to_item({f":{name}": value for name, value in values.items()})
    found = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": given}
    return {name: each for name, each in found.items() if each}


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: Mapping[str, Any] = error.response
    return list(response.get("CancellationReasons", ()))


def _refused(error: ClientError) -> dict[int, Record | None]:
    return {
        place: from_item(reason["Item"]) if reason.get("Item") else None
        for place, reason in enumerate(_reasons(error))
        if reason.get("Code") == REFUSED
    }


def _codes(error: ClientError) -> set[str]:
    own = error.response["Error"]["Code"]
    return {own, *(reason.get("Code", "") for reason in _reasons(error))}


def _conflicts(error: ClientError) -> bool:
    return bool(_codes(error) & CONFLICTS)


def _translated(error: Exception) -> Exception:
    """What may work later as Unavailable, what is too much as TooLarge, a bug as it is."""
    if isinstance(error, ConnectionError | HTTPClientError):
        return Unavailable(f"DynamoDB did not answer ({type(error).__name__}).")
    if not isinstance(error, ClientError):
        return error
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if _codes(error) & LATER or status >= SERVER_ERROR:
        return Unavailable("DynamoDB is busy: try again.")
    said = f"{error} {_reasons(error)}"
    if "Item size" in said or "item size" in said:
        return TooLarge("This is more than one item of the table can hold (400 KB).")
    return error
