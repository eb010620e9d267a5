"""Asking the gateways what became of every open payment, whether they told us or not.

A webhook is lost sooner or later, and some gateways switch them off after failures: what is booked
must not depend on them. Every question that is open is asked again and again, and what only the
asking brought to light is written down.

https://razorpay.com/docs/webhooks/best-practices/
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import NotFound, Stale, Unavailable
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.money.reconciling import next_look
from orderdesk.usecases.payments import pay
from orderdesk.usecases.ports import Discrepancy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Gateways, Orders, Reconciliations, Stores

LIMIT: Final = 200  # orders of one store, in one run
MONEY: Final = frozenset(
    {EntryKind.CAPTURED, EntryKind.REFUNDED, EntryKind.REFUND_FAILED, EntryKind.REVERSED}
)

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """`agreed`: books and gateway say the same; `found`: the gateway knew more than we did."""

    AGREED = "agreed"
    FOUND = "found"
    UNANSWERED = "unanswered"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    """`enough_time` is asked before each order."""

    gateways: Gateways
    orders: Orders
    stores: Stores
    reconciliations: Reconciliations
    enough_time: Callable[[], bool]
    now: datetime


def reconcile(run: Reconciler) -> dict[Outcome, int]:
    """Ask about every order whose time it is; an order that fails never stops the others."""
    counts = Counter(dict.fromkeys(Outcome, 0))
    for store_id in run.stores.all_ids():
        of_store = Counter(dict.fromkeys(Outcome, 0))
        for order_id in run.orders.to_reconcile(store_id, before=run.now, limit=LIMIT):
            if not run.enough_time():
                break
            of_store[_look(run, store_id, order_id)] += 1
        if sum(of_store.values()):
            told = {str(each): count for each, count in of_store.items()}
            run.reconciliations.note_run(store_id, told, at=run.now)
        counts += of_store
    return {each: counts[each] for each in Outcome}


def _look(run: Reconciler, store_id: str, order_id: str) -> Outcome:
    try:
        order = run.orders.get(store_id, order_id)
        outcome = reconcile_order(order, run)
        after = run.orders.get(store_id, order_id)
        run.orders.reconcile_later(after, next_look(after, run.now))
    except (NotFound, Stale):
        return Outcome.SKIPPED
    except Exception:
        log.exception("reconciling failed", extra={"store_id": store_id, "order_id": order_id})
        return Outcome.FAILED
    return outcome


def reconcile_order(order: Order, run: Reconciler) -> Outcome:
    """Book what the gateways know of this order and we do not, and write it down."""
    try:
        _ask(order, run)
    except Unavailable:
        return Outcome.UNANSWERED
    after = run.orders.get(order.store_id, order.order_id)
    new = tuple(_new_money(order, after))
    if not new:
        return Outcome.AGREED
    found = [_discrepancy(after, each, run.now) for each in new]
    run.reconciliations.note(order.store_id, found)
    log.warning(
        "the gateway knew more",
        extra={"order_id": order.order_id, "found": [each.what for each in found]},
    )
    return Outcome.FOUND


def _ask(order: Order, run: Reconciler) -> None:
    where: dict[str, Any] = {"orders": run.orders, "stores": run.stores, "now": run.now}
    for request in _requests(order):
        gateway = run.gateways.of(request.provider)
        if gateway is None:
            raise Unavailable(f"Nobody can ask {request.provider}: it is not connected.")
        link = gateway.find_link(request.id)
        if link:
            pay.book_link(order, link, request, **where)
    for back in order.ledger.refunds:
        gateway = run.gateways.of(back.provider) if back.provider else None
        refund = gateway.find_refund(back.reference, back.id) if gateway else None
        if refund and refund.has_failed:
            news = pay.PaymentNews(
                event="asked",
                event_id=back.id,
                provider=back.provider,
                store_id=order.store_id,
                order_id=order.order_id,
                failure="The gateway says that it failed.",
            )
            pay.receive(pay.refund_news(news, refund, run.now), **where)


def _requests(order: Order) -> Iterable[Entry]:
    """Paid ones as well: the gateway's dashboard may have refunded them."""
    return (e for e in order.ledger.entries if e.kind is EntryKind.REQUESTED and e.provider)


def _new_money(before: Order, after: Order) -> Iterable[Entry]:
    known = {each.id for each in before.ledger.entries}
    return (e for e in after.ledger.entries if e.id not in known and e.kind in MONEY)


def _discrepancy(order: Order, entry: Entry, now: datetime) -> Discrepancy:
    return Discrepancy(
        store_id=order.store_id,
        order_id=order.order_id,
        number=order.number,
        at=now,
        provider=entry.provider,
        what=entry.kind.value,
        entry_id=entry.id,
        amount=entry.amount,
        happened_at=entry.at,
    )
