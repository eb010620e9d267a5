"""What stands in the table: keys, indexes, sizes and secrets."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.adapters.dynamo.executions import DynamoExecutions
from orderdesk.adapters.dynamo.live import DynamoLive
from orderdesk.adapters.dynamo.sessions import DynamoSessions
from orderdesk.adapters.dynamo.values import from_item
from orderdesk.adapters.records import event_from_record
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.ports import ApiKey, Connection, Execution, Idempotency, ListQuery, Sort
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_move,
    a_placed_event,
    a_session,
    an_event,
    an_order,
)
from tests.integration.dynamo.conftest import Database, refusal
from tests.template import template

ORDER_ID = an_order().order_id
ORDER = {"pk": f"main#ORDER#{ORDER_ID}", "sk": "ORDER"}


def text(database: Database, name: str) -> str | None:
    value = database.item(**ORDER).get(name, {}).get("S")
    return None if value is None else str(value)


def test_an_order_stands_under_the_keys_that_the_template_knows(database: Database) -> None:
    order = an_order(due_at=NOW + timedelta(days=1))
    database.orders.add(order, a_placed_event(order), raw="{}")
    database.orders.next_number(STORE)

    keys = sorted((each["pk"]["S"], each["sk"]["S"]) for each in database.items)
    assert keys == [
        ("STORES", "main"),
        ("main#CUSTOMER#customer1", "CUSTOMER"),
        ("main#NUMBERS", "NUMBERS"),
        (f"main#ORDER#{ORDER_ID}", "HISTORY#000001"),
        (f"main#ORDER#{ORDER_ID}", "ORDER"),
        (f"main#ORDER#{ORDER_ID}", "RAW"),
    ]
    assert text(database, "store_lane") == "main#ORDERS"
    assert text(database, "stage_lane") == "main#STAGE#placed"
    assert text(database, "customer_lane") == "main#CUSTOMER#customer1"
    assert text(database, "date_key") == f"2026-11-24T09:15:00.000Z#{ORDER_ID}"
    assert text(database, "payment_key") == f"0#2026-11-24T09:15:00.000Z#{ORDER_ID}"
    assert (text(database, "due_lane"), text(database, "due_at")) == (
        "main#DUE",
        "2026-11-25T09:15:00.000Z",
    )
    assert (text(database, "conduct_lane"), text(database, "conduct_at")) == (
        "main#CONDUCT",
        "2026-11-24T09:16:00.000Z",
    )


def test_a_paid_order_is_sorted_by_when_it_was_paid(database: Database) -> None:
    order = an_order()
    database.orders.add(order, a_placed_event(order), raw="")
    entry = a_capture(order, at=NOW + timedelta(hours=1))
    paid = replace(order, version=2, ledger=order.ledger.book(entry))

    database.orders.save(paid, [an_event(order)])

    assert text(database, "payment_key") == f"1#2026-11-24T10:15:00.000Z#{ORDER_ID}"


def test_an_archived_order_without_deadline_leaves_the_indexes(database: Database) -> None:
    order = an_order(Stage.DELIVERED, due_at=NOW)
    database.orders.add(order, a_placed_event(order), raw="")
    archived, event = a_move(order, Stage.ARCHIVED)
    database.orders.save(replace(archived, due_at=None), [event])
    executions = DynamoExecutions(database.client, database.table)
    executions.check_later(archived, None)

    left = {"store_lane", "due_lane", "due_at", "conduct_lane", "conduct_at"}
    assert not left & set(database.item(**ORDER))
    assert text(database, "stage_lane") == "main#STAGE#archived"


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("stage", [None, Stage.PLACED])
def test_every_page_is_one_query(database: Database, sort: Sort, stage: Stage | None) -> None:
    for number in range(5):
        order = an_order(message_id=f"wamid.{number}")
        database.orders.add(order, a_placed_event(order), raw="")
    database.calls.clear()

    query = ListQuery(store_id=STORE, stage=stage, sort=sort, limit=2)
    first = database.orders.page(query)
    second = database.orders.page(replace(query, cursor=first.cursor))
    third = database.orders.page(replace(query, cursor=second.cursor))

    assert [len(each.items) for each in (first, second, third)] == [2, 2, 1]
    assert third.cursor is None
    assert database.calls == ["Query", "Query", "Query"]


def test_what_expires_does_so_under_the_templates_attribute(database: Database) -> None:
    order = an_order()
    database.orders.add(order, a_placed_event(order), raw="")
    held, event = a_move(order, Stage.ON_HOLD)
    database.orders.save(held, [event], idempotency=Idempotency("key1", "print1"))
    DynamoCounts(database.client, database.table).count(event)
    DynamoSessions(database.client, database.table).put(a_session())
    live = DynamoLive(database.client, database.table, object())  # type: ignore[arg-type]
    live.add(Connection(store_id=STORE, connection_id="c1"), now=NOW)

    name = template()["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"][
        "AttributeName"
    ]
    hours = {
        each["sk"]["S"]: (int(each[name]["N"]) - NOW.timestamp()) / 3600
        for each in database.items
        if name in each
    }
    assert hours == {
        "IDEMPOTENCY": 8 * 24,
        "COUNTED": 8 * 24,
        "SESSION": 12,
        "CONNECTION": 2,
        "CONNECTION#c1": 2,
    }


def test_whoever_reads_the_table_cannot_sign_in_with_it(database: Database) -> None:
    DynamoSessions(database.client, database.table).put(a_session("a-secret-session-id"))
    key = ApiKey(store_id=STORE, key_id="key1", hash="ab" * 32, name="Warehouse", scopes=())
    DynamoApiKeys(database.client, database.table).put(key)

    assert "a-secret-session-id" not in json.dumps(database.items)


def test_a_history_item_is_the_event_that_the_stream_tells(database: Database) -> None:
    order = an_order()
    event = a_placed_event(order)
    database.orders.add(order, event, raw="")

    image = database.item(ORDER["pk"], "HISTORY#000001")

    assert event_from_record(from_item(image)) == event
    assert image["event_id"] == {"S": f"{ORDER_ID}:1"}


def test_a_token_is_kept_beside_the_order(database: Database) -> None:
    execution = Execution(
        store_id=STORE,
        order_id=ORDER_ID,
        name=f"{ORDER_ID}-v1",
        stage=Stage.PLACED,
        version=1,
        token="token1",
    )

    DynamoExecutions(database.client, database.table).park(execution, check_at=NOW)

    assert database.item(ORDER["pk"], "EXECUTION")["token"] == {"S": "token1"}
    assert "token" not in an_order_item(database)


def an_order_item(database: Database) -> dict[str, Any]:
    order = an_order()
    database.orders.add(order, a_placed_event(order), raw="")
    return database.item(**ORDER)


class Sockets:
    """`a` answers with an error that is not about being gone."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.told: list[str] = []

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:
        if ConnectionId == "a":
            raise refusal(self.code, "PostToConnection")
        self.told.append(ConnectionId)


def test_a_dashboard_that_cannot_be_told_does_not_keep_the_others_waiting(
    database: Database,
) -> None:
    sockets: Any = Sockets("LimitExceededException")
    live = DynamoLive(database.client, database.table, sockets)
    for each in ("a", "b"):
        live.add(Connection(store_id=STORE, connection_id=each), now=NOW)

    with pytest.raises(Unavailable, match="1 open dashboard"):
        live.push(STORE, "changed")

    assert sockets.told == ["b"]
