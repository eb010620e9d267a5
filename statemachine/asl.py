"""The table as Amazon States Language: one task and one choice per stage, and no business time.

An execution ends where its order rests; whoever is asked to enter such a stage answers with `rest`.

https://states-language.net and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.lifecycle import RESTING, Stage, moves_from
from orderdesk.usecases.orders.conduct import REST
from orderdesk.usecases.orders.enter import RETRIES, SUPERSEDED

if TYPE_CHECKING:
    from collections.abc import Iterable

type State = dict[str, object]

# A wait is parked anew, through `resume`, after this long. It bounds how long a token may be lost
# and nothing else: every time that a shop knows of is a deadline on the order.
LEASE_SECONDS: Final = 30 * 24 * 60 * 60
RESUME: Final = "resume"
ILLEGAL: Final = "illegal_transition"
COMMENT: Final = (
    "Where an order is. Rendered by `make render` from orderdesk/domain/orders/lifecycle.py; "
    "do not edit. docs/lifecycle.md shows it as a picture."
)


def render() -> str:
    """The definition, as the template deploys it."""
    return json.dumps(definition(), indent=2) + "\n"


def definition() -> State:
    states: dict[str, State] = {RESUME: _choice(Stage)}
    for stage in Stage:
        targets: list[str] = [move.target for move in moves_from(stage)]
        states[stage] = _wait(stage)
        states[after(stage)] = _choice([*targets, REST] if stage in RESTING else targets)
    states[REST] = {
        "Type": "Succeed",
        "Comment": "The order rests. When it moves on, another execution starts where it rested",
    }
    states[SUPERSEDED] = {
        "Type": "Succeed",
        "Comment": "Another execution of the same order waits in this one's place",
    }
    states[ILLEGAL] = {
        "Type": "Fail",
        "Error": ILLEGAL,
        "Cause": "The table has no such move. The sweep starts the order's execution anew.",
    }
    return {
        "Comment": COMMENT,
        "QueryLanguage": "JSONPath",
        "StartAt": RESUME,
        "States": states,
    }


def after(stage: Stage) -> str:
    """The choice behind the task of a stage."""
    return f"after_{stage}"


def _wait(stage: Stage) -> State:
    """Enter the stage, then wait for the token to be answered with the next one.

    An arrival is tried for eight minutes. States.TaskFailed is every error but the time-out:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": "${EnterStageFunctionArn}",
            "Payload": {
                "store_id.$": "$.store_id",
                "order_id.$": "$.order_id",
                "stage": stage.value,
                "version.$": "$.version",
                "token.$": "$$.Task.Token",
                "execution.$": "$$.Execution.Name",
                "attempt.$": "$$.State.RetryCount",
            },
        },
        "TimeoutSeconds": LEASE_SECONDS,
        "Retry": [
            {"ErrorEquals": [SUPERSEDED], "MaxAttempts": 0},
            {
                "ErrorEquals": ["States.TaskFailed"],
                "IntervalSeconds": 5,
                "BackoffRate": 3,
                "MaxAttempts": RETRIES,
                "MaxDelaySeconds": 300,
                "JitterStrategy": "FULL",
            },
        ],
        "Catch": [
            {"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": RESUME},
            {"ErrorEquals": [SUPERSEDED], "ResultPath": None, "Next": SUPERSEDED},
        ],
        "Next": after(stage),
    }


def _choice(targets: Iterable[str]) -> State:
    return {
        "Type": "Choice",
        "Choices": [
            {"Variable": "$.stage", "StringEquals": str(target), "Next": str(target)}
            for target in targets
        ],
        "Default": ILLEGAL,
    }
