"""The rendered machine, running in moto's Step Functions engine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_stepfunctions import SFNClient

DEFINITION = Path(__file__).resolve().parents[2] / "statemachine" / "order_lifecycle.asl.json"
FUNCTION = "arn:aws:lambda:ap-south-1:123456789012:function:enter-stage"
ROLE = "arn:aws:iam::123456789012:role/order-lifecycle"

type Call = dict[str, Any]


@dataclass
class Engine:
    """One running machine for many tests: `listeners` hear of the arrivals of their order."""

    client: SFNClient
    listeners: dict[str, Callable[[Call], None]] = field(default_factory=dict)

    def create(self, name: str = "order-lifecycle", **changes: str) -> str:
        """The ARN of a machine as the template deploys it, with texts that a test changes."""
        text = DEFINITION.read_text().replace("${EnterStageFunctionArn}", FUNCTION)
        for old, new in changes.items():
            text = text.replace(old, new)
        made = self.client.create_state_machine(name=name, definition=text, roleArn=ROLE)
        return made["stateMachineArn"]

    def invoke(self, payload: str) -> None:
        call = json.loads(payload)
        self.listeners[call["order_id"]](call)


@dataclass
class Machine:
    """What one order sees of the machine. `arrivals` are the payloads that enter_stage got."""

    client: SFNClient
    arn: str
    order_id: str
    entered: Callable[[Call], None] = lambda call: None
    arrivals: list[Call] = field(default_factory=list)

    def arrive(self, call: Call) -> None:
        self.arrivals.append(call)
        self.entered(call)

    def start(self, stage: str, *, version: int = 1) -> None:
        given = {"store_id": "main", "order_id": self.order_id, "stage": stage, "version": version}
        self.client.start_execution(
            stateMachineArn=self.arn, name=f"{self.order_id}-v{version}", input=json.dumps(given)
        )

    def answer(self, call: Call, stage: str) -> None:
        """What `conduct` answers: the next stage and its version."""
        place = {"store_id": call["store_id"], "order_id": call["order_id"]}
        output = json.dumps({**place, "stage": stage, "version": call["version"] + 1})
        self.client.send_task_success(taskToken=call["token"], output=output)

    def fail(self, call: Call, error: str = "Unavailable") -> None:
        self.client.send_task_failure(taskToken=call["token"], error=error, cause="a test")

    def arrival(self, number: int) -> Call:
        """The number-th arrival (from 1), once it happens."""
        wait_until(lambda: len(self.arrivals) >= number)
        return self.arrivals[number - 1]

    def ending(self, version: int = 1) -> str:
        """How the execution ended, once it does."""
        wait_until(lambda: self.status(version) != "RUNNING")
        return self.status(version)

    def status(self, version: int = 1) -> str:
        return self.client.describe_execution(executionArn=self._execution(version))["status"]

    def walked(self, version: int = 1) -> list[str]:
        """The states that the execution entered, in order: each is one billed transition."""
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self._history(version)
            if "stateEnteredEventDetails" in event
        ]

    def _history(self, version: int) -> list[Any]:
        answer = self.client.get_execution_history(executionArn=self._execution(version))
        return list(answer["events"])

    def _execution(self, version: int) -> str:
        name = f"{self.order_id}-v{version}"
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"


def wait_until(happened: Callable[[], bool], *, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)
