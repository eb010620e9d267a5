from dataclasses import replace
from datetime import time, timedelta

import pytest

from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Hold, Order
from orderdesk.domain.orders.timing import (
    Deadline,
    Due,
    deadline,
    overdue,
    release_to,
    reminders_due,
)
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import Policy
from tests.builders import NOW, a_ready_order, an_address, an_order

HOUR = timedelta(hours=1)
POLICY = Policy()
# NOW is a Tuesday, 14:45 in Kolkata.
OFFICE = OpeningHours(weekdays=((Interval(time(9), time(18)),),) * 7)


def a_held_order(source: Stage, **fields: object) -> Order:
    hold = Hold(reason="because", source=source, since=NOW, until=NOW + HOUR)
    return replace(an_order(Stage.ON_HOLD, hold=hold), **fields)  # type: ignore[arg-type]


def test_a_quiet_customer_is_reminded_twice_before_the_order_is_abandoned() -> None:
    order = an_order()

    assert deadline(order, POLICY) == Deadline(NOW + HOUR, Due.REMIND)
    assert deadline(replace(order, reminded=1), POLICY) == Deadline(NOW + 20 * HOUR, Due.REMIND)
    assert deadline(replace(order, reminded=2), POLICY) == Deadline(NOW + 24 * HOUR, Due.ABANDON)


def test_a_reminder_after_the_order_is_abandoned_never_comes() -> None:
    short = Policy(abandon_after=HOUR / 2)

    assert deadline(an_order(), short) == Deadline(NOW + HOUR / 2, Due.ABANDON)


def test_after_a_long_outage_nobody_is_reminded_of_what_is_abandoned() -> None:
    order = an_order()

    assert overdue(order, POLICY, NOW + 21 * HOUR) is Due.REMIND
    assert reminders_due(order, POLICY, NOW + 21 * HOUR) == 2
    assert overdue(order, POLICY, NOW + 25 * HOUR) is Due.ABANDON


def test_the_clock_counts_from_when_a_hold_ended() -> None:
    order = an_order(idle_since=NOW + 5 * HOUR)

    assert deadline(order, POLICY) == Deadline(NOW + 6 * HOUR, Due.REMIND)


def test_nothing_but_its_release_is_due_of_an_order_that_is_held_for_a_time() -> None:
    assert deadline(a_held_order(Stage.PLACED), POLICY) == Deadline(NOW + HOUR, Due.RELEASE)


def test_a_hold_without_an_end_waits_for_staff_in_opening_hours() -> None:
    order = a_held_order(Stage.PLACED)
    assert order.hold is not None
    order = replace(order, hold=replace(order.hold, until=None))
    policy = Policy(hours=OFFICE)

    # 3 h 15 min are left of Tuesday; 45 minutes of Wednesday make it four hours.
    assert deadline(order, policy) == Deadline(NOW + 19 * HOUR, Due.ESCALATE)
    assert deadline(replace(order, escalated_at=NOW), policy) is None


@pytest.mark.parametrize(
    ("source", "fields", "to"),
    [
        (Stage.PLACED, {}, Stage.PLACED),
        (Stage.ABANDONED, {}, Stage.PLACED),
        (
            Stage.PLACED,
            {
                "address": an_address(),
                "ledger": Ledger(currency="INR", method=PaymentMethod.CASH_ON_DELIVERY),
            },
            Stage.CONFIRMED,
        ),
        (Stage.CONFIRMED, {}, Stage.CONFIRMED),
        (Stage.APPROVED, {}, None),
        (Stage.PROCESSED, {}, None),
    ],
)
def test_a_hold_ends_where_the_order_belongs(
    source: Stage, fields: dict[str, object], to: Stage | None
) -> None:
    assert release_to(a_held_order(source, **fields)) is to


def test_what_was_delivered_rests_until_it_cannot_be_sent_back_any_more() -> None:
    order = a_ready_order(Stage.DELIVERED, delivered_at=NOW)
    policy = Policy(archive_after=10 * HOUR, return_window=timedelta(days=14))

    assert deadline(order, policy) == Deadline(NOW + timedelta(days=14), Due.ARCHIVE)
    assert deadline(replace(order, stage=Stage.RETURNED), policy) == Deadline(
        NOW + 10 * HOUR, Due.ARCHIVE
    )


def test_time_does_nothing_to_an_archived_order() -> None:
    assert deadline(an_order(Stage.ARCHIVED), POLICY) is None


def test_a_shop_that_never_opens_is_not_waited_for() -> None:
    closed = Policy(hours=OpeningHours(weekdays=OFFICE.weekdays, holidays=()))

    assert deadline(a_ready_order(Stage.CONFIRMED), closed) == Deadline(
        NOW + 19 * HOUR, Due.ESCALATE
    )
    assert deadline(a_ready_order(Stage.CONFIRMED), Policy(escalate_after={})) is None
