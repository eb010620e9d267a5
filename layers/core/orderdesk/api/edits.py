"""Changes of an order beside its stage: parcels, returns, fulfilment, attention, refunds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from orderdesk.api.answers import conflict, idempotency_key, order_answer
from orderdesk.api.bodies import (
    EditBody,
    FulfilmentBody,
    NoteBody,
    ParcelBody,
    ParcelChangeBody,
    ReceiveBody,
    ReturnBody,
    WaiverBody,
    goods_of,
    parsed,
    tracking_of,
)
from orderdesk.api.context import EDIT, REFUND, actor_of, authenticate
from orderdesk.domain.errors import Stale
from orderdesk.domain.orders import amending, shipping
from orderdesk.domain.orders.actor import Permission
from orderdesk.http import Response, json_response, status_of
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.returns import ReturnDesk, closing, opening, receiving

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.api.context import Context
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request
    from orderdesk.usecases.orders.amend import Verb


@dataclass(frozen=True, slots=True)
class Edit[Parsed: EditBody]:
    """One request for a change, by whom, in which store."""

    request: Request
    context: Context
    store_id: str
    by: Actor
    body: Parsed

    @property
    def desk(self) -> ReturnDesk:
        policy = self.context.stores.get(self.store_id).policy
        return ReturnDesk(by=self.by, policy=policy, now=self.context.now)

    def part(self, name: str) -> str:
        """Of the path."""
        return self.request.params[name]


def ship_parcel(request: Request, context: Context) -> Response:
    edit = asked(request, context, ParcelBody)
    goods, tracking = goods_of(edit.body.lines), tracking_of(edit.body.tracking)
    step = partial(shipping.ship_parcel, goods=goods, tracking=tracking)
    return amended(edit, Permission.SHIP, alone(edit, step))


def change_parcel(request: Request, context: Context) -> Response:
    edit = asked(request, context, ParcelChangeBody)
    tracking = tracking_of(edit.body.tracking)
    step = partial(shipping.change_parcel, parcel_id=edit.part("parcel_id"), tracking=tracking)
    return amended(edit, Permission.SHIP, alone(edit, step))


def open_return(request: Request, context: Context) -> Response:
    edit = asked(request, context, ReturnBody)
    body = edit.body
    verb = opening(edit.desk, goods_of(body.lines), body.reason_code, body.reason)
    return amended(edit, Permission.TAKE_BACK, verb)


def receive_return(request: Request, context: Context) -> Response:
    edit = asked(request, context, ReceiveBody)
    return_id, body = edit.part("return_id"), edit.body
    verb = receiving(edit.desk, return_id, restock=body.restock, note=body.note)
    return amended(edit, Permission.TAKE_BACK, verb)


def close_return(request: Request, context: Context) -> Response:
    edit = asked(request, context, NoteBody)
    verb = closing(edit.desk, edit.part("return_id"), note=edit.body.note)
    return amended(edit, Permission.TAKE_BACK, verb)


def choose_fulfilment(request: Request, context: Context) -> Response:
    edit = asked(request, context, FulfilmentBody)
    step = partial(amending.choose_fulfilment, fulfilment=edit.body.fulfilment)
    return amended(edit, Permission.EDIT, alone(edit, step))


def resolve_attention(request: Request, context: Context) -> Response:
    edit = asked(request, context, NoteBody)
    step = partial(amending.resolve_attention, reason=edit.part("reason"), note=edit.body.note)
    return amended(edit, Permission.EDIT, alone(edit, step))


def waive_refund(request: Request, context: Context) -> Response:
    edit = asked(request, context, WaiverBody, scope=REFUND)
    step = partial(amending.waive_refund, reason=edit.body.reason)
    return amended(edit, Permission.REFUND, alone(edit, step))


def asked[Parsed: EditBody](
    request: Request, context: Context, kind: type[Parsed], *, scope: str = EDIT
) -> Edit[Parsed]:
    key = authenticate(request, context, scope)
    return Edit(request, context, key.store_id, actor_of(key), parsed(request, kind))


def alone[Parsed: EditBody](
    edit: Edit[Parsed], step: Callable[..., tuple[Order, Event] | None]
) -> Verb:
    """A verb of the domain that leaves one event."""

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        found = step(order, by=edit.by, now=edit.context.now)
        return (found[0], [found[1]]) if found else None

    return verb


def amended[Parsed: EditBody](edit: Edit[Parsed], permission: Permission, verb: Verb) -> Response:
    request, context = edit.request, edit.context
    command = AmendCommand(
        store_id=edit.store_id,
        order_id=edit.part("order_id"),
        by=edit.by,
        permission=permission,
        name=f"{request.method} {request.path} {edit.body.model_dump_json()}",
        verb=verb,
        expected_version=edit.body.expected_version,
        idempotency_key=idempotency_key(request),
    )
    try:
        order = amend(command, orders=context.orders, stores=context.stores)
    except Stale as error:
        return json_response(conflict(error, edit.by, context), status=status_of(error))
    return json_response(order_answer(order, edit.by, context), etag=f'"{order.version}"')
