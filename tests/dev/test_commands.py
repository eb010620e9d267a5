"""The commands that look after a table, run against one, as from a shell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from dev import announce, doctor, verify
from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.domain.orders.history import chain
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders import doctor as examining
from orderdesk.usecases.orders.change import with_deadline, write
from tests.builders import STORE, a_move, a_placed_event, an_order
from tests.dynamo import a_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.orders.order import Order

POLICY = Policy()
MACHINE = "arn:aws:states:ap-south-1:123456789012:stateMachine:orderdesk-order-lifecycle"


@dataclass
class Installation:
    """A shop with archived orders, which nothing but their history and lists belongs to."""

    client: Any
    table: str

    @property
    def orders(self) -> DynamoOrders:
        return DynamoOrders(self.client, self.table)

    def archived(self, number: int) -> Order:
        """Placed, abandoned, archived."""
        order = with_deadline(an_order(message_id=f"wamid.cart{number}", number=number), POLICY)
        linked, [first] = chain(order, [a_placed_event(order)])
        self.orders.add(linked, first, raw="{}")
        counts = DynamoCounts(self.client, self.table)
        counts.count(first)
        for stage in (Stage.ABANDONED, Stage.ARCHIVED):
            after, event = a_move(linked, stage)
            linked = write(after, [event], orders=self.orders, policy=POLICY)
            counts.count(event)
        self._settled(linked)
        return linked

    def _settled(self, order: Order) -> None:
        item = {
            "pk": {"S": f"{STORE}#ORDER#{order.order_id}"},
            "sk": {"S": "EXECUTION"},
            "store_id": {"S": STORE},
            "order_id": {"S": order.order_id},
            "name": {"S": f"{order.order_id}-v1"},
            "stage": {"S": order.stage.value},
            "version": {"N": str(order.version)},
            "token": {"S": ""},
        }
        self.client.put_item(TableName=self.table, Item=item)

    def overwrite(self, order: Order, sk: str, name: str, value: dict[str, str]) -> None:
        self.client.update_item(
            TableName=self.table,
            Key={"pk": {"S": f"{STORE}#ORDER#{order.order_id}"}, "sk": {"S": sk}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )

    def verify(self, *more: str) -> int:
        return verify.main(["--table", self.table, *more])

    def doctor(self, *more: str) -> int:
        return doctor.main(["--table", self.table, "--state-machine", MACHINE, *more])


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with a_table() as (client, table):
        for command in (announce, doctor, verify):
            monkeypatch.setattr(command, "client", boto3.client)
        yield Installation(client, table)


def test_whole_histories_are_proven(shop: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    shop.archived(1001)

    assert shop.verify() == 0
    assert "Nothing was changed, and nothing is missing." in capsys.readouterr().out


def test_a_changed_item_is_named_and_ends_with_1(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order, other = shop.archived(1001), shop.archived(1002)
    shop.overwrite(order, "HISTORY#000002", "reason", {"S": "Nothing of the kind"})

    assert shop.verify() == 1

    said = capsys.readouterr().out
    assert f"{order.order_id}  2        it is not what was written" in said
    assert other.order_id not in said
    assert shop.verify("--order", other.order_id) == 0
    assert shop.verify("--order", order.order_id) == 1


def test_a_missing_item_is_named_and_ends_with_1(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.archived(1001)
    key = {"pk": {"S": f"{STORE}#ORDER#{order.order_id}"}, "sk": {"S": "HISTORY#000002"}}
    shop.client.delete_item(TableName=shop.table, Key=key)

    assert shop.verify("--store", STORE) == 1
    assert "2        it is missing" in capsys.readouterr().out


def test_an_item_that_cannot_be_read_does_not_hide_the_others(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = shop.archived(1001), shop.archived(1002)
    shop.overwrite(first, "HISTORY#000002", "type", {"S": "order.invented"})
    shop.overwrite(second, "HISTORY#000002", "reason", {"S": "Nothing of the kind"})

    assert shop.verify() == 1

    said = capsys.readouterr().out
    assert "it cannot be read: ValueError(\"'order.invented' is not a valid EventType\")" in said
    assert f"{second.order_id}  2        it is not what was written" in said


def test_one_order_shows_the_hash_to_hold_a_copy_against(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.archived(1001)

    shop.verify("--order", order.order_id)

    assert f"hash of the last item: {order.history_hash}" in capsys.readouterr().out


def test_an_order_that_is_not_there_is_said_to_be_so(shop: Installation) -> None:
    shop.archived(1001)

    for command in (shop.verify, shop.doctor):
        with pytest.raises(SystemExit, match="There is no order nobody in main"):
            command("--order", "nobody")


def test_every_page_of_every_list_is_walked(
    shop: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(examining, "PAGE", 2)
    orders = [shop.archived(1001 + n) for n in range(5)]
    shop.overwrite(orders[4], "ORDER", "payment_key", {"S": "elsewhere"})
    shop.overwrite(orders[0], "ORDER", "customer_lane", {"S": "elsewhere"})

    assert shop.doctor() == 1

    said = capsys.readouterr().out
    assert "main: 5 orders, 2 findings" in said
    assert "can be fixed  filed wrongly: customer_lane" in said
    assert "can be fixed  filed wrongly: payment_key" in said


def test_what_can_be_fixed_is_fixed_and_found_no_more(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.archived(1001)
    shop.overwrite(order, "ORDER", "payment_key", {"S": "elsewhere"})
    counts = DynamoCounts(shop.client, shop.table)
    counts.set(STORE, {Stage.ARCHIVED: 7}, seen=counts.get(STORE))

    assert shop.doctor("--fix") == 0
    assert "counted wrongly: archived +6" in capsys.readouterr().out
    assert shop.doctor() == 0
    assert "All agrees." in capsys.readouterr().out


def test_a_broken_history_is_never_fixed(shop: Installation) -> None:
    order = shop.archived(1001)
    shop.overwrite(order, "HISTORY#000002", "reason", {"S": "Nothing of the kind"})

    assert shop.doctor("--fix") == 1
    assert shop.orders.get(STORE, order.order_id).flagged("history_broken")
    assert shop.doctor("--fix", "--order", order.order_id) == 1
    assert shop.orders.get(STORE, order.order_id).version == order.version + 1


def test_what_happened_is_told_again_from_the_version_that_is_asked_for(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.archived(1001)
    topic, queue = a_topic_with_a_listener()

    given = ["--table", shop.table, "--topic", topic, "--order", order.order_id, "--from", "2"]
    assert announce.main(given) == 0

    assert heard(queue) == [2, 3]
    assert "order.moved  placed → abandoned" in capsys.readouterr().out


def test_nothing_to_tell_ends_with_1(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    topic, queue = a_topic_with_a_listener()

    assert announce.main(["--table", shop.table, "--topic", topic, "--order", "nobody"]) == 1
    assert "There is nothing from version 1 on" in capsys.readouterr().out
    assert heard(queue) == []


def test_what_cannot_be_told_is_named(
    shop: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.archived(1001)
    topic = "arn:aws:sns:ap-south-1:123456789012:gone.fifo"

    assert announce.main(["--table", shop.table, "--topic", topic, "--order", order.order_id]) == 1
    assert "Version 1 could not be told" in capsys.readouterr().out


def a_topic_with_a_listener() -> tuple[str, str]:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    fifo = {"FifoTopic": "true", "ContentBasedDeduplication": "false"}
    topic = sns.create_topic(Name="events.fifo", Attributes=fifo)["TopicArn"]
    queue = sqs.create_queue(QueueName="listener.fifo", Attributes={"FifoQueue": "true"})
    asked = sqs.get_queue_attributes(QueueUrl=queue["QueueUrl"], AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=asked["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return topic, queue["QueueUrl"]


def heard(queue: str) -> list[int]:
    """The versions that a listener was told, in order."""
    sqs = boto3.client("sqs")
    versions: list[int] = []
    while found := sqs.receive_message(QueueUrl=queue).get("Messages"):
        for message in found:
            versions.append(json.loads(message["Body"])["version"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return versions
