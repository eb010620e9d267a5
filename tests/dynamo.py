"""The table of template.yaml on moto, one of its own for every test that asks."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from moto import mock_aws

from orderdesk.adapters.aws import LIMITS
from tests.template import template

_names = (f"orderdesk-{number}" for number in itertools.count(1))


@contextmanager
def a_table(client: Any = None) -> Iterator[tuple[Any, str]]:
    """A client and the name of an empty table. Only for as long as the block lasts.

    Making a client takes longer than most tests, so they share one that nobody may tamper with.
    """
    with mock_aws():
        client = client or shared_client()
        name = next(_names)
        client.create_table(TableName=name, **definition())
        yield client, name


@cache
def shared_client() -> Any:
    return a_client()


def a_client() -> Any:
    return one_at_a_time(boto3.client("dynamodb", config=LIMITS))


def definition() -> dict[str, Any]:
    """What DynamoDB's CreateTable takes of the template's table. Without its stream: moto would
    keep a copy of every item for it.
    """
    properties = template()["Resources"]["Table"]["Properties"]
    taken = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    return {name: properties[name] for name in taken}


def one_at_a_time(client: Any) -> Any:
    """DynamoDB's transactions are serialisable, moto's are not: two threads undo each other's."""
    lock = threading.RLock()
    send = client._make_api_call

    def make_api_call(operation: str, request: dict[str, Any]) -> Any:
        with lock:
            return send(operation, request)

    client._make_api_call = make_api_call
    return client
