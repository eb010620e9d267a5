"""Time closes what is overdue, once, and never an order that money came in for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind, system
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.sweep import Outcome
from tests.builders import STORE, a_capture, a_store, an_actor, an_address, an_order, rupees
from tests.podium import Podium

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order

ABANDONED, ARCHIVED = Outcome.ABANDONED, Outcome.ARCHIVED
SKIPPED, FAILED = Outcome.SKIPPED, Outcome.FAILED


def due(podium: Podium, order: Order) -> timedelta | None:
    """How long from now the order's next deadline is."""
    at = podium.current(order).due_at
    return at - podium.now if at else None


def a_link(order: Order) -> Ledger:
    """A ledger with a payment link that nobody has heard of since."""
    ledger = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    entry = Entry(
        id="plink_1",
        kind=EntryKind.REQUESTED,
        provider="razorpay",
        amount=order.total,
        at=order.placed_at,
        method=PaymentMethod.ONLINE,
        reference=f"{order.number}-1",
    )
    return ledger.book(entry)


def book(podium: Podium, order: Order, **fields: object) -> None:
    collect.book(
        order.store_id,
        order.order_id,
        replace(a_capture(order), **fields),  # type: ignore[arg-type]
        by=system("payment_webhook"),
        orders=podium.orders,
        stores=podium.stores,
        now=podium.now,
    )


def only_closing(podium: Podium, **changes: object) -> dict[Outcome, int]:
    """What a sweep did to orders, without what it did to executions."""
    counts = podium.swept(**changes)
    return {what: n for what, n in counts.items() if what not in {Outcome.HEALED, Outcome.CHECKED}}


def test_a_customer_who_went_quiet_for_a_day_is_given_up() -> None:
    podium = Podium()
    order = podium.place()

    podium.later(hours=23, minutes=59)
    assert only_closing(podium) == {}
    podium.later(minutes=1)
    assert only_closing(podium) == {ABANDONED: 1}

    event = podium.history(order)[-1]
    assert (event.target, event.move_id, event.by.via) == (Stage.ABANDONED, "T03", "abandon_sweep")


def test_a_second_sweep_finds_nothing_left_to_do() -> None:
    podium = Podium()
    order = podium.place()
    podium.later(hours=25)

    assert only_closing(podium) == {ABANDONED: 1}
    assert only_closing(podium) == {}
    assert podium.current(order).version == 2


def test_two_sweeps_at_once_give_up_an_order_once() -> None:
    podium = Podium()
    orders = [podium.place(f"wamid.{number}") for number in range(20)]
    podium.later(hours=25)
    both, counts = Barrier(2), []

    def run(now: datetime) -> None:
        both.wait()
        counts.append(only_closing(podium, now=now).get(ABANDONED, 0))

    starts = (podium.now, podium.now + timedelta(milliseconds=1))
    threads = [Thread(target=run, args=(now,)) for now in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == len(orders)
    assert {podium.current(order).version for order in orders} == {2}


def test_a_list_of_due_orders_that_is_a_moment_old_closes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    podium = Podium()
    placed, abandoned = podium.place("wamid.1"), podium.place("wamid.2")
    podium.move(abandoned, Stage.ABANDONED)
    old_list = (placed.order_id, abandoned.order_id, "gone")
    monkeypatch.setattr(podium.orders, "due", lambda store_id, **_: old_list)

    assert only_closing(podium) == {SKIPPED: 3}
    assert podium.current(placed).stage is Stage.PLACED
    assert podium.current(abandoned).stage is Stage.ABANDONED


def test_the_gateway_is_asked_before_an_order_with_an_open_link_is_given_up() -> None:
    podium = Podium()
    order = an_order()
    order = podium.place(ledger=a_link(order))
    asked: list[Stage] = []

    def ask(order: Order) -> bool:
        asked.append(podium.current(order).stage)
        return True

    podium.ask_gateway = ask
    podium.later(hours=25)

    assert only_closing(podium) == {ABANDONED: 1}
    assert asked == [Stage.PLACED]


def test_an_order_that_was_paid_without_our_hearing_of_it_is_confirmed_and_not_given_up() -> None:
    podium = Podium()
    order = podium.place(ledger=a_link(an_order()), address=an_address())
    podium.later(hours=25)

    def ask(order: Order) -> bool:
        book(podium, order)
        return False

    podium.ask_gateway = ask

    assert only_closing(podium) == {SKIPPED: 1}
    assert podium.current(order).stage is Stage.CONFIRMED
    assert only_closing(podium) == {}


def test_a_payment_that_lands_while_the_gateway_is_asked_wins() -> None:
    podium = Podium()
    order = podium.place(ledger=a_link(an_order()))
    podium.later(hours=25)

    def ask(order: Order) -> bool:
        book(podium, order)
        return True

    podium.ask_gateway = ask

    assert only_closing(podium) == {SKIPPED: 1}
    assert podium.current(order).stage is Stage.PLACED


def test_while_the_gateway_does_not_answer_nothing_is_given_up() -> None:
    podium = Podium()
    order = podium.place(ledger=a_link(an_order()))
    podium.ask_gateway = lambda order: False
    podium.later(hours=25)

    assert only_closing(podium) == {SKIPPED: 1}
    assert podium.current(order).stage is Stage.PLACED
    assert due(podium, order) == timedelta(hours=1)


def test_an_order_with_money_in_it_is_never_given_up() -> None:
    podium = Podium()
    order = podium.place()
    book(podium, order, amount=rupees(100))

    for _ in range(5):
        podium.later(hours=25)
        assert only_closing(podium) == {SKIPPED: 1}

    assert podium.current(order).stage is Stage.PLACED


def test_a_customer_who_did_something_gets_another_day() -> None:
    podium = Podium()
    order = podium.place()
    podium.later(hours=20)
    collect.receive_address(
        STORE,
        order.order_id,
        an_address(),
        by=an_actor(ActorKind.CUSTOMER),
        orders=podium.orders,
        stores=podium.stores,
        now=podium.now,
    )
    podium.later(hours=20)

    assert only_closing(podium) == {}
    assert due(podium, order) == timedelta(hours=4)


def test_a_shop_that_gives_more_time_since_is_waited_for() -> None:
    podium = Podium()
    order = podium.place()
    podium.stores.put(a_store(policy=Policy(abandon_after=timedelta(hours=48), reminders=())))
    podium.later(hours=25)

    assert only_closing(podium) == {SKIPPED: 1}
    assert due(podium, order) == timedelta(hours=23)


@pytest.mark.parametrize(
    "stage",
    [Stage.ABANDONED, Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.DELIVERED],
)
def test_what_has_ended_is_archived_after_a_month(stage: Stage) -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, stage)

    podium.later(days=29)
    assert only_closing(podium) == {}
    podium.later(days=1)
    assert only_closing(podium) == {ARCHIVED: 1}
    assert due(podium, order) is None


