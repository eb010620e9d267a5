"""From the environment to adapters: built on first use, once per container.

Imports stand inside the builders, so that a function loads only what it reaches: a webhook with a
wrong signature never loads botocore.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.usecases import ports
    from orderdesk.usecases.orders.enrich import PriceBook


def env(name: str) -> str:
    """The setting of that name; KeyError names what is missing in the template."""
    return os.environ[name]


@cache
def dynamodb() -> DynamoDBClient:
    from orderdesk.adapters.aws import client

    made: DynamoDBClient = client("dynamodb")
    return made


@cache
def orders() -> ports.Orders:
    from orderdesk.adapters.dynamo.orders import DynamoOrders

    return DynamoOrders(dynamodb(), env("TABLE_NAME"))


@cache
def executions() -> ports.Executions:
    from orderdesk.adapters.dynamo.executions import DynamoExecutions

    return DynamoExecutions(dynamodb(), env("TABLE_NAME"))


@cache
def customers() -> ports.Customers:
    from orderdesk.adapters.dynamo.customers import DynamoCustomers

    return DynamoCustomers(dynamodb(), env("TABLE_NAME"))


@cache
def conversations() -> ports.Conversations:
    from orderdesk.adapters.dynamo.conversations import DynamoConversations

    return DynamoConversations(dynamodb(), env("TABLE_NAME"))


@cache
def stores() -> ports.Stores:
    from orderdesk.adapters.dynamo.stores import DynamoStores
    from orderdesk.adapters.kept import KeptStores

    return KeptStores(DynamoStores(dynamodb(), env("TABLE_NAME")))


@cache
def stock() -> ports.Stock:
    from orderdesk.adapters.dynamo.stock import DynamoStock

    return DynamoStock(dynamodb(), env("TABLE_NAME"))


@cache
def products() -> ports.Products:
    from orderdesk.adapters.dynamo.products import DynamoProducts
    from orderdesk.adapters.kept_catalog import KeptProducts

    return KeptProducts(DynamoProducts(dynamodb(), env("TABLE_NAME")))


@cache
def places() -> ports.Places:
    from orderdesk.adapters.dynamo.places import DynamoPlaces

    return DynamoPlaces(dynamodb(), env("TABLE_NAME"))


@cache
def prices() -> PriceBook:
    """Without GRAPH_API_URL only what Meta's catalog answered to another function is known."""
    from orderdesk.adapters.catalog.meta import MetaCatalog
    from orderdesk.adapters.dynamo.products import DynamoAnswers
    from orderdesk.adapters.kept_catalog import KeptAnswers
    from orderdesk.usecases.orders.enrich import PriceBook

    answers = KeptAnswers(DynamoAnswers(dynamodb(), env("TABLE_NAME")))
    url = os.environ.get("GRAPH_API_URL", "")
    catalog = MetaCatalog(url, lambda: secrets().access_token, answers)
    return PriceBook(products=products(), catalog=catalog)


@cache
def counts() -> ports.Counts:
    from orderdesk.adapters.dynamo.counts import DynamoCounts

    return DynamoCounts(dynamodb(), env("TABLE_NAME"))


@cache
def unsent() -> ports.Unsent:
    from orderdesk.adapters.dynamo.unsent import DynamoUnsent

    return DynamoUnsent(dynamodb(), env("TABLE_NAME"))


@cache
def templates() -> ports.Templates:
    from orderdesk.adapters.dynamo.templates import DynamoTemplates

    return DynamoTemplates(dynamodb(), env("TABLE_NAME"))


@cache
def pace() -> ports.Pace:
    from orderdesk.adapters.dynamo.pace import DynamoPace
    from orderdesk.adapters.throttle import Throttle

    throttle = Throttle(per_second=float(env("SENDS_PER_SECOND")), senders=int(env("SENDERS")))
    return DynamoPace(dynamodb(), env("TABLE_NAME"), throttle)


@cache
def costs() -> ports.Costs:
    from orderdesk.adapters.dynamo.costs import DynamoCosts

    return DynamoCosts(dynamodb(), env("TABLE_NAME"))


@cache
def kept_costs() -> ports.Costs:
    """For who asks before each message how much of the month's limit is left."""
    from orderdesk.adapters.kept import KeptCosts

    return KeptCosts(costs())


