"""Routes of one order: its page, and the form that moves it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from dashboard.actions import actions
from dashboard.cards import card
from dashboard.changes import proof
from dashboard.conflict import conflict
from dashboard.desk import Desk
from dashboard.forms import read_form, restock_of, target_of, tracking_of, version_of
from dashboard.given import UNTOUCHED, Given
from dashboard.holding import until_of
from dashboard.panels import panels
from dashboard.render import page
from dashboard.session import actor_of, check_csrf, cookie, cookie_name, gone, signed_in
from dashboard.sheet import sheet, thread
from dashboard.shell import clock_of, shell
from dashboard.sign_in import see
from dashboard.timeline import timeline
from dashboard.words import names_of
from orderdesk.domain.errors import Blocked, Invalid, NotAllowed, NotFound, Stale
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.moving import options
from orderdesk.http import status_of
from orderdesk.usecases.orders.move import MoveCommand, move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.actions import Actions
    from dashboard.conflict import Conflict
    from dashboard.context import Context
    from dashboard.panels import Panels
    from dashboard.words import Clock
    from orderdesk.domain.errors import OrderdeskError
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request, Response
    from orderdesk.usecases.ports import Session

DONE: Final = "orderdesk_done"  # version that the last form led to; the page then says so, once
THREAD: Final = 30
OTHERS: Final = 6
LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for which order."""

    request: Request
    session: Session
    context: Context

    @property
    def order_id(self) -> str:
        return self.request.params["order_id"]

    def order(self) -> Order:
        """Raises NotFound."""
        if len(self.order_id) > LONGEST_ID:
            raise NotFound("There is no such order.")
        return self.context.orders.get(self.session.store_id, self.order_id)

    @property
    def just_done(self) -> str:
        """The version that the form before this page led to."""
        return self.request.cookies.get(cookie_name(DONE, self.context.settings), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form that led to nothing comes back with; `refused` says so."""

    status: int
    given: Given
    conflict: Conflict | None = None
    refused: str = ""


def order(request: Request, context: Context) -> Response:
    visit = Visit(request, signed_in(request, context), context)
    return show(visit, visit.order())


def move_order(request: Request, context: Context) -> Response:
    """Moves the order and shows it; when refused, the form as it was and what is possible now."""
    visit = Visit(request, signed_in(request, context), context)
    form = read_form(request)
    check_csrf(form, visit.session)
    given, version = Given(form=form.get("to", ""), fields=form), version_of(form)
    try:
        moved = _move(visit, form, version)
    except Stale as error:
        since = context.orders.history(visit.session.store_id, visit.order_id, after=version)
        if since and _same_click(since[0], form, visit.session):
            return done(visit, since[0].version)
        return lost_race(visit, error.current, given, _refused(form), since=version)
    except (Invalid, Blocked, NotAllowed) as error:
        return refuse(visit, error, given, _refused(form), since=version)
    return done(visit, moved.version)


def back_to_order(request: Request, context: Context) -> Response:
    """Without scripts, a refused form leaves its own address in the browser; loading that again."""
    return see(f"/orders/{quote(request.params['order_id'], safe='')}")


def _move(visit: Visit, form: Mapping[str, str], version: int) -> Order:
    context = visit.context
    command = MoveCommand(
        store_id=visit.session.store_id,
        order_id=visit.order_id,
        to=target_of(form),
        by=actor_of(visit.session),
        reason=form.get("reason", ""),
        reason_code=form.get("reason_code", ""),
        until=until_of(form, context.store().time_zone),
        tracking=tracking_of(form),
        pickup_code=form.get("pickup_code", ""),
        restock=restock_of(form),
        expected_version=version,
    )
    return move(command, orders=context.orders, stores=context.stores, now=context.now)


def _refused(form: Mapping[str, str]) -> str:
    wanted = form.get("to", "").replace("_", " ").title()
    return f"this order was not moved to {wanted}" if wanted else "this order was not moved"


def _same_click(event: Event, form: Mapping[str, str], session: Session) -> bool:
    """The move that this form asks for is there already, by the same person for the same reason."""
    moved = event.type is EventType.MOVED and event.target.value == form.get("to")
    code, words = form.get("reason_code", ""), form.get("reason", "")
    because = event.reason == words if words else event.reason_code == code
    return moved and event.by.id == session.user_id and because


def lost_race(visit: Visit, current: Order, given: Given, refused: str, *, since: int) -> Response:
    """Somebody was faster: who, with what, and what is possible now."""
    context, by = visit.context, actor_of(visit.session)
    events = context.orders.history(current.store_id, current.order_id, after=since)
    lost = conflict(current, events, given, refused, by=by, clock=clock_of(context))
    return show(visit, current, Answer(HTTPStatus.CONFLICT, given, lost, refused))


def refuse(
    visit: Visit, error: OrderdeskError, given: Given, refused: str, *, since: int
) -> Response:
    """What is wrong, or that the form is of an older page: that somebody was faster comes first."""
    current = visit.order()
    if current.version != since:
        return lost_race(visit, current, given, refused, since=since)
    return show(visit, current, Answer(status_of(error), given.refused(error), refused=refused))


def done(visit: Visit, version: int) -> Response:
    kept = cookie(DONE, str(version), visit.context.settings, seconds=60)
    return see(f"/orders/{quote(visit.order_id, safe='')}", kept)


def show(visit: Visit, found: Order, answer: Answer | None = None) -> Response:
    """Six reads: session, order, history, conversation, the customer's other orders, counts."""
    context, by = visit.context, actor_of(visit.session)
    clock, policy = clock_of(context), context.store().policy
    given = answer.given if answer else UNTOUCHED
    history = context.orders.history(found.store_id, found.order_id)
    choices = options(found, by=by, now=context.now, policy=policy)
    possible = actions(choices, found, policy=policy, now=context.now, given=given)
    hanging = panels(found, history, Desk(by=by, policy=policy, clock=clock, given=given))
    entries = timeline(history, clock, names_of(found))
    return page(
        "order.html",
        status=answer.status if answer else HTTPStatus.OK,
        cookies=(gone(DONE, context.settings),) if visit.just_done else (),
        shell=shell(visit.session, None, context),
        sheet=sheet(found, history, clock),
        panels=hanging,
        actions=possible,
        history=entries,
        proof=proof(found, history),
        done=next((each for each in entries if str(each.version) == visit.just_done), None),
        **_beside(visit, found, clock),
        **_outcome(answer, possible, hanging),
    )


def _beside(visit: Visit, found: Order, clock: Clock) -> dict[str, Any]:
    """What was written with the customer, and what else they ordered."""
    context, customer_id = visit.context, found.customer.customer_id
    said = context.conversations.page(found.store_id, customer_id, limit=THREAD)
    others = context.orders.of_customer(found.store_id, customer_id, limit=OTHERS).items
    policy = context.store().policy
    return {
        "thread": thread(said.items, clock),
        "earlier": said.cursor is not None,
        "others": [
            card(each, clock, policy, tab=None)
            for each in others
            if each.order_id != found.order_id
        ],
    }


def _outcome(answer: Answer | None, possible: Actions, hanging: Panels) -> dict[str, Any]:
    """What the form led to. The error of a move stands in its form, which is right below; others
    are told on top, with a link to their form. `form_shown`: it is on the page with what was typed.
    """
    given = answer.given if answer else UNTOUCHED
    moving = any(each.open and each.needs_form for each in possible.allowed)
    editing = given.form in hanging.forms
    return {
        "conflict": answer.conflict if answer else None,
        "refused": answer.refused if answer else "",
        "error": "" if moving else given.error,
        "wrong_form": given.form if editing else "",
        "form_shown": moving or editing,
    }
