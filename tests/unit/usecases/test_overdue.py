from dataclasses import replace
from datetime import time, timedelta

import pytest

from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind, Role
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.overdue import HOLD_OVER, PAID_INCOMPLETE, in_words
from orderdesk.usecases.orders.sweep import Outcome
from tests.builders import STORE, a_capture, a_store, an_actor, an_address
from tests.podium import Podium

HOUR = timedelta(hours=1)


def a_podium(**policy: object) -> Podium:
    """Of a shop that reminds and escalates as shops do unless they say otherwise."""
    podium = Podium()
    podium.stores.put(a_store(policy=Policy(**policy)))  # type: ignore[arg-type]
    return podium


def swept(podium: Podium) -> dict[Outcome, int]:
    counts = podium.swept()
    return {what: n for what, n in counts.items() if what not in {Outcome.HEALED, Outcome.CHECKED}}


def moved(podium: Podium, order: Order, to: Stage, **fields: object) -> Order:
    command = MoveCommand(
        store_id=STORE,
        order_id=order.order_id,
        to=to,
        **{"by": an_actor(), "reason": "because", **fields},  # type: ignore[arg-type]
    )
    return move(command, orders=podium.orders, stores=podium.stores, now=podium.now)


def completed(podium: Podium, order: Order) -> Order:
    """With an address and cash chosen, by the customer, now."""
    by = an_actor(ActorKind.CUSTOMER)
    desk = {"by": by, "orders": podium.orders, "stores": podium.stores, "now": podium.now}
    collect.receive_address(STORE, order.order_id, an_address(), **desk)  # type: ignore[arg-type]
    return collect.choose_payment(
        STORE,
        order.order_id,
        PaymentMethod.CASH_ON_DELIVERY,
        **desk,  # type: ignore[arg-type]
    )


def test_a_quiet_customer_is_reminded_twice_and_then_the_order_is_abandoned() -> None:
    podium = a_podium()
    order = podium.place()
    seen = []
    for hours in (1, 19, 4):
        podium.later(hours=hours)
        seen.append(swept(podium))

    assert seen == [{Outcome.REMINDED: 1}, {Outcome.REMINDED: 1}, {Outcome.ABANDONED: 1}]
    reminders = [each for each in podium.history(order) if each.type is EventType.REMINDER_DUE]
    assert [each.data["reminder"] for each in reminders] == ["1", "2"]
    assert {each.by.role for each in reminders} == {Role.TIMER}


def test_a_customer_who_does_something_is_reminded_anew() -> None:
    podium = a_podium()
    order = podium.place()
    podium.later(hours=1)
    swept(podium)
    collect.receive_address(
        STORE,
        order.order_id,
        an_address(),
        by=an_actor(ActorKind.CUSTOMER),
        orders=podium.orders,
        stores=podium.stores,
        now=podium.now,
    )
    podium.later(minutes=59)
    assert swept(podium) == {}
    podium.later(minutes=1)
    assert swept(podium) == {Outcome.REMINDED: 1}


def test_a_customer_who_only_writes_is_waited_for_as_long() -> None:
    podium = a_podium(reminders=())
    order = podium.place()
    podium.later(hours=23)
    podium.orders.touch(podium.current(order), acted_at=podium.now, due_at=podium.now + 24 * HOUR)
    podium.later(hours=23)
    assert swept(podium) == {}
    podium.later(hours=1)
    assert swept(podium) == {Outcome.ABANDONED: 1}


def test_nobody_is_reminded_while_the_gateway_may_know_of_a_payment() -> None:
    podium = a_podium()
    order = podium.place()
    link = Entry(
        id="plink_1",
        kind=EntryKind.REQUESTED,
        provider="razorpay",
        amount=order.total,
        at=podium.now,
        method=PaymentMethod.ONLINE,
    )
    collect.book(
        STORE,
        order.order_id,
        link,
        by=an_actor(ActorKind.SYSTEM),
        orders=podium.orders,
        stores=podium.stores,
        now=podium.now,
    )
    podium.ask_gateway = lambda order: False
    podium.later(hours=1)
    assert swept(podium) == {Outcome.SKIPPED: 1}
    podium.ask_gateway = lambda order: True
    podium.later(minutes=10)
    assert swept(podium) == {Outcome.REMINDED: 1}


