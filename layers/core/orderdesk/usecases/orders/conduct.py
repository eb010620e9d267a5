"""Keep each order's execution where the order is, one hop of its history at a time.

The order is the truth and the execution follows it, so nothing here can lose an order: a signal
that goes astray is found by the sweep, a signal that comes twice finds nothing left to do. An
execution ends when its order rests; when the order leaves its rest, another begins where it rested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound
from orderdesk.domain.orders.lifecycle import RESTING, Stage
from orderdesk.usecases.ports import Execution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.usecases.ports import Conductor, Executions, Orders

NEVER: Final = 0  # the version of an execution that is not parked yet
PLACED_AT: Final = 1  # the version of every order when it is placed
REST: Final = "rest"  # where an execution ends, beside the names of stages


class Course(StrEnum):
    """What came of looking after an execution."""

    FOLLOWS = "follows"  # it waits in the order's stage, or the event is an old one
    ADVANCED = "advanced"
    UNDERWAY = "underway"  # between two waits: enter_stage reads the history when it parks
    STARTED = "started"
    REPLACED = "replaced"  # started in the place of one that hangs
    RESTS = "rests"  # the order rests, what it needed was done, and it needs no execution


@dataclass(frozen=True, slots=True, kw_only=True)
class _Baton:
    orders: Orders
    executions: Executions
    conductor: Conductor


def conduct(
    event: Event, *, orders: Orders, executions: Executions, conductor: Conductor
) -> Course:
    """Answer a committed change of stage. Old events (a redrive, a replay) change nothing."""
    known = executions.find(event.store_id, event.order_id)
    if not event.changes_stage or (known and known.version >= event.version):
        return Course.FOLLOWS
    known = known or _not_parked_yet(event.store_id, event.order_id)
    baton = _Baton(orders=orders, executions=executions, conductor=conductor)
    return _follow(known, baton, lost_since=None)


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
    known = executions.find(store_id, order_id) or _not_parked_yet(store_id, order_id)
    baton = _Baton(orders=orders, executions=executions, conductor=conductor)
    return _follow(known, baton, lost_since=lost_since)


def hops(store_id: str, order_id: str, *, after: int, orders: Orders) -> tuple[Event, ...]:
    """The changes of stage that the history holds after a version, oldest first."""
    history = orders.history(store_id, order_id, after=after)
    return tuple(event for event in history if event.changes_stage)


def come_to_rest(execution: Execution, *, executions: Executions, conductor: Conductor) -> bool:
    """End an execution that waits where its order rests; False when it was answered before."""
    if not conductor.rest(execution):
        return False
    executions.settle(execution, stage=execution.stage, version=execution.version)
    return True


def _follow(known: Execution, baton: _Baton, *, lost_since: datetime | None) -> Course:
    ahead = hops(known.store_id, known.order_id, after=known.version, orders=baton.orders)
    if ahead:
        lost = lost_since is not None and ahead[-1].at < lost_since
        return _catch_up(known, ahead, baton, lost=lost)
    if known.version == NEVER:
        raise NotFound(f"There is no order {known.order_id} in {known.store_id}.")
    if known.stage in RESTING:
        return _rest(known, baton)
    if baton.conductor.is_running(known):
        return Course.FOLLOWS
    return _start(known, known.stage, known.version, baton)


def _rest(known: Execution, baton: _Baton) -> Course:
    """Make up for an arrival that did its work and broke off before it was through."""
    executions, conductor = baton.executions, baton.conductor
    if not known.token or come_to_rest(known, executions=executions, conductor=conductor):
        return Course.RESTS
    if conductor.is_running(known):
        return Course.UNDERWAY
    executions.settle(known, stage=known.stage, version=known.version)
    return Course.RESTS


def _catch_up(known: Execution, ahead: Sequence[Event], baton: _Baton, *, lost: bool) -> Course:
    if _advance(known, ahead[0], baton.conductor):
        return Course.ADVANCED
    if known.version != NEVER and not known.token:
        return _leave_rest(known, ahead, baton, lost=lost)
    running = _running(known, ahead, baton.conductor)
    if running and not lost:
        return Course.UNDERWAY
    for each in running:
        baton.conductor.stop(each)
    # The first execution shows the order's whole way; a later one begins where the order is.
    hop = ahead[0] if known.version == NEVER and not lost else ahead[-1]
    return _start(known, hop.target, hop.version, baton, anew=lost)


def _running(known: Execution, ahead: Sequence[Event], conductor: Conductor) -> list[Execution]:
    """The one on record; without a record (it is not made yet, or was lost), whichever began
    anywhere on the order's way.
    """
    if known.version != NEVER:
        return [known] if conductor.is_running(known) else []
    begun = (conductor.running(order_id=known.order_id, version=each.version) for each in ahead)
    return [replace(known, name=name) for name in begun if name]


def _leave_rest(known: Execution, ahead: Sequence[Event], baton: _Baton, *, lost: bool) -> Course:
    """From where it rested, so that the machine itself walks the way out of there."""
    if [event.target for event in ahead] == [Stage.ARCHIVED]:
        # From rest to rest, and nothing to do there.
        baton.executions.settle(known, stage=Stage.ARCHIVED, version=ahead[0].version)
        return Course.RESTS
    return _start(known, known.stage, known.version, baton, anew=lost)


def _advance(known: Execution, hop: Event, conductor: Conductor) -> bool:
    if not known.token:
        return False
    return conductor.advance(known, stage=hop.target, version=hop.version)


def _start(
    known: Execution, stage: Stage, version: int, baton: _Baton, *, anew: bool = False
) -> Course:
    started = baton.conductor.start(
        store_id=known.store_id, order_id=known.order_id, stage=stage, version=version, anew=anew
    )
    if not started:
        return Course.UNDERWAY
    return Course.REPLACED if anew else Course.STARTED


def _not_parked_yet(store_id: str, order_id: str) -> Execution:
    """Before anything was parked, or when its record was lost."""
    return Execution(
        store_id=store_id,
        order_id=order_id,
        name=execution_name(order_id, PLACED_AT),
        stage=Stage.PLACED,
        version=NEVER,
        token="",
    )


def execution_name(order_id: str, version: int, *, restart: int = 0) -> str:
    """Of the execution that starts where the order was at `version`; at most 80 characters.

    The name is what makes a second start harmless, so it says nothing that two starters could
    see differently.
    """
    name = f"{order_id}-v{version}"
    return f"{name}-r{restart}" if restart else name
