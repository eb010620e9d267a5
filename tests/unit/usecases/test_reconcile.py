"""What the gateways know and their webhooks did not tell is found by asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.adapters.memory import MemoryGateways, MemoryReconciliations
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.reconciling import next_look
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.reconcile import Outcome, Reconciler, reconcile, reconcile_order
from orderdesk.usecases.payments.refund import make_refund, refund_all
from orderdesk.usecases.payments.request_payment import Till, request_payment
from tests.builders import NOW, STORE, an_actor, an_address, an_order, rupees
from tests.counter import Counter

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order

QUARTER = timedelta(minutes=15)


class Office(Counter):
    """A counter with somebody who reconciles."""

    def __init__(self, **fields: Any) -> None:
        online = Ledger(currency="INR", method=PaymentMethod.ONLINE)
        super().__init__(an_order(address=an_address(), ledger=online, **fields))
        self.reconciliations = MemoryReconciliations(self.shelf)
        self.time_left = True

    def run(self, now: datetime, gateways: MemoryGateways | None = None) -> Reconciler:
        return Reconciler(
            gateways=gateways or self.gateways,
            orders=self.orders,
            stores=self.stores,
            reconciliations=self.reconciliations,
            enough_time=lambda: self.time_left,
            now=now,
        )

    def till(self, now: datetime = NOW) -> Till:
        return Till(gateways=self.gateways, orders=self.orders, stores=self.stores, now=now)

    def asked(self) -> str:
        """The id of the link that the customer was sent."""
        asked = request_payment(self.order, self.till()).ledger.open_request
        assert asked
        return asked.id


@pytest.fixture
def office() -> Office:
    return Office()


def found(counts: dict[Outcome, int]) -> dict[Outcome, int]:
    return {each: count for each, count in counts.items() if count}


def test_a_payment_whose_webhook_was_lost_confirms_the_order(office: Office) -> None:
    office.gateway.pay(office.asked(), rupees(1500), at=NOW)

    counts = reconcile(office.run(NOW + QUARTER))

    assert found(counts) == {Outcome.FOUND: 1}
    assert office.order.stage is Stage.CONFIRMED
    [drift] = office.reconciliations.page(STORE).items
    assert (drift.what, drift.amount, drift.number) == ("captured", rupees(1500), 1001)


def test_what_both_know_is_no_drift(office: Office) -> None:
    payment = office.gateway.pay(office.asked(), rupees(1500), at=NOW)
    news = pay.PaymentNews(
        event="payment.captured",
        event_id="e1",
        kind=EntryKind.CAPTURED,
        payment=payment,
        store_id=STORE,
        order_id=office.order.order_id,
        reference="1001-1",
    )
    pay.receive(news, orders=office.orders, stores=office.stores, now=NOW)

    assert reconcile_order(office.order, office.run(NOW + QUARTER)) is Outcome.AGREED
    assert office.reconciliations.page(STORE).items == ()


def test_nothing_is_asked_before_its_time(office: Office) -> None:
    office.asked()

    assert found(reconcile(office.run(NOW + timedelta(minutes=1)))) == {}
    assert office.reconciliations.last_run(STORE) is None


def test_what_is_open_is_asked_about_again(office: Office) -> None:
    office.asked()

    first = reconcile(office.run(NOW + QUARTER))
    between = reconcile(office.run(NOW + QUARTER + timedelta(minutes=14)))
    second = reconcile(office.run(NOW + 2 * QUARTER))

    assert [found(each) for each in (first, between, second)] == [
        {Outcome.AGREED: 1},
        {},
        {Outcome.AGREED: 1},
    ]


def test_a_gateway_that_is_down_is_asked_again_later(office: Office) -> None:
    link = office.asked()
    office.gateway.is_down = True
    assert found(reconcile(office.run(NOW + QUARTER))) == {Outcome.UNANSWERED: 1}

    office.gateway.is_down = False
    office.gateway.pay(link, rupees(1500), at=NOW)

    assert found(reconcile(office.run(NOW + 2 * QUARTER))) == {Outcome.FOUND: 1}


def test_a_gateway_that_is_not_connected_any_more_is_unanswered(office: Office) -> None:
    office.asked()

    counts = reconcile(office.run(NOW + QUARTER, MemoryGateways()))

    assert found(counts) == {Outcome.UNANSWERED: 1}


def test_a_refund_made_at_the_gateways_dashboard_is_found(office: Office) -> None:
    payment = office.gateway.pay(office.asked(), rupees(1500), at=NOW)
    reconcile(office.run(NOW + QUARTER))
    office.gateway.refund(payment.payment_id, rupees(500), reference="by hand there")

    later = NOW + timedelta(days=1)
    counts = reconcile(office.run(later))

    assert found(counts) == {Outcome.FOUND: 1}
    assert office.order.payment_status is PaymentStatus.PARTIALLY_REFUNDED


def test_a_refund_that_failed_without_a_word_is_found(office: Office) -> None:
    office.gateway.pay(office.asked(), rupees(1500), at=NOW)
    reconcile(office.run(NOW + QUARTER))
    order = refund_all(office.order, office.till(NOW + QUARTER), version=office.order.version)
    [back] = order.ledger.refunds
    made = office.gateway.refunds
    for reference, refund in list(made.items()):
        made[reference] = replace(refund, status="failed")

    counts = reconcile(office.run(NOW + timedelta(hours=2)))

    assert found(counts) == {Outcome.FOUND: 1}
    assert office.order.ledger.balance == rupees(1500)
    assert office.order.flagged("refund_due")
    assert back.id in {each.reference for each in office.order.ledger.entries}


def test_when_time_runs_out_the_next_run_goes_on(office: Office) -> None:
    office.asked()
    office.time_left = False

    assert found(reconcile(office.run(NOW + QUARTER))) == {}

    office.time_left = True
    assert found(reconcile(office.run(NOW + QUARTER))) == {Outcome.AGREED: 1}


def test_after_ten_days_nothing_is_asked_any_more(office: Office) -> None:
    office.asked()

    assert next_look(office.order, NOW + timedelta(days=9)) is not None
    assert next_look(office.order, NOW + timedelta(days=11)) is None


def test_a_new_request_voids_the_one_before(office: Office) -> None:
    first = office.asked()
    dearer = replace(office.order.lines[0], price=rupees(2000))
    order = replace(office.order, lines=(dearer,))
    office.shelf.orders[STORE, order.order_id].record["lines"][0]["price"]["minor"] = 200_000

    second = request_payment(office.order, office.till()).ledger.open_request

    assert second
    assert second.id != first
    assert office.gateway.links[first].status == "cancelled"
    assert second.amount == office.order.amount_due


def test_a_transfer_is_asked_for_once_and_by_nobodys_gateway(office: Office) -> None:
    transfer = Office()
    record = transfer.shelf.orders[STORE, transfer.order.order_id].record
    record["ledger"]["method"] = "transfer"

    once = request_payment(transfer.order, transfer.till())
    again = request_payment(transfer.order, transfer.till())

    assert once.ledger.entries == again.ledger.entries
    assert [each.provider for each in again.ledger.entries] == [""]
    assert transfer.order.reconcile_at is None


def a_paid(office: Office, **policy: Any) -> Order:
    store = office.stores.get(STORE)
    office.stores.put(replace(store, policy=replace(store.policy, **policy)))
    office.gateway.pay(office.asked(), rupees(1500), at=NOW)
    reconcile(office.run(NOW + QUARTER))
    return office.order


def test_a_refund_that_was_asked_for_goes_back_the_way_it_came(office: Office) -> None:

    order = a_paid(office)
    asha = an_actor(id="asha")

    def ask(stored: Order) -> Any:
        step = crediting.request_refund(
            stored, rupees(600), request_id="r1", reason="Late", limit=None, by=asha, now=NOW
        )
        return (step[0], [step[1]]) if step else None

    policy = office.stores.get(STORE).policy
    order = change(STORE, order.order_id, ask, orders=office.orders, policy=policy)
    once = make_refund(order, "r1", office.till(), by=asha)

    assert once.ledger.refunded == rupees(600)
    assert once.ledger.open_refunds == ()
    assert [each.amount for each in office.gateway.refunds.values()] == [rupees(600)]


def test_a_refund_that_the_gateway_tells_first_answers_the_request(office: Office) -> None:
    order = a_paid(office)

    def ask(stored: Order) -> Any:
        asked: Any = {"request_id": "r1", "reason": "Late", "limit": None, "now": NOW}
        step = crediting.request_refund(stored, rupees(600), by=an_actor(), **asked)
        return (step[0], [step[1]]) if step else None

    policy = office.stores.get(STORE).policy
    order = change(STORE, order.order_id, ask, orders=office.orders, policy=policy)
    payment = next(e for e in order.ledger.entries if e.kind is EntryKind.CAPTURED)
    office.gateway.refund(payment.id, rupees(600), reference="r1.0.0")

    reconcile_order(order, office.run(NOW + timedelta(hours=1)))

    assert office.order.ledger.open_refunds == ()
    assert office.order.ledger.refunded == rupees(600)
