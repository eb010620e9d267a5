"""An order that is complete while the shop is closed waits, and goes on when it opens, whatever its
clocks do: compared with a walk through the minutes on the wall.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import AfterHours, Policy
from orderdesk.usecases.orders import collect
from tests.builders import STORE, a_store, an_address
from tests.clocks import DAY, MINUTE, SHOPS, changes, minutes_around
from tests.walks.world import CUSTOMER, World

# The first interval begins where clocks are set forward in Newfoundland and on Chatham Island.
SHIFTS = (Interval(time(2, 15), time(5)), Interval(time(9), time(13)), Interval(time(14), time(18)))
SUNDAY = 6


def is_open(wall: datetime) -> bool:
    """By the sign on the door; closed on Sundays."""
    shown = wall.time()
    return wall.weekday() != SUNDAY and any(each.opens <= shown < each.closes for each in SHIFTS)


def a_shop(zone: str, after_hours: AfterHours, now: datetime) -> World:
    hours = OpeningHours(zone, (SHIFTS,) * SUNDAY + ((),))
    policy = Policy(hours=hours, after_hours=after_hours, reminders=(), escalate_after={})
    world = World(policy, stock=None)
    world.stores.put(a_store(policy=policy, time_zone=zone))
    world.now = now
    return world


def drain(world: World) -> None:
    order_id = world.order_ids[0]
    while world.tell_next(order_id) or world.enter_next():
        pass


def complete(world: World) -> None:
    collect.receive_address(
        STORE,
        world.order_ids[0],
        an_address(),
        by=CUSTOMER,
        orders=world.orders,
        stores=world.stores,
        now=world.now,
    )
    collect.choose_payment(
        STORE,
        world.order_ids[0],
        PaymentMethod.CASH_ON_DELIVERY,
        by=CUSTOMER,
        orders=world.orders,
        stores=world.stores,
        now=world.now,
    )


def goes_on_exactly_when_the_shop_opens(world: World, opens: datetime) -> Stage:
    """Held until the minute before, and let go in the very minute; where it is then."""
    order_id = world.order_ids[0]
    if opens > world.now:
        assert world.order(order_id).stage is Stage.ON_HOLD
        world.pass_time(opens - MINUTE - world.now)
        world.sweep()
        assert world.order(order_id).stage is Stage.ON_HOLD
        world.pass_time(MINUTE)
        world.sweep()
    return world.order(order_id).stage


moments = st.tuples(
    st.sampled_from(SHOPS),
    st.integers(0, 3),
    st.integers(0, int(timedelta(days=7) / MINUTE)),
)


@pytest.mark.parametrize(
    ("after_hours", "stage"),
    [
        (AfterHours.HOLD_ON_CONFIRMED, Stage.CONFIRMED),
        (AfterHours.HOLD_ON_PLACED, Stage.PLACED),
        (AfterHours.OFF, Stage.CONFIRMED),
    ],
)
@given(moment=moments)
@settings(max_examples=60, deadline=None)
def test_a_hold_for_the_night_ends_in_the_minute_in_which_the_shop_opens(
    after_hours: AfterHours, stage: Stage, moment: tuple[str, int, int]
) -> None:
    zone, change, minute = moment
    clock = minutes_around(changes(zone)[change % len(changes(zone))], zone)
    now = clock[minute][0]
    opens = next(at for at, wall in clock[minute:] if is_open(wall))
    world = a_shop(zone, after_hours, now)

    world.cart(0)
    if after_hours is AfterHours.HOLD_ON_PLACED:
        drain(world)
    else:
        complete(world)
        drain(world)

    waits_until = now if after_hours is AfterHours.OFF else opens
    assert opens - now < 3 * DAY
    assert goes_on_exactly_when_the_shop_opens(world, waits_until) is stage
