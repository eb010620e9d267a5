"""The outbox on SQS, as moto plays it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from orderdesk.adapters.outbox import SqsOutbox
from orderdesk.domain.errors import Unavailable
from tests.builders import an_answer


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs", region_name="ap-south-1")


@pytest.fixture
def queue_url(sqs: Any) -> str:
    attributes = {
        "FifoQueue": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
    }
    url: str = sqs.create_queue(QueueName="send.fifo", Attributes=attributes)["QueueUrl"]
    return url


def taken(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=60
    )
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def test_a_message_waits_in_its_customers_group_and_says_where_it_is(
    sqs: Any, queue_url: str
) -> None:
    message = an_answer("order1:wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgSQ0E=/x:address")

    SqsOutbox(sqs, queue_url).put(message)

    [found] = taken(sqs, queue_url)
    assert json.loads(found["Body"]) == {
        "store_id": message.store_id,
        "message_id": message.message_id,
        "phone_number_id": message.phone_number_id,
    }
    group = f"{message.store_id}#{message.customer_id}"
    assert found["Attributes"]["MessageGroupId"] == group


def test_a_message_that_is_put_twice_at_once_is_there_once(sqs: Any, queue_url: str) -> None:
    outbox = SqsOutbox(sqs, queue_url)

    outbox.put(an_answer("order1:1:ask"))
    outbox.put(an_answer("order1:1:ask"))
    outbox.put(an_answer("order1:2:ask"))

    assert len(taken(sqs, queue_url)) == 2


def test_what_has_to_wait_is_hidden_and_the_rest_comes_back(sqs: Any, queue_url: str) -> None:
    outbox = SqsOutbox(sqs, queue_url)
    for n, customer in enumerate(("asha", "ravi")):
        outbox.put(an_answer(f"order{n}:1:ask", customer_id=customer))
    first, second = taken(sqs, queue_url)

    outbox.hold(
        [
            (first["ReceiptHandle"], timedelta(days=3)),
            (second["ReceiptHandle"], timedelta(seconds=-1)),
        ]
    )

    assert [each["Body"] for each in taken(sqs, queue_url)] == [second["Body"]]


def test_a_hold_that_does_not_work_is_left_to_the_queue(sqs: Any, queue_url: str) -> None:
    SqsOutbox(sqs, f"{queue_url}-gone").hold([("receipt", timedelta(seconds=5))])


def test_a_queue_that_is_gone_is_unavailable(sqs: Any, queue_url: str) -> None:
    with pytest.raises(Unavailable):
        SqsOutbox(sqs, f"{queue_url}-gone").put(an_answer("order1:1:ask"))
