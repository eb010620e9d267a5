"""Putting events off, in memory and on SQS as moto plays it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from moto import mock_aws

from orderdesk.adapters.aws import client
from orderdesk.adapters.later import SqsLater
from orderdesk.adapters.memory import MemoryLater
from orderdesk.adapters.records import event_from_record
from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.ports import Later
from tests.builders import a_move, an_order

NOTHING = timedelta()
LONG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`come` gives what comes back now."""

    later: Later
    come: Callable[[], list[Event]]


def in_memory() -> Waiting:
    later = MemoryLater()
    return Waiting(later, lambda: later.pass_time(NOTHING))


def on_sqs() -> Waiting:
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="later")["QueueUrl"]

    def come() -> list[Event]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [event_from_record(json.loads(each["Body"])) for each in answer.get("Messages", ())]

    return Waiting(SqsLater(sqs, queue), come)


@pytest.fixture(params=["memory", "sqs"])
def waiting(request: pytest.FixtureRequest) -> Iterator[Waiting]:
    if request.param == "memory":
        yield in_memory()
        return
    with mock_aws():
        yield on_sqs()


def an_event(to: Stage = Stage.CANCELLED) -> Event:
    return a_move(an_order(), to, reason="Ausverkauft – tut uns leid", data={"carrier": "दिल्ली"})[1]


def test_what_was_put_off_comes_back_as_it_was(waiting: Waiting) -> None:
    waiting.later.put(an_event(), NOTHING)

    assert waiting.come() == [an_event()]


def test_what_is_to_wait_longer_does_not_come_yet(waiting: Waiting) -> None:
    waiting.later.put(an_event(), LONG)
    waiting.later.put(an_event(Stage.ON_HOLD), NOTHING)

    assert waiting.come() == [an_event(Stage.ON_HOLD)]


def test_what_should_have_come_already_comes_at_once(waiting: Waiting) -> None:
    waiting.later.put(an_event(), timedelta(seconds=-30))

    assert waiting.come() == [an_event()]
