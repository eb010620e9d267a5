"""Half an hour without WhatsApp under 36,000 orders, by a clock that is moved."""

from __future__ import annotations

from typing import Final

from bench.report import Figure, Section, at_most
from tests.load.run import PER_SECOND, Load, World

LOAD: Final = Load(seconds=1800, down_from=60, down_for=1800)
LOOKS: Final = 8 * 60  # seconds in which what may have been sent is looked at

METHOD: Final = f"""\
The world of tests/load: {LOAD.per_second} orders a second for half an hour, WhatsApp down from the
second minute on for half an hour, every hundredth call refused or its answer lost at all other
times, statuses late, twice and in any order, three in a hundred messages into a closed window. Ten
senders, {PER_SECOND} messages a second of the one number; use cases and decisions are the real
ones, the table, the queue and WhatsApp are in memory. WhatsApp counts what it accepts."""


def measure() -> Section:
    world = World(LOAD)
    figures = world.run()
    keys = [key for said in world.said.values() for key in said]
    expected = set(keys) - world.without_template
    twice = sum(number != 1 for number in world.meta.accepted.values())
    lost = len(expected - set(world.meta.accepted)) + world.queue.size
    backlog = figures.queue_peak / PER_SECOND + LOOKS
    return Section(
        title="An outage of WhatsApp",
        method=METHOD,
        figures=(
            Figure(what="orders, messages", value=f"{figures.orders:,}, {len(keys):,}"),
            at_most("lost", lost, 0, "messages", 0),
            at_most("sent twice", twice, 0, "messages", 0),
            at_most("in another order than said", len(world.in_disorder()), 0, "customers", 0),
            at_most("calls in the busiest second", world.meta.busiest_second, 80, "calls", 0),
            at_most(
                "free words into a closed window",
                world.meta.freely_into_closed_windows,
                0,
                "messages",
                0,
            ),
            at_most("calls during the outage", figures.asked_while_down, 180, "calls", 0),
            Figure(what="most that waited", value=f"{figures.queue_peak:,} messages"),
            at_most(
                "drained after the outage",
                figures.drained_after.total_seconds() / 60,
                round(backlog / 60),
                "minutes",
                1,
            ),
            Figure(what="answers lost, refusals", value=_refusals(world)),
        ),
    )


def _refusals(world: World) -> str:
    refused = ", ".join(f"{n:,} × {code}" for code, n in sorted(world.meta.refused.items()))
    return f"{world.meta.answers_lost:,}; {refused}"
