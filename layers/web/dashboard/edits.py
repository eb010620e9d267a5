"""Forms that change an order beside its stage: parcels, returns, fulfilment, what needs a look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dashboard.forms import fulfilment_of, goods_of, read_form, tracking_of, version_of
from dashboard.given import Given
from dashboard.order import Visit, done, lost_race, refuse
from dashboard.session import actor_of, check_csrf, signed_in
from orderdesk.domain.errors import Blocked, Invalid, NotFound, Stale
from orderdesk.domain.orders import amending, shipping
from orderdesk.domain.orders.actor import Permission
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.returns import ReturnDesk, closing, opening, receiving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.context import Context
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request, Response
    from orderdesk.usecases.orders.amend import Verb

type Form = Mapping[str, str]
type Step = Callable[..., tuple[Order, Event] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`form` is the one on the page, `refused` what is said when nothing came of it."""

    form: str
    permission: Permission
    refused: str
    verb: Callable[[], Verb]


def ship_part(request: Request, context: Context) -> Response:
    def edit(visit: Visit, form: Form) -> Edit:
        def verb() -> Verb:
            goods, tracking = goods_of(form), tracking_of(form)
            if tracking is None:
                raise Invalid(
                    "Give the carrier and the tracking number, or say that the shop delivers it.",
                    field="tracking",
                )
            return alone(visit, partial(shipping.ship_parcel, goods=goods, tracking=tracking))

        return Edit(
            form="part", permission=Permission.SHIP, refused="no parcel was sent", verb=verb
        )

    return edited(request, context, edit)


def change_parcel(request: Request, context: Context) -> Response:
    def edit(visit: Visit, form: Form) -> Edit:
        parcel_id = request.params["parcel_id"]

        def verb() -> Verb:
            tracking = tracking_of(form)
            if tracking is None:
                raise Invalid("Give the carrier and the tracking number.", field="tracking")
            step = partial(shipping.change_parcel, parcel_id=parcel_id, tracking=tracking)
            return alone(visit, step)

        return Edit(
            form=f"parcel-{parcel_id}",
            permission=Permission.SHIP,
            refused="the parcel was not changed",
            verb=verb,
        )

    return edited(request, context, edit)


def open_return(request: Request, context: Context) -> Response:
    def edit(visit: Visit, form: Form) -> Edit:
        def verb() -> Verb:
            code, words = form.get("reason_code", ""), form.get("reason", "")
            if not code and not words:
                raise Invalid("Choose why it comes back, or say it in a few words.", field="reason")
            return opening(_desk(visit), goods_of(form), code, words)

        return Edit(
            form="return",
            permission=Permission.TAKE_BACK,
            refused="no return was opened",
            verb=verb,
        )

    return edited(request, context, edit)


def work_on_return(request: Request, context: Context) -> Response:
    """The goods came in, or (`do` is close) they do not come back after all."""

    def edit(visit: Visit, form: Form) -> Edit:
        return_id, note = request.params["return_id"], form.get("note", "")
        close = form.get("do") == "close"

        def verb() -> Verb:
            if close:
                return closing(_desk(visit), return_id, note=note)
            restock = form.get("restock") == "yes"
            return receiving(_desk(visit), return_id, restock=restock, note=note)

        return Edit(
            form=f"{'close' if close else 'receive'}-{return_id}",
            permission=Permission.TAKE_BACK,
            refused="the return was not changed",
            verb=verb,
        )

    return edited(request, context, edit)


def change_fulfilment(request: Request, context: Context) -> Response:
    def edit(visit: Visit, form: Form) -> Edit:
        def verb() -> Verb:
            step = partial(amending.choose_fulfilment, fulfilment=fulfilment_of(form))
            return alone(visit, step)

        return Edit(
            form="fulfilment",
            permission=Permission.EDIT,
            refused="the way to the customer was not changed",
            verb=verb,
        )

    return edited(request, context, edit)


def settle_attention(request: Request, context: Context) -> Response:
    """Somebody looked, or (`do` is keep) the shop keeps money that was to go back, and why."""

    def edit(visit: Visit, form: Form) -> Edit:
        reason, keep = form.get("item", ""), form.get("do") == "keep"
        done_step = partial(amending.resolve_attention, reason=reason, note=form.get("note", ""))
        keep_step = partial(amending.waive_refund, reason=form.get("reason", ""))
        return Edit(
            form="keep" if keep else f"done-{reason}",
            permission=Permission.REFUND if keep else Permission.EDIT,
            refused="the item is still open",
            verb=partial(alone, visit, keep_step if keep else done_step),
        )

    return edited(request, context, edit)


def edited(request: Request, context: Context, make: Callable[[Visit, Form], Edit]) -> Response:
    """Changes the order and shows it; when refused, the form as it was and what is possible now."""
    visit = Visit(request, signed_in(request, context), context)
    form = read_form(request)
    check_csrf(form, visit.session)
    version, edit = version_of(form), make(visit, form)
    given = Given(form=edit.form, fields=form)
    try:
        after = _amend(visit, edit, form, version)
    except Stale as error:
        return lost_race(visit, error.current, given, edit.refused, since=version)
    except (Invalid, Blocked, NotFound) as error:
        return refuse(visit, error, given, edit.refused, since=version)
    return done(visit, after.version)


def _amend(visit: Visit, edit: Edit, form: Form, version: int) -> Order:
    """The same form of the same page arriving twice is one change: its key is made of both."""
    command = AmendCommand(
        store_id=visit.session.store_id,
        order_id=visit.order_id,
        by=actor_of(visit.session),
        permission=edit.permission,
        name=f"{visit.request.path} {sorted(form.items())}",
        verb=edit.verb(),
        expected_version=version,
        idempotency_key=_key(visit, form),
    )
    return amend(command, orders=visit.context.orders, stores=visit.context.stores)


def _key(visit: Visit, form: Form) -> str:
    asked = (visit.session.session_id, visit.request.path, sorted(form.items()))
    return f"page-{hashlib.sha256(repr(asked).encode()).hexdigest()}"


def alone(visit: Visit, step: Step) -> Verb:
    """A verb of the domain that leaves one event."""
    by: Actor = actor_of(visit.session)

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        found = step(order, by=by, now=visit.context.now)
        return (found[0], [found[1]]) if found else None

    return verb


def _desk(visit: Visit) -> ReturnDesk:
    return ReturnDesk(
        by=actor_of(visit.session),
        policy=visit.context.stores.get(visit.session.store_id).policy,
        now=visit.context.now,
    )
