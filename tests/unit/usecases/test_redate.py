"""When a shop changes its times, the deadlines of the orders that wait follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.paying import Provider, Transfer, WhatsappPay
from orderdesk.domain.money.terms import ConfirmOn, ConfirmRule, Discount, Offer, Shipping, Tax
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Hold
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.orders.timing import deadline
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import ESCALATED, AfterHours, AutoApprove, Policy, Store
from orderdesk.domain.shop.settings import SETTINGS, settings_changes, stages_to_date, value_of
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.orders import redate
from orderdesk.usecases.orders.change import with_deadline
from orderdesk.usecases.orders.settings import SettingsCommand, change_settings
from orderdesk.usecases.orders.sweep import Outcome
from tests.builders import NOW, STORE, a_placed_event, a_store, an_actor, an_order
from tests.podium import Podium

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTES = timedelta(minutes=1)
WORKDAYS = OpeningHours(
    weekdays=tuple((Interval(time(9), time(17)),) if day < 5 else () for day in range(7))
)


@pytest.fixture
def podium() -> Podium:
    podium = Podium()
    podium.stores.put(a_store(policy=Policy(reminders=(), abandon_after=DAY)))
    return podium


def decide(podium: Podium, **policy: Any) -> Store:
    """A manager changes some settings now."""

    def decided(stored: Store) -> Store:
        return replace(stored, policy=replace(stored.policy, **policy))

    command = SettingsCommand(store_id=STORE, by=an_actor(), decide=decided)
    return change_settings(command, stores=podium.stores, now=podium.now)


def due(podium: Podium, order: Order) -> datetime | None:
    return podium.current(order).due_at


def orders(podium: Podium, count: int, **fields: Any) -> list[Order]:
    return [podium.place(f"wamid.{number}", **fields) for number in range(count)]


def redated(podium: Podium, **options: Any) -> int:
    return podium.swept(**options).get(Outcome.REDATED, 0)


def test_an_order_that_waited_for_tomorrow_is_given_up_today(podium: Podium) -> None:
    order = podium.place()
    assert due(podium, order) == NOW + DAY

    podium.later(minutes=40)
    decide(podium, abandon_after=timedelta(minutes=30))
    podium.later(minutes=1)
    assert redated(podium) == 1
    podium.sweep()

    assert podium.current(order).stage is Stage.ABANDONED


def test_who_still_has_the_old_settings_may_write_for_a_moment(podium: Podium) -> None:
    old = podium.stores.get(STORE).policy
    decide(podium, abandon_after=HOUR)
    podium.later(seconds=29)
    assert redated(podium) == 0

    late = with_deadline(an_order(last_customer_action_at=podium.now), old)
    podium.orders.add(late, a_placed_event(late), raw="{}")
    podium.later(seconds=31)

    assert redated(podium) == 1
    assert due(podium, late) == late.last_customer_action_at + HOUR


def test_a_deadline_that_becomes_later_waits_until_the_old_one_passes(podium: Podium) -> None:
    order = podium.place()
    decide(podium, abandon_after=2 * DAY)

    podium.later(minutes=1)
    assert redated(podium) == 0
    assert due(podium, order) == NOW + DAY

    podium.later(hours=24)
    podium.sweep()
    assert podium.current(order).stage is Stage.PLACED
    assert due(podium, order) == NOW + 2 * DAY


def test_an_order_that_waited_for_nothing_gets_a_deadline(podium: Podium) -> None:
    decide(podium, escalate_after={})
    order = podium.place(stage=Stage.APPROVED)
    assert due(podium, order) is None

    decide(podium, escalate_after={Stage.APPROVED: HOUR})
    podium.later(minutes=1)
    podium.sweep()

    assert due(podium, order) == NOW + HOUR


def test_it_is_done_once(podium: Podium) -> None:
    orders(podium, 3)
    decide(podium, abandon_after=HOUR)
    podium.later(minutes=1)

    assert redated(podium) == 3
    assert podium.stores.redating(STORE) is None
    assert podium.swept().get(Outcome.CHECKED, 0) == 0


def test_a_run_that_was_cut_short_goes_on_where_it_was(
    podium: Podium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redate, "PAGE", 2)
    waiting = orders(podium, 7)
    podium.later(minutes=1)
    podium.sweep()  # their executions are not what this is about
    decide(podium, abandon_after=HOUR)
    podium.later(minutes=1)
    steps = iter([True] * 5 + [False])

    first = podium.sweep(enough_time=lambda: next(steps))
    second = podium.sweep()

    assert (first.finished, first.counts[Outcome.REDATED]) == (False, 5)
    # The page that was under way is looked at again, and finds one of its two orders done.
    assert (second.counts[Outcome.REDATED], second.counts[Outcome.CHECKED]) == (2, 1)
    assert {due(podium, each) for each in waiting} == {NOW + HOUR}


def test_a_shop_with_very_many_orders_leaves_time_for_the_others(
    podium: Podium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redate, "PAGE", 1)
    monkeypatch.setattr(redate, "PAGES", 3)
    orders(podium, 7)
    decide(podium, abandon_after=HOUR)
    podium.later(minutes=1)

    assert [redated(podium) for _ in range(4)] == [3, 3, 1, 0]


def test_a_second_change_does_not_forget_what_the_first_has_left(podium: Podium) -> None:
    order = podium.place(stage=Stage.APPROVED)
    decide(podium, escalate_after={Stage.APPROVED: HOUR})
    decide(podium, archive_after=DAY, return_window=DAY)

    podium.later(minutes=1)
    podium.sweep()

    assert due(podium, order) == NOW + HOUR


def test_a_change_of_words_dates_nothing(podium: Podium) -> None:
    orders(podium, 1)
    decide(podium, refund_automatically=True)

    assert podium.stores.redating(STORE) is None


def test_an_order_that_fails_does_not_stop_the_others(
    podium: Podium, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = orders(podium, 3)
    decide(podium, abandon_after=HOUR)
    podium.later(minutes=1)
    postpone = podium.orders.postpone

    def fails_once(order: Order, due_at: datetime | None) -> None:
        if order.order_id == first.order_id:
            raise RuntimeError("the table is busy")
        postpone(order, due_at)

    monkeypatch.setattr(podium.orders, "postpone", fails_once)

    assert redated(podium) == 2
    assert {due(podium, each) for each in others} == {NOW + HOUR}


def test_a_cursor_of_an_older_release_begins_the_list_again(podium: Podium) -> None:
    waiting = orders(podium, 2)
    decide(podium, abandon_after=HOUR)
    podium.later(minutes=1)
    todo = podium.stores.redating(STORE)
    assert todo
    podium.stores.redated(replace(todo, cursor="of-another-release"))

    podium.sweep()

    assert {due(podium, each) for each in waiting} == {NOW + HOUR}


# Every setting with a value that a shop may choose instead.
CHOICES: dict[str, Any] = {
    "name": "Ravi's shirts",
    "currency": "BRL",
    "country": "BR",
    "time_zone": "America/St_Johns",
    "abandon_after": HOUR,
    "reminders": (5 * MINUTES,),
    "late_payment_valid_for": HOUR,
    "archive_after": 60 * DAY,
    "return_window": 90 * DAY,
    "undo_window": HOUR,
    "grace_period": 5 * MINUTES,
    "customer_cancel_until": Stage.PLACED,
    "hours": OpeningHours(weekdays=((Interval(time(3), time(4)),),) * 7),
    "after_hours": AfterHours.OFF,
    "escalate_after": dict.fromkeys(ESCALATED, 5 * MINUTES),
    "auto_approve": AutoApprove(enabled=True),
    "refund_automatically": True,
    "fulfilments": (Fulfilment.PICKUP,),
    "reasons": {Stage.CANCELLED: (Reason("too_slow", "It took too long"),)},
    "shipping": Shipping(fee=4_900),
    "tax": Tax(rate=1_800),
    "discounts": (Discount(label="Diwali", percent=1_000),),
    "price_tolerance": 50,
    "offers": (Offer(method=PaymentMethod.ONLINE),),
    "confirm_rules": (ConfirmRule(method=PaymentMethod.CASH_ON_DELIVERY, on=ConfirmOn.VERIFIED),),
    "online_provider": Provider.STRIPE,
    "whatsapp_pay": WhatsappPay(configuration_name="shop"),
    "transfer": Transfer(upi_id="shop@bank"),
    "refund_limit": 100,
    "ask_about_carts_within": HOUR,
    "flow_id": "1",
    "speech": Speech(language="hi", languages=("hi",)),
    "budget": Budget(monthly_cap=100),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_stages_that_a_setting_dates_are_all_that_it_dates(name: str) -> None:
    before = a_store(policy=Policy(hours=WORKDAYS))
    value = CHOICES[name]
    of_policy = name not in {"name", "currency", "country", "time_zone"}
    after = (
        replace(before, policy=replace(before.policy, **{name: value}))
        if of_policy
        else replace(before, **{name: value})
    )
    assert value_of(after, name) != value_of(before, name)

    dated = {
        stage
        for stage in Stage
        if deadline(an_order_in(stage), before.policy) != deadline(an_order_in(stage), after.policy)
    }

    assert dated <= set(stages_to_date(settings_changes(before, after)))


def an_order_in(stage: Stage) -> Order:
    hold = Hold(reason="Look", source=Stage.CONFIRMED) if stage is Stage.ON_HOLD else None
    return an_order(stage, hold=hold, delivered_at=NOW)
