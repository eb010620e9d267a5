"""What DynamoDB may do to a write, and what becomes of it."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from orderdesk.adapters.dynamo.conversations import DynamoConversations
from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.adapters.dynamo.customers import DynamoCustomers
from orderdesk.domain.errors import Stale, TooLarge, Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.ports import Idempotency
from tests.builders import (
    NOW,
    STORE,
    a_customer,
    a_message,
    a_move,
    a_placed_event,
    an_event,
    an_order,
)
from tests.integration.dynamo.conftest import Database

TRANSACTION = "TransactWriteItems"


def stored(database: Database, **fields: Any) -> Order:
    order = an_order(**fields)
    assert database.orders.add(order, a_placed_event(order), raw="{}")
    database.calls.clear()
    database.tokens.clear()
    return order


def test_a_move_is_one_call(database: Database) -> None:
    order = stored(database)
    after, event = a_move(order, Stage.ON_HOLD)

    database.orders.save(after, [event], idempotency=Idempotency("key1", "print1"))

    assert database.calls == [TRANSACTION]


def test_a_lost_race_is_one_call_too(database: Database) -> None:
    order = stored(database)
    first, event = a_move(order, Stage.ON_HOLD)
    database.orders.save(first, [event])
    late, late_event = a_move(order, Stage.CANCELLED, at=NOW + timedelta(seconds=1))
    database.calls.clear()

    with pytest.raises(Stale) as raised:
        database.orders.save(late, [late_event])

    assert raised.value.current == first
    assert database.calls == [TRANSACTION]


def test_a_move_whose_answer_was_lost_is_no_lost_race(database: Database) -> None:
    order = stored(database)
    after, event = a_move(order, Stage.ON_HOLD)
    database.loses_the_answer_to(TRANSACTION)

    database.orders.save(after, [event], idempotency=Idempotency("key1", "print1"))

    assert database.orders.get(STORE, order.order_id) == after
    assert len(database.orders.history(STORE, order.order_id)) == 2
    # On AWS the token alone makes the second request a success.
    assert len(database.tokens) == 2
    assert len(set(database.tokens)) == 1


def test_an_order_whose_answer_was_lost_was_added(database: Database) -> None:
    order = an_order()
    database.loses_the_answer_to(TRANSACTION)

    assert database.orders.add(order, a_placed_event(order), raw="{}")
    assert database.orders.get(STORE, order.order_id) == order


def test_a_message_whose_answer_was_lost_was_appended(database: Database) -> None:
    conversations = DynamoConversations(database.client, database.table)
    database.loses_the_answer_to(TRANSACTION)

    assert conversations.append(a_message())
    assert not conversations.append(a_message())


def test_a_count_whose_answer_was_lost_counts_once(database: Database) -> None:
    counts = DynamoCounts(database.client, database.table)
    database.loses_the_answer_to(TRANSACTION)

    counts.count(a_placed_event(an_order()))

    assert counts.get(STORE)[Stage.PLACED] == 1


@pytest.mark.parametrize("times", [1, 2])
def test_another_transaction_on_the_order_is_waited_for(database: Database, times: int) -> None:
    order = stored(database)
    after, event = a_move(order, Stage.ON_HOLD)
    database.fails(
        TRANSACTION, "TransactionCanceledException", times=times, reason="TransactionConflict"
    )

    database.orders.save(after, [event])

    assert database.orders.get(STORE, order.order_id) == after


def test_a_conflict_that_does_not_end_is_told_as_one_to_try_later(database: Database) -> None:
    order = stored(database)
    after, event = a_move(order, Stage.ON_HOLD)
    database.fails(
        TRANSACTION, "TransactionCanceledException", times=3, reason="TransactionConflict"
    )

    with pytest.raises(Unavailable):
        database.orders.save(after, [event])

    assert database.orders.get(STORE, order.order_id) == order


def test_a_single_write_waits_for_transactions_as_well(database: Database) -> None:
    order = stored(database, due_at=NOW)
    database.fails("UpdateItem", "TransactionConflictException", times=2)

    database.orders.postpone(order, None)

    assert database.orders.get(STORE, order.order_id).due_at is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ProvisionedThroughputExceededException", ""),
        ("ThrottlingException", ""),
        ("RequestLimitExceeded", ""),
        ("InternalServerError", ""),
        ("TransactionCanceledException", "ThrottlingError"),
        ("TransactionCanceledException", "ProvisionedThroughputExceeded"),
    ],
)
def test_a_throttled_write_is_refused_for_now_and_does_nothing(
    database: Database, code: str, reason: str
) -> None:
    order = stored(database)
    after, event = a_move(order, Stage.ON_HOLD)
    database.fails(TRANSACTION, code, times=1, reason=reason)

    with pytest.raises(Unavailable) as raised:
        database.orders.save(after, [event])

    assert raised.value.retry_after > 0
    assert database.orders.get(STORE, order.order_id) == order


def test_a_throttled_read_is_refused_for_now(database: Database) -> None:
    database.fails("GetItem", "ThrottlingException", times=1)

    with pytest.raises(Unavailable):
        database.orders.find(STORE, "any")


def test_a_missing_permission_is_not_taken_for_an_outage(database: Database) -> None:
    database.fails("GetItem", "AccessDeniedException", times=1)

    with pytest.raises(ClientError):
        database.orders.find(STORE, "any")


def test_what_no_item_can_hold_is_refused_as_too_large(database: Database) -> None:
    order = an_order()
    incompressible = random.Random(1).randbytes(500_000).hex()

    with pytest.raises(TooLarge, match="400 KB"):
        database.orders.add(order, a_placed_event(order), raw=incompressible)

    assert database.orders.find(STORE, order.order_id) is None


def test_a_store_is_noted_once_and_not_by_every_order(database: Database) -> None:
    orders = database.orders
    for number in range(3):
        order = an_order(message_id=f"wamid.{number}")
        orders.add(order, a_placed_event(order), raw="")

    assert database.calls == ["PutItem", TRANSACTION, TRANSACTION, TRANSACTION]


def test_a_customer_who_writes_again_costs_two_reads(database: Database) -> None:
    customers = DynamoCustomers(database.client, database.table)
    aliases = [Alias(AliasKind.USER_ID, "IN.1"), Alias(AliasKind.PHONE, "919876543210")]
    customers.identify(STORE, aliases, seen=a_customer(""), now=NOW)
    database.calls.clear()

    customers.identify(STORE, aliases, seen=a_customer(""), now=NOW)

    assert database.calls == ["BatchGetItem", "GetItem"]


def test_code_before_and_after_a_deployment_keep_each_others_fields(database: Database) -> None:
    order = stored(database)
    newer = {"gift_wrap": {"BOOL": True}, "schema": {"N": "2"}}
    key = {"pk": f"{STORE}#ORDER#{order.order_id}", "sk": "ORDER"}
    item = database.item(**key)
    item["customer"]["M"]["language"] = {"S": "mr"}
    database.client.put_item(TableName=database.table, Item=item | newer)

    assert database.orders.get(STORE, order.order_id) == order
    after, event = a_move(order, Stage.ON_HOLD)
    database.orders.save(after, [event])

    assert database.item(**key)["gift_wrap"] == {"BOOL": True}
    assert database.orders.get(STORE, order.order_id) == after


def test_an_older_item_without_the_newest_fields_is_read(database: Database) -> None:
    order = stored(database)
    key = {"pk": f"{STORE}#ORDER#{order.order_id}", "sk": "ORDER"}
    item = database.item(**key)
    for name in ("fulfilment", "attention", "catalog_id", "note", "schema"):
        del item[name]
    database.client.put_item(TableName=database.table, Item=item)

    expected = replace(order, catalog_id="")
    assert database.orders.get(STORE, order.order_id) == expected


def test_a_history_of_many_versions_is_read_in_order(database: Database) -> None:
    order = stored(database)
    for version in range(2, 13):
        current = replace(order, version=version)
        database.orders.save(current, [an_event(replace(order, version=version - 1))])

    versions = [each.version for each in database.orders.history(STORE, order.order_id)]
    assert versions == list(range(1, 13))
