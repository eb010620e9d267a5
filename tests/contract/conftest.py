"""Every port twice: in memory, and on DynamoDB as moto plays it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from orderdesk.adapters import memory
from orderdesk.adapters.catalog.meta import Answers
from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.conversations import DynamoConversations
from orderdesk.adapters.dynamo.costs import DynamoCosts
from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.adapters.dynamo.customers import DynamoCustomers
from orderdesk.adapters.dynamo.executions import DynamoExecutions
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.pace import DynamoPace
from orderdesk.adapters.dynamo.places import DynamoPlaces
from orderdesk.adapters.dynamo.products import DynamoAnswers, DynamoProducts
from orderdesk.adapters.dynamo.reconciliations import DynamoReconciliations
from orderdesk.adapters.dynamo.rounds import DynamoRounds
from orderdesk.adapters.dynamo.sessions import DynamoSessions
from orderdesk.adapters.dynamo.stock import DynamoStock
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.adapters.dynamo.templates import DynamoTemplates
from orderdesk.adapters.dynamo.unsent import DynamoUnsent
from orderdesk.adapters.throttle import Throttle
from orderdesk.usecases import ports
from tests.dynamo import a_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The ports that share one table, or one shelf."""

    orders: ports.Orders
    executions: ports.Executions
    customers: ports.Customers
    conversations: ports.Conversations
    stores: ports.Stores
    products: ports.Products
    places: ports.Places
    answers: Answers
    stock: ports.Stock
    costs: ports.Costs
    unsent: ports.Unsent
    pace: ports.Pace
    templates: ports.Templates
    counts: ports.Counts
    rounds: ports.Rounds
    reconciliations: ports.Reconciliations
    sessions: ports.Sessions
    api_keys: ports.ApiKeys


def a_throttle() -> Throttle:
    """One message in 0.1 s."""
    return Throttle(per_second=100, senders=10)


def in_memory() -> Shop:
    shelf = memory.Shelf()
    return Shop(
        orders=memory.MemoryOrders(shelf),
        executions=memory.MemoryExecutions(shelf),
        customers=memory.MemoryCustomers(shelf),
        conversations=memory.MemoryConversations(shelf),
        stores=memory.MemoryStores(shelf),
        products=memory.MemoryProducts(shelf),
        places=memory.MemoryPlaces(shelf),
        answers=memory.MemoryAnswers(),
        stock=memory.MemoryStock(shelf),
        costs=memory.MemoryCosts(shelf),
        unsent=memory.MemoryUnsent(shelf),
        pace=memory.MemoryPace(throttle=a_throttle()),
        templates=memory.MemoryTemplates(),
        counts=memory.MemoryCounts(shelf),
        rounds=memory.MemoryRounds(shelf),
        reconciliations=memory.MemoryReconciliations(shelf),
        sessions=memory.MemorySessions(shelf),
        api_keys=memory.MemoryApiKeys(shelf),
    )


def on_dynamodb(client: Any, table: str) -> Shop:
    return Shop(
        orders=DynamoOrders(client, table),
        executions=DynamoExecutions(client, table),
        customers=DynamoCustomers(client, table),
        conversations=DynamoConversations(client, table),
        stores=DynamoStores(client, table),
        products=DynamoProducts(client, table),
        places=DynamoPlaces(client, table),
        answers=DynamoAnswers(client, table),
        stock=DynamoStock(client, table),
        costs=DynamoCosts(client, table),
        unsent=DynamoUnsent(client, table),
        pace=DynamoPace(client, table, a_throttle()),
        templates=DynamoTemplates(client, table),
        counts=DynamoCounts(client, table),
        rounds=DynamoRounds(client, table),
        reconciliations=DynamoReconciliations(client, table),
        sessions=DynamoSessions(client, table),
        api_keys=DynamoApiKeys(client, table),
    )


@pytest.fixture(params=["memory", "dynamodb"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "memory":
        yield in_memory()
        return
    with a_table() as (client, name):
        yield on_dynamodb(client, name)


@pytest.fixture
def orders(shop: Shop) -> ports.Orders:
    return shop.orders


@pytest.fixture
def executions(shop: Shop) -> ports.Executions:
    return shop.executions


@pytest.fixture
def customers(shop: Shop) -> ports.Customers:
    return shop.customers


@pytest.fixture
def conversations(shop: Shop) -> ports.Conversations:
    return shop.conversations


@pytest.fixture
def stores(shop: Shop) -> ports.Stores:
    return shop.stores


@pytest.fixture
def products(shop: Shop) -> ports.Products:
    return shop.products


@pytest.fixture
def places(shop: Shop) -> ports.Places:
    return shop.places


@pytest.fixture
def answers(shop: Shop) -> Answers:
    return shop.answers


@pytest.fixture
def stock(shop: Shop) -> ports.Stock:
    return shop.stock


@pytest.fixture
def unsent(shop: Shop) -> ports.Unsent:
    return shop.unsent


@pytest.fixture
def pace(shop: Shop) -> ports.Pace:
    return shop.pace


@pytest.fixture
def templates(shop: Shop) -> ports.Templates:
    return shop.templates
