"""What Orderdesk does by itself when an order reaches a stage.

Each step finds out what it has done already, so that it can run again for the same version: after
a crash between two steps, or when the machine tries an arrival anew. A step that moves the order
on ends the work of the stage that was left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from orderdesk.domain.errors import Blocked, NotAllowed
from orderdesk.domain.orders.actor import ActorKind, system
from orderdesk.domain.orders.amending import change_stock, raise_attention
from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.lifecycle import MoveClass, Stage, find_move
from orderdesk.domain.orders.parcels import quantities
from orderdesk.domain.orders.reasons import AFTER_HOURS, PRICE_MISMATCH, STOCK_SHORT
from orderdesk.domain.shop.policy import AfterHours
from orderdesk.domain.shop.stock import Reservation, StockStatus
from orderdesk.usecases.orders.approve import is_approved_by_rule
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.enrich import price
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.payments.refund import refund_all
from orderdesk.usecases.payments.request_payment import Till, void_requests

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.orders.enrich import PriceBook
    from orderdesk.usecases.orders.enter import EntryWork
    from orderdesk.usecases.ports import Gateways, Orders, Stock, Stores

log = logging.getLogger(__name__)


class Ask(Protocol):
    """`ask` of ask.py, with all but these given."""

    def __call__(
        self, order: Order, /, *, version: int, orders: Orders, stores: Stores
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`ask` asks the customer for what is missing of an order that is placed."""

    orders: Orders
    stores: Stores
    stock: Stock
    gateways: Gateways
    prices: PriceBook
    ask: Ask
    now: datetime

    def policy(self, order: Order) -> Policy:
        return self.stores.get(order.store_id).policy


# Given the order and the version at which it reached the stage; returns the order as it is then.
type Step = Callable[[Order, int, Desk], Order]


def work_of_stages(desk: Desk) -> Mapping[Stage, EntryWork]:
    """The entry work of each stage that has any."""
    return {
        **{stage: partial(_in_turn, steps, desk) for stage, steps in IN_TURN.items()},
        **{stage: partial(_each, steps, desk) for stage, steps in EACH.items()},
    }


def _in_turn(steps: tuple[Step, ...], desk: Desk, order: Order, version: int) -> None:
    """One after the other, for as long as the order stays in the stage."""
    stage = order.stage
    for step in steps:
        if order.stage is stage:
            order = step(order, version, desk)


def _each(steps: tuple[Step, ...], desk: Desk, order: Order, version: int) -> None:
    """All of them, whatever becomes of the others; the first error is raised at the end.

    A stop that is taken back meanwhile keeps its goods and its money.
    """
    stage = order.stage
    errors: list[Exception] = []
    for step in steps:
        order = desk.orders.get(order.store_id, order.order_id)
        if order.stage is not stage:
            break
        try:
            step(order, version, desk)
        except Exception as error:
            log.exception("entry work failed", extra={"order_id": order.order_id})
            errors.append(error)
    if errors:
        raise errors[0]


def _price(order: Order, version: int, desk: Desk) -> Order:
    """Once: what staff decided about it since stays decided."""
    known = any(each.list_price or each.name != each.retailer_id for each in order.lines)
    if version > 1 and known:
        return order
    return price(order, desk.prices, orders=desk.orders, stores=desk.stores, now=desk.now)


def _ask(order: Order, version: int, desk: Desk) -> Order:
    """For the address also when the price is in doubt; not for money."""
    if not (order.flagged(PRICE_MISMATCH) and is_address_complete(order)):
        desk.ask(order, version=version, orders=desk.orders, stores=desk.stores)
    return order


def _hold_for_price(order: Order, version: int, desk: Desk) -> Order:
    if not order.flagged(PRICE_MISMATCH):
        return order
    return _move(order, Stage.ON_HOLD, desk, reason_code=PRICE_MISMATCH)


def _hold_on_placed(order: Order, version: int, desk: Desk) -> Order:
    return _hold_after_hours(order, version, desk, AfterHours.HOLD_ON_PLACED)


def _hold_on_confirmed(order: Order, version: int, desk: Desk) -> Order:
    return _hold_after_hours(order, version, desk, AfterHours.HOLD_ON_CONFIRMED)


def _hold_after_hours(order: Order, version: int, desk: Desk, wanted: AfterHours) -> Order:
    """Until the shop opens. Who was let go of a hold, or was put here by staff, is not held again:
    a person is at work.
    """
    policy = desk.policy(order)
    opens = policy.hours.next_opening(desk.now)
    if policy.after_hours is not wanted or opens is None or opens <= desk.now:
        return order
    event = _arrival(order, version, desk)
    if event is None or event.source is Stage.ON_HOLD or event.by.kind is ActorKind.STAFF:
        return order
    return _move(order, Stage.ON_HOLD, desk, reason_code=AFTER_HOURS, until=opens)


def _reserve(order: Order, version: int, desk: Desk) -> Order:
    """All of the order, or it is held until there is enough."""
    order = _take_stock(order, desk)
    if order.stock is not StockStatus.SHORT:
        return order
    return _move(order, Stage.ON_HOLD, desk, reason_code=STOCK_SHORT)


