from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from orderdesk.adapters.dynamo.live import DynamoLive
from orderdesk.adapters.memory import MemoryLive
from orderdesk.usecases.ports import Connection, Live
from tests.builders import NOW, STORE
from tests.dynamo import a_table


class Sockets:
    """API Gateway's side: which connections are gone, and what the others were sent."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.received: list[tuple[str, str]] = []

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:
        if ConnectionId in self.closed:
            raise ClientError({"Error": {"Code": "GoneException"}}, "PostToConnection")
        self.received.append((ConnectionId, Data.decode()))


@dataclass
class Office:
    live: Live
    closed: set[str]
    sockets: Any = field(default=None)

    @property
    def received(self) -> list[tuple[str, str]]:
        if isinstance(self.live, MemoryLive):
            return sorted((each.connection_id, each.text) for each in self.live.pushed)
        return sorted(self.sockets.received)

    def opens(self, *connection_ids: str, store_id: str = STORE) -> None:
        for each in connection_ids:
            self.live.add(Connection(store_id=store_id, connection_id=each), now=NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "memory":
        live = MemoryLive()
        yield Office(live, live.closed)
        return
    sockets: Any = Sockets()
    with a_table() as (client, name):
        yield Office(DynamoLive(client, name, sockets), sockets.closed, sockets)


def test_every_open_dashboard_of_the_store_is_told(office: Office) -> None:
    office.opens("a", "b")
    office.opens("c", store_id="other")

    office.live.push(STORE, "changed")

    assert office.received == [("a", "changed"), ("b", "changed")]


def test_who_left_is_told_no_more(office: Office) -> None:
    office.opens("a", "b")

    office.live.remove("a")
    office.live.remove("never-there")
    office.live.push(STORE, "changed")

    assert office.received == [("b", "changed")]


def test_a_dashboard_that_is_gone_is_forgotten(office: Office) -> None:
    office.opens("a", "b")
    office.closed.add("a")
    office.live.push(STORE, "first")
    office.closed.clear()

    office.live.push(STORE, "second")

    assert office.received == [("b", "first"), ("b", "second")]


def test_nobody_listens_to_an_empty_store(office: Office) -> None:
    office.live.push(STORE, "changed")

    assert office.received == []
