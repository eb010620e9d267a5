"""Functions of the deployed stack on a line that can be made to fail, and queues that wait less."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dev.deploy import STACK
from tests.faulty import Faulty, to_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dev.stack import LocalStack

DYNAMODB, STEP_FUNCTIONS = "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SFN"
SOON: Final = 2  # seconds


@contextmanager
def faulty_line(stack: LocalStack, function: str, *services: str) -> Iterator[Faulty]:
    """The function's requests to these services pass a faulty line. New workers take over, so its
    first request comes a second later than usual.
    """
    client = stack.client("lambda")
    name = f"{STACK}-{function.replace('_', '-')}"
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def set_variables(wanted: dict[str, str]) -> None:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": wanted})

    with Faulty(to_server(stack.cloud.url)) as faulty:
        set_variables(variables | dict.fromkeys(services, faulty.url))
        try:
            yield faulty
        finally:
            set_variables(variables)
            client.close()


@contextmanager
def impatient(stack: LocalStack, queues: Sequence[str], *, seconds: int = SOON) -> Iterator[None]:
    """What failed comes again in so many seconds, not in ninety; `queues` are names of outputs."""
    client = stack.client("sqs")
    usual: dict[str, str] = {}
    for output in queues:
        url = stack.outputs[output]
        asked = client.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        usual[url] = asked["Attributes"]["VisibilityTimeout"]
        client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        for url, timeout in usual.items():
            client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": timeout})
        client.close()
