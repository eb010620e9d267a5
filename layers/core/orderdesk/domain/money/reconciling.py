"""When to ask a gateway what became of an order's payments, should its news not have come.

Often at first, when money is most likely to be on its way; then less and less; and never again when
even a late capture is out of the question.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.order import Order

# Asked about for so long since it was booked, that often.
PACE_OF_PAID: Final = (
    (timedelta(days=1), timedelta(hours=12)),
    (timedelta(days=10), timedelta(days=3)),
)
PACE: Final = (
    (timedelta(hours=2), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=10), timedelta(days=1)),
)


def open_questions(order: Order) -> tuple[Entry, ...]:
    """Requests of a gateway that no payment is known of, and refunds on their way.

    A voided or failed request may have been paid after all, so it is asked about as long as others.
    """
    entries = order.ledger.entries
    paid = {each.reference for each in entries if each.kind is EntryKind.CAPTURED}
    requests = (
        each
        for each in entries
        if each.kind is EntryKind.REQUESTED and each.provider and each.reference not in paid
    )
    refunds = (each for each in order.ledger.refunds if each.provider)
    return (*requests, *refunds)


def next_look(order: Order, now: datetime) -> datetime | None:
    """When the gateway is asked next; None when nothing is open any more.

    A look that is planned already stays planned: writes of the order do not put it off.
    """
    planned = min(_looks(order, now), default=None)
    if planned and order.reconcile_at and now < order.reconcile_at < planned:
        return order.reconcile_at
    return planned


def _looks(order: Order, now: datetime) -> Iterator[datetime]:
    # What is paid may be refunded at the gateway's own dashboard.
    paid = (e for e in order.ledger.entries if e.kind is EntryKind.CAPTURED and e.provider)
    asked = [(each, PACE) for each in open_questions(order)]
    for each, pace in (*asked, *((each, PACE_OF_PAID) for each in paid)):
        age = now - each.at
        pause = next((pause for until, pause in pace if age < until), None)
        if pause:
            yield now + pause
