"""A machine that runs in this process: its Lambda task calls Python, its pauses are skipped."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint, CallbackOutcome

from tests.statemachine.machine import Engine, Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNNING: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
ORDERS = itertools.count(1)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch, mock_aws(config=RUNNING):
        made = Engine(client=boto3.client("stepfunctions"))
        # botocore lists no regions of Lambda any more, and moto knows regions from botocore.
        patch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        patch.setattr(LambdaSimpleBackend, "invoke", _lambda_of(made))
        patch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda seconds: None))
        patch.setattr(CallbackEndpoint, "wait", _wait)
        patch.setattr(CallbackEndpoint, "interrupt_all", lambda endpoint: None)
        yield made


@pytest.fixture(scope="module")
def lifecycle(engine: Engine) -> str:
    return engine.create()


@pytest.fixture
def machine(engine: Engine, lifecycle: str) -> Machine:
    return a_machine(engine, lifecycle)


def a_machine(engine: Engine, arn: str) -> Machine:
    """Of an order that no other test has."""
    machine = Machine(client=engine.client, arn=arn, order_id=f"order{next(ORDERS)}")
    engine.listeners[machine.order_id] = machine.arrive
    return machine


def _lambda_of(engine: Engine) -> Callable[..., bytes]:
    def invoke(backend: object, function: str, qualifier: str, body: str, *_: object) -> bytes:
        engine.invoke(body)
        return b"null"

    return invoke


def _wait(endpoint: CallbackEndpoint, timeout: float | None = None) -> CallbackOutcome | None:
    """moto keeps a token's first answer for all attempts of a task; AWS gives each its own."""
    endpoint._notify_event.wait(timeout=timeout)
    outcome, endpoint._outcome = endpoint._outcome, None
    endpoint._notify_event.clear()
    return outcome
