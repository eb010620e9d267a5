"""How an order changes its stage: the table decides, then the guards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotAllowed
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.effects import EFFECTS
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.guards import GUARDS, MoveRequest, Refusal
from orderdesk.domain.orders.history import changes_between
from orderdesk.domain.orders.lifecycle import Move, Need, find_move, moves_from
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import Reason, find_reason, reasons_of
from orderdesk.domain.orders.shipping import goods_left
from orderdesk.domain.shop.policy import LONGEST
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy

NO_REASON: Final = Reason("", "")


@dataclass(frozen=True, slots=True)
class Option:
    """A move of the table for this actor; with `refusals` when a guard says no for now."""

    move: Move
    refusals: tuple[Refusal, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals


def options(order: Order, *, by: Actor, now: datetime, policy: Policy) -> tuple[Option, ...]:
    """What this actor could do with the order now, in the order of the table."""
    found = []
    for each in moves_from(order.stage):
        if each.is_open_to(by) and each.is_permitted(by):
            request = MoveRequest(to=each.target, by=by, now=now, policy=policy)
            found.append(Option(each, _refusals(order, each, request)))
    return tuple(found)


def move(order: Order, request: MoveRequest) -> tuple[Order, Event]:
    """The order in its new stage, one version on, and the event that says so.

    Raises NotAllowed (not in the table for this actor), Forbidden (not this role), Invalid (what
    the move needs is missing or wrong) and Blocked (a guard refuses).
    """
    found = find_move(order.stage, request.to)
    if found is None or not found.is_open_to(request.by):
        raise _not_allowed(order, request)
    if not found.is_permitted(request.by):
        raise Forbidden(f"Your role may not do this: {found.label}.")
    reason = _check_needs(order, found, request)
    refusals = _refusals(order, found, request)
    if refusals:
        raise Blocked(" ".join(each.remedy for each in refusals), refusals)
    return _moved(order, found, request, reason)


def _not_allowed(order: Order, request: MoveRequest) -> NotAllowed:
    now, policy = request.now, request.policy
    allowed = [
        each.move.target
        for each in options(order, by=request.by, now=now, policy=policy)
        if each.allowed
    ]
    words = ", ".join(stage.label for stage in allowed) or "nothing"
    return NotAllowed(
        f"An order that is {order.stage.label} cannot become {request.to.label}. "
        f"Possible now: {words}.",
        stage=order.stage,
        to=request.to,
        allowed=allowed,
    )


def _check_needs(order: Order, move: Move, request: MoveRequest) -> Reason:
    """What the move needs is there and makes sense; its reason, which is empty without one."""
    if Need.TRACKING in move.needs and request.tracking is None and goods_left(order):
        raise Invalid(
            "Give the carrier and the tracking number, or say that the shop delivers itself.",
            field="tracking",
        )
    if Need.UNTIL in move.takes and request.until is not None:
        _check_until(request.until, request.now)
    if Need.PICKUP_CODE in move.needs:
        _check_pickup_code(order, request)
    return _reason(move, request)


def _reason(move: Move, request: MoveRequest) -> Reason:
    given = request.reason_code or request.reason.strip()
    if Need.REASON not in move.needs and not given:
        return NO_REASON
    if not given:
        raise Invalid(f"{move.label}: say why, in a few words.", field="reason")
    if Need.REASON not in (*move.needs, *move.takes):
        return replace(find_reason("", request.reason, ()), code="")
    # A shop's own reasons are for people: what happens by itself has ours.
    own = None if request.by.kind is ActorKind.SYSTEM else request.policy.reasons
    return find_reason(request.reason_code, request.reason, reasons_of(move, own))


def _check_until(until: datetime, now: datetime) -> None:
    if not now < until <= now + LONGEST:
        raise Invalid(
            f"A hold ends in the future, within {LONGEST.days} days: give another time.",
            field="until",
        )


def _check_pickup_code(order: Order, request: MoveRequest) -> None:
    """Whoever has the code has the goods; staff may do without it and say why."""
    if order.fulfilment is not Fulfilment.PICKUP or not order.pickup_code:
        return
    if request.pickup_code.strip() == order.pickup_code:
        return
    excused = request.by.kind is ActorKind.STAFF and request.reason.strip()
    if request.pickup_code.strip() or not excused:
        wrong = "This is not the code" if request.pickup_code.strip() else "Give the pickup code"
        raise Invalid(
            f"{wrong} that the customer got in WhatsApp; or say why it goes without.",
            field="pickup_code",
        )


def _refusals(order: Order, move: Move, request: MoveRequest) -> tuple[Refusal, ...]:
    answers = (GUARDS[guard](order, request) for guard in move.guards)
    return tuple(answer for answer in answers if answer)


def _moved(order: Order, found: Move, request: MoveRequest, reason: Reason) -> tuple[Order, Event]:
    version = order.version + 1
    after = replace(
        order,
        version=version,
        stage=found.target,
        stage_since=request.now,
        changed_by=request.by,
        changed_at=request.now,
    )
    for effect in EFFECTS:
        after = effect(order, after, request, reason)
    event = Event(
        type=EventType.MOVED,
        store_id=order.store_id,
        order_id=order.order_id,
        version=version,
        at=request.now,
        by=request.by,
        source=order.stage,
        target=found.target,
        move_id=found.id,
        reason=reason.label,
        reason_code=reason.code,
        data=_event_data(order, after),
        changes=changes_between(order, after),
    )
    return after, event


def _event_data(before: Order, after: Order) -> dict[str, str]:
    data = {}
    if after.tracking is not before.tracking and after.tracking:
        data["tracking"] = after.tracking.number or "own delivery"
        data["carrier"] = after.tracking.carrier
        data["link"] = after.tracking.link
    if after.payment_status is not before.payment_status:
        data["payment_status"] = after.payment_status.value
    if after.hold and after.hold.until:
        data["until"] = time_to_text(after.hold.until)
    return {key: value for key, value in data.items() if value}
