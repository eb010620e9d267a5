"""What time does to orders, and to executions that lost their way.

Every deadline passes through here, once a minute. Nothing depends on a run being complete, on its
being the only one, or on its coming on time: each order is its own transaction, and the indexes of
what is due are the memory of what is left.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotAllowed, NotFound, Stale
from orderdesk.usecases.orders.conduct import Course, follow
from orderdesk.usecases.orders.overdue import TRY_AGAIN, Clock, act
from orderdesk.usecases.orders.redate import redate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.overdue import AskGateway, PriceOrder
    from orderdesk.usecases.ports import Conductor, Executions, Orders, Stores

LIMIT: Final = 200  # orders of one kind, of one store, in one run
LOOK_AGAIN: Final = {
    Course.FOLLOWS: timedelta(days=1),
    Course.REPLACED: timedelta(hours=1),  # what hangs once may hang again
    Course.RESTS: None,
}
LOOK_AGAIN_SOON: Final = timedelta(minutes=5)
HEALING: Final = frozenset({Course.ADVANCED, Course.STARTED, Course.REPLACED})
PATIENCE: Final = timedelta(hours=1)  # the machine tries an arrival for eight minutes

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """`skipped`: a guard refused or somebody was faster; `checked`: all was in place already.

    `redated`: the deadline is earlier now, because the shop has changed its times.
    """

    REMINDED = "reminded"
    ABANDONED = "abandoned"
    RELEASED = "released"
    ESCALATED = "escalated"
    ARCHIVED = "archived"
    PRICED = "priced"
    SKIPPED = "skipped"
    CHECKED = "checked"
    HEALED = "healed"
    REDATED = "redated"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a run works with. `enough_time` is asked before each order."""

    orders: Orders
    stores: Stores
    executions: Executions
    conductor: Conductor
    ask_gateway: AskGateway
    price: PriceOrder
    enough_time: Callable[[], bool]
    now: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """`finished` is False when time ran out: the next run goes on with what is left."""

    counts: dict[Outcome, int]
    finished: bool


def sweep(run: Sweep, *, verify_all: bool = False) -> Swept:
    """Act on what is overdue, heal what lags; with `verify_all`, look at every execution there is.

    An order that fails is logged, counted and put off, and never stops the others.
    """
    counts = Counter(dict.fromkeys(Outcome, 0))
    work = _work(run, verify_all=verify_all)
    while run.enough_time():
        outcome = next(work, None)
        if outcome is None:
            return Swept(dict(counts), finished=True)
        counts[outcome] += 1
    return Swept(dict(counts), finished=False)


def _work(run: Sweep, *, verify_all: bool) -> Iterator[Outcome]:
    """One outcome per order, each order handled when it is asked for."""
    for store_id in _in_turn(run.stores.all_ids(), run.now):
        for order_id in run.orders.due(store_id, before=run.now, limit=LIMIT):
            yield _act(run, store_id, order_id)
        # After a disaster nothing that seems to be on its way is trusted to arrive.
        lost_since = run.now if verify_all else run.now - PATIENCE
        for order_id in _to_check(run, store_id, verify_all=verify_all):
            yield _heal(run, store_id, order_id, lost_since)
    # Last, because it may take a while, and what is due does not wait for it.
    for store_id in _in_turn(run.stores.all_ids(), run.now):
        for earlier in redate(store_id, orders=run.orders, stores=run.stores, now=run.now):
            yield Outcome.REDATED if earlier else Outcome.CHECKED


def _in_turn(store_ids: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """Each minute another store is first, so that a long queue in one does not starve the rest."""
    first = int(now.timestamp() // 60) % max(len(store_ids), 1)
    return store_ids[first:] + store_ids[:first]


def _to_check(run: Sweep, store_id: str, *, verify_all: bool) -> Iterator[str]:
    """All of them come in order of their next look, so a second run starts with what is left."""
    before = None if verify_all else run.now
    page = run.executions.to_check(store_id, before=before, limit=LIMIT)
    yield from page.items
    # Looking at an order moves it to the end of the list that is being read.
    seen = set(page.items)
    while verify_all and page.cursor:
        page = run.executions.to_check(store_id, before=None, limit=LIMIT, cursor=page.cursor)
        yield from (order_id for order_id in page.items if order_id not in seen)
        seen.update(page.items)


def _act(run: Sweep, store_id: str, order_id: str) -> Outcome:
    order = None
    try:
        order = run.orders.get(store_id, order_id)
        clock = Clock(
            orders=run.orders,
            stores=run.stores,
            ask_gateway=run.ask_gateway,
            price=run.price,
            now=run.now,
        )
        return Outcome(act(order, clock).value)
    except (Stale, NotAllowed, NotFound):
        return Outcome.SKIPPED
    except Exception:
        log.exception("acting failed", extra={"store_id": store_id, "order_id": order_id})
        _put_off(run, order)
        return Outcome.FAILED


def _put_off(run: Sweep, order: Order | None) -> None:
    """So that orders that fail do not stand before the others."""
    if order is None:
        return
    try:
        run.orders.postpone(order, run.now + TRY_AGAIN)
    except Exception:
        log.exception("postponing failed", extra={"order_id": order.order_id})


def heal(run: Sweep, store_id: str, order_id: str) -> Outcome:
    """Look after one order whose execution ended before it was done."""
    return _heal(run, store_id, order_id, run.now - PATIENCE)


def _heal(run: Sweep, store_id: str, order_id: str, lost_since: datetime) -> Outcome:
    try:
        # Read first: when the order moves on meanwhile, that write has set its own next look.
        order = run.orders.get(store_id, order_id)
        course = follow(
            store_id,
            order_id,
            orders=run.orders,
            executions=run.executions,
            conductor=run.conductor,
            lost_since=lost_since,
        )
        pause = LOOK_AGAIN.get(course, LOOK_AGAIN_SOON)
        run.executions.check_later(order, run.now + pause if pause else None)
    except NotFound:
        return Outcome.SKIPPED
    except Exception:
        log.exception("healing failed", extra={"store_id": store_id, "order_id": order_id})
        return Outcome.FAILED
    return Outcome.HEALED if course in HEALING else Outcome.CHECKED
