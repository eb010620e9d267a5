"""Routes of one order: its page, and the form that moves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from dashboard.actions import Input, actions
from dashboard.cards import card
from dashboard.conflict import conflict
from dashboard.forms import move_input, read_form, target_of, tracking_of, version_of
from dashboard.render import page
from dashboard.session import actor_of, check_csrf, cookie, cookie_name, gone, signed_in
from dashboard.sheet import sheet, thread
from dashboard.shell import clock_of, shell
from dashboard.sign_in import see
from dashboard.timeline import timeline
from orderdesk.domain.errors import Blocked, Invalid, NotAllowed, NotFound, Stale
from orderdesk.domain.event import EventType
from orderdesk.domain.moving import options
from orderdesk.http import status_of
from orderdesk.usecases.move import MoveCommand, move

if TYPE_CHECKING:
    from dashboard.actions import Actions
    from dashboard.conflict import Conflict
    from dashboard.context import Context
    from orderdesk.domain.event import Event
    from orderdesk.domain.order import Order
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
    """What a form that did not lead to a move comes back with."""

    status: int
    given: Input
    conflict: Conflict | None = None


def order(request: Request, context: Context) -> Response:
    visit = Visit(request, signed_in(request, context), context)
    return _page(visit, visit.order())


def move_order(request: Request, context: Context) -> Response:
    """Moves the order and shows it; when refused, the form as it was and what is possible now."""
    visit = Visit(request, signed_in(request, context), context)
    form = read_form(request)
    check_csrf(form, visit.session)
    given, version = move_input(form), version_of(form)
    try:
        done = _move(visit, given, version)
    except Stale as error:
        return _lost_race(visit, error.current, given, version)
    except (Invalid, Blocked, NotAllowed) as error:
        answer = Answer(status_of(error), replace(given, error=error.message))
        return _page(visit, visit.order(), answer)
    return _done(visit, done.version)


def back_to_order(request: Request, context: Context) -> Response:
    """Without scripts, a refused form leaves its own address in the browser; loading that again."""
    return see(f"/orders/{quote(request.params['order_id'], safe='')}")


def _move(visit: Visit, given: Input, version: int) -> Order:
    context = visit.context
    command = MoveCommand(
        store_id=visit.session.store_id,
        order_id=visit.order_id,
        to=target_of(given),
        by=actor_of(visit.session),
        reason=given.reason,
        tracking=tracking_of(given),
        expected_version=version,
    )
    return move(command, orders=context.orders, stores=context.stores, now=context.now)


def _lost_race(visit: Visit, current: Order, given: Input, version: int) -> Response:
    """Somebody was faster; when it was this same click, arriving twice, there is nothing to say."""
    context = visit.context
    since = context.orders.history(current.store_id, current.order_id, after=version)
    if since and _same_click(since[0], given, visit.session):
        return _done(visit, since[0].version)
    lost = conflict(since, given, clock_of(context))
    return _page(visit, current, Answer(HTTPStatus.CONFLICT, given, lost))


def _same_click(event: Event, given: Input, session: Session) -> bool:
    moved = event.type is EventType.MOVED and event.target.value == given.to
    return moved and event.by.id == session.user_id and event.reason == given.reason


def _done(visit: Visit, version: int) -> Response:
    done = cookie(DONE, str(version), visit.context.settings, seconds=60)
    return see(f"/orders/{visit.order_id}", done)


def _page(visit: Visit, found: Order, answer: Answer | None = None) -> Response:
    """Six reads: session, order, history, conversation, the customer's other orders, counts."""
    context, session = visit.context, visit.session
    clock, customer_id = clock_of(context), found.customer.customer_id
    history = context.orders.history(found.store_id, found.order_id)
    said = context.conversations.page(found.store_id, customer_id, limit=THREAD)
    others = context.orders.of_customer(found.store_id, customer_id, limit=OTHERS).items
    policy = context.store().policy
    choices = options(found, by=actor_of(session), now=context.now, policy=policy)
    possible = actions(choices, answer.given if answer else Input())
    entries = timeline(history, clock)
    return page(
        "order.html",
        status=answer.status if answer else HTTPStatus.OK,
        cookies=(gone(DONE, context.settings),) if visit.just_done else (),
        shell=shell(session, None, context),
        sheet=sheet(found, history, clock),
        actions=possible,
        history=entries,
        thread=thread(said.items, clock),
        earlier=said.cursor is not None,
        others=[card(each, clock, tab=None) for each in others if each.order_id != found.order_id],
        conflict=answer.conflict if answer else None,
        error=_stray_error(answer, possible),
        done=next((each for each in entries if str(each.version) == visit.just_done), None),
    )


def _stray_error(answer: Answer | None, possible: Actions) -> str:
    """An error whose form is not on the page any more; the others stand in their form."""
    shown = any(each.open and each.needs_form for each in possible.allowed)
    return answer.given.error if answer and not shown else ""