def _reserve_packed(order: Order, version: int, desk: Desk) -> Order:
    """What is packed is there, whatever the count says: then a person counts anew. What turned out
    not to have been shipped is the order's again.
    """
    order = _take_stock(order, desk)
    if order.stock is not StockStatus.SHORT:
        return order
    text = "It is packed, and the shop counts fewer pieces than that: count them anew."
    return _write(order, desk, partial(raise_attention, reason=STOCK_SHORT, text=text))


def _take_stock(order: Order, desk: Desk) -> Order:
    wanted = quantities(order.goods)
    reservation = desk.stock.reserve(order.store_id, order.order_id, wanted)
    return _write(order, desk, partial(change_stock, reservation=reservation))


def _approve(order: Order, version: int, desk: Desk) -> Order:
    """By the shop's rule, unless staff took an approval or a stop back, or somebody has to look."""
    if order.attention:
        return order
    event, store = _arrival(order, version, desk), desk.stores.get(order.store_id)
    if event is None or _is_undo(event) or not is_approved_by_rule(order, store, desk.orders):
        return order
    return _move(order, Stage.APPROVED, desk)


def _void_links(order: Order, version: int, desk: Desk) -> Order:
    return void_requests(order, _till(desk))


def _give_back(order: Order, version: int, desk: Desk) -> Order:
    """What never left can be sold again, unless staff said that it cannot."""
    if not order.restock:
        desk.stock.spend(order.store_id, order.order_id)
        return order
    desk.stock.release(order.store_id, order.order_id)
    return _note_release(order, desk)


def _restock(order: Order, version: int, desk: Desk) -> Order:
    """What came back can be sold again only when staff said so."""
    if not order.restock:
        return _spend(order, version, desk)
    desk.stock.restock(order.store_id, order.order_id)
    return _note_release(order, desk)


def _spend(order: Order, version: int, desk: Desk) -> Order:
    desk.stock.spend(order.store_id, order.order_id)
    return order


def _leave(order: Order, version: int, desk: Desk) -> Order:
    """The goods left the shop; also when the order was here before they were reserved."""
    event = _arrival(order, version, desk)
    if event and event.source is Stage.PROCESSED:
        order = _take_stock(order, desk)
    return _spend(order, version, desk)


def _refund(order: Order, version: int, desk: Desk) -> Order:
    """When the shop wants it to happen by itself; else an attention item asks a person to."""
    wanted = desk.policy(order).refund_automatically and not order.refund_waived
    return refund_all(order, _till(desk), version=version) if wanted else order


def _till(desk: Desk) -> Till:
    return Till(gateways=desk.gateways, orders=desk.orders, stores=desk.stores, now=desk.now)


def _note_release(order: Order, desk: Desk) -> Order:
    if order.stock is not StockStatus.RESERVED:
        return order
    released = Reservation(status=StockStatus.RELEASED)
    return _write(order, desk, partial(change_stock, reservation=released))


def _write(order: Order, desk: Desk, verb: Callable[..., tuple[Order, Event] | None]) -> Order:
    """The order with what the verb changes of it, whoever writes at the same moment."""

    def decide(order: Order) -> tuple[Order, tuple[Event]] | None:
        changed = verb(order, by=system("enter_stage"), now=desk.now)
        return (changed[0], (changed[1],)) if changed else None

    policy = desk.policy(order)
    return change(order.store_id, order.order_id, decide, orders=desk.orders, policy=policy)


def _arrival(order: Order, version: int, desk: Desk) -> Event | None:
    """What brought the order here."""
    events = desk.orders.history(order.store_id, order.order_id, after=version - 1)
    return events[0] if events else None


def _is_undo(event: Event) -> bool:
    found = find_move(event.source, event.target)
    return found is not None and found.kind is MoveClass.UNDO


def _move(
    order: Order, to: Stage, desk: Desk, *, reason_code: str = "", until: datetime | None = None
) -> Order:
    """The order after it; as it is when it went elsewhere meanwhile, or a guard says no."""
    command = MoveCommand(
        store_id=order.store_id,
        order_id=order.order_id,
        to=to,
        by=system("enter_stage"),
        reason_code=reason_code,
        until=until,
    )
    try:
        return move(command, orders=desk.orders, stores=desk.stores, now=desk.now)
    except (NotAllowed, Blocked):
        return desk.orders.get(order.store_id, order.order_id)


IN_TURN: Final[Mapping[Stage, tuple[Step, ...]]] = {
    Stage.PLACED: (_price, _hold_on_placed, _ask, _hold_for_price),
    Stage.CONFIRMED: (_price, _hold_for_price, _reserve, _hold_on_confirmed, _approve),
    Stage.APPROVED: (_reserve,),
    Stage.PROCESSED: (_reserve_packed,),
    Stage.SHIPPED: (_leave,),
    Stage.DELIVERED: (_leave,),
}
EACH: Final[Mapping[Stage, tuple[Step, ...]]] = {
    Stage.REJECTED: (_void_links, _give_back, _refund),
    Stage.CANCELLED: (_void_links, _give_back, _refund),
    Stage.RETURNED: (_restock, _refund),
}
