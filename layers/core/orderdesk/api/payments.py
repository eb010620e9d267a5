"""What staff do about an order's money: ask for it, confirm it, give it back, look at the drift."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from orderdesk.adapters.reconciliation_records import discrepancy_to_record
from orderdesk.api.answers import conflict, order_answer
from orderdesk.api.bodies import EditBody, Lines, PageParameters, goods_of, query_of
from orderdesk.api.context import READ, REFUND, authenticate
from orderdesk.api.edits import Edit, alone, amended, asked
from orderdesk.domain.errors import Blocked, Invalid, Stale
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import LARGEST, Money
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.orders.returning import value_of
from orderdesk.domain.times import time_to_text
from orderdesk.http import Response, json_response, status_of
from orderdesk.usecases.orders.collect import followed
from orderdesk.usecases.payments.refund import make_refund
from orderdesk.usecases.payments.request_payment import Till

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.api.context import Context
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request
    from orderdesk.usecases.orders.amend import Verb
    from orderdesk.usecases.orders.collect import Step

type Amount = Annotated[int, Field(ge=1, le=LARGEST)]
type Words = Annotated[str, Field(max_length=500)]
type Key = Annotated[str, Field(max_length=300)]


class MethodBody(EditBody):
    method: PaymentMethod


class ClaimBody(EditBody):
    amount: Amount
    method: PaymentMethod = PaymentMethod.TRANSFER
    proof: Key = ""
    note: Words = ""


class ClaimAnswerBody(EditBody):
    """`amount` is what was seen, when it was another one than claimed."""

    claim_id: Key
    amount: Amount | None = None


class ClaimRefusalBody(EditBody):
    claim_id: Key
    reason: Words


class RefundBody(EditBody):
    """By `amount`, by `lines`, or, without both, all that the order holds."""

    amount: Amount | None = None
    lines: Lines | None = None
    reason: Words
    later: bool = False


class RefundAnswerBody(EditBody):
    refund_id: Key
    by_hand: bool = False


class RefundRefusalBody(EditBody):
    refund_id: Key
    reason: Words


def choose_method(request: Request, context: Context) -> Response:
    """Chosen again, it asks the customer to pay anew."""
    edit = asked(request, context, MethodBody)
    step = partial(amending.choose_payment, method=edit.body.method)
    return amended(edit, Permission.EDIT, _followed(edit, step))


def claim(request: Request, context: Context) -> Response:
    edit = asked(request, context, ClaimBody)
    body = edit.body

    def step(order: Order, **given: object) -> Step:
        return crediting.claim(
            order,
            Money(body.amount, order.ledger.currency),
            claim_id=f"{order.number}-c{len(order.ledger.entries) + 1}",
            method=body.method,
            proof=body.proof,
            note=body.note,
            by=edit.by,
            now=context.now,
        )

    return amended(edit, Permission.EDIT, alone(edit, step))


def confirm_claim(request: Request, context: Context) -> Response:
    edit = asked(request, context, ClaimAnswerBody, scope=REFUND)
    body = edit.body

    def step(order: Order, **given: object) -> Step:
        seen = Money(body.amount, order.ledger.currency) if body.amount else None
        return crediting.confirm_claim(
            order, body.claim_id, amount=seen, by=edit.by, now=context.now
        )

    return amended(edit, Permission.REFUND, _followed(edit, step))


def decline_claim(request: Request, context: Context) -> Response:
    edit = asked(request, context, ClaimRefusalBody, scope=REFUND)
    body = edit.body
    step = partial(crediting.decline_claim, claim_id=body.claim_id, reason=body.reason)
    return amended(edit, Permission.REFUND, alone(edit, step))


def request_refund(request: Request, context: Context) -> Response:
    """Made at once when nobody else is needed and it is not for later."""
    edit = asked(request, context, RefundBody, scope=REFUND)
    limit = context.stores.get(edit.store_id).policy.refund_limit

    def step(order: Order, **given: object) -> Step:
        return crediting.request_refund(
            order,
            _amount_of(order, edit.body),
            request_id=_refund_id(order),
            reason=edit.body.reason,
            limit=limit,
            later=edit.body.later,
            by=edit.by,
            now=context.now,
        )

    answer = amended(edit, Permission.REFUND, alone(edit, step))
    order = context.orders.get(edit.store_id, edit.part("order_id"))
    mine = order.ledger.open_refunds[-1:] if answer.status == HTTPStatus.OK else ()
    if edit.body.later or not mine or crediting.needs_second_person(mine[0], limit):
        return answer
    return _made(edit, order, mine[0].id, by_hand=False, blocked_is_fine=True)


def make_refund_now(request: Request, context: Context) -> Response:
    """By the gateways, and by hand what did not come through one."""
    edit = asked(request, context, RefundAnswerBody, scope=REFUND)
    order = context.orders.get(edit.store_id, edit.part("order_id"))
    if edit.body.expected_version != order.version:
        error = Stale(order)
        return json_response(conflict(error, edit.by, context), status=status_of(error))
    return _made(edit, order, edit.body.refund_id, by_hand=edit.body.by_hand)


def decline_refund(request: Request, context: Context) -> Response:
    edit = asked(request, context, RefundRefusalBody, scope=REFUND)
    body = edit.body
    step = partial(crediting.decline_refund, request_id=body.refund_id, reason=body.reason)
    return amended(edit, Permission.REFUND, alone(edit, step))


def reconciliation(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ)
    given = query_of(request, PageParameters)
    page = context.reconciliations.page(key.store_id, limit=given.limit, cursor=given.cursor)
    last = context.reconciliations.last_run(key.store_id)
    return json_response(
        {
            "discrepancies": [discrepancy_to_record(each) for each in page.items],
            "cursor": page.cursor,
            "last_run": {"at": time_to_text(last.at), "counts": dict(last.counts)}
            if last
            else None,
        }
    )


def _made[Parsed: EditBody](
    edit: Edit[Parsed],
    order: Order,
    refund_id: str,
    *,
    by_hand: bool,
    blocked_is_fine: bool = False,
) -> Response:
    context = edit.context
    if not edit.by.may(Permission.REFUND):
        remedy = "Your role may not refund: ask somebody who may."
        raise Blocked(remedy, [Refusal("not_permitted", remedy)])
    till = Till(
        gateways=context.gateways, orders=context.orders, stores=context.stores, now=context.now
    )
    try:
        order = make_refund(order, refund_id, till, by=edit.by, by_hand=by_hand)
    except Blocked:
        if not blocked_is_fine:
            raise
    return json_response(order_answer(order, edit.by, context), etag=f'"{order.version}"')


def _followed[Parsed: EditBody](edit: Edit[Parsed], step: Callable[..., Step]) -> Verb:
    """A verb whose event may confirm the order, as the customer's own would."""

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        policy = edit.context.stores.get(edit.store_id).policy
        found = step(order, by=edit.by, now=edit.context.now)
        return followed(found, policy, edit.context.now)

    return verb


def _refund_id(order: Order) -> str:
    return f"{order.number}-r{len(order.ledger.entries) + 1}"


def _amount_of(order: Order, body: RefundBody) -> Money:
    if body.amount and body.lines:
        raise Invalid("Give an amount or lines, not both.", field="amount")
    if body.amount:
        return Money(body.amount, order.ledger.currency)
    return value_of(order, goods_of(body.lines)) if body.lines else order.ledger.refundable
