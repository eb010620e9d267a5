"""A million steps of customers, staff, gateways, couriers, clock and failures at random."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.report import Figure, Section, at_least
from orderdesk.domain.orders.lifecycle import MOVES
from tests.walks.machine import Shop

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event

STEPS: Final = 1_000_000
LENGTH: Final = 200  # steps of one shop's life, at most
LIVES: Final = 100  # shops between two looks at the count

METHOD: Final = f"""\
The machine of tests/walks, on the in-memory twins: up to three orders of one customer, every use
case real, queues late or twice, writes refused or their answers lost, executions lost, gateway and
WhatsApp down now and then. After every step: history complete, chained and by the table; no money
in an order that was given up without somebody asked to look. At each shop's end: one execution
stands in each live order's stage, none is left of orders at rest, counts are right, no message went
out twice or after a move was taken back. Shops live up to {LENGTH} steps; one process a core, each
with seeds of its own."""


class Counted(Shop):
    """`steps` and `events` of all shops of this process."""

    steps = 0
    events: ClassVar[Counter[str]] = Counter()

    def check_invariants(self, *given: Any, **named: Any) -> None:
        Counted.steps += 1
        super().check_invariants(*given, **named)

    def _check(self, event: Event, order_id: str) -> None:
        Counted.events[event.move_id or event.type.value] += 1
        super()._check(event, order_id)


def measure() -> Section:
    cores = os.cpu_count() or 1
    begun = time.perf_counter()
    walkers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.walks", str(number), str(STEPS // cores)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(cores)
    ]
    told = [(walker.communicate()[0], walker.returncode) for walker in walkers]
    took = time.perf_counter() - begun
    if any(code for _, code in told):
        failed = Figure(what="walks that broke a rule", value="at least 1", budget="0", holds=False)
        return Section(title="Random walks", method=METHOD, figures=(failed,))
    counts = [json.loads(text) for text, _ in told]
    events: Counter[str] = Counter()
    for each in counts:
        events.update(each["events"])
    walked = sum(events[move.id] > 0 for move in MOVES)
    rarest = min(MOVES, key=lambda move: events[move.id])
    figures = (
        at_least(
            "steps without a rule broken", sum(each["steps"] for each in counts), STEPS, "", 0
        ),
        at_least("moves of the table that occurred", walked, len(MOVES), "", 0),
        Figure(what="history items checked", value=f"{sum(events.values()):,}"),
        Figure(what=f"rarest move ({rarest.id})", value=f"{events[rarest.id]:,} times"),
        Figure(what="took", value=f"{took / 60:.1f} min on {cores} cores"),
    )
    return Section(title="Random walks", method=METHOD, figures=figures)


def walk(number: int, steps: int) -> None:
    """So many steps at least, from seeds that no other number has. Raises what a rule raises."""
    logging.disable(logging.CRITICAL)
    options = settings(
        max_examples=LIVES,
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    turn = 0
    while Counted.steps < steps:
        seed(number * 1_000_000 + turn)(Counted)
        run_state_machine_as_test(Counted, settings=options)
        turn += 1
        print(f"  walker {number}: {Counted.steps:,} steps", file=sys.stderr, flush=True)
    print(json.dumps({"steps": Counted.steps, "events": Counted.events}))


if __name__ == "__main__":
    walk(int(sys.argv[1]), int(sys.argv[2]))
