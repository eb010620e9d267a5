"""Keep each order's execution where the order is, one hop of its history at a time.

The order is the truth and the execution follows it, so nothing here can lose an order: a signal
that goes astray is found by the sweep, a signal that comes twice finds nothing left to do.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound
from orderdesk.domain.lifecycle import RESTING, Stage
from orderdesk.usecases.ports import Execution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.event import Event
    from orderdesk.usecases.ports import Conductor, Executions, Orders

NEVER: Final = 0  # the version of an execution that is not parked yet
PLACED_AT: Final = 1  # the version of every order when it is placed


class Course(StrEnum):
    """What came of looking after an execution."""

    FOLLOWS = "follows"  # it waits in the order's stage, or the event is an old one
    ADVANCED = "advanced"
    UNDERWAY = "underway"  # between two waits: enter_stage reads the history when it parks
    STARTED = "started"
    RESTS = "rests"  # the order is archived and needs no execution


def conduct(
    event: Event, *, orders: Orders, executions: Executions, conductor: Conductor
) -> Course:
    """Answer a committed change of stage. Old events (a redrive, a replay) change nothing."""
    known = executions.find(event.store_id, event.order_id)
    if not event.changes_stage or (known and known.version >= event.version):
        return Course.FOLLOWS
    return _follow(event.store_id, event.order_id, known, orders=orders, conductor=conductor)


def follow(
    store_id: str,
    order_id: str,
    *,
    orders: Orders,
    executions: Executions,
    conductor: Conductor,
    lost_since: datetime,
) -> Course:
    """Look after one order's execution whether or not anything happened. Raises NotFound.

    One that should have parked before `lost_since` never will (its token went astray, or the
    table was restored from a backup): another takes its place.
    """
    known = executions.find(store_id, order_id)
    return _follow(
        store_id, order_id, known, orders=orders, conductor=conductor, lost_since=lost_since
    )


def hops(store_id: str, order_id: str, *, after: int, orders: Orders) -> tuple[Event, ...]:
    """The changes of stage that the history holds after a version, oldest first."""
    history = orders.history(store_id, order_id, after=after)
    return tuple(event for event in history if event.changes_stage)


def _follow(
    store_id: str,
    order_id: str,
    known: Execution | None,
    *,
    orders: Orders,
    conductor: Conductor,
    lost_since: datetime | None = None,
) -> Course:
    known = known or _not_parked_yet(store_id, order_id)
    ahead = hops(store_id, order_id, after=known.version, orders=orders)
    if not ahead and known.version == NEVER:
        raise NotFound(f"There is no order {order_id} in {store_id}.")
    # An execution ends with the archive, now or when it gets there: this order needs another.
    new_life = any(event.source in RESTING for event in ahead)
    if _advance(known, ahead, conductor) and not new_life:
        return Course.ADVANCED
    lost = bool(ahead and lost_since and ahead[-1].at < lost_since)
    if not new_life and not lost and conductor.is_running(known):
        return Course.UNDERWAY if ahead else Course.FOLLOWS
    if ahead and ahead[-1].target in RESTING:
        return Course.RESTS
    # The first execution shows the order's whole way; a later one begins where the order is.
    first = known.version == NEVER and not new_life and not lost
    stage, version = _where(known, ahead[:1] if first else ahead)
    return _start(store_id, order_id, stage, version, conductor)


def _advance(known: Execution, ahead: Sequence[Event], conductor: Conductor) -> bool:
    if not ahead or not known.token:
        return False
    return conductor.advance(known, stage=ahead[0].target, version=ahead[0].version)


def _start(
    store_id: str, order_id: str, stage: Stage, version: int, conductor: Conductor
) -> Course:
    started = conductor.start(store_id=store_id, order_id=order_id, stage=stage, version=version)
    return Course.STARTED if started else Course.UNDERWAY


def _not_parked_yet(store_id: str, order_id: str) -> Execution:
    """Before anything was parked, only the order's first execution can be under way."""
    return Execution(
        store_id=store_id,
        order_id=order_id,
        name=execution_name(order_id, PLACED_AT),
        stage=Stage.PLACED,
        version=NEVER,
        token="",
    )


def _where(known: Execution, ahead: Sequence[Event]) -> tuple[Stage, int]:
    """The last stage of these, and the version at which the order got there."""
    return (ahead[-1].target, ahead[-1].version) if ahead else (known.stage, known.version)


def execution_name(order_id: str, version: int, *, restart: int = 0) -> str:
    """Of the execution that starts where the order was at `version`; at most 80 characters.

    The name is what makes a second start harmless, so it says nothing that two starters could
    see differently.
    """
    name = f"{order_id}-v{version}"
    return f"{name}-r{restart}" if restart else name
