"""Routes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.adapters.order_records import order_to_record
from orderdesk.adapters.records import event_to_record, summary_to_record
from orderdesk.api.bodies import list_query, move_body, tracking_of
from orderdesk.api.context import MOVE, READ, actor_of, authenticate
from orderdesk.api.openapi import document
from orderdesk.domain.errors import Invalid, OrderdeskError, Stale
from orderdesk.domain.moving import options
from orderdesk.http import Response, Router, error_body, error_response, json_response, status_of
from orderdesk.usecases.move import MoveCommand, move

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.domain.actor import Actor
    from orderdesk.domain.order import Order
    from orderdesk.http import Request

MAX_KEY = 200


def answer(request: Request, context: Context) -> Response:
    """Every request gets an answer; every error of ours has the one shape."""
    try:
        return ROUTES.answer(request, context)
    except OrderdeskError as error:
        return error_response(error)


def list_orders(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ)
    page = context.orders.page(list_query(request, context.stores.get(key.store_id)))
    orders = [summary_to_record(each) for each in page.items]
    return json_response({"orders": orders, "cursor": page.cursor})


def get_order(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ)
    order = context.orders.get(key.store_id, request.params["order_id"])
    history = context.orders.history(order.store_id, order.order_id)
    body = {
        **_order(order, actor_of(key), context),
        "history": [event_to_record(each) for each in history],
    }
    return json_response(body, etag=f'"{order.version}"')


def move_order(request: Request, context: Context) -> Response:
    key = authenticate(request, context, MOVE)
    by = actor_of(key)
    body = move_body(request)
    command = MoveCommand(
        store_id=key.store_id,
        order_id=request.params["order_id"],
        to=body.to,
        by=by,
        reason=body.reason,
        tracking=tracking_of(body),
        expected_version=body.expected_version,
        idempotency_key=_idempotency_key(request),
    )
    try:
        order = move(command, orders=context.orders, stores=context.stores, now=context.now)
    except Stale as error:
        return json_response(_conflict(error, by, context), status=status_of(error))
    return json_response(_order(order, by, context), etag=f'"{order.version}"')


def openapi(request: Request, context: Context) -> Response:
    return json_response(document())


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if len(key) > MAX_KEY:
        raise Invalid(f"An Idempotency-Key has at most {MAX_KEY} characters.", field="header")
    return key


def _order(order: Order, by: Actor, context: Context) -> dict[str, Any]:
    return {"order": order_to_record(order), "moves": _moves(order, by, context)}


def _moves(order: Order, by: Actor, context: Context) -> list[dict[str, Any]]:
    policy = context.stores.get(order.store_id).policy
    return [
        {
            "id": each.move.id,
            "to": each.move.target.value,
            "label": each.move.label,
            "class": each.move.kind.value,
            "needs": [need.value for need in each.move.needs],
            "allowed": each.allowed,
            "refusals": [{"reason": no.reason, "remedy": no.remedy} for no in each.refusals],
        }
        for each in options(order, by=by, now=context.now, policy=policy)
    ]


def _conflict(error: Stale, by: Actor, context: Context) -> dict[str, Any]:
    """Who was faster, and what can be done now."""
    current = error.current
    history = context.orders.history(current.store_id, current.order_id, after=current.version - 1)
    body = error_body(error)
    body["error"]["details"] |= {
        **_order(current, by, context),
        "changed_by": event_to_record(history[-1]) if history else None,
    }
    return body


ROUTES: Router[Context] = Router()
ROUTES.add("GET", "/openapi.json", openapi)
ROUTES.add("GET", "/api/orders", list_orders)
ROUTES.add("GET", "/api/orders/{order_id}", get_order)
ROUTES.add("POST", "/api/orders/{order_id}/moves", move_order)
