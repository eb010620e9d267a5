"""A client of the API, on the in-memory twins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from orderdesk.adapters.memory import (
    MemoryApiKeys,
    MemoryConversations,
    MemoryCosts,
    MemoryCustomers,
    MemoryGateways,
    MemoryMediaShelf,
    MemoryOrders,
    MemoryOutbox,
    MemoryPaymentGateway,
    MemoryPlaces,
    MemoryProducts,
    MemoryReconciliations,
    MemoryStock,
    MemoryStores,
    MemoryUnsent,
    Shelf,
)
from orderdesk.api.context import Context, key_hash
from orderdesk.api.site import answer
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.history import chain
from orderdesk.http import Request
from orderdesk.usecases.ports import ApiKey
from tests.builders import NOW, STORE, a_placed_event

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Response

TOKEN = f"od_{STORE}_0123abcd"


class Files(MemoryMediaShelf):
    """Remembers which were deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[str] = []

    def delete(self, key: str) -> None:
        super().delete(key)
        self.deleted.append(key)


class Api:
    """A client with a key of the given scopes."""

    def __init__(self, *scopes: str, role: Role = Role.AGENT, token: str = TOKEN) -> None:
        shelf = Shelf()
        self.gateway = MemoryPaymentGateway()
        self.files, self.outbox = Files(), MemoryOutbox()
        self.context = Context(
            orders=MemoryOrders(shelf),
            stores=MemoryStores(shelf),
            stock=MemoryStock(shelf),
            products=MemoryProducts(shelf),
            places=MemoryPlaces(shelf),
            api_keys=MemoryApiKeys(shelf),
            customers=MemoryCustomers(shelf),
            conversations=MemoryConversations(shelf),
            media=self.files,
            unsent=MemoryUnsent(shelf),
            outbox=self.outbox,
            costs=MemoryCosts(shelf),
            gateways=MemoryGateways(self.gateway),
            reconciliations=MemoryReconciliations(shelf),
            now=NOW,
        )
        self.token = token
        kept = ApiKey(
            store_id=STORE,
            key_id="k1",
            hash=key_hash(TOKEN),
            name="Warehouse",
            scopes=scopes,
            role=role,
        )
        self.context.api_keys.put(kept)

    def has(self, order: Order) -> Order:
        """The order as it is stored, its chain begun."""
        order, (event,) = chain(order, [a_placed_event(order)])
        self.context.orders.add(order, event, raw="{}")
        return order

    def history(self, order: Order) -> tuple[Event, ...]:
        return self.context.orders.history(order.store_id, order.order_id)

    def call(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Header names as keywords or with a dash."""
        response = self.answer(method, path, body, **headers)
        return response.status, json.loads(response.body)

    def answer(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        path, _, query = path.partition("?")
        request = Request(
            method=method,
            path=path,
            query=dict(pair.split("=") for pair in query.split("&") if pair),
            headers={"authorization": f"Bearer {self.token}", **_headers(headers)},
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        )
        return answer(request, self.context)


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}
