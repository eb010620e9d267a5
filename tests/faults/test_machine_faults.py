"""Faults 12 to 16, 30 and 31: tokens, executions, the topic, the stream and what comes again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import boto3
import pytest

from orderdesk import wiring
from orderdesk.adapters.sns import SnsLoudspeaker
from orderdesk.adapters.stepfunctions import StepFunctionsConductor
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import STORE
from tests.faulty import answered, lost_on_the_way, refused
from tests.whatsapp import a_body, a_cart, a_change, a_contact, said

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from tests.faults.rig import Rig

MACHINE = "arn:aws:states:ap-south-1:123456789012:stateMachine:order-lifecycle"
EXECUTION = "arn:aws:states:ap-south-1:123456789012:execution:order-lifecycle:any"
STARTED = answered({"executionArn": EXECUTION, "startDate": 1_795_500_000})
RUNNING = answered(
    {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "name": "any",
        "startDate": 1_795_500_000,
        "status": "RUNNING",
    }
)


@pytest.fixture
def order(rig: Rig) -> Order:
    """Placed, and its execution waits there."""
    rig.receive(said(a_cart()))
    rig.settle()
    assert rig.standing(rig.order()) is Stage.PLACED
    return rig.order()


def use_step_functions(rig: Rig, patch: pytest.MonkeyPatch) -> None:
    """Instead of the machine in memory; the test says what it answers."""
    client = rig.faulty.client("stepfunctions")
    patch.setattr(wiring, "conductor", lambda: StepFunctionsConductor(client, MACHINE))
    rig.faulty.forget()


def test_fault_12_an_order_moves_without_its_token_and_gets_another_execution(
    rig: Rig, order: Order
) -> None:
    key = {"pk": {"S": f"{STORE}#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}}
    rig.client.delete_item(TableName=rig.table, Key=key)

    held = rig.hold(order)
    rig.settle()
    assert rig.standing(held) is None

    for _ in range(3):
        rig.later(hours=1)
        rig.sweep()
        rig.settle()
    assert rig.standing(held) is Stage.ON_HOLD


@pytest.mark.parametrize("error", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_fault_13_a_token_that_is_gone_is_no_failure_and_is_not_tried_again(
    rig: Rig, order: Order, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = rig.hold(order)
    use_step_functions(rig, monkeypatch)
    rig.faulty.meets("SendTaskSuccess", refused(error), times=None)
    rig.faulty.meets("DescribeExecution", refused("ExecutionDoesNotExist"), times=None)
    rig.faulty.meets("StartExecution", STARTED, times=None)

    assert rig.conduct(rig.history()[-1]) == []

    asked = rig.faulty.asked
    assert (asked.count("SendTaskSuccess"), asked.count("StartExecution")) == (1, 1)
    assert rig.order() == held


@pytest.mark.parametrize("held", [False, True])
def test_fault_14_an_execution_that_was_stopped_is_started_again_where_the_order_is(
    rig: Rig, order: Order, held: bool
) -> None:
    expected = rig.hold(order) if held else order
    rig.settle()
    [task] = rig.conductor.tasks
    rig.conductor.lose(task.name)
    assert rig.standing(order) is None

    rig.later(minutes=10)
    rig.sweep(verify="all")
    rig.settle()

    assert rig.standing(order) is expected.stage
    assert rig.order() == expected


def test_fault_15_a_second_start_finds_the_first_one_running(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.receive(said(a_cart()))
    [placed] = rig.history()
    use_step_functions(rig, monkeypatch)
    rig.faulty.meets("DescribeExecution", refused("ExecutionDoesNotExist"))
    rig.faulty.meets("DescribeExecution", refused("ExecutionDoesNotExist"))
    rig.faulty.meets("DescribeExecution", RUNNING, times=None)
    rig.faulty.meets("StartExecution", STARTED)
    rig.faulty.meets("StartExecution", refused("ExecutionAlreadyExists"), times=None)

    assert rig.conduct(placed) == []
    assert rig.conduct(placed) == []

    assert rig.faulty.asked.count("StartExecution") == 2


def test_fault_16_what_was_committed_is_told_as_soon_as_the_topic_answers(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = {"FifoTopic": "true", "ContentBasedDeduplication": "false"}
    topic = boto3.client("sns").create_topic(Name="events.fifo", Attributes=fifo)["TopicArn"]
    loudspeaker = SnsLoudspeaker(rig.faulty.client("sns"), topic)
    monkeypatch.setattr(wiring, "loudspeaker", lambda: loudspeaker)
    rig.receive(said(a_cart()))
    rig.hold(rig.order())
    sequences = [each["dynamodb"]["SequenceNumber"] for each in rig.stream()]
    rig.faulty.meets("PublishBatch", lost_on_the_way, times=3)

    assert rig.relay() == sequences
    assert rig.order().stage is Stage.ON_HOLD
    assert rig.relay() == []


@pytest.mark.parametrize("seed", range(5))
def test_fault_30_a_stream_that_comes_twice_and_mixed_up_ends_where_the_orders_are(
    rig: Rig, seed: int
) -> None:
    """Of one order the stream keeps the order, between orders it does not; all of it may come again
    from the start.
    """
    ids = [f"wamid.{number}" for number in range(3)]
    for number, message_id in enumerate(ids):
        sender = f"91980000000{number}"
        cart = a_cart(message_id=message_id, **{"from": sender})
        rig.receive(a_body(a_change(contacts=[a_contact(wa_id=sender)], messages=[cart])))
        rig.hold(rig.order(message_id))
    told = [[*rig.history(each), *rig.history(each)] for each in ids]

    for event in mixed(told, seed):
        assert rig.conduct(event) == []
        assert rig.notify(event) == []
        rig.enter_stages()

    assert [rig.standing(rig.order(each)) for each in ids] == [Stage.ON_HOLD] * 3
    assert len(rig.said) == len(set(rig.said))
    for record in rig.stream() * 2:
        assert rig.relay([record]) == []
    assert len(rig.loudspeaker.announced) == len(rig.stream())


def mixed(told: list[list[Event]], seed: int) -> list[Event]:
    """One of the ways to take turns."""
    chance, left, events = random.Random(seed), [list(each) for each in told], []
    while any(left):
        events.append(chance.choice([each for each in left if each]).pop(0))
    return events


def test_fault_31_what_a_dead_letter_queue_gives_back_days_later_changes_nothing(
    rig: Rig, order: Order
) -> None:
    rig.hold(order)
    rig.settle()
    status, answer = rig.move(rig.order(), Stage.PLACED)
    assert status == 200, answer
    rig.settle()
    before, said_before = rig.order(), rig.said

    rig.later(days=6)
    for event in rig.history():
        assert rig.conduct(event) == []
        assert rig.notify(event) == []
    rig.enter_stages()

    assert rig.order() == before
    assert rig.said == said_before
    assert rig.standing(before) is Stage.PLACED


def test_fault_31_what_was_never_told_and_is_over_is_not_told_days_later(
    rig: Rig, order: Order
) -> None:
    """The hold's event went to the dead-letter queue at once; the hold is long over."""
    rig.hold(order)
    held = rig.history()[-1]
    rig.move(rig.order(), Stage.PLACED)
    said_before = rig.said

    rig.later(days=3)

    assert rig.notify(held) == []
    assert rig.said == said_before
