"""What staff take back in time, the customer never hears of."""

from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.errors import SendFailed, Unavailable
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.messages.notify_customer import notify_customer
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import NOW, STORE, a_ready_order, a_store, an_actor, an_address, an_order
from tests.counter import Counter

CUSTOMER = an_actor(ActorKind.CUSTOMER)
PARCEL = Tracking(carrier="BlueDart", number="BD123")
MINUTE = timedelta(seconds=60)


class Day:
    """Staff at work: each move is told at once, and `wait` lets time pass and the queue wake."""

    def __init__(self, order: Order | None = None, *, grace: timedelta = MINUTE) -> None:
        self.counter = Counter(order or an_order(address=an_address()))
        self.counter.stores.put(a_store(policy=Policy(grace_period=grace)))
        self.now = NOW
        self.told = 1

    def choose(self, method: PaymentMethod) -> None:
        collect.choose_payment(
            STORE,
            self.counter.placed.order_id,
            method,
            by=CUSTOMER,
            orders=self.counter.orders,
            stores=self.counter.stores,
            now=self.now,
        )
        self.tell()

    def go(self, *stages: Stage, **fields: Any) -> None:
        for stage in stages:
            command = MoveCommand(
                store_id=STORE,
                order_id=self.counter.placed.order_id,
                to=stage,
                **{"by": an_actor(), "reason": "Out of cotton", "tracking": PARCEL, **fields},
            )
            move(command, orders=self.counter.orders, stores=self.counter.stores, now=self.now)
            self.tell()

    def tell(self) -> None:
        for event in self.counter.orders.history(STORE, self.counter.order.order_id, after=1):
            if event.version > self.told:
                notify_customer(event, desk=self.counter.desk, now=self.now)
                self.told = event.version

    def wait(self, seconds: float) -> None:
        passed = timedelta(seconds=seconds)
        self.now += passed
        for event in self.counter.later.pass_time(passed):
            notify_customer(event, desk=self.counter.desk, now=self.now)

    @property
    def read(self) -> list[str]:
        """The first lines of what the customer read."""
        return [each.split("\n")[0] for each in self.counter.bubbles]


def test_a_cancellation_is_told_when_the_grace_period_is_over() -> None:
    day = Day()

    day.go(Stage.CANCELLED)
    day.wait(59)
    early = day.read
    day.wait(1)

    assert early == []
    assert day.read == ["We are sorry: your order #1001 is cancelled."]


def test_a_cancellation_that_is_taken_back_in_time_is_told_to_nobody() -> None:
    day = Day()
    day.choose(PaymentMethod.CASH_ON_DELIVERY)

    day.go(Stage.CANCELLED)
    day.wait(30)
    day.go(Stage.CONFIRMED)
    day.wait(300)

    assert day.read == ["Your order #1001 is confirmed."]


def test_cancelled_taken_back_and_cancelled_again_is_told_once() -> None:
    day = Day()
    day.choose(PaymentMethod.CASH_ON_DELIVERY)

    day.go(Stage.CANCELLED)
    day.wait(5)
    day.go(Stage.CONFIRMED, Stage.CANCELLED)
    day.wait(300)

    assert day.read == [
        "Your order #1001 is confirmed.",
        "We are sorry: your order #1001 is cancelled.",
    ]


def test_a_shipment_taken_back_and_shipped_again_is_told_with_the_last_number() -> None:
    day = Day(a_ready_order(Stage.PROCESSED))

    day.go(Stage.SHIPPED, tracking=Tracking(carrier="BlueDart", number="WRONG"))
    day.go(Stage.PROCESSED)
    day.go(Stage.SHIPPED)
    day.wait(60)

    assert day.counter.bubbles == [
        "Your order #1001 is on its way with BlueDart.\nTracking number: BD123\n"
        "Please have ₹1,500.00 in cash ready."
    ]


def test_what_was_told_before_it_was_taken_back_is_set_right() -> None:
    day = Day()
    day.choose(PaymentMethod.CASH_ON_DELIVERY)

    day.go(Stage.CANCELLED)
    day.wait(60)
    day.go(Stage.CONFIRMED)

    assert day.read[-1] == (
        "Good news: your order #1001 goes on. We write again when it is on its way."
    )


def test_a_hold_of_a_moment_is_told_to_nobody() -> None:
    day = Day(a_ready_order(Stage.APPROVED))

    day.go(Stage.ON_HOLD)
    day.wait(20)
    day.go(Stage.APPROVED)
    day.wait(300)

    assert day.read == []


def test_an_order_is_told_once_that_it_is_confirmed_however_often_it_was_held() -> None:
    day = Day()

    day.choose(PaymentMethod.CASH_ON_DELIVERY)
    day.go(Stage.ON_HOLD, Stage.CONFIRMED, Stage.ON_HOLD, Stage.CONFIRMED)
    day.wait(300)

    assert day.read == ["Your order #1001 is confirmed."]


def test_what_the_customer_waits_for_is_told_at_once() -> None:
    day = Day(a_ready_order(Stage.PLACED))

    day.go(Stage.CONFIRMED)

    assert day.read == ["Your order #1001 is confirmed."]


def test_a_customer_who_cancels_is_answered_at_once() -> None:
    day = Day()

    day.go(Stage.CANCELLED, by=CUSTOMER)

    assert day.read == ["Your order #1001 is cancelled, as you asked."]


def test_without_a_grace_period_everything_is_told_at_once() -> None:
    day = Day(grace=timedelta())

    day.go(Stage.CANCELLED)

    assert day.read == ["We are sorry: your order #1001 is cancelled."]
    assert day.counter.later.waiting == []


def test_what_nobody_would_be_told_waits_for_nothing() -> None:
    day = Day(a_ready_order())

    day.go(Stage.APPROVED, Stage.PROCESSED)

    assert day.counter.later.waiting == []


def test_what_comes_back_too_early_is_put_off_again() -> None:
    day = Day(grace=timedelta(minutes=15))
    day.go(Stage.CANCELLED)
    [(event, _)] = day.counter.later.waiting
    day.counter.later.waiting.clear()

    notify_customer(event, desk=day.counter.desk, now=NOW + timedelta(minutes=10))

    assert day.counter.later.waiting == [(event, timedelta(minutes=5))]


def test_what_comes_back_twice_is_told_once() -> None:
    day = Day()
    day.go(Stage.CANCELLED)
    day.counter.later.waiting *= 2

    day.wait(60)

    assert len(day.read) == 1


def test_news_that_are_overtaken_are_not_told_after_what_overtook_them() -> None:
    day = Day(a_ready_order(Stage.PROCESSED))

    day.go(Stage.SHIPPED)
    day.go(Stage.DELIVERED, by=CUSTOMER)
    day.wait(60)

    assert day.read == ["Your order #1001 is delivered. Thank you for buying at Asha's kurtas!"]


def test_news_that_could_not_be_sent_do_not_silence_those_before() -> None:
    day = Day(a_ready_order(Stage.PROCESSED))
    day.go(Stage.SHIPPED)
    day.counter.messenger.errors.append(SendFailed("blocked", error_code=130403, retry=False))

    day.go(Stage.DELIVERED, by=CUSTOMER)
    day.counter.deliver()
    day.wait(60)

    assert day.read == ["Your order #1001 is on its way with BlueDart."]


def test_a_queue_that_is_down_makes_the_event_come_again() -> None:
    day = Day()
    day.counter.later.is_down = True

    with pytest.raises(Unavailable):
        day.go(Stage.CANCELLED)
    day.counter.later.is_down = False
    day.tell()
    day.wait(60)

    assert day.read == ["We are sorry: your order #1001 is cancelled."]
