"""What people do about an order's money: a claim that it was sent, with its proof, which a second
person confirms; and refunds, which above the shop's limit a second person makes.

A claim or a refund that is asked for is no money: only what a gateway tells, or two people have
seen, is booked as captured or refunded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.amending import REFUND_WAITS, changed, settled_by_refund, without
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.orders.order import Attention

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order

type Step = tuple[Order, Event]

PAYMENT_CLAIMED: Final = "payment_claimed"
MAX_NOTE: Final = 500


def claim(
    order: Order,
    amount: Money,
    *,
    claim_id: str,
    method: PaymentMethod = PaymentMethod.TRANSFER,
    proof: str = "",
    note: str = "",
    by: Actor,
    now: datetime,
) -> Step | None:
    """Somebody says that money was sent; a person is asked to look. None when it is known already.

    `claim_id` makes a repeated claim the same one. Raises Invalid for an amount that is none.
    """
    if amount.minor <= 0 or amount.currency != order.ledger.currency:
        raise Invalid(f"Give an amount in {order.ledger.currency}, above 0.", field="amount")
    entry = Entry(
        id=claim_id,
        kind=EntryKind.CLAIMED,
        amount=amount,
        at=now,
        method=method,
        note=note[:MAX_NOTE],
        by=by.id,
        proof=proof,
    )
    ledger = order.ledger.book(entry)
    if ledger is order.ledger:
        return None
    text = f"{by.name or 'Somebody'} says that {amount} was paid: look for it, then confirm it."
    item = Attention(reason=PAYMENT_CLAIMED, text=text, at=now)
    flags = (*without(order, PAYMENT_CLAIMED), item)
    after = replace(order, ledger=ledger, attention=flags)
    return changed(
        order, after, EventType.PAYMENT_CLAIMED, by=by, now=now, data=_data(entry, claim_id)
    )


def confirm_claim(
    order: Order, claim_id: str, *, amount: Money | None = None, by: Actor, now: datetime
) -> Step:
    """The money was seen; `amount` when it was another one than claimed.

    Raises NotFound for no open claim, Blocked when who claimed it would confirm it.
    """
    asked = _open(order.ledger.open_claims, claim_id, "claim")
    _check_second_person(asked, by)
    entry = replace(
        asked,
        id=f"{claim_id}:captured",
        kind=EntryKind.CAPTURED,
        amount=amount or asked.amount,
        at=now,
        request=claim_id,
        by=by.id,
    )
    if entry.amount.minor <= 0:
        raise Invalid("Give the amount that was seen, above 0; or decline it.", field="amount")
    return _answered(order, entry, EventType.PAYMENT_RECEIVED, by)


def decline_claim(order: Order, claim_id: str, reason: str, *, by: Actor, now: datetime) -> Step:
    """No such money came. Raises NotFound, Invalid without a reason."""
    asked = _open(order.ledger.open_claims, claim_id, "claim")
    if not reason.strip():
        raise Invalid("Say why, in a few words: the customer reads it.", field="reason")
    entry = replace(
        asked,
        id=f"{claim_id}:declined",
        kind=EntryKind.DECLINED,
        at=now,
        request=claim_id,
        by=by.id,
        note=reason.strip()[:MAX_NOTE],
    )
    return _answered(order, entry, EventType.PAYMENT_CLAIM_DECLINED, by, reason)


def request_refund(
    order: Order,
    amount: Money,
    *,
    request_id: str,
    reason: str,
    limit: int | None,
    later: bool = False,
    by: Actor,
    now: datetime,
) -> Step | None:
    """Ask for money to go back. None when it was asked for under this id already.

    Above `limit` (minor units; None: any) another person has to make it; `later` leaves it for
    somebody to make. Raises Invalid, Blocked for more than the order holds.
    """
    if any(each.id == request_id for each in order.ledger.entries):
        return None
    if not reason.strip():
        raise Invalid("Say why the money goes back.", field="reason")
    if amount.minor <= 0 or amount.currency != order.ledger.currency:
        raise Invalid(f"Give an amount in {order.ledger.currency}, above 0.", field="amount")
    if amount.minor > order.ledger.refundable.minor:
        remedy = f"At most {order.ledger.refundable} can go back."
        raise Blocked(remedy, [Refusal("too_much", remedy)])
    entry = Entry(
        id=request_id,
        kind=EntryKind.REFUND_REQUESTED,
        amount=amount,
        at=now,
        method=order.ledger.method or PaymentMethod.ONLINE,
        note=reason.strip()[:MAX_NOTE],
        by=by.id,
    )
    after = replace(order, ledger=order.ledger.book(entry))
    second = needs_second_person(entry, limit)
    if second or later:
        who = "somebody else has to make it" if second else "make it when it is time"
        text = f"{by.name or 'Somebody'} asks to refund {amount} ({entry.note}): {who}."
        item = Attention(reason=REFUND_WAITS, text=text, at=now)
        after = replace(after, attention=(*without(after, REFUND_WAITS), item))
    data = _data(entry, request_id) | {"later": "yes" if later else "", "reason": entry.note}
    return changed(order, after, EventType.REFUND_REQUESTED, by=by, now=now, data=data)


def decline_refund(order: Order, request_id: str, reason: str, *, by: Actor, now: datetime) -> Step:
    """What was asked for does not go back. Raises NotFound, Invalid without a reason."""
    asked = _open(order.ledger.open_refunds, request_id, "refund")
    if not reason.strip():
        raise Invalid("Say why, in a few words.", field="reason")
    entry = replace(
        asked,
        id=f"{request_id}:declined",
        kind=EntryKind.REFUND_DECLINED,
        at=now,
        request=request_id,
        by=by.id,
        note=reason.strip()[:MAX_NOTE],
    )
    return _answered(order, entry, EventType.REFUND_DECLINED, by, reason)


def check_refund(order: Order, request_id: str, *, limit: int | None, by: Actor) -> Entry:
    """The open request, when this person may make it. Raises NotFound, Blocked."""
    asked = _open(order.ledger.open_refunds, request_id, "refund")
    if needs_second_person(asked, limit):
        _check_second_person(asked, by)
    return asked


def needs_second_person(asked: Entry, limit: int | None) -> bool:
    return limit is not None and asked.amount.minor > limit


def refunded_by_hand(order: Order, asked: Entry, *, by: Actor, now: datetime) -> Step | None:
    """Cash or a transfer that staff sent back. None when it is booked already."""
    entry = replace(
        asked,
        id=f"{asked.id}:by_hand",
        kind=EntryKind.REFUNDED,
        at=now,
        request=asked.id,
        by=by.id,
        provider="",
        reference="",
    )
    ledger = order.ledger.book(entry)
    if ledger is order.ledger:
        return None
    return _answered(order, entry, EventType.REFUNDED, by)


def verify(order: Order, *, by: Actor, now: datetime) -> Step | None:
    """The customer says that the order is theirs. None when they said so before."""
    if order.verified_at:
        return None
    after = replace(order, verified_at=now)
    return changed(order, after, EventType.VERIFIED, by=by, now=now)


def _answered(order: Order, entry: Entry, kind: EventType, by: Actor, reason: str = "") -> Step:
    """Booked; what asked a person to look is settled when nothing of it is left."""
    ledger = order.ledger.book(entry)
    after = replace(order, ledger=ledger)
    settled = set() if ledger.open_claims else {PAYMENT_CLAIMED}
    if entry.kind is EntryKind.REFUNDED:
        settled |= settled_by_refund(after)
    elif not ledger.open_refunds:
        settled.add(REFUND_WAITS)
    after = replace(after, attention=without(after, *settled))
    data = _data(entry, entry.request)
    return changed(order, after, kind, by=by, now=entry.at, data=data, reason=reason)


def _open(entries: tuple[Entry, ...], entry_id: str, what: str) -> Entry:
    found = next((each for each in entries if each.id == entry_id), None)
    if found is None:
        raise NotFound(f"No {what} of the id {entry_id!r} is open on this order.")
    return found


def _check_second_person(asked: Entry, by: Actor) -> None:
    if by.kind is ActorKind.STAFF and by.id != asked.by:
        return
    remedy = "Another person than the one who asked for it has to do this."
    raise Blocked(remedy, [Refusal("second_person_needed", remedy)])


def _data(entry: Entry, request: str) -> dict[str, str]:
    return {
        "amount": str(entry.amount),
        "method": entry.method.value,
        "reference": entry.reference,
        "request": request,
        "note": entry.note,
        "proof": entry.proof,
    }
