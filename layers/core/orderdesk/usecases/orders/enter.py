"""What happens when an execution arrives at a stage: entry work, then the wait, or the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import OrderdeskError
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import raise_attention
from orderdesk.domain.orders.lifecycle import RESTING
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.conduct import come_to_rest, hops

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.usecases.ports import Conductor, Execution, Executions, Orders, Stores

# Of one stage, given the order and the version at which it reached the stage. It may run again for
# the same version, so it has to find out by itself what it has done already.
type EntryWork = Callable[[Order, int], None]

RETRIES: Final = 5  # how often the state machine tries an arrival again
SUPERSEDED: Final = "superseded"
LOOK_AGAIN: Final = timedelta(days=1)
LOOK_AGAIN_SOON: Final = timedelta(minutes=1)  # at one that should have ended by then

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """`attempt` is how often the machine tried this arrival before."""

    execution: Execution
    attempt: int
    now: datetime


def enter(
    arrival: Arrival,
    *,
    work: Mapping[Stage, EntryWork],
    orders: Orders,
    stores: Stores,
    executions: Executions,
    conductor: Conductor,
) -> None:
    """Do the stage's entry work and park the execution until the order moves on.

    Where the order rests nobody waits for it: the execution ends. What fails is reported to the
    machine, which tries again; entry work that failed every time becomes an attention item on the
    order, and the execution goes on without it.
    """
    execution = arrival.execution
    try:
        if _move_on(execution, orders, conductor):
            return
        _work(arrival, work, orders, stores)
        _park(arrival, executions, conductor)
        # The order may have moved between the first look and the parking; whoever moved it then
        # found no token to answer, or the one of the stage before.
        if not _move_on(execution, orders, conductor) and execution.stage in RESTING:
            come_to_rest(execution, executions=executions, conductor=conductor)
    except Exception as error:
        # Not raised: a Lambda error shows the machine a class name, this shows it what to do.
        log.exception(
            "entry failed", extra={"order_id": execution.order_id, "attempt": arrival.attempt}
        )
        cause = error.message if isinstance(error, OrderdeskError) else "See enter_stage's log."
        conductor.fail(execution, error=type(error).__name__, cause=cause)


def _move_on(execution: Execution, orders: Orders, conductor: Conductor) -> bool:
    """Answer with the next hop when the order is elsewhere already, so that history is replayed."""
    ahead = hops(execution.store_id, execution.order_id, after=execution.version, orders=orders)
    if not ahead:
        return False
    conductor.advance(execution, stage=ahead[0].target, version=ahead[0].version)
    return True


def _work(
    arrival: Arrival, work: Mapping[Stage, EntryWork], orders: Orders, stores: Stores
) -> None:
    execution = arrival.execution
    do = work.get(execution.stage)
    if do is None:
        return
    order = orders.get(execution.store_id, execution.order_id)
    if order.stage is not execution.stage:
        return  # it moved on just now, and whatever is done for this stage would come too late
    try:
        do(order, execution.version)
    except Exception as error:
        if arrival.attempt < RETRIES:
            raise
        log.exception("entry work given up", extra={"order_id": execution.order_id})
        _ask_a_person(arrival, error, orders, stores)


def _ask_a_person(arrival: Arrival, error: Exception, orders: Orders, stores: Stores) -> None:
    execution = arrival.execution
    why = f" ({error.message})" if isinstance(error, OrderdeskError) else ""
    text = (
        f"What Orderdesk does when an order becomes {execution.stage.label} failed "
        f"{RETRIES + 1} times{why}. Look at the order and do yourself what is missing."
    )

    def decide(order: Order) -> tuple[Order, tuple[Event]] | None:
        raised = raise_attention(
            order, "entry_work_failed", text, by=system("enter_stage"), now=arrival.now
        )
        return (raised[0], (raised[1],)) if raised else None

    policy = stores.get(execution.store_id).policy
    change(execution.store_id, execution.order_id, decide, orders=orders, policy=policy)


def _park(arrival: Arrival, executions: Executions, conductor: Conductor) -> None:
    """The last to park is the one that is signalled; another execution of the order ends."""
    execution = arrival.execution
    pause = LOOK_AGAIN_SOON if execution.stage in RESTING else LOOK_AGAIN
    replaced = executions.park(execution, check_at=arrival.now + pause)
    if replaced and replaced.token and replaced.name != execution.name:
        cause = f"{execution.name} took its place."
        conductor.fail(replaced, error=SUPERSEDED, cause=cause)
