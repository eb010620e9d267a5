"""Events on the topic, in order per order, as a queue behind it receives them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from orderdesk.adapters.records import event_from_record
from orderdesk.adapters.sns import MAX_BYTES, SnsLoudspeaker
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import STORE, a_move, a_placed_event, an_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.orders.event import Event


class Topic:
    """A FIFO topic with a queue that hears everything, and a record of the calls made."""

    def __init__(self) -> None:
        self.client = boto3.client("sns")
        fifo = {"FifoTopic": "true", "ContentBasedDeduplication": "false"}
        self.arn = self.client.create_topic(Name="events.fifo", Attributes=fifo)["TopicArn"]
        self.sqs = boto3.client("sqs")
        self.queue = self.sqs.create_queue(
            QueueName="listener.fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=self.queue, AttributeNames=["QueueArn"]
        )["Attributes"]
        self.client.subscribe(
            TopicArn=self.arn,
            Protocol="sqs",
            Endpoint=attributes["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.calls: list[list[dict[str, Any]]] = []
        self.refuse: set[str] = set()

    def publish_batch(self, **given: Any) -> Any:
        """As SNS does, except for entries that a test has refused."""
        entries = given["PublishBatchRequestEntries"]
        self.calls.append(entries)
        taken = [each for each in entries if each["MessageDeduplicationId"] not in self.refuse]
        answer: dict[str, Any] = {}
        if taken:
            told = {"TopicArn": given["TopicArn"], "PublishBatchRequestEntries": taken}
            answer = dict(self.client.publish_batch(**told))
        answer["Failed"] = [
            {"Id": each["Id"], "Code": "InternalError", "SenderFault": False}
            for each in entries
            if each not in taken
        ]
        return answer

    def heard(self) -> list[Any]:
        found: list[Any] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.queue,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
            VisibilityTimeout=60,
        ).get("Messages"):
            found += messages
            for message in messages:  # its group waits until it is gone
                handle = message["ReceiptHandle"]
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=handle)
        return found


@pytest.fixture
def topic() -> Iterator[Topic]:
    with mock_aws():
        yield Topic()


@pytest.fixture
def loudspeaker(topic: Topic) -> SnsLoudspeaker:
    return SnsLoudspeaker(topic, topic.arn)  # type: ignore[arg-type]


def a_life(message_id: str = "wamid.cart1") -> list[Event]:
    order = an_order(message_id=message_id)
    confirmed, second = a_move(order, Stage.CONFIRMED)
    _, third = a_move(confirmed, Stage.APPROVED)
    return [a_placed_event(order), second, third]


def test_a_listener_hears_the_event_as_it_was_written(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    placed, moved, _ = a_life()

    assert loudspeaker.announce([placed, moved]) == ()

    messages = topic.heard()
    assert [event_from_record(json.loads(each["Body"])) for each in messages] == [placed, moved]
    attributes = messages[1]["Attributes"]
    assert attributes["MessageGroupId"] == f"{STORE}#{moved.order_id}"
    assert attributes["MessageDeduplicationId"] == moved.event_id


def test_listeners_can_choose_by_type_stage_and_store(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    loudspeaker.announce(a_life()[1:2])

    ((entry,),) = topic.calls
    given = {name: each["StringValue"] for name, each in entry["MessageAttributes"].items()}
    assert given == {"event_type": "order.moved", "stage": "confirmed", "store_id": "main"}


def test_an_event_that_is_told_again_is_heard_once(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    placed, *_ = a_life()
    loudspeaker.announce([placed])
    loudspeaker.announce([placed])

    assert len(topic.heard()) == 1


def test_a_call_holds_ten_events_of_ten_orders_at_most(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    events = [event for number in range(12) for event in a_life(f"wamid.{number}")]

    assert loudspeaker.announce(events) == ()

    orders = [[entry["MessageGroupId"] for entry in call] for call in topic.calls]
    assert max(len(call) for call in orders) == 10
    assert all(len(set(call)) == len(call) for call in orders)
    heard = [event_from_record(json.loads(each["Body"])) for each in topic.heard()]
    for number in range(12):
        life = a_life(f"wamid.{number}")
        assert [event for event in heard if event.order_id == life[0].order_id] == life


def test_what_follows_a_refused_event_of_an_order_is_not_told_before_it(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    first, second, third = a_life()
    (other, *_) = a_life("wamid.cart2")
    topic.refuse = {second.event_id}

    assert loudspeaker.announce([first, second, third, other]) == (second, third)

    heard = [json.loads(each["Body"])["event_id"] for each in topic.heard()]
    assert sorted(heard) == sorted([first.event_id, other.event_id])


def test_when_the_topic_is_out_of_reach_nothing_more_is_tried(
    topic: Topic, loudspeaker: SnsLoudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def refuse(**given: Any) -> None:
        nonlocal calls
        calls += 1
        raise EndpointConnectionError(endpoint_url="sns")

    monkeypatch.setattr(topic, "publish_batch", refuse)
    events = a_life()

    assert loudspeaker.announce(events) == tuple(events)
    assert calls == 1


def test_large_events_are_spread_over_calls_that_sns_takes(
    topic: Topic, loudspeaker: SnsLoudspeaker
) -> None:
    large = [
        a_placed_event(an_order(message_id=f"wamid.{number}"), reason="ä" * 50_000)
        for number in range(4)
    ]

    assert loudspeaker.announce(large) == ()

    sizes = [sum(len(entry["Message"].encode()) for entry in call) for call in topic.calls]
    assert len(sizes) == 2
    assert max(sizes) <= MAX_BYTES


def test_nothing_to_say_makes_no_call(topic: Topic, loudspeaker: SnsLoudspeaker) -> None:
    assert loudspeaker.announce([]) == ()
    assert topic.calls == []
