"""Address and payment, whichever comes first; and money that comes too late."""

from dataclasses import replace

import pytest

from orderdesk.adapters.memory import MemoryOrders, MemoryStores
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.actor import ActorKind, system
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.orders import collect
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_placed_event,
    a_ready_order,
    an_actor,
    an_address,
    an_order,
)

CUSTOMER = an_actor(ActorKind.CUSTOMER)


class Desk:
    def __init__(self, order: Order) -> None:
        self.orders, self.stores = MemoryOrders(), MemoryStores()
        self.order = order
        self.orders.add(order, a_placed_event(order), raw="")

    def address(self) -> Order:
        return collect.receive_address(
            STORE,
            self.order.order_id,
            an_address(),
            by=CUSTOMER,
            orders=self.orders,
            stores=self.stores,
            now=NOW,
        )

    def choose(self, method: PaymentMethod) -> Order:
        return collect.choose_payment(
            STORE,
            self.order.order_id,
            method,
            by=CUSTOMER,
            orders=self.orders,
            stores=self.stores,
            now=NOW,
        )

    def book(self, kind: EntryKind = EntryKind.CAPTURED, id: str = "pay_1") -> Order:
        return collect.book(
            STORE,
            self.order.order_id,
            a_capture(self.order, id=id, kind=kind),
            by=system("payment_webhook"),
            orders=self.orders,
            stores=self.stores,
            now=NOW,
        )

    @property
    def events(self) -> list[EventType]:
        return [each.type for each in self.orders.history(STORE, self.order.order_id)][1:]


def test_an_address_and_cash_confirm_the_order_in_one_write() -> None:
    desk = Desk(an_order())

    assert desk.address().stage is Stage.PLACED
    confirmed = desk.choose(PaymentMethod.CASH_ON_DELIVERY)

    assert confirmed.stage is Stage.CONFIRMED
    assert desk.events == [
        EventType.ADDRESS_RECEIVED,
        EventType.PAYMENT_METHOD_CHOSEN,
        EventType.MOVED,
    ]


def test_an_online_order_waits_for_its_money_and_confirms_with_it() -> None:
    desk = Desk(an_order())
    desk.address()

    assert desk.choose(PaymentMethod.ONLINE).stage is Stage.PLACED
    paid = desk.book()

    assert (paid.stage, paid.payment_status) == (Stage.CONFIRMED, PaymentStatus.PAID)


def test_a_payment_told_twice_is_booked_once() -> None:
    desk = Desk(an_order())

    assert desk.book() == desk.book()
    assert desk.events == [EventType.PAYMENT_RECEIVED]


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED, Stage.ARCHIVED])
def test_money_for_an_order_that_was_stopped_is_kept_and_somebody_is_called(stage: Stage) -> None:
    desk = Desk(a_ready_order(stage))

    order = desk.book()

    assert (order.stage, order.ledger.balance) == (stage, order.total)
    assert [each.reason for each in order.attention] == ["late_payment"]
    assert desk.events == [EventType.PAYMENT_RECEIVED, EventType.ATTENTION_RAISED]


def test_an_attempt_that_failed_is_no_money_that_came_too_late() -> None:
    stopped = a_ready_order(Stage.CANCELLED)
    paid = replace(stopped, ledger=stopped.ledger.book(a_capture(stopped)))
    desk = Desk(paid)

    assert desk.book(EntryKind.FAILED, id="pay_2").attention == ()


def test_a_late_payment_brings_an_abandoned_order_back() -> None:
    order = replace(an_order(Stage.ABANDONED), address=an_address())

    assert Desk(order).book().stage is Stage.CONFIRMED
