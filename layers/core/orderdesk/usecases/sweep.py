"""What time does to orders, and to executions that lost their way.

Every deadline passes through here, once a minute. Nothing depends on a run being complete, on its
being the only one, or on its coming on time: each order is its own transaction, and the indexes of
what is due are the memory of what is left.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import system
from orderdesk.domain.errors import Blocked, NotAllowed, NotFound, Stale
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.moving import deadline, overdue_move
from orderdesk.usecases.conduct import Course, follow
from orderdesk.usecases.move import MoveCommand, move

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.order import Order
    from orderdesk.usecases.ports import Conductor, Executions, Orders, Stores

# Asks about an order's payment links and books what the gateway knows: True when it was asked and
# knows of no payment. https://github.com/woocommerce/woocommerce-gateway-stripe/issues/5691
type AskGateway = Callable[[Order], bool]

LIMIT: Final = 200  # orders of one kind, of one store, in one run
ASK_AGAIN: Final = {Stage.PLACED: timedelta(hours=1)}  # when a guard refuses
ASK_AGAIN_LATER: Final = timedelta(days=1)
TRY_AGAIN: Final = timedelta(minutes=10)  # so that orders that fail do not stand before the others
LOOK_AGAIN: Final = {Course.FOLLOWS: timedelta(days=1), Course.RESTS: None}
LOOK_AGAIN_SOON: Final = timedelta(minutes=5)
PATIENCE: Final = timedelta(hours=1)  # the machine tries an arrival for eight minutes

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """`skipped`: a guard refused or somebody was faster; `checked`: the execution was in place."""

    ABANDONED = "abandoned"
    ARCHIVED = "archived"
    SKIPPED = "skipped"
    CHECKED = "checked"
    HEALED = "healed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a run works with. `enough_time` is asked before each order."""

    orders: Orders
    stores: Stores
    executions: Executions
    conductor: Conductor
    ask_gateway: AskGateway
    enough_time: Callable[[], bool]
    now: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """`finished` is False when time ran out: the next run goes on with what is left."""

    counts: dict[Outcome, int]
    finished: bool


def sweep(run: Sweep, *, verify_all: bool = False) -> Swept:
    """Close what is overdue, heal what lags; with `verify_all`, look at every execution there is.

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
            yield _close(run, store_id, order_id)
        # After a disaster nothing that seems to be on its way is trusted to arrive.
        lost_since = run.now if verify_all else run.now - PATIENCE
        for order_id in _to_check(run, store_id, verify_all=verify_all):
            yield _heal(run, store_id, order_id, lost_since)


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


def _close(run: Sweep, store_id: str, order_id: str) -> Outcome:
    order = None
    try:
        order = run.orders.get(store_id, order_id)
        return _move_overdue(run, order)
    except (Stale, NotAllowed, NotFound):
        return Outcome.SKIPPED
    except Exception:
        log.exception("closing failed", extra={"store_id": store_id, "order_id": order_id})
        _put_off(run, order)
        return Outcome.FAILED


def _move_overdue(run: Sweep, order: Order) -> Outcome:
    """Decides on the order itself: the list of what is due may be a moment old."""
    to = overdue_move(order)
    if to is None or order.due_at is None or order.due_at > run.now:
        return Outcome.SKIPPED
    due = deadline(order, run.stores.get(order.store_id).policy)
    if due and due > run.now:  # the shop has given its customers more time since
        run.orders.postpone(order, due)
        return Outcome.SKIPPED
    command = MoveCommand(
        store_id=order.store_id,
        order_id=order.order_id,
        to=to,
        by=system("abandon_sweep"),
        # When the gateway knew of a payment, the order is at a new version now: Stale.
        expected_version=order.version,
        gateway_asked=to is Stage.ABANDONED and run.ask_gateway(order),
    )
    try:
        move(command, orders=run.orders, stores=run.stores, now=run.now)
    except Blocked:
        run.orders.postpone(order, run.now + ASK_AGAIN.get(order.stage, ASK_AGAIN_LATER))
        return Outcome.SKIPPED
    return Outcome.ABANDONED if to is Stage.ABANDONED else Outcome.ARCHIVED


def _put_off(run: Sweep, order: Order | None) -> None:
    if order is None:
        return
    try:
        run.orders.postpone(order, run.now + TRY_AGAIN)
    except Exception:
        log.exception("postponing failed", extra={"order_id": order.order_id})


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
    return Outcome.HEALED if course in {Course.ADVANCED, Course.STARTED} else Outcome.CHECKED
