"""Nothing is lost, nothing sent twice, and everybody hears it in order, whatever WhatsApp does."""

from datetime import timedelta

from orderdesk.domain.messages.conversation import Delivery
from tests.load.run import PER_SECOND, Load, World

# `make bench` has the whole of it: half an hour of outage under 36,000 orders.
LOAD = Load(seconds=90, down_from=20, down_for=60, chatty=0.002, hiccups=0.03)


def test_an_outage_under_load_loses_nothing_and_says_nothing_twice() -> None:
    world = World(LOAD)

    figures = world.run()

    keys = [key for said in world.said.values() for key in said]
    expected = set(keys) - world.without_template
    assert figures.orders == LOAD.seconds * LOAD.per_second
    assert {key: n for key, n in world.meta.accepted.items() if n != 1} == {}
    assert set(world.meta.accepted) == expected
    assert world.deliveries() == {
        Delivery.READ: len(expected),
        Delivery.FAILED: len(world.without_template),
    }
    assert world.in_disorder() == []
    assert world.queue.size == 0

    assert world.meta.busiest_second <= 80
    assert world.meta.freely_into_closed_windows == 0
    assert world.meta.answers_lost > 0
    assert {130429, 131000} <= set(world.meta.refused)
    assert 0 < figures.asked_while_down < LOAD.down_for
    assert world.queue.most_received < 1000
    backlog = timedelta(seconds=len(keys) / PER_SECOND)
    # What may have been sent before the outage ended is looked at for some minutes.
    assert figures.drained_after < backlog + timedelta(minutes=8)
