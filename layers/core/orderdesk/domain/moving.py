"""How an order changes its stage: the table decides, then the guards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import Actor, ActorKind, Permission
from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotAllowed
from orderdesk.domain.event import Event, EventType
from orderdesk.domain.guards import GUARDS, MoveRequest, Refusal
from orderdesk.domain.ledger import Entry, EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import Move, MoveClass, Need, Stage, find_move, moves_from
from orderdesk.domain.order import Attention, Hold, Order

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.money import Money
    from orderdesk.domain.policy import Policy


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
        if by.kind in each.by and by.may(_permission(each)):
            request = MoveRequest(to=each.target, by=by, now=now, policy=policy)
            found.append(Option(each, _refusals(order, each, request)))
    return tuple(found)


def move(order: Order, request: MoveRequest) -> tuple[Order, Event]:
    """The order in its new stage, one version on, and the event that says so.

    Raises NotAllowed (not in the table for this actor), Forbidden (not this role), Invalid (a
    needed reason or tracking is missing) and Blocked (a guard refuses).
    """
    found = find_move(order.stage, request.to)
    if found is None or request.by.kind not in found.by:
        raise _not_allowed(order, request)
    if not request.by.may(_permission(found)):
        raise Forbidden(f"Your role may not do this: {found.label}.")
    _check_needs(found, request)
    refusals = _refusals(order, found, request)
    if refusals:
        raise Blocked(" ".join(each.remedy for each in refusals), refusals)
    return _moved(order, found, request)


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


def _permission(move: Move) -> Permission:
    return Permission.REVERT if move.kind is MoveClass.UNDO else Permission.MOVE


def _check_needs(move: Move, request: MoveRequest) -> None:
    if Need.REASON in move.needs and not request.reason.strip():
        raise Invalid(f"{move.label}: say why, in a few words.", field="reason")
    if len(request.reason) > MAX_REASON:
        raise Invalid(f"A reason has at most {MAX_REASON} characters.", field="reason")
    if Need.TRACKING in move.needs and request.tracking is None:
        raise Invalid(
            "Give the carrier and the tracking number, or say that the shop delivers itself.",
            field="tracking",
        )


def _refusals(order: Order, move: Move, request: MoveRequest) -> tuple[Refusal, ...]:
    answers = (GUARDS[guard](order, request) for guard in move.guards)
    return tuple(answer for answer in answers if answer)


def _moved(order: Order, found: Move, request: MoveRequest) -> tuple[Order, Event]:
    version = order.version + 1
    after = replace(order, version=version, stage=found.target, stage_since=request.now, hold=None)
    if request.by.kind is ActorKind.CUSTOMER:
        after = replace(after, last_customer_action_at=request.now)
    for effect in EFFECTS:
        after = effect(order, after, request)
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
        reason=request.reason.strip(),
        data=_event_data(order, after),
    )
    return after, event


def _event_data(before: Order, after: Order) -> dict[str, str]:
    data = {}
    if after.tracking is not before.tracking and after.tracking:
        data["tracking"] = after.tracking.number or "own delivery"
        data["carrier"] = after.tracking.carrier
    if after.payment_status is not before.payment_status:
        data["payment_status"] = after.payment_status.value
    return {key: value for key, value in data.items() if value}


def _remember_hold(before: Order, after: Order, request: MoveRequest) -> Order:
    if after.stage is not Stage.ON_HOLD:
        return after
    return replace(after, hold=Hold(reason=request.reason.strip(), source=before.stage))


def _remember_stop(before: Order, after: Order, request: MoveRequest) -> Order:
    """Where an order was stopped, looking through a hold, so that undoing finds the way back."""
    if after.stage not in {Stage.REJECTED, Stage.CANCELLED}:
        keep = before.stopped_from if after.stage is Stage.ARCHIVED else None
        return replace(after, stopped_from=keep)
    if before.stage is Stage.ARCHIVED:
        return after
    return replace(after, stopped_from=before.hold.source if before.hold else before.stage)


def _remember_archive(before: Order, after: Order, request: MoveRequest) -> Order:
    return replace(after, archived_from=before.stage if after.stage is Stage.ARCHIVED else None)


def _keep_tracking(before: Order, after: Order, request: MoveRequest) -> Order:
    if after.stage is Stage.SHIPPED and request.tracking:
        return replace(after, tracking=request.tracking)
    return after


def _collect_cash(before: Order, after: Order, request: MoveRequest) -> Order:
    """A cash order is paid by being delivered; taking the delivery back takes the cash back."""
    if before.ledger.method is not PaymentMethod.CASH_ON_DELIVERY:
        return after
    if after.stage is Stage.DELIVERED and before.payment_status is PaymentStatus.COD_DUE:
        return _book_cash(after, EntryKind.CAPTURED, before.amount_due, request.now)
    if (before.stage, after.stage) == (Stage.DELIVERED, Stage.SHIPPED):
        return _book_cash(after, EntryKind.REVERSED, before.ledger.captured, request.now)
    return after


def _book_cash(order: Order, kind: EntryKind, amount: Money, now: datetime) -> Order:
    entry = Entry(
        id=f"cash:{order.version}",
        kind=kind,
        amount=amount,
        at=now,
        method=PaymentMethod.CASH_ON_DELIVERY,
        note="collected on delivery" if kind is EntryKind.CAPTURED else "delivery taken back",
    )
    return replace(order, ledger=order.ledger.book(entry))


def _flag_money_left(before: Order, after: Order, request: MoveRequest) -> Order:
    """Money in an order that the shop or customer stopped is never forgotten."""
    stopped = after.stage in {Stage.REJECTED, Stage.CANCELLED, Stage.RETURNED}
    known = any(each.reason == "refund_due" for each in after.attention)
    if not stopped or known or after.ledger.balance.minor <= 0:
        return after
    text = f"{after.ledger.balance} was paid and has to go back to the customer."
    item = Attention(reason="refund_due", text=text, at=request.now)
    return replace(after, attention=(*after.attention, item))


MAX_REASON: Final = 500
EFFECTS: Final[tuple[Callable[[Order, Order, MoveRequest], Order], ...]] = (
    _remember_hold,
    _remember_stop,
    _remember_archive,
    _keep_tracking,
    _collect_cash,
    _flag_money_left,
)
CLOSES_BY_ITSELF: Final = frozenset(
    {Stage.ABANDONED, Stage.DELIVERED, Stage.RETURNED, Stage.REJECTED, Stage.CANCELLED}
)


def deadline(order: Order, policy: Policy) -> datetime | None:
    """When the sweep has to look at the order again; None when time does nothing to it."""
    if order.stage is Stage.PLACED:
        return order.last_customer_action_at + policy.abandon_after
    if order.stage in CLOSES_BY_ITSELF:
        return order.stage_since + policy.archive_after
    return None


def overdue_move(order: Order) -> Stage | None:
    """Where time alone takes an order of this stage."""
    if order.stage is Stage.PLACED:
        return Stage.ABANDONED
    return Stage.ARCHIVED if order.stage in CLOSES_BY_ITSELF else None