def test_who_paid_and_gave_no_address_is_called_by_a_person() -> None:
    podium = a_podium(reminders=())
    order = podium.place()
    collect.book(
        STORE,
        order.order_id,
        a_capture(order),
        by=an_actor(ActorKind.SYSTEM),
        orders=podium.orders,
        stores=podium.stores,
        now=podium.now,
    )
    for _ in range(3):
        podium.later(hours=25)
        assert swept(podium) == {Outcome.SKIPPED: 1}

    now = podium.current(order)
    assert now.stage is Stage.PLACED
    assert [each.reason for each in now.attention] == [PAID_INCOMPLETE]


@pytest.mark.parametrize(("complete", "to"), [(False, Stage.PLACED), (True, Stage.CONFIRMED)])
def test_a_hold_that_ends_goes_on_by_itself(*, complete: bool, to: Stage) -> None:
    podium = a_podium()
    order = podium.place()
    moved(podium, order, Stage.ON_HOLD, until=podium.now + 2 * HOUR)
    if complete:
        completed(podium, order)
    podium.later(hours=1, minutes=59)
    assert swept(podium) == {}
    podium.later(minutes=1)
    assert swept(podium) == {Outcome.RELEASED: 1}

    released = podium.current(order)
    assert (released.stage, released.hold) == (to, None)
    assert podium.history(order)[-1].by.role is Role.TIMER


def test_the_time_on_hold_does_not_count_as_silence() -> None:
    podium = a_podium(reminders=())
    order = podium.place()
    podium.later(hours=20)
    moved(podium, order, Stage.ON_HOLD, until=podium.now + 100 * HOUR)
    podium.later(hours=100)
    assert swept(podium) == {Outcome.RELEASED: 1}
    podium.later(hours=3, minutes=59)
    assert swept(podium) == {}
    podium.later(minutes=1)
    assert swept(podium) == {Outcome.ABANDONED: 1}


def test_what_staff_had_approved_is_theirs_to_release() -> None:
    podium = a_podium(escalate_after={})
    order = podium.place()
    completed(podium, order)
    moved(podium, order, Stage.APPROVED)
    moved(podium, order, Stage.ON_HOLD, until=podium.now + HOUR)
    for _ in range(2):
        podium.later(hours=25)
        assert swept(podium) == {Outcome.SKIPPED: 1}

    now = podium.current(order)
    assert now.stage is Stage.ON_HOLD
    assert [each.reason for each in now.attention] == [HOLD_OVER]


def test_staff_hear_once_of_an_order_that_waits_too_long_in_opening_hours() -> None:
    week = ((Interval(time(9), time(18)),),) * 7
    podium = a_podium(hours=OpeningHours(weekdays=week))
    order = completed(podium, podium.place())
    podium.later(hours=4)  # 45 minutes of which after closing
    assert swept(podium) == {}
    podium.later(hours=15)
    assert swept(podium) == {Outcome.ESCALATED: 1}
    podium.later(hours=30)
    assert swept(podium) == {}

    flagged = podium.current(order)
    assert [each.text for each in flagged.attention] == [
        "In Confirmed for 4 hours of opening time."
    ]
    approved = moved(podium, order, Stage.APPROVED)
    assert (approved.attention, approved.escalated_at) == ((), None)


def test_a_second_sweep_does_nothing_again() -> None:
    podium = a_podium()
    podium.place()
    podium.later(hours=1)
    assert swept(podium) == {Outcome.REMINDED: 1}
    assert swept(podium) == {}


def test_a_shop_that_reminds_later_since_is_waited_for() -> None:
    podium = a_podium()
    order = podium.place()
    podium.stores.put(a_store(policy=replace(Policy(), reminders=(3 * HOUR,))))
    podium.later(hours=1)
    assert swept(podium) == {Outcome.SKIPPED: 1}
    podium.later(hours=2)
    assert swept(podium) == {Outcome.REMINDED: 1}
    assert podium.current(order).reminded == 1


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(minutes=45), "45 minutes"),
        (HOUR, "1 hour"),
        (90 * HOUR / 60, "90 minutes"),
        (4 * HOUR, "4 hours"),
        (48 * HOUR, "2 days"),
    ],
)
def test_waits_are_told_in_words(wait: timedelta, words: str) -> None:
    assert in_words(wait) == words
