"""How long SQS is asked to hold an event back, and what happens when it does not answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from orderdesk.adapters.aws import client
from orderdesk.adapters.later import SqsLater
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import a_move, an_order

EVENT = a_move(an_order(), Stage.CANCELLED)[1]


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield client("sqs")


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (timedelta(seconds=60), 60),
        (timedelta(seconds=59, milliseconds=1), 60),
        (timedelta(milliseconds=1), 1),
        (timedelta(), 0),
        (timedelta(seconds=-5), 0),
        (timedelta(minutes=15), 900),
        (timedelta(hours=3), 900),
    ],
)
def test_a_delay_is_rounded_up_to_seconds_and_at_most_a_quarter_of_an_hour(
    sqs: Any, delay: timedelta, seconds: int
) -> None:
    asked: list[int] = []
    sqs.meta.events.register(
        "provide-client-params.sqs.SendMessage",
        lambda params, **_: asked.append(params["DelaySeconds"]),
    )

    SqsLater(sqs, sqs.create_queue(QueueName="later")["QueueUrl"]).put(EVENT, delay)

    assert asked == [seconds]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "Throttling"}}, "SendMessage"),
        EndpointConnectionError(endpoint_url="https://example.com"),
    ],
)
def test_a_queue_that_does_not_answer_is_unavailable(
    sqs: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def down(**_: object) -> None:
        raise error

    monkeypatch.setattr(sqs, "send_message", down)

    with pytest.raises(Unavailable):
        SqsLater(sqs, "https://sqs/later").put(EVENT, timedelta())