def test_cash_that_is_due_keeps_a_delivered_order_out_of_the_archive() -> None:
    podium = Podium()
    cash = Ledger(currency="INR", method=PaymentMethod.CASH_ON_DELIVERY)
    order = podium.place(ledger=cash)
    podium.move(order, Stage.DELIVERED)
    podium.later(days=31)

    assert only_closing(podium) == {SKIPPED: 1}
    assert podium.current(order).stage is Stage.DELIVERED
    assert due(podium, order) == timedelta(days=1)


def test_an_order_that_fails_stops_no_other_and_is_put_off() -> None:
    podium = Podium()
    orders = [podium.place(f"wamid.{number}") for number in range(3)]
    podium.later(hours=25)

    def ask(order: Order) -> bool:
        if order.order_id == orders[1].order_id:
            raise Unavailable("The gateway sent nonsense.")
        return True

    podium.ask_gateway = ask

    assert only_closing(podium) == {ABANDONED: 2, FAILED: 1}
    assert due(podium, orders[1]) == timedelta(minutes=10)


def test_an_order_that_cannot_even_be_put_off_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    podium = Podium()
    first, second = podium.place("wamid.1"), podium.place("wamid.2")
    podium.later(hours=25)
    podium.ask_gateway = lambda order: bool(1 / (order.order_id != first.order_id))
    monkeypatch.setattr(podium.orders, "postpone", lambda order, at: 1 / 0)

    assert only_closing(podium) == {ABANDONED: 1, FAILED: 1}
    assert podium.current(second).stage is Stage.ABANDONED


def test_an_order_that_cannot_be_read_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    broken, fine = podium.place("wamid.1"), podium.place("wamid.2")
    podium.later(hours=25)
    get = podium.orders.get

    def read(store_id: str, order_id: str) -> Order:
        if order_id == broken.order_id:
            raise KeyError("stage")
        return get(store_id, order_id)

    due_now = podium.orders.due(STORE, before=podium.now)
    monkeypatch.setattr(podium.orders, "due", lambda store_id, **_: due_now)
    monkeypatch.setattr(podium.orders, "get", read)

    assert podium.swept() == {ABANDONED: 1, FAILED: 2}
    assert podium.current(fine).stage is Stage.ABANDONED


@pytest.mark.parametrize("crash_at", range(5))
def test_a_sweep_that_crashes_half_way_is_finished_by_the_next(crash_at: int) -> None:
    podium = Podium()
    orders = [podium.place(f"wamid.{number}") for number in range(5)]
    podium.later(hours=25)
    asked = 0

    def ask(order: Order) -> bool:
        nonlocal asked
        asked += 1
        if asked == crash_at + 1:
            raise KeyboardInterrupt
        return True

    podium.ask_gateway = ask
    with pytest.raises(KeyboardInterrupt):
        podium.sweep()

    assert only_closing(podium) == {ABANDONED: 5 - crash_at}
    assert {podium.current(order).version for order in orders} == {2}


def test_when_time_runs_out_the_next_run_goes_on() -> None:
    podium = Podium()
    for number in range(5):
        podium.place(f"wamid.{number}")
    podium.later(hours=25)
    left = iter([True, True, False])

    first = podium.sweep(enough_time=lambda: next(left))
    second = podium.sweep()

    assert (first.counts[ABANDONED], first.finished) == (2, False)
    assert (second.counts[ABANDONED], second.finished) == (3, True)


def test_stores_take_turns_in_being_first() -> None:
    podium = Podium()
    for store in ("a", "b"):
        podium.place(store_id=store)
    podium.later(hours=25)
    once = [True, False]

    podium.sweep(enough_time=iter(once).__next__)
    podium.later(minutes=1)
    podium.sweep(enough_time=iter(once).__next__)

    stages = [podium.orders.get(s, an_order(store_id=s).order_id).stage for s in ("a", "b")]
    assert stages == [Stage.ABANDONED, Stage.ABANDONED]
