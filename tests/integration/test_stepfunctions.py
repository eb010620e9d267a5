"""What Step Functions answers, and what the adapter makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from orderdesk.adapters.aws import client
from orderdesk.adapters.stepfunctions import RESTARTS, StepFunctionsConductor
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.ports import Execution
from tests.builders import NOW

MACHINE = "arn:aws:states:ap-south-1:123456789012:stateMachine:order-lifecycle"
EXECUTIONS = "arn:aws:states:ap-south-1:123456789012:execution:order-lifecycle"
WAITING = Execution(
    store_id="main",
    order_id="order1",
    name="order1-v2",
    stage=Stage.CONFIRMED,
    version=2,
    token="token1",
)
GONE = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]


class Service:
    """A client whose answers a test lays out one by one; each has to be fetched."""

    def __init__(self) -> None:
        self.client = client("stepfunctions")
        self.stub = Stubber(self.client)
        self.conductor = StepFunctionsConductor(self.client, MACHINE)

    def started(self, name: str) -> None:
        answer = {"executionArn": f"{EXECUTIONS}:{name}", "startDate": NOW}
        self.stub.add_response("start_execution", answer, self.start_of(name))

    def exists(self, name: str, status: str | None) -> None:
        self.stub.add_client_error(
            "start_execution", "ExecutionAlreadyExists", expected_params=self.start_of(name)
        )
        self.described(name, status)

    def described(self, name: str, status: str | None) -> None:
        asked = {"executionArn": f"{EXECUTIONS}:{name}"}
        if status is None:
            error = "ExecutionDoesNotExist"
            self.stub.add_client_error("describe_execution", error, expected_params=asked)
            return
        known = {"stateMachineArn": MACHINE, "name": name, "startDate": NOW, "status": status}
        self.stub.add_response("describe_execution", {**asked, **known}, asked)

    def start_of(self, name: str) -> dict[str, Any]:
        return {"stateMachineArn": MACHINE, "name": name, "input": ANY}

    def start(self) -> bool:
        return self.conductor.start(
            store_id="main", order_id="order1", stage=Stage.CONFIRMED, version=2
        )


@pytest.fixture
def service() -> Any:
    made = Service()
    with made.stub:
        yield made
        made.stub.assert_no_pending_responses()


def test_an_execution_is_named_by_order_and_version_and_told_where_it_begins() -> None:
    service = Service()
    place = {"store_id": "main", "order_id": "order1", "stage": "confirmed", "version": 2}
    expected = service.start_of("order1-v2") | {"input": json.dumps(place)}
    answer = {"executionArn": f"{EXECUTIONS}:order1-v2", "startDate": NOW}
    service.stub.add_response("start_execution", answer, expected)

    with service.stub:
        assert service.start() is True


@pytest.mark.parametrize("status", ["RUNNING", None])
def test_a_second_start_is_nothing_while_the_first_runs_or_is_not_described_yet(
    service: Service, status: str | None
) -> None:
    service.exists("order1-v2", status)

    assert service.start() is False


@pytest.mark.parametrize("status", ["FAILED", "ABORTED", "TIMED_OUT", "SUCCEEDED"])
def test_an_execution_that_ended_is_followed_by_one_of_the_next_name(
    service: Service, status: str
) -> None:
    service.exists("order1-v2", status)
    service.exists("order1-v2-r1", status)
    service.started("order1-v2-r2")

    assert service.start() is True


def test_two_starters_meet_at_the_same_next_name(service: Service) -> None:
    service.exists("order1-v2", "FAILED")
    service.exists("order1-v2-r1", "RUNNING")

    assert service.start() is False


def test_an_order_that_keeps_failing_is_not_started_for_ever(service: Service) -> None:
    service.exists("order1-v2", "FAILED")
    for restart in range(1, RESTARTS):
        service.exists(f"order1-v2-r{restart}", "FAILED")

    with pytest.raises(Unavailable):
        service.start()


def test_a_waiting_execution_is_told_the_next_stage(service: Service) -> None:
    place = {"store_id": "main", "order_id": "order1", "stage": "approved", "version": 4}
    asked = {"taskToken": "token1", "output": json.dumps(place)}
    service.stub.add_response("send_task_success", {}, asked)

    assert service.conductor.advance(WAITING, stage=Stage.APPROVED, version=4) is True


@pytest.mark.parametrize("error", GONE)
def test_a_token_that_is_gone_is_a_normal_answer(service: Service, error: str) -> None:
    service.stub.add_client_error("send_task_success", error)
    service.stub.add_client_error("send_task_failure", error)

    assert service.conductor.advance(WAITING, stage=Stage.APPROVED, version=4) is False
    service.conductor.fail(WAITING, error="superseded", cause="order1-v4 took its place.")


def test_a_refusal_of_another_kind_is_raised_so_that_the_message_comes_again(
    service: Service,
) -> None:
    service.stub.add_client_error("send_task_success", "AccessDeniedException")

    with pytest.raises(service.client.exceptions.ClientError):
        service.conductor.advance(WAITING, stage=Stage.APPROVED, version=4)


def test_a_cause_is_cut_to_what_the_service_takes(service: Service) -> None:
    asked = {"taskToken": "token1", "error": "Unavailable", "cause": "x" * 1000}
    service.stub.add_response("send_task_failure", {}, asked)

    service.conductor.fail(WAITING, error="Unavailable", cause="x" * 50_000)


@pytest.mark.parametrize(
    ("status", "running"),
    [("RUNNING", True), ("FAILED", False), ("SUCCEEDED", False), (None, False)],
)
def test_only_a_running_execution_is_running(
    service: Service, status: str | None, running: bool
) -> None:
    service.described("order1-v2", status)

    assert service.conductor.is_running(WAITING) is running


def test_the_execution_that_runs_is_found_behind_those_that_ended(service: Service) -> None:
    service.described("order1-v2", "ABORTED")
    service.described("order1-v2-r1", "RUNNING")

    assert service.conductor.running(order_id="order1", version=2) == "order1-v2-r1"


@pytest.mark.parametrize("ended", [(), ("SUCCEEDED",), ("ABORTED", "FAILED")])
def test_of_a_version_whose_executions_all_ended_none_runs(
    service: Service, ended: tuple[str, ...]
) -> None:
    for restart, status in enumerate([*ended, None]):
        service.described(f"order1-v2-r{restart}" if restart else "order1-v2", status)

    assert service.conductor.running(order_id="order1", version=2) is None
