"""What the API answers about an order: the order, what can be done now, and who was faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.order_records import order_to_record
from orderdesk.adapters.records import event_to_record, to_record
from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.history import link
from orderdesk.domain.orders.lifecycle import Need
from orderdesk.domain.orders.moving import options
from orderdesk.domain.orders.reasons import reasons_of
from orderdesk.http import error_body

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.domain.errors import Stale
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Move
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.http import Request

MAX_KEY: Final = 200


def order_answer(order: Order, by: Actor, context: Context) -> dict[str, Any]:
    """The order with every move of the table that this key's role may ask for."""
    policy = context.stores.get(order.store_id).policy
    moves = [
        {
            "id": each.move.id,
            "to": each.move.target.value,
            "label": each.move.label,
            "class": each.move.kind.value,
            "needs": [need.value for need in each.move.needs],
            "takes": [need.value for need in each.move.takes],
            "reasons": _reasons(each.move, policy),
            "allowed": each.allowed,
            "refusals": [{"reason": no.reason, "remedy": no.remedy} for no in each.refusals],
        }
        for each in options(order, by=by, now=context.now, policy=policy)
    ]
    return {"order": order_to_record(order) | _derived(order), "moves": moves}


def _derived(order: Order) -> dict[str, Any]:
    """What follows from the order, so that no client has to add it up."""
    return {
        "amounts": to_record(order.amounts),
        "amount_due": to_record(order.amount_due),
        "payment_status": order.payment_status.value,
    }


def _reasons(move: Move, policy: Policy) -> list[dict[str, str]]:
    if Need.REASON not in (*move.needs, *move.takes):
        return []
    return [{"code": each.code, "label": each.label} for each in reasons_of(move, policy.reasons)]


def history_item(event: Event) -> dict[str, Any]:
    """The event with its own hash, which the next one carries as `previous`."""
    return {**event_to_record(event), "hash": link(event)}


def conflict(error: Stale, by: Actor, context: Context) -> dict[str, Any]:
    """Who was faster, and what can be done now."""
    current = error.current
    history = context.orders.history(current.store_id, current.order_id, after=current.version - 1)
    body = error_body(error)
    body["error"]["details"] |= {
        **order_answer(current, by, context),
        "changed_by": history_item(history[-1]) if history else None,
    }
    return body


def idempotency_key(request: Request) -> str:
    """Raises Invalid for one that is too long."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > MAX_KEY:
        raise Invalid(
            f"An Idempotency-Key has at most {MAX_KEY} characters.", field="idempotency-key"
        )
    return key
