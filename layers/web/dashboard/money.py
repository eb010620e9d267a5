"""The forms that settle an order's money: claims that were seen or not, refunds."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from dashboard.edits import Edit, alone, edited
from dashboard.forms import read_form, version_of
from dashboard.given import Given
from dashboard.order import Visit, done, lost_race, refuse
from dashboard.purse import key_of, through_gateways
from dashboard.session import actor_of, check_csrf, signed_in
from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotFound, Stale, Unavailable
from orderdesk.domain.money import crediting
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Permission
from orderdesk.usecases.orders.collect import followed
from orderdesk.usecases.payments.refund import make_refund
from orderdesk.usecases.payments.request_payment import Till

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.context import Context
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request, Response
    from orderdesk.usecases.orders.amend import Verb

type Form = Mapping[str, str]


def answer_claim(request: Request, context: Context) -> Response:
    """The money was seen, or (`do` is decline) it was not."""

    def edit(visit: Visit, form: Form) -> Edit:
        claim_id, refused = form.get("claim_id", ""), form.get("do") == "decline"

        def verb() -> Verb:
            if refused:
                reason = form.get("reason", "")
                step = partial(crediting.decline_claim, claim_id=claim_id, reason=reason)
                return alone(visit, step)
            return _confirming(visit, claim_id, form)

        return Edit(
            form=f"{'decline' if refused else 'confirm'}-{key_of(claim_id)}",
            permission=Permission.REFUND,
            refused="the payment is still to be looked at",
            verb=verb,
        )

    return edited(request, context, edit)


def _confirming(visit: Visit, claim_id: str, form: Form) -> Verb:
    """With what follows from it: the order may be confirmed."""
    policy = visit.context.stores.get(visit.session.store_id).policy

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        seen = amount_of(form, order.ledger.currency)
        by, now = actor_of(visit.session), visit.context.now
        step = crediting.confirm_claim(order, claim_id, amount=seen, by=by, now=now)
        return followed(step, policy, now)

    return verb


def work_on_refund(request: Request, context: Context) -> Response:
    """Ask for one, make it, or (`do` is drop) decline it."""
    form = read_form(request)
    if form.get("do") == "make":
        return _make(request, context, form)
    if form.get("do") == "drop":
        return edited(request, context, _drop)
    response = edited(request, context, _ask)
    at_once = response.status == HTTPStatus.SEE_OTHER and form.get("later") != "yes"
    return _make_at_once(request, context) or response if at_once else response


def _make_at_once(request: Request, context: Context) -> Response | None:
    """None when a second person, or hands, are needed: then it waits on the page."""
    visit = Visit(request, signed_in(request, context), context)
    order, by = visit.order(), actor_of(visit.session)
    asked = order.ledger.open_refunds[-1:]
    limit = visit.context.stores.get(order.store_id).policy.refund_limit
    if not asked or asked[0].by != by.id or crediting.needs_second_person(asked[0], limit):
        return None
    if asked[0].amount.minor > through_gateways(order):
        return None
    try:
        after = make_refund(order, asked[0].id, _till(context), by=by)
    except (Invalid, Blocked, NotFound, Unavailable, Stale):
        return None
    return done(visit, after.version)


def _till(context: Context) -> Till:
    return Till(
        gateways=context.gateways, orders=context.orders, stores=context.stores, now=context.now
    )


def _ask(visit: Visit, form: Form) -> Edit:
    limit = visit.context.stores.get(visit.session.store_id).policy.refund_limit

    def verb() -> Verb:
        def asked(order: Order, **given: object) -> tuple[Order, Event] | None:
            amount = amount_of(form, order.ledger.currency)
            if amount is None:
                raise Invalid("Say how much goes back.", field="amount")
            return crediting.request_refund(
                order,
                amount,
                request_id=f"{order.number}-r{len(order.ledger.entries) + 1}",
                reason=form.get("reason", ""),
                limit=limit,
                later=form.get("later") == "yes",
                by=actor_of(visit.session),
                now=visit.context.now,
            )

        return alone(visit, asked)

    return Edit(
        form="refund", permission=Permission.REFUND, refused="nothing was refunded", verb=verb
    )


def _drop(visit: Visit, form: Form) -> Edit:
    refund_id = form.get("refund_id", "")
    step = partial(crediting.decline_refund, request_id=refund_id, reason=form.get("reason", ""))
    return Edit(
        form=f"drop-{key_of(refund_id)}",
        permission=Permission.REFUND,
        refused="the refund is still open",
        verb=partial(alone, visit, step),
    )


def _make(request: Request, context: Context, form: Form) -> Response:
    """At the gateways first; each part is booked as it is made, so repeating it is safe."""
    visit = Visit(request, signed_in(request, context), context)
    check_csrf(form, visit.session)
    version, refund_id = version_of(form), form.get("refund_id", "")
    given = Given(form=f"make-{key_of(refund_id)}", fields=form)
    refused, by = "the money was not sent back", actor_of(visit.session)
    if not by.may(Permission.REFUND):
        raise Forbidden("Your role may not refund: ask somebody who may.")
    order = visit.order()
    if order.version != version:
        return lost_race(visit, order, given, refused, since=version)
    try:
        after = make_refund(
            order, refund_id, _till(context), by=by, by_hand=form.get("by_hand") == "yes"
        )
    except Stale as error:
        return lost_race(visit, error.current, given, refused, since=version)
    except (Invalid, Blocked, NotFound, Unavailable) as error:
        return refuse(visit, error, given, refused, since=version)
    return done(visit, after.version)


def amount_of(form: Form, currency: str) -> Money | None:
    """As it was typed, `1299.50` or `1,299.50`; None for an empty field. Raises Invalid."""
    text = form.get("amount", "").replace(",", "").strip()
    if not text:
        return None
    try:
        amount = Money.of_major(Decimal(text), currency)
    except InvalidOperation as error:
        raise Invalid("Give the amount as a number, like 1299.50.", field="amount") from error
    if amount.minor <= 0 or amount.major != Decimal(text):
        raise Invalid("Give an amount above 0, like 1299.50.", field="amount")
    return amount
