"""One table of the template on moto, and the ways in which DynamoDB fails."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from orderdesk.adapters.dynamo.orders import DynamoOrders
from tests.dynamo import a_client, a_table, serve


@dataclass
class Database:
    """`calls` has the operations that were asked for, `tokens` those of each transaction sent."""

    client: Any
    table: str
    calls: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    @property
    def orders(self) -> DynamoOrders:
        return DynamoOrders(self.client, self.table)

    @property
    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.scan(TableName=self.table)["Items"]
        return found

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        found: dict[str, Any] = self.client.get_item(TableName=self.table, Key=key)["Item"]
        return found

    def loses_the_answer_to(self, operation: str) -> None:
        """The next request is served, and the connection breaks before the answer comes."""
        left = [ConnectionClosedError(endpoint_url="https://dynamodb")]

        def serve_and_break(event_name: str, request: Any, **_: Any) -> None:
            if left:
                serve(self.client, event_name, request)
                raise left.pop()

        self.client.meta.events.register_first(f"before-send.dynamodb.{operation}", serve_and_break)

    def fails(self, operation: str, code: str, *, times: int, reason: str = "") -> None:
        """The next calls are refused before anything is done."""
        left = list(range(times))

        def refuse(**_: Any) -> None:
            if left:
                left.pop()
                raise refusal(code, operation, reason)

        self.client.meta.events.register(f"before-call.dynamodb.{operation}", refuse)

    def meanwhile(self, operation: str, action: Callable[[], object]) -> None:
        """Just before the next call of this operation, somebody else does something."""
        left = [action]

        def act(**_: Any) -> None:
            if left:
                left.pop()()

        self.client.meta.events.register(f"before-call.dynamodb.{operation}", act)


def refusal(code: str, operation: str, reason: str = "") -> ClientError:
    reasons = {"CancellationReasons": [{"Code": reason}, {"Code": "None"}]} if reason else {}
    answer: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        **reasons,
    }
    return ClientError(answer, operation)


@pytest.fixture
def database() -> Iterator[Database]:
    with a_table(a_client()) as (client, name):
        found = Database(client, name)
        events = client.meta.events
        events.register("before-call.dynamodb", _noting(found))
        events.register_first("before-send.dynamodb.TransactWriteItems", _keeping_tokens(found))
        yield found


def _keeping_tokens(database: Database) -> Callable[..., None]:
    def keep(request: Any, **_: Any) -> None:
        database.tokens.append(json.loads(request.body)["ClientRequestToken"])

    return keep


def _noting(database: Database) -> Callable[..., None]:
    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        database.calls.append(model.name)

    return note


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
