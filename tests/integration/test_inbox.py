"""The inbox on SQS FIFO and S3, against moto."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from orderdesk.adapters.aws import client
from orderdesk.adapters.inbox import SqsInbox
from orderdesk.adapters.whatsapp.envelope import split
from orderdesk.domain.errors import Unavailable, Unreadable
from orderdesk.usecases.ports import InboxEntry
from tests.builders import NOW
from tests.whatsapp import a_text, said

FIFO = {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
FIFO |= {"FifoThroughputLimit": "perMessageGroupId"}


class Cloud:
    """`calls` are the names of the SQS operations that were asked for."""

    def __init__(self) -> None:
        self.sqs, self.s3 = client("sqs"), client("s3")
        self.queue = self._queue("inbox.fifo", FIFO)
        self.dead_letters = self._queue("dead.fifo", {"FifoQueue": "true"})
        place = {"LocationConstraint": "ap-south-1"}
        self.s3.create_bucket(Bucket="inbox", CreateBucketConfiguration=place)
        self.calls: list[str] = []
        self.sqs.meta.events.register("before-call.sqs", self._note)
        self.inbox = SqsInbox(
            self.sqs,
            lambda: self.s3,
            queue_url=self.queue,
            dead_letter_queue_url=self.dead_letters,
            bucket="inbox",
        )

    def _queue(self, name: str, attributes: dict[str, str]) -> str:
        url: str = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def _note(self, model: Any, **rest: Any) -> None:
        self.calls.append(model.name)

    def received(self, queue: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while answer := self.sqs.receive_message(
            QueueUrl=queue or self.queue,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            AttributeNames=["All"],
        ).get("Messages"):
            found += answer
            for each in answer:
                self.sqs.delete_message(
                    QueueUrl=queue or self.queue, ReceiptHandle=each["ReceiptHandle"]
                )
        return found


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        yield Cloud()


def entries(*bodies: bytes) -> list[InboxEntry]:
    return [entry for body in bodies for entry in split(body, received_at=NOW)]


def test_a_webhook_is_queued_in_one_call(cloud: Cloud) -> None:
    ten = entries(said(*[a_text(message_id=f"wamid.{number}") for number in range(10)]))

    cloud.inbox.put(ten)

    assert cloud.calls == ["SendMessageBatch"]
    assert [each["Body"] for each in cloud.received()] == [entry.text for entry in ten]


def test_a_customers_messages_share_a_group(cloud: Cloud) -> None:
    cloud.inbox.put(entries(said(a_text("One"), a_text("Two", "wamid.2"))))

    groups = {each["Attributes"]["MessageGroupId"] for each in cloud.received()}

    assert len(groups) == 1


def test_the_same_update_is_queued_once(cloud: Cloud) -> None:
    cloud.inbox.put(entries(said(a_text(), a_text())))
    cloud.inbox.put(entries(said(a_text())))

    assert len(cloud.received()) == 1


def test_many_updates_are_queued_in_order(cloud: Cloud) -> None:
    many = entries(said(*[a_text(message_id=f"wamid.{number}") for number in range(55)]))

    cloud.inbox.put(many)

    assert len(cloud.calls) == 6
    assert [each["Body"] for each in cloud.received()] == [entry.text for entry in many]


def test_large_updates_are_spread_over_calls(cloud: Cloud) -> None:
    large = entries(said(*[a_text("x" * 100_000, f"wamid.{number}") for number in range(5)]))

    cloud.inbox.put(large)

    assert cloud.calls == ["SendMessageBatch"] * 3
    assert len(cloud.received()) == 5


def test_what_is_too_large_for_the_queue_waits_in_the_bucket(cloud: Cloud) -> None:
    [entry] = entries(said(a_text("é" * 400_000)))

    cloud.inbox.put([entry])
    [message] = cloud.received()

    assert json.loads(message["Body"]).keys() == {"schema", "s3"}
    assert cloud.inbox.open(message["Body"]) == entry.text


def test_an_entry_that_is_gone_from_the_bucket_is_unreadable(cloud: Cloud) -> None:
    with pytest.raises(Unreadable) as caught:
        cloud.inbox.open('{"schema":1,"s3":"entries/gone.json"}')

    assert caught.value.reason == "entry_gone"


@pytest.mark.parametrize("body", ["", "not json", "[]", '{"s3": 7}', '{"schema":1}', "[" * 100_000])
def test_what_points_nowhere_is_the_entry_itself(cloud: Cloud, body: str) -> None:
    assert cloud.inbox.open(body) == body


def test_what_is_set_aside_has_its_reason_beside_it(cloud: Cloud) -> None:
    cloud.inbox.dead_letter('{"schema":1}', "no_sender")

    [message] = cloud.received(cloud.dead_letters)
    assert message["Body"] == '{"schema":1}'
    assert message["MessageAttributes"]["reason"]["StringValue"] == "no_sender"


def test_when_one_entry_is_refused_the_sender_has_to_send_again(cloud: Cloud) -> None:
    good = entries(said(a_text()))
    bad = InboxEntry(entry_id="x" * 200, group="g", text="{}")

    with pytest.raises(Unavailable):
        cloud.inbox.put([*good, bad])


def test_a_refusal_within_an_answer_is_a_refusal(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = {"Id": "1", "SenderFault": False, "Code": "InternalError"}
    monkeypatch.setattr(cloud.sqs, "send_message_batch", lambda **_: {"Failed": [failed]})

    with pytest.raises(Unavailable, match=r"refused 1 entries \(InternalError\)"):
        cloud.inbox.put(entries(said(a_text())))


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "Throttling"}}, "Any"),
        EndpointConnectionError(endpoint_url="https://example.com"),
    ],
)
def test_a_queue_or_bucket_that_is_down_is_unavailable(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def down(**_: object) -> None:
        raise error

    for service, operation in (
        (cloud.sqs, "send_message_batch"),
        (cloud.sqs, "send_message"),
        (cloud.s3, "get_object"),
        (cloud.s3, "put_object"),
    ):
        monkeypatch.setattr(service, operation, down)

    for call in (
        lambda: cloud.inbox.put(entries(said(a_text()))),
        lambda: cloud.inbox.put(entries(said(a_text("x" * 300_000)))),
        lambda: cloud.inbox.open('{"s3":"entries/1.json"}'),
        lambda: cloud.inbox.dead_letter("{}", "no_sender"),
    ):
        with pytest.raises(Unavailable):
            call()
