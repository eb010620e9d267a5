"""The table of template.yaml, one of its own for every test that asks.

On moto, in this process; or on the DynamoDB that DYNAMODB_URL names, such as the local cloud's:

    DYNAMODB_URL=http://127.0.0.1:4566 pytest tests/contract tests/integration/dynamo
"""

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

import boto3
from moto import mock_aws
from moto.core.models import botocore_stubber

from orderdesk.adapters.aws import LIMITS
from tests.template import template

URL = os.environ.get("DYNAMODB_URL")


@contextmanager
def a_table(client: Any = None) -> Iterator[tuple[Any, str]]:
    """A client and the name of an empty table. Only for as long as the block lasts.

    Making a client takes longer than most tests, so they share one that nobody may tamper with.
    """
    with nullcontext() if URL else mock_aws():
        client = client or shared_client()
        name = f"orderdesk-{uuid.uuid4().hex}"
        client.create_table(TableName=name, **definition())
        yield client, name
        client.delete_table(TableName=name)


@cache
def shared_client() -> Any:
    return a_client()


def a_client() -> Any:
    client = boto3.client("dynamodb", config=LIMITS, endpoint_url=URL)
    return client if URL else one_at_a_time(client)


def serve(client: Any, event_name: str, request: Any) -> None:
    """Have a request that is about to be sent served, and drop the answer."""
    if URL:
        client._endpoint.http_session.send(request)
    else:
        botocore_stubber(event_name, request)


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
