"""What people change on an order beside its stage, with the same care as a move."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Forbidden, OrderdeskError, Stale
from orderdesk.usecases.orders.change import change, write
from orderdesk.usecases.ports import Idempotency

if TYPE_CHECKING:
    from orderdesk.domain.orders.actor import Actor, Permission
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Orders, Stores

# The order with what happened to it, in order; None when there is nothing to do.
type Verb = Callable[[Order], tuple[Order, Sequence[Event]] | None]

NOBODY_ELSE: Final = "Your role may not do this: ask somebody who may {permission}."


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendCommand:
    """`name` says what is asked for, with its arguments: the same key may only mean the same.

    `expected_version` is the version that was seen when deciding; None takes it as it is now.
    """

    store_id: str
    order_id: str
    by: Actor
    permission: Permission
    name: str
    verb: Verb
    expected_version: int | None = None
    idempotency_key: str = ""


def amend(command: AmendCommand, *, orders: Orders, stores: Stores) -> Order:
    """Change one order and return it as written.

    Raises NotFound, Stale (somebody was faster), Forbidden, and what the verb raises.
    """
    if not command.by.may(command.permission):
        raise Forbidden(NOBODY_ELSE.format(permission=command.permission))
    idempotency = _idempotency(command)
    done = orders.replayed(command.store_id, idempotency) if idempotency else None
    if done:
        return done
    policy = stores.get(command.store_id).policy
    if command.expected_version is None and idempotency is None:
        return change(
            command.store_id, command.order_id, command.verb, orders=orders, policy=policy
        )
    try:
        return _amend(command, idempotency, orders=orders, policy=policy)
    except OrderdeskError:
        # Lost to the same request, which came in twice at once?
        done = orders.replayed(command.store_id, idempotency) if idempotency else None
        if done is None:
            raise
        return done


def _amend(
    command: AmendCommand, idempotency: Idempotency | None, *, orders: Orders, policy: Policy
) -> Order:
    order = orders.get(command.store_id, command.order_id)
    if command.expected_version not in {None, order.version}:
        raise Stale(order)
    decision = command.verb(order)
    if decision is None:
        return order
    after, events = decision
    return write(after, events, orders=orders, policy=policy, idempotency=idempotency)


def _idempotency(command: AmendCommand) -> Idempotency | None:
    if not command.idempotency_key:
        return None
    asked = (command.order_id, command.name, command.by.id)
    fingerprint = hashlib.sha256(repr(asked).encode()).hexdigest()
    return Idempotency(command.idempotency_key, fingerprint)
