"""Who calls the API, and what a request may reach."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, Unauthenticated
from orderdesk.domain.orders.actor import Actor, ActorKind, Role

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.http import Request
    from orderdesk.usecases.ports import (
        ApiKey,
        ApiKeys,
        Conversations,
        Costs,
        Customers,
        Gateways,
        MediaShelf,
        Orders,
        Outbox,
        Places,
        Products,
        Reconciliations,
        Stock,
        Stores,
        Unsent,
    )

READ: Final = "orders:read"
MOVE: Final = "orders:move"
REVERT: Final = "orders:revert"
EDIT: Final = "orders:edit"
REFUND: Final = "orders:refund"
READ_SETTINGS: Final = "settings:read"
WRITE_SETTINGS: Final = "settings:write"
READ_CUSTOMERS: Final = "customers:read"
WRITE_CUSTOMERS: Final = "customers:write"
READ_MESSAGES: Final = "messages:read"
SEND_MESSAGES: Final = "messages:send"
READ_COSTS: Final = "costs:read"
SCOPES: Final = (
    *(READ, MOVE, REVERT, EDIT, REFUND, READ_SETTINGS, WRITE_SETTINGS),
    *(READ_CUSTOMERS, WRITE_CUSTOMERS, READ_MESSAGES, SEND_MESSAGES, READ_COSTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    orders: Orders
    stores: Stores
    stock: Stock
    products: Products
    places: Places
    api_keys: ApiKeys
    customers: Customers
    conversations: Conversations
    media: MediaShelf
    unsent: Unsent
    outbox: Outbox
    costs: Costs
    gateways: Gateways
    reconciliations: Reconciliations
    now: datetime


def authenticate(request: Request, context: Context, scope: str) -> ApiKey:
    """The key of the request. Raises Unauthenticated (no such key), Forbidden (no such scope).

    A key reads `od_<store>_<secret>`, so that it is looked up in its own store only.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    prefix, _, rest = token.strip().partition("_")
    store_id, _, secret = rest.rpartition("_")
    if scheme.lower() != "bearer" or prefix != "od" or not (store_id and secret):
        raise Unauthenticated("Send your API key: Authorization: Bearer od_<store>_<secret>.")
    hashed = key_hash(token.strip())
    key = context.api_keys.find(store_id, hashed)
    if key is None or not hmac.compare_digest(key.hash, hashed):
        raise Unauthenticated("This API key does not exist (any more): make a new one.")
    if scope not in key.scopes:
        raise Forbidden(f"This API key may not do that: it needs the scope {scope}.")
    return key


def key_hash(token: str) -> str:
    """What is stored of a key: the secret has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of(key: ApiKey) -> Actor:
    """A key acts as staff of its role; one that takes moves back acts as a manager, unless it was
    made for another role. See docs/decisions/0016-an-api-key-acts-in-a-role.md.
    """
    reverts = REVERT in key.scopes and key.role is Role.AGENT
    role = Role.MANAGER if reverts else key.role
    return Actor(kind=ActorKind.STAFF, id=f"key:{key.key_id}", name=key.name, via="api", role=role)
