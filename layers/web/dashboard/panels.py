"""View models of what hangs on an order: its hold, parcels, returns, and what needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.desk import Pick, named, picks
from dashboard.purse import Purse, purse
from dashboard.words import (
    ATTENTION,
    FULFILMENT,
    PARCEL,
    RETURN,
    Badge,
    Clock,
    Stamp,
    known,
    names_of,
)
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.orders.amending import NOT_PACKED, REFUND_DUE
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import OVER, RANK, Fulfilment
from orderdesk.domain.orders.reasons import PRICE_MISMATCH
from orderdesk.domain.orders.returning import goods_with_customer
from orderdesk.domain.orders.returns import ReturnState
from orderdesk.domain.orders.shipping import HAS_PARCELS, goods_left
from orderdesk.domain.shop.stock import StockStatus
from orderdesk.usecases.orders.returns import return_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dashboard.desk import Desk
    from dashboard.given import Given
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Attention, Order
    from orderdesk.domain.orders.parcels import Parcel
    from orderdesk.domain.orders.reasons import Reason
    from orderdesk.domain.orders.returns import ReturnCase

PARCEL_LOOK: Final = {0: "shipped", 1: "shipped", 2: "shipped", 3: "due", OVER: "good"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    reason: str
    source: str
    since: Stamp | None
    until: Stamp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """`can_finish`, `can_keep` and `can_price` say which forms there are for it."""

    key: str
    name: str
    text: str
    at: Stamp
    can_finish: bool
    can_keep: bool
    can_price: bool
    done: Given
    keep: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    parcel_id: str
    title: str
    goods: tuple[str, ...]
    carrier: str
    number: str
    link: str
    own_delivery: bool
    state: Badge
    shipped: Stamp
    scanned: Stamp | None
    can_change: bool
    input: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnView:
    return_id: str
    title: str
    goods: tuple[str, ...]
    reason: str
    note: str
    state: Badge
    opened: Stamp
    received: Stamp | None
    restock: bool
    is_open: bool
    can_work: bool
    receive: Given
    close: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """How the goods get to the customer; `choices` are key, words and whether it is chosen."""

    label: str
    code: str
    can_see_code: bool
    choices: tuple[tuple[str, str, bool], ...]
    input: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """`part` are the goods that may leave as a part, `back` those that may come back; both empty
    when there is no form for it.
    """

    hold: HoldView | None
    attention: tuple[ItemView, ...]
    handover: Handover
    parcels: tuple[ParcelView, ...]
    part: tuple[Pick, ...]
    part_input: Given
    returns: tuple[ReturnView, ...]
    back: tuple[Pick, ...]
    back_input: Given
    reasons: tuple[Reason, ...]
    short: tuple[str, ...]
    purse: Purse

    @property
    def forms(self) -> frozenset[str]:
        """Names of those that are on the page."""
        named = {
            "part": bool(self.part),
            "return": bool(self.back),
            "fulfilment": bool(self.handover.choices),
            "keep": any(each.can_keep for each in self.attention),
            **{f"done-{each.key}": each.can_finish for each in self.attention},
            **{f"parcel-{each.parcel_id}": each.can_change for each in self.parcels},
            **{f"receive-{each.return_id}": each.can_work for each in self.returns},
            **{f"close-{each.return_id}": each.can_work for each in self.returns},
        }
        return self.purse.forms | {name for name, shown in named.items() if shown}


def panels(order: Order, history: Sequence[Event], desk: Desk) -> Panels:
    given = desk.given
    return Panels(
        hold=_hold(order, desk.clock),
        attention=tuple(_item(each, order, desk) for each in order.attention),
        handover=_handover(order, desk),
        parcels=tuple(_parcel(each, order, desk) for each in order.parcels),
        part=_part(order, desk),
        part_input=given.of("part"),
        returns=tuple(_return(each, order, desk) for each in order.returns),
        back=_back(order, desk),
        back_input=given.of("return"),
        reasons=return_reasons(desk.policy),
        short=_short(order, history),
        purse=purse(order, desk),
    )


def _hold(order: Order, clock: Clock) -> HoldView | None:
    if order.hold is None:
        return None
    hold = order.hold
    return HoldView(
        reason=hold.reason,
        source=hold.source.label,
        since=_stamp(hold.since or order.stage_since, clock),
        until=_stamp(hold.until, clock),
    )


def _stamp(at: datetime | None, clock: Clock) -> Stamp | None:
    return clock.stamp(at) if at else None


def _item(item: Attention, order: Order, desk: Desk) -> ItemView:
    owed = item.reason == REFUND_DUE and order.ledger.balance.minor > 0
    open_price = item.reason == PRICE_MISMATCH and order.stage in NOT_PACKED and not order.parcels
    can_edit = desk.may(Permission.EDIT)
    return ItemView(
        key=item.reason,
        name=known(ATTENTION, item.reason),
        text=item.text,
        at=desk.clock.stamp(item.at),
        can_finish=can_edit and not (owed or open_price),
        can_keep=owed and desk.may(Permission.REFUND),
        can_price=can_edit and open_price,
        done=desk.given.of(f"done-{item.reason}"),
        keep=desk.given.of("keep"),
    )


def _handover(order: Order, desk: Desk) -> Handover:
    packed = order.stage not in NOT_PACKED or bool(order.parcels)
    choices: tuple[Fulfilment, ...] = ()
    if not packed and desk.may(Permission.EDIT):
        offered = {*desk.policy.fulfilments, order.fulfilment}
        choices = tuple(each for each in Fulfilment if each in offered)
    return Handover(
        label=FULFILMENT[order.fulfilment],
        code=order.pickup_code,
        can_see_code=bool(order.pickup_code) and desk.may(Permission.DELIVER),
        choices=tuple((each.value, FULFILMENT[each], each is order.fulfilment) for each in choices)
        if len(choices) > 1
        else (),
        input=desk.given.of("fulfilment"),
    )


def _parcel(parcel: Parcel, order: Order, desk: Desk) -> ParcelView:
    tracking, rank = parcel.tracking, RANK[parcel.state]
    changes = order.stage in HAS_PARCELS and rank != OVER
    tone = "bad" if parcel.state.value in {"lost", "failed_attempt"} else PARCEL_LOOK[rank]
    return ParcelView(
        parcel_id=parcel.parcel_id,
        title=f"Parcel {parcel.parcel_id.removeprefix('p')}",
        goods=named(parcel.goods, order),
        carrier=tracking.carrier,
        number=tracking.number,
        link=tracking.link,
        own_delivery=tracking.own_delivery,
        state=Badge(tone, "check" if tone == "good" else "truck", PARCEL[parcel.state]),
        shipped=desk.clock.stamp(parcel.shipped_at),
        scanned=_stamp(parcel.scanned_at, desk.clock),
        can_change=changes and desk.may(Permission.SHIP),
        input=desk.given.of(f"parcel-{parcel.parcel_id}"),
    )


def _part(order: Order, desk: Desk) -> tuple[Pick, ...]:
    """A part leaves by itself only when something is left that the last one takes along."""
    left = goods_left(order)
    several = sum(each.quantity for each in left) > 1
    carried = order.stage is Stage.PROCESSED and order.needs_address
    if not carried or not several or not desk.may(Permission.SHIP):
        return ()
    return picks(left, order, desk.given.of("part"))


def _return(case: ReturnCase, order: Order, desk: Desk) -> ReturnView:
    tone = {ReturnState.OPEN: "due", ReturnState.RECEIVED: "good"}.get(case.state, "quiet")
    number = case.return_id.removeprefix("r")
    is_open = case.state is ReturnState.OPEN and order.stage is Stage.DELIVERED
    return ReturnView(
        return_id=case.return_id,
        title=f"Return {number}",
        goods=named(case.goods, order),
        reason=case.reason,
        note=case.note,
        state=Badge(tone, "back" if tone == "due" else "check", RETURN[case.state]),
        opened=desk.clock.stamp(case.opened_at),
        received=_stamp(case.received_at, desk.clock),
        restock=case.restock,
        is_open=is_open,
        can_work=is_open and desk.may(Permission.TAKE_BACK),
        receive=desk.given.of(f"receive-{case.return_id}"),
        close=desk.given.of(f"close-{case.return_id}"),
    )


def _back(order: Order, desk: Desk) -> tuple[Pick, ...]:
    if order.stage is not Stage.DELIVERED or not desk.may(Permission.TAKE_BACK):
        return ()
    return picks(goods_with_customer(order), order, desk.given.of("return"))


def _short(order: Order, history: Sequence[Event]) -> tuple[str, ...]:
    """What is missing, as it was counted last: `Kaju Katli: 1 of 2 in stock`."""
    if order.stock is not StockStatus.SHORT:
        return ()
    told = (e.data.get("short", "") for e in reversed(history) if e.type is EventType.STOCK_CHANGED)
    names = names_of(order)
    found = []
    for each in filter(None, next(told, "").split("; ")):
        product, _, counts = each.rpartition(": ")
        found.append(f"{names.get(product, product)}: {counts} in stock")
    return tuple(found) or ("Not all of it is in stock",)
