"""Staff confirm what was sent, and give back what has to go back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.actor import ActorKind, Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.request_payment import Till, request_payment
from tests.builders import NOW, STORE, a_store, an_actor, an_address, an_order, rupees
from tests.dashboard.screen import Screen, one, words

if TYPE_CHECKING:
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.order import Order

CUSTOMER = an_actor(ActorKind.CUSTOMER, id="customer1", name="Priya")


@pytest.fixture
def screen() -> Screen:
    return Screen()


def shown(screen: Screen, order: Order) -> Any:
    return one(screen.page(f"/orders/{order.order_id}"), ".payment")


def stored(screen: Screen, order: Order) -> Order:
    return screen.orders.get(STORE, order.order_id)


def press(screen: Screen, order: Order, form: str, **fields: str) -> Any:
    return screen.press(stored(screen, order), form, list(fields.items()))


def claimed(screen: Screen, by: Actor = CUSTOMER) -> Order:
    transfer = Ledger(currency="INR", method=PaymentMethod.TRANSFER)
    order = an_order(address=an_address(), ledger=transfer)
    made = crediting.claim(order, order.total, claim_id="wamid.A=", proof="m", by=by, now=NOW)
    assert made
    order = replace(made[0], version=1)
    screen.have(order)
    return order


def paid(screen: Screen, **policy: Any) -> Order:
    store = a_store()
    screen.stores.put(replace(store, policy=replace(store.policy, **policy)))
    online = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    order = an_order(address=an_address(), ledger=online)
    screen.have(order)
    gateways = screen.context().gateways
    where: dict[str, Any] = {"orders": screen.orders, "stores": screen.stores, "now": NOW}
    order = request_payment(order, Till(gateways=gateways, **where))
    screen.gateway.pay(order.ledger.entries[0].id, order.total, at=NOW)
    pay.ask_gateway(order, gateways=gateways, **where)
    return stored(screen, order)


def test_what_was_sent_by_word_waits_with_its_proof(screen: Screen) -> None:
    page = shown(screen, claimed(screen))

    assert "₹1,500.00 by transfer, by their word" in words(page)
    assert "The proof is in the conversation." in words(page)


def test_who_has_seen_the_money_confirms_the_order(screen: Screen) -> None:
    order = claimed(screen)

    response = press(screen, order, "claims", claim_id="wamid.A=", amount="1,500.00")

    assert response.status == 303
    assert stored(screen, order).stage is Stage.CONFIRMED


@pytest.mark.parametrize("typed", ["a lot", "-5", "0", "15.005"])
def test_an_amount_that_is_none_comes_back_with_words(screen: Screen, typed: str) -> None:
    order = claimed(screen)

    response = press(screen, order, "claims", claim_id="wamid.A=", amount=typed)

    assert response.status == 400
    assert "like 1299.50" in response.body
    assert stored(screen, order).ledger.balance == rupees(0)


def test_money_that_did_not_come_is_declined_with_a_reason(screen: Screen) -> None:
    order = claimed(screen)

    press(screen, order, "claims", claim_id="wamid.A=", do="decline", reason="Not in the bank")

    assert stored(screen, order).payment_status is PaymentStatus.NONE


def test_what_one_entered_oneself_somebody_else_confirms(screen: Screen) -> None:
    manager = an_actor(id="asha", name="Asha")
    order = claimed(screen, by=manager)

    assert "somebody else has to confirm it" in words(shown(screen, order))
    assert press(screen, order, "claims", claim_id="wamid.A=", amount="1500").status == 409


def test_an_agent_sees_the_claim_and_cannot_answer_it() -> None:
    screen = Screen(role=Role.AGENT)

    assert not shown(screen, claimed(screen)).select("form")


def test_a_refund_goes_back_at_once(screen: Screen) -> None:
    order = paid(screen)
    assert "Up to ₹1,500.00" in words(shown(screen, order))

    response = press(screen, order, "refunds", amount="500", reason="Damaged")

    assert response.status == 303
    assert [each.amount for each in screen.gateway.refunds.values()] == [rupees(500)]
    assert stored(screen, order).ledger.refunded == rupees(500)


def test_a_refund_for_later_waits_on_the_page(screen: Screen) -> None:
    order = paid(screen)

    press(screen, order, "refunds", amount="500", reason="When it is back", later="yes")

    assert screen.gateway.refunds == {}
    assert "₹500.00 to go back" in words(shown(screen, order))
    [asked] = stored(screen, order).ledger.open_refunds
    press(screen, order, "refunds", do="make", refund_id=asked.id)
    assert stored(screen, order).ledger.refunded == rupees(500)


def test_above_the_limit_somebody_else_makes_it(screen: Screen) -> None:
    order = paid(screen, refund_limit=10_000)

    press(screen, order, "refunds", amount="500", reason="Damaged")
    [asked] = stored(screen, order).ledger.open_refunds

    assert "somebody else has to make it" in words(shown(screen, order))
    assert press(screen, order, "refunds", do="make", refund_id=asked.id).status == 409
    assert screen.gateway.refunds == {}


def test_a_refund_that_nobody_wants_is_dropped(screen: Screen) -> None:
    order = paid(screen)
    press(screen, order, "refunds", amount="500", reason="x", later="yes")
    [asked] = stored(screen, order).ledger.open_refunds

    press(screen, order, "refunds", do="drop", refund_id=asked.id, reason="Agreed otherwise")

    assert stored(screen, order).ledger.open_refunds == ()


def test_what_came_by_hand_goes_back_by_hand(screen: Screen) -> None:
    order = claimed(screen)
    press(screen, order, "claims", claim_id="wamid.A=", amount="1500")
    press(screen, order, "refunds", amount="200", reason="One was missing")
    [asked] = stored(screen, order).ledger.open_refunds

    assert "I have sent ₹200.00 by hand" in words(shown(screen, order))
    press(screen, order, "refunds", do="make", refund_id=asked.id, by_hand="yes")

    assert stored(screen, order).ledger.refunded == rupees(200)


def test_a_gateway_that_is_down_leaves_the_refund_on_the_page(screen: Screen) -> None:
    order = paid(screen)
    screen.gateway.is_down = True

    press(screen, order, "refunds", amount="500", reason="Damaged")
    [asked] = stored(screen, order).ledger.open_refunds
    response = press(screen, order, "refunds", do="make", refund_id=asked.id)

    assert response.status == 503
    assert "does not answer" in response.body


def test_the_address_of_a_form_leads_back_to_the_order(screen: Screen) -> None:
    order = claimed(screen)
    path = f"/orders/{order.order_id}"

    for address in (f"{path}/claims", f"{path}/refunds"):
        assert screen.get(address).headers["location"] == path
