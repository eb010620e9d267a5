"""Verbs that change an order without moving it. Each returns the new order and its event, or None
when there is nothing to do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.orders.history import changes_between
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.money.ledger import Entry, PaymentMethod
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.order import Line
    from orderdesk.domain.orders.parcels import Fulfilment
    from orderdesk.domain.people.address import Address
    from orderdesk.domain.shop.stock import Reservation

REFUND_DUE: Final = "refund_due"
LATE_MONEY: Final = "late_payment"
OVERPAID: Final = "overpaid"
MONEY_FLAGS: Final = frozenset({REFUND_DUE, LATE_MONEY})
# Where the shop has no right to the customer's money.
STOPPED: Final = frozenset(
    {Stage.ABANDONED, Stage.REJECTED, Stage.CANCELLED, Stage.RETURNED, Stage.ARCHIVED}
)
WAITING: Final = "waiting"
REFUND_WAITS: Final = "refund_waits"
NOT_PACKED: Final = frozenset(
    {Stage.PLACED, Stage.ABANDONED, Stage.CONFIRMED, Stage.ON_HOLD, Stage.APPROVED}
)


def changed(
    order: Order,
    after: Order,
    kind: EventType,
    *,
    by: Actor,
    now: datetime,
    data: Mapping[str, str] | None = None,
    reason: str = "",
) -> tuple[Order, Event]:
    """`after` one version on, in the same stage, with the event that tells what changed.

    What a customer does restarts the abandon clock, and the reminders with it.
    """
    after = replace(after, version=order.version + 1, changed_by=by, changed_at=now)
    if by.kind is ActorKind.CUSTOMER:
        acted = max(order.last_customer_action_at, now)
        after = replace(after, last_customer_action_at=acted, reminded=0)
    event = Event(
        type=kind,
        store_id=order.store_id,
        order_id=order.order_id,
        version=after.version,
        at=now,
        by=by,
        source=order.stage,
        target=order.stage,
        reason=reason.strip(),
        data={key: value for key, value in (data or {}).items() if value},
        changes=changes_between(order, after),
    )
    return after, event


def receive_address(
    order: Order, address: Address, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    """Keep the address; `before` in the event is what it replaced."""
    before = " / ".join(order.address.lines) if order.address else ""
    data = {"address": " / ".join(address.lines), "before": before, "status": address.status.value}
    after = replace(order, address=address)
    return changed(order, after, EventType.ADDRESS_RECEIVED, by=by, now=now, data=data)


def choose_fulfilment(
    order: Order, fulfilment: Fulfilment, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """How the goods get to the customer. Raises Blocked once the order is packed."""
    if order.fulfilment is fulfilment:
        return None
    if order.stage not in NOT_PACKED or order.parcels:
        remedy = f"An order that is {order.stage.label} leaves as it was packed: take it back first"
        raise Blocked(remedy, [Refusal("already_packed", remedy)])
    data = {"fulfilment": fulfilment.value, "before": order.fulfilment.value}
    after = replace(order, fulfilment=fulfilment)
    return changed(order, after, EventType.FULFILMENT_CHOSEN, by=by, now=now, data=data)


def price_shipping(
    order: Order, fee: Money | None, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """What shipping to this place costs; None for what the shop takes anywhere."""
    if order.shipping_fee == fee:
        return None
    after = replace(order, shipping_fee=fee)
    data = {"shipping": str(after.amounts.shipping), "total": str(after.total)}
    return changed(order, after, EventType.SHIPPING_PRICED, by=by, now=now, data=data)


def change_lines(
    order: Order, lines: tuple[Line, ...], *, why: str, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """Other goods or prices; `why` is a key (repriced, merged, edited). None when nothing differs.

    Raises Invalid without a line, Blocked once the order is packed.
    """
    if order.lines == lines:
        return None
    if not lines:
        raise Invalid("An order needs at least one line: cancel it instead.", field="lines")
    if order.stage not in NOT_PACKED or order.parcels:
        remedy = f"An order that is {order.stage.label} stays as it was packed: take it back first"
        raise Blocked(remedy, [Refusal("already_packed", remedy)])
    after = replace(order, lines=lines)
    data = {"why": why, "before": str(order.total), "total": str(after.total)}
    return changed(order, after, EventType.LINES_CHANGED, by=by, now=now, data=data)


def choose_payment(
    order: Order, method: PaymentMethod, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    before = order.ledger.method.value if order.ledger.method else ""
    data = {"method": method.value, "before": before}
    after = replace(order, ledger=order.ledger.choose(method))
    return changed(order, after, EventType.PAYMENT_METHOD_CHOSEN, by=by, now=now, data=data)


BOOKED_AS: Final = {
    EntryKind.REQUESTED: EventType.PAYMENT_REQUESTED,
    EntryKind.CAPTURED: EventType.PAYMENT_RECEIVED,
    EntryKind.REVERSED: EventType.PAYMENT_REVERSED,
    EntryKind.FAILED: EventType.PAYMENT_FAILED,
    EntryKind.VOIDED: EventType.PAYMENT_VOIDED,
    EntryKind.REFUNDED: EventType.REFUNDED,
    EntryKind.REFUND_FAILED: EventType.REFUND_FAILED,
}


def book(order: Order, entry: Entry, *, by: Actor, now: datetime) -> tuple[Order, Event] | None:
    """Book the entry on the ledger, whatever the stage; None when it is booked already.

    A refund that leaves nothing to give back settles the item that asked for it.
    """
    ledger = order.ledger.book(entry)
    if ledger is order.ledger:
        return None
    data = {
        "amount": str(entry.amount),
        "method": entry.method.value,
        "reference": entry.reference,
        "note": entry.note,
        "provider": entry.provider,
        "request": entry.request,
    }
    after = replace(order, ledger=ledger)
    if entry.kind is EntryKind.REFUNDED:
        after = _settled(after, *settled_by_refund(after))
    return changed(order, after, BOOKED_AS[entry.kind], by=by, now=now, data=data)


def settled_by_refund(after: Order) -> set[str]:
    """Which items a refund leaves nothing of."""
    settled = set(MONEY_FLAGS) if after.ledger.balance.minor <= 0 else set()
    if after.amount_due.minor >= 0:
        settled.add(OVERPAID)
    if not after.ledger.open_refunds:
        settled.add(REFUND_WAITS)
    return settled


def waive_refund(
    order: Order, reason: str, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """The shop keeps the money, and says why. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid("Say why the money is kept.", field="reason")
    if order.refund_waived:
        return None
    after = _settled(replace(order, refund_waived=reason.strip()), *MONEY_FLAGS)
    data = {"amount": str(order.ledger.balance)}
    return changed(order, after, EventType.REFUND_WAIVED, by=by, now=now, data=data, reason=reason)


