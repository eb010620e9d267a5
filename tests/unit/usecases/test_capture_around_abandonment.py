"""A customer pays about when their order is given up: it never rests with their money in it, and
they hear of it once.

https://github.com/woocommerce/woocommerce-gateway-stripe/issues/5691
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from orderdesk.adapters.memory import MemoryReconciliations
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.orders import collect
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.reconcile import Reconciler, reconcile
from tests.builders import STORE, an_actor, an_address
from tests.walks.world import World

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Payment

DAY: Final = timedelta(hours=24)
SECOND: Final = timedelta(seconds=1)
QUARTER: Final = timedelta(minutes=15)
CUSTOMER: Final = an_actor(ActorKind.CUSTOMER, id="customer1")


class Shop(World):
    """With one order that waits for its payment by link alone; nothing else goes on."""

    def __init__(self) -> None:
        # A day later the window is closed, and only a template reaches the customer.
        approved = Speech(templates={"confirmed": "order_confirmed"})
        super().__init__(Policy(abandon_after=DAY, reminders=(), speech=approved), stock=None)
        self.reconciliations = MemoryReconciliations(self.orders.shelf)
        self.cart(0)
        self.settle()
        where: dict[str, Any] = {"by": CUSTOMER, "orders": self.orders, "stores": self.stores}
        (self.order_id,) = self.order_ids
        collect.receive_address(STORE, self.order_id, an_address(), now=self.now, **where)
        collect.choose_payment(STORE, self.order_id, PaymentMethod.ONLINE, now=self.now, **where)
        self._drain()
        self.said_before = len(self.messenger.sent)
        self.given_up_at = self.the_order.quiet_since + DAY

    @property
    def the_order(self) -> Order:
        return self.order(self.order_id)

    def go_to(self, moment: timedelta) -> None:
        self.now = self.given_up_at + moment

    def paid(self) -> Payment:
        """At the gateway; nobody has told us yet."""
        asked = self.the_order.ledger.open_request
        assert asked
        return self.gateway.pay(asked.id, self.the_order.total, at=self.now)

    def webhook(self, payment: Payment) -> None:
        news = pay.PaymentNews(
            event="payment_link.paid",
            event_id="event1",
            kind=EntryKind.CAPTURED,
            payment=payment,
            store_id=STORE,
            order_id=self.order_id,
            reference=f"{self.the_order.number}-1",
        )
        pay.receive(news, orders=self.orders, stores=self.stores, now=self.now)

    def reconcile(self) -> None:
        run = Reconciler(
            gateways=self.gateways,
            orders=self.orders,
            stores=self.stores,
            reconciliations=self.reconciliations,
            enough_time=lambda: True,
            now=self.now,
        )
        reconcile(run)

    def stages(self) -> list[Stage]:
        return [each.target for each in self.history(self.order_id) if each.changes_stage]

    def heard(self) -> list[str]:
        """What the customer was told since they had the link."""
        return [each.callback_data for each in self.messenger.sent[self.said_before :]]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def is_confirmed_and_told_once(shop: Shop) -> None:
    shop.settle()
    shop.settle()
    order = shop.the_order
    assert (order.stage, order.paid_at is not None) == (Stage.CONFIRMED, True)
    assert order.ledger.captured == order.total
    (told,) = shop.heard()
    assert told.endswith(":confirmed")


@pytest.mark.parametrize("told", [True, False], ids=["by webhook", "webhook lost"])
def test_paid_a_second_before(shop: Shop, told: bool) -> None:
    shop.go_to(-SECOND)
    payment = shop.paid()
    if told:
        shop.webhook(payment)

    shop.go_to(SECOND)
    shop.sweep()

    assert Stage.ABANDONED not in shop.stages()
    is_confirmed_and_told_once(shop)


def test_paid_while_it_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = shop.ask_gateway

    def pay_right_after(order: Order) -> bool:
        knows_of_none = asked(order)
        shop.webhook(shop.paid())
        return knows_of_none

    monkeypatch.setattr(shop, "ask_gateway", pay_right_after)
    shop.go_to(SECOND)
    shop.sweep()
    monkeypatch.undo()

    assert Stage.ABANDONED not in shop.stages()
    is_confirmed_and_told_once(shop)


def test_paid_while_it_is_given_up_and_the_webhook_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = shop.ask_gateway

    def pay_right_after(order: Order) -> bool:
        knows_of_none = asked(order)
        shop.paid()
        return knows_of_none

    monkeypatch.setattr(shop, "ask_gateway", pay_right_after)
    shop.go_to(SECOND)
    shop.sweep()
    monkeypatch.undo()
    assert shop.the_order.ledger.balance.minor == 0

    shop.now += DAY
    shop.reconcile()

    is_confirmed_and_told_once(shop)
    assert [each.what for each in shop.reconciliations.page(STORE).items] == ["captured"]


@pytest.mark.parametrize("told", [True, False], ids=["by webhook", "webhook lost"])
def test_paid_an_hour_after(shop: Shop, told: bool) -> None:
    shop.go_to(SECOND)
    shop.sweep()
    assert shop.the_order.stage is Stage.ABANDONED

    shop.go_to(timedelta(hours=1))
    payment = shop.paid()
    if told:
        shop.webhook(payment)
    else:
        shop.now += DAY
        shop.reconcile()

    is_confirmed_and_told_once(shop)


def test_a_gateway_that_is_down_gives_nobody_up(shop: Shop) -> None:
    shop.go_to(-SECOND)
    shop.paid()
    shop.gateway.is_down = True
    for _ in range(4):
        shop.now += QUARTER
        shop.sweep()
        shop.reconcile()
    assert Stage.ABANDONED not in shop.stages()

    shop.gateway.is_down = False
    shop.now += QUARTER
    shop.sweep()

    is_confirmed_and_told_once(shop)
