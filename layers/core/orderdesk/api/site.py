"""Routes of the API, and its orders: lists, one with its history, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.records import summary_to_record
from orderdesk.api import (
    conversations,
    costs,
    customers,
    edits,
    failures,
    lists,
    payments,
    prices,
    settings,
    stock,
    texts,
)
from orderdesk.api.answers import conflict, history_item, idempotency_key, order_answer
from orderdesk.api.bodies import MoveBody, list_query, parsed, tracking_of
from orderdesk.api.context import MOVE, READ, actor_of, authenticate
from orderdesk.api.openapi import document
from orderdesk.domain.errors import OrderdeskError, Stale
from orderdesk.domain.orders.history import verify
from orderdesk.http import Response, Router, error_response, json_response, status_of
from orderdesk.usecases.orders.move import MoveCommand, move

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request

READS = 5


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
        **order_answer(order, actor_of(key), context),
        "history": [history_item(each) for each in history],
    }
    return json_response(body, etag=f'"{order.version}"')


def verify_order(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ)
    order, history = _at_one_moment(key.store_id, request.params["order_id"], context)
    verdict = verify(order, history)
    flaws = [{"version": each.version, "problem": each.problem} for each in verdict.flaws]
    body = {
        "order_id": order.order_id,
        "version": order.version,
        "holds": verdict.holds,
        "flaws": flaws,
        "proven_from": verdict.proven_from,
        "erased": list(verdict.erased),
        "last_hash": verdict.last_hash,
    }
    return json_response(body)


def _at_one_moment(
    store_id: str, order_id: str, context: Context
) -> tuple[Order, tuple[Event, ...]]:
    """An order and its history, with nothing written between the two reads."""
    order = context.orders.get(store_id, order_id)
    for _ in range(READS):
        history = context.orders.history(store_id, order_id)
        again = context.orders.get(store_id, order_id)
        if again.version == order.version:
            return order, history
        order = again
    raise Stale(order)


def move_order(request: Request, context: Context) -> Response:
    key = authenticate(request, context, MOVE)
    by = actor_of(key)
    command = _move_command(request, key.store_id, by)
    try:
        order = move(command, orders=context.orders, stores=context.stores, now=context.now)
    except Stale as error:
        return json_response(conflict(error, by, context), status=status_of(error))
    return json_response(order_answer(order, by, context), etag=f'"{order.version}"')


def _move_command(request: Request, store_id: str, by: Actor) -> MoveCommand:
    body = parsed(request, MoveBody)
    return MoveCommand(
        store_id=store_id,
        order_id=request.params["order_id"],
        to=body.to,
        by=by,
        reason=body.reason,
        reason_code=body.reason_code,
        until=body.until,
        tracking=tracking_of(body.tracking) if body.tracking else None,
        pickup_code=body.pickup_code,
        restock=body.restock,
        expected_version=body.expected_version,
        idempotency_key=idempotency_key(request),
    )


def openapi(request: Request, context: Context) -> Response:
    return json_response(document())


ORDER = "/api/orders/{order_id}"
CUSTOMER = "/api/customers/{customer_id}"
PRODUCT = "/api/products/{retailer_id}"
PLACE = "/api/places/{postal_code}"
ROUTES: Router[Context] = Router()
ROUTES.add("GET", "/openapi.json", openapi)
ROUTES.add("GET", "/api/orders", list_orders)
ROUTES.add("GET", ORDER, get_order)
ROUTES.add("GET", f"{ORDER}/verification", verify_order)
ROUTES.add("POST", f"{ORDER}/moves", move_order)
ROUTES.add("POST", f"{ORDER}/parcels", edits.ship_parcel)
ROUTES.add("PATCH", f"{ORDER}/parcels/{{parcel_id}}", edits.change_parcel)
ROUTES.add("POST", f"{ORDER}/returns", edits.open_return)
ROUTES.add("POST", f"{ORDER}/returns/{{return_id}}/receive", edits.receive_return)
ROUTES.add("POST", f"{ORDER}/returns/{{return_id}}/close", edits.close_return)
ROUTES.add("PUT", f"{ORDER}/fulfilment", edits.choose_fulfilment)
ROUTES.add("POST", f"{ORDER}/attention/{{reason}}/resolve", edits.resolve_attention)
ROUTES.add("POST", f"{ORDER}/refund-waiver", edits.waive_refund)
ROUTES.add("PUT", f"{ORDER}/payment-method", payments.choose_method)
ROUTES.add("POST", f"{ORDER}/claims", payments.claim)
ROUTES.add("POST", f"{ORDER}/claims/confirm", payments.confirm_claim)
ROUTES.add("POST", f"{ORDER}/claims/decline", payments.decline_claim)
ROUTES.add("POST", f"{ORDER}/refunds", payments.request_refund)
ROUTES.add("POST", f"{ORDER}/refunds/make", payments.make_refund_now)
ROUTES.add("POST", f"{ORDER}/refunds/decline", payments.decline_refund)
ROUTES.add("GET", "/api/payments/reconciliation", payments.reconciliation)
ROUTES.add("GET", "/api/customers", customers.find_customers)
ROUTES.add("GET", CUSTOMER, customers.get_customer)
ROUTES.add("PATCH", CUSTOMER, customers.change_customer)
ROUTES.add("POST", f"{CUSTOMER}/erase", customers.erase)
ROUTES.add("DELETE", f"{CUSTOMER}/addresses/{{address_id}}", customers.forget_saved_address)
ROUTES.add("GET", f"{CUSTOMER}/messages", conversations.get_thread)
ROUTES.add("POST", f"{CUSTOMER}/messages", conversations.post_reply)
ROUTES.add("GET", "/api/messages/failed", failures.get_failed)
ROUTES.add("POST", "/api/messages/retry", failures.post_retry)
ROUTES.add("POST", "/api/messages/media", conversations.post_media_link)
ROUTES.add("POST", "/api/media", conversations.post_upload)
ROUTES.add("GET", "/api/canned-replies", conversations.get_canned_replies)
ROUTES.add("GET", "/api/costs", costs.get_costs)
ROUTES.add("GET", f"{ORDER}/costs", costs.get_order_costs)
ROUTES.add("PUT", f"{ORDER}/prices", prices.put_prices)
ROUTES.add("GET", "/api/products", lists.list_products)
ROUTES.add("PUT", "/api/products", lists.put_products)
ROUTES.add("GET", PRODUCT, lists.get_product)
ROUTES.add("DELETE", PRODUCT, lists.delete_product)
ROUTES.add("GET", "/api/places", lists.list_places)
ROUTES.add("PUT", "/api/places", lists.put_places)
ROUTES.add("GET", PLACE, lists.check_place)
ROUTES.add("DELETE", PLACE, lists.delete_place)
ROUTES.add("GET", "/api/stock", stock.get_stock)
ROUTES.add("PUT", "/api/stock", stock.put_stock_list)
ROUTES.add("PUT", "/api/products/{retailer_id}/stock", stock.put_stock)
ROUTES.add("GET", "/api/settings", settings.get_settings)
ROUTES.add("PUT", "/api/settings", settings.put_settings)
ROUTES.add("POST", "/api/settings/reset", settings.reset_settings)
ROUTES.add("GET", "/api/settings/history", settings.settings_history)
ROUTES.add("GET", "/api/texts", texts.list_texts)
ROUTES.add("POST", "/api/texts/preview", texts.preview_text)
