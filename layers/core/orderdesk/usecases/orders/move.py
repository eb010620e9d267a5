"""The only way a stage changes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, NotAllowed, Stale
from orderdesk.domain.orders import moving
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.usecases.orders.change import write
from orderdesk.usecases.ports import Idempotency

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.parcels import Tracking
    from orderdesk.usecases.ports import Orders, Stores

PICKUP_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCommand:
    """`expected_version` is the version that was seen when deciding; None takes it as it is now.

    The rest is as in MoveRequest.
    """

    store_id: str
    order_id: str
    to: Stage
    by: Actor
    reason: str = ""
    reason_code: str = ""
    until: datetime | None = None
    tracking: Tracking | None = None
    pickup_code: str = ""
    restock: bool | None = None
    expected_version: int | None = None
    idempotency_key: str = ""
    gateway_asked: bool = False


def move(command: MoveCommand, *, orders: Orders, stores: Stores, now: datetime) -> Order:
    """Move one order and return it as written.

    Staff, customers, gateways, couriers and the clock all come through here. Raises NotFound,
    Stale (somebody was faster), NotAllowed, Forbidden, Invalid and Blocked.
    """
    idempotency = _idempotency(command)
    if idempotency is None:
        return _move(command, None, orders=orders, stores=stores, now=now)
    done = orders.replayed(command.store_id, idempotency)
    if done:
        return done
    try:
        return _move(command, idempotency, orders=orders, stores=stores, now=now)
    except (Stale, NotAllowed, Blocked):
        # Lost to the same request, which came in twice at once?
        done = orders.replayed(command.store_id, idempotency)
        if done is None:
            raise
        return done


def _move(
    command: MoveCommand,
    idempotency: Idempotency | None,
    *,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    order = orders.get(command.store_id, command.order_id)
    if command.expected_version not in {None, order.version}:
        raise Stale(order)
    policy = stores.get(command.store_id).policy
    request = MoveRequest(
        to=command.to,
        by=command.by,
        now=now,
        policy=policy,
        reason=command.reason,
        reason_code=command.reason_code,
        until=command.until,
        tracking=command.tracking,
        pickup_code=command.pickup_code,
        restock=command.restock,
        gateway_asked=command.gateway_asked,
        new_pickup_code=f"{secrets.randbelow(10**PICKUP_DIGITS):0{PICKUP_DIGITS}}",
    )
    after, event = moving.move(order, request)
    return write(after, [event], orders=orders, policy=policy, idempotency=idempotency)


def _idempotency(command: MoveCommand) -> Idempotency | None:
    """The same key with another request is a mistake, so the request is part of what is kept."""
    if not command.idempotency_key:
        return None
    asked = (
        command.order_id,
        command.to,
        command.by.id,
        (command.reason_code, command.reason, command.until),
        (command.tracking, command.pickup_code, command.restock),
    )
    fingerprint = hashlib.sha256(repr(asked).encode()).hexdigest()
    return Idempotency(command.idempotency_key, fingerprint)