def change_stock(
    order: Order, reservation: Reservation, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """What became of the order's goods in the shop's stock; None when that is known already."""
    if order.stock is reservation.status:
        return None
    short = "; ".join(
        f"{each.retailer_id}: {each.available} of {each.wanted}" for each in reservation.shortages
    )
    data = {"stock": reservation.status.value, "short": short}
    after = replace(order, stock=reservation.status)
    return changed(order, after, EventType.STOCK_CHANGED, by=by, now=now, data=data)


def remind(order: Order, count: int, *, by: Actor, now: datetime) -> tuple[Order, Event]:
    """It is time for reminder `count` of what is missing; the message follows the event."""
    data = {"reminder": str(count)}
    after = replace(order, reminded=count)
    return changed(order, after, EventType.REMINDER_DUE, by=by, now=now, data=data)


def escalate(order: Order, waited: str, *, by: Actor, now: datetime) -> tuple[Order, Event]:
    """Staff let the order wait too long; `waited` says how long, in words."""
    text = f"In {order.stage.label} for {waited}."
    flags = without(order, WAITING)
    item = Attention(reason=WAITING, text=text, at=now)
    after = replace(order, escalated_at=now, attention=(*flags, item))
    return changed(order, after, EventType.ESCALATED, by=by, now=now, data={"text": text})


def raise_attention(
    order: Order, reason: str, text: str, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """Ask a person to look; None when the same reason is open already."""
    if order.flagged(reason):
        return None
    item = Attention(reason=reason, text=text, at=now)
    after = replace(order, attention=(*order.attention, item))
    data = {"reason": reason, "text": text}
    return changed(order, after, EventType.ATTENTION_RAISED, by=by, now=now, data=data)


def resolve_attention(
    order: Order, reason: str, note: str = "", *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    """Somebody looked. Raises NotFound, and Blocked while money that has to go back is there."""
    if not order.flagged(reason):
        raise NotFound(f"Nothing of the kind {reason!r} is open on this order.")
    owed = order.stage in STOPPED and order.ledger.balance.minor > 0 and not order.refund_waived
    if reason in MONEY_FLAGS and owed:
        remedy = f"Refund {order.ledger.balance}, or say why the shop keeps it."
        raise Blocked(remedy, [Refusal("refund_due", remedy)])
    after = _settled(order, reason)
    data = {"reason": reason, "note": note.strip()}
    return changed(order, after, EventType.ATTENTION_RESOLVED, by=by, now=now, data=data)


def _settled(order: Order, *reasons: str) -> Order:
    return replace(order, attention=without(order, *reasons))


def without(order: Order, *reasons: str) -> tuple[Attention, ...]:
    """What stays open when items of these reasons are settled."""
    return tuple(each for each in order.attention if each.reason not in reasons)
