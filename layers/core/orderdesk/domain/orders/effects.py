"""What a move does to an order beside its stage: each effect is one sentence of the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.amending import REFUND_DUE, WAITING, without
from orderdesk.domain.orders.lifecycle import MoveClass, Stage, find_move
from orderdesk.domain.orders.order import Attention, Hold, Order
from orderdesk.domain.orders.parcels import OVER, RANK, Fulfilment, ParcelState
from orderdesk.domain.orders.reasons import PRICE_MISMATCH
from orderdesk.domain.orders.returning import goods_with_customer, with_return
from orderdesk.domain.orders.returns import ReturnKind, ReturnState
from orderdesk.domain.orders.shipping import goods_left, with_parcel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.guards import MoveRequest
    from orderdesk.domain.orders.reasons import Reason

type Effect = Callable[[Order, Order, MoveRequest, Reason], Order]

STOPPED: Final = frozenset({Stage.REJECTED, Stage.CANCELLED})


def _start_the_clock(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """What a customer does is an action. The time on hold is not silence of the customer's."""
    after = replace(after, escalated_at=None, attention=without(after, WAITING))
    if request.by.kind is ActorKind.CUSTOMER:
        return replace(after, last_customer_action_at=request.now, reminded=0)
    if after.stage is not Stage.PLACED:
        return after
    if before.stage is Stage.ON_HOLD and before.hold and before.hold.since:
        held_from = max(before.hold.since, before.quiet_since)
        return replace(after, idle_since=before.quiet_since + (request.now - held_from))
    # Staff resumed it, or took a stop back: the customer has all of the time again.
    return replace(after, idle_since=request.now, reminded=0)


def _settle_the_price(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Staff who let an order go on take its prices as they are."""
    held = before.hold is not None and before.hold.code == PRICE_MISMATCH
    if not held or request.by.kind is not ActorKind.STAFF:
        return after
    return replace(after, attention=without(after, PRICE_MISMATCH))


def _remember_hold(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    if after.stage is not Stage.ON_HOLD:
        return replace(after, hold=None)
    hold = Hold(
        reason=reason.label,
        code=reason.code,
        source=before.stage,
        since=request.now,
        until=request.until,
    )
    return replace(after, hold=hold)


def _remember_stop(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Where an order was stopped, looking through a hold, so that undoing finds the way back."""
    if after.stage not in STOPPED:
        keep = before.stopped_from if after.stage is Stage.ARCHIVED else None
        return replace(after, stopped_from=keep)
    if before.stage is Stage.ARCHIVED:
        return after
    return replace(after, stopped_from=before.hold.source if before.hold else before.stage)


def _remember_archive(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    return replace(after, archived_from=before.stage if after.stage is Stage.ARCHIVED else None)


def _ship_the_rest(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Shipped means that all of it left; undone, the parcels of that move are not there yet."""
    if after.stage is Stage.SHIPPED and before.stage is Stage.PROCESSED:
        rest = goods_left(before)
        if rest and request.tracking:
            return with_parcel(after, rest, request.tracking, now=request.now)
    if (before.stage, after.stage) == (Stage.SHIPPED, Stage.PROCESSED):
        kept = tuple(each for each in after.parcels if each.shipped_at < before.stage_since)
        return replace(after, parcels=kept)
    return after


def _arrive(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    if after.stage is Stage.DELIVERED and before.stage is not Stage.ARCHIVED:
        arrived = tuple(
            each if RANK[each.state] == OVER else replace(each, state=ParcelState.DELIVERED)
            for each in after.parcels
        )
        return replace(after, parcels=arrived, delivered_at=request.now)
    if (before.stage, after.stage) == (Stage.DELIVERED, Stage.SHIPPED):
        away = tuple(replace(each, state=ParcelState.SHIPPED) for each in after.parcels)
        return replace(after, parcels=away, delivered_at=None)
    return after


def _give_pickup_code(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Ready to be picked up; one that was called back and is ready again keeps its code."""
    ready = after.stage is Stage.PROCESSED and after.fulfilment is Fulfilment.PICKUP
    if not ready or after.pickup_code:
        return after
    return replace(after, pickup_code=request.new_pickup_code)


def _take_back(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Returned means that all of it came back: what was in no return yet came just now."""
    if after.stage is not Stage.RETURNED or before.stage is Stage.ARCHIVED:
        return after
    received = tuple(
        replace(each, state=ReturnState.RECEIVED, received_at=request.now)
        if each.state is ReturnState.OPEN
        else each
        for each in after.returns
    )
    after = replace(after, returns=received)
    rest = goods_with_customer(after)
    if not rest:
        return after
    to_origin = before.stage is Stage.SHIPPED
    kind = ReturnKind.PARTIAL if after.returns else ReturnKind.FULL
    return with_return(
        after,
        rest,
        ReturnKind.TO_ORIGIN if to_origin else kind,
        reason,
        now=request.now,
        received=True,
        restock=bool(request.restock),
    )


def _decide_on_stock(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Goods that never left go back on the shelf unless somebody says no; what came back stays
    off it unless somebody says yes.
    """
    if after.stage in STOPPED and before.stage is not Stage.ARCHIVED:
        return replace(after, restock=request.restock is not False)
    if after.stage is Stage.RETURNED and before.stage is not Stage.ARCHIVED:
        return replace(after, restock=request.restock is True)
    return after


def _collect_cash(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
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


def _flag_money_left(before: Order, after: Order, request: MoveRequest, reason: Reason) -> Order:
    """Money in an order that the shop or customer stopped is never forgotten; taken back in time,
    it is where it belongs.
    """
    move = find_move(before.stage, after.stage)
    undone = move is not None and move.kind is MoveClass.UNDO and before.stage in STOPPED
    if undone:
        return replace(after, attention=without(after, REFUND_DUE))
    stopped = after.stage in STOPPED | {Stage.RETURNED}
    if not stopped or after.flagged(REFUND_DUE) or after.refund_waived:
        return after
    if after.ledger.balance.minor <= 0:
        return after
    text = f"{after.ledger.balance} was paid and has to go back to the customer."
    item = Attention(reason=REFUND_DUE, text=text, at=request.now)
    return replace(after, attention=(*after.attention, item))


EFFECTS: Final[tuple[Effect, ...]] = (
    _start_the_clock,
    _settle_the_price,
    _remember_hold,
    _remember_stop,
    _remember_archive,
    _ship_the_rest,
    _arrive,
    _give_pickup_code,
    _take_back,
    _decide_on_stock,
    _collect_cash,
    _flag_money_left,
)
