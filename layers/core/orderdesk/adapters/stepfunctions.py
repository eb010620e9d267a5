"""Step Functions: one Standard execution per order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Unavailable
from orderdesk.usecases.orders.conduct import REST, execution_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.usecases.ports import Execution

RESTARTS: Final = 100  # of one order at one version; names are free again after 90 days
MAX_CAUSE: Final = 1000  # the service takes 32,768 characters


class StepFunctionsConductor:
    """Time-outs and lost tokens are normal here: the order is the truth, the execution follows."""

    def __init__(self, client: SFNClient, state_machine_arn: str) -> None:
        self._client = client
        self._machine = state_machine_arn
        self._executions = state_machine_arn.replace(":stateMachine:", ":execution:")
        errors = client.exceptions
        # https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
        self._token_gone = (errors.TaskTimedOut, errors.TaskDoesNotExist, errors.InvalidToken)

    def start(
        self, *, store_id: str, order_id: str, stage: Stage, version: int, anew: bool = False
    ) -> bool:
        """Names count up from the one without a number, so two starters meet at the same name.

        Raises Unavailable when a hundred executions of this order and version ended already.
        """
        given = _position(store_id, order_id, stage.value, version)
        for restart in range(RESTARTS):
            name = execution_name(order_id, version, restart=restart)
            # Starting one that runs is answered as if it had begun just now.
            if anew and self._stopped(name):
                continue
            try:
                self._client.start_execution(stateMachineArn=self._machine, name=name, input=given)
            except self._client.exceptions.ExecutionAlreadyExists:
                # Describing lags behind starting, so what it does not know yet is running.
                if self._status(name) in {"RUNNING", None}:
                    return False
            else:
                return True
        raise Unavailable(f"{order_id} at version {version} was started {RESTARTS} times.")

    def advance(self, execution: Execution, *, stage: Stage, version: int) -> bool:
        return self._answer(execution, stage.value, version)

    def rest(self, execution: Execution) -> bool:
        return self._answer(execution, REST, execution.version)

    def _answer(self, execution: Execution, stage: str, version: int) -> bool:
        answer = _position(execution.store_id, execution.order_id, stage, version)
        try:
            self._client.send_task_success(taskToken=execution.token, output=answer)
        except self._token_gone:
            return False
        return True

    def fail(self, execution: Execution, *, error: str, cause: str) -> None:
        try:
            self._client.send_task_failure(
                taskToken=execution.token, error=error, cause=cause[:MAX_CAUSE]
            )
        except self._token_gone:
            return

    def stop(self, execution: Execution) -> None:
        self._stopped(execution.name)

    def _stopped(self, name: str) -> bool:
        """False when there was nothing to stop."""
        if self._status(name) != "RUNNING":
            return False
        arn = f"{self._executions}:{name}"
        self._client.stop_execution(executionArn=arn, error="Replaced", cause="Its token is lost.")
        return True

    def is_running(self, execution: Execution) -> bool:
        return self._status(execution.name) == "RUNNING"

    def running(self, *, order_id: str, version: int) -> str | None:
        """Names count up without gaps, so the first one that nobody knows ends the search."""
        for restart in range(RESTARTS):
            name = execution_name(order_id, version, restart=restart)
            status = self._status(name)
            if status in {"RUNNING", None}:
                return name if status else None
        return None

    def _status(self, name: str) -> str | None:
        try:
            found = self._client.describe_execution(executionArn=f"{self._executions}:{name}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        return found["status"]


def _position(store_id: str, order_id: str, stage: str, version: int) -> str:
    """The state of an execution: always the same text for the same place."""
    return json.dumps(
        {"store_id": store_id, "order_id": order_id, "stage": stage, "version": version}
    )