@cache
def rounds() -> ports.Rounds:
    from orderdesk.adapters.dynamo.rounds import DynamoRounds

    return DynamoRounds(dynamodb(), env("TABLE_NAME"))


@cache
def reconciliations() -> ports.Reconciliations:
    from orderdesk.adapters.dynamo.reconciliations import DynamoReconciliations

    return DynamoReconciliations(dynamodb(), env("TABLE_NAME"))


@cache
def sessions() -> ports.Sessions:
    from orderdesk.adapters.dynamo.sessions import DynamoSessions

    return DynamoSessions(dynamodb(), env("TABLE_NAME"))


@cache
def api_keys() -> ports.ApiKeys:
    from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys

    return DynamoApiKeys(dynamodb(), env("TABLE_NAME"))


@cache
def live() -> ports.Live:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.dynamo.live import DynamoLive

    connections = client("apigatewaymanagementapi", endpoint_url=env("LIVE_ENDPOINT"))
    return DynamoLive(dynamodb(), env("TABLE_NAME"), connections)


@cache
def inbox() -> ports.Inbox:
    """The webhook knows the queue only, the inbox the dead-letter queue only."""
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.inbox import SqsInbox

    return SqsInbox(
        client("sqs"),
        cache(lambda: client("s3")),
        queue_url=os.environ.get("INBOX_QUEUE_URL", ""),
        dead_letter_queue_url=os.environ.get("INBOX_DEAD_LETTER_QUEUE_URL", ""),
        bucket=env("INBOX_BUCKET"),
    )


@cache
def conductor() -> ports.Conductor:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.stepfunctions import StepFunctionsConductor

    return StepFunctionsConductor(client("stepfunctions"), env("STATE_MACHINE_ARN"))


@cache
def loudspeaker() -> ports.Loudspeaker:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.sns import SnsLoudspeaker

    return SnsLoudspeaker(client("sns"), env("EVENTS_TOPIC_ARN"))


@cache
def later() -> ports.Later:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.later import SqsLater

    return SqsLater(client("sqs"), env("NOTIFY_CUSTOMER_LATER_QUEUE_URL"))


@cache
def outbox() -> SqsOutbox:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.outbox import SqsOutbox

    return SqsOutbox(client("sqs"), env("SEND_QUEUE_URL"))


@cache
def media_queue() -> ports.MediaQueue:
    from orderdesk.adapters.aws import client
    from orderdesk.adapters.media import SqsMediaQueue

    return SqsMediaQueue(client("sqs"), env("MEDIA_QUEUE_URL"))


@cache
def media() -> ports.MediaShelf:
    from orderdesk.adapters.aws import s3_for_links
    from orderdesk.adapters.media import S3MediaShelf

    return S3MediaShelf(s3_for_links(), env("MEDIA_BUCKET"))


@cache
def media_source() -> ports.MediaSource:
    from orderdesk.adapters.media import GraphMedia

    return GraphMedia(env("GRAPH_API_URL"), lambda: secrets().access_token)


@cache
def messenger() -> ports.Messenger:
    from orderdesk.adapters.whatsapp.outbound import GraphMessenger

    return GraphMessenger(env("GRAPH_API_URL"), lambda: secrets().access_token)


@cache
def gateways() -> ports.Gateways:
    from orderdesk.adapters.payments.connect import connect

    return connect(
        secrets,
        razorpay=os.environ.get("PAYMENT_GATEWAY_URL", ""),
        stripe=os.environ.get("STRIPE_API_URL", ""),
        whatsapp=os.environ.get("GRAPH_API_URL", ""),
    )


@cache
def pages() -> ports.PageLinks:
    from orderdesk.adapters.pages import SignedPages

    return SignedPages(env("PUBLIC_URL"), lambda: secrets().signing_key)


def secrets() -> Secrets:
    """The shop's secrets, read from SSM and kept for five minutes. Raises Unavailable."""
    from orderdesk.adapters.secrets import read

    return read(env("SECRETS_PARAMETER"))


if TYPE_CHECKING:
    from orderdesk.adapters.outbox import SqsOutbox
    from orderdesk.adapters.secrets import Secrets
