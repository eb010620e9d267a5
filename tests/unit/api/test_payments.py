"""Money over the API: claims with two people, refunds now, later and above the limit, the drift."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS31Validator

from orderdesk.api.context import EDIT, READ, REFUND, key_hash
from orderdesk.api.openapi import document
from orderdesk.domain.money.ledger import Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.request_payment import Till, request_payment
from orderdesk.usecases.ports import ApiKey, Discrepancy
from tests.api import Api
from tests.builders import NOW, STORE, a_store, an_address, an_order, rupees

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

SECOND = "od_main_fedcba98"


@pytest.fixture
def api() -> Api:
    return Api(READ, EDIT, REFUND, role=Role.MANAGER)


def a_transfer(api: Api) -> Order:
    ledger = Ledger(currency="INR", method=PaymentMethod.TRANSFER)
    return api.has(an_order(address=an_address(), ledger=ledger))


def paid(api: Api, **policy: Any) -> Order:
    """Online, through the gateway."""
    store = a_store()
    api.context.stores.put(replace(store, policy=replace(store.policy, **policy)))
    order = api.has(
        an_order(address=an_address(), ledger=Ledger(currency="INR", method=PaymentMethod.ONLINE))
    )
    where: dict[str, Any] = {"orders": api.context.orders, "stores": api.context.stores, "now": NOW}
    order = request_payment(order, Till(gateways=api.context.gateways, **where))
    [asked] = order.ledger.entries
    api.gateway.pay(asked.id, order.total, at=NOW)
    pay.ask_gateway(order, gateways=api.context.gateways, **where)
    return stored(api, order)


def stored(api: Api, order: Order) -> Order:
    return api.context.orders.get(STORE, order.order_id)


def send(api: Api, order: Order, path: str, verb: str = "POST", **body: Any) -> Any:
    now = stored(api, order)
    body = {"expected_version": now.version, **body}
    return api.call(verb, f"/api/orders/{order.order_id}/{path}", body)


def as_somebody_else(api: Api) -> None:

    key = ApiKey(
        store_id=STORE,
        key_id="k2",
        hash=key_hash(SECOND),
        name="Accounts",
        scopes=(READ, EDIT, REFUND),
        role=Role.ACCOUNTANT,
    )
    api.context.api_keys.put(key)
    api.token = SECOND


def test_a_claim_is_confirmed_by_somebody_else_and_confirms_the_order(api: Api) -> None:
    order = a_transfer(api)
    status, body = send(api, order, "claims", amount=150_000, proof="wamid.1")
    assert (status, body["order"]["payment_status"]) == (200, "claimed")
    [claim] = stored(api, order).ledger.open_claims

    refused, why = send(api, order, "claims/confirm", claim_id=claim.id)
    as_somebody_else(api)
    status, body = send(api, order, "claims/confirm", claim_id=claim.id)

    assert (refused, why["error"]["details"]["refusals"][0]["reason"]) == (
        409,
        "second_person_needed",
    )
    assert (status, body["order"]["stage"]) == (200, "confirmed")


def test_a_claim_is_declined_with_words(api: Api) -> None:
    order = a_transfer(api)
    send(api, order, "claims", amount=150_000)
    [claim] = stored(api, order).ledger.open_claims

    status, body = send(api, order, "claims/decline", claim_id=claim.id, reason="Not there")

    assert (status, body["order"]["payment_status"]) == (200, "none")


def test_a_refund_goes_back_at_once_through_the_gateway(api: Api) -> None:
    order = paid(api)

    status, body = send(api, order, "refunds", amount=50_000, reason="Damaged")

    assert (status, body["order"]["payment_status"]) == (200, "partially_refunded")
    assert [each.amount for each in api.gateway.refunds.values()] == [rupees(500)]


def test_a_refund_of_lines_is_what_was_paid_for_them(api: Api) -> None:
    order = paid(api)
    line = order.lines[0]

    send(
        api, order, "refunds", lines=[{"retailer_id": line.retailer_id, "quantity": 1}], reason="x"
    )

    assert stored(api, order).ledger.refunded == line.price


def test_without_amount_and_lines_all_of_it_goes_back(api: Api) -> None:
    order = paid(api)

    send(api, order, "refunds", reason="Changed mind")

    assert stored(api, order).payment_status is PaymentStatus.REFUNDED


def test_above_the_limit_nothing_goes_back_until_a_second_person_says_so(api: Api) -> None:
    order = paid(api, refund_limit=100_000)
    send(api, order, "refunds", amount=120_000, reason="Damaged")
    [asked] = stored(api, order).ledger.open_refunds
    assert api.gateway.refunds == {}

    alone = send(api, order, "refunds/make", refund_id=asked.id)[0]
    as_somebody_else(api)
    status, body = send(api, order, "refunds/make", refund_id=asked.id)

    assert (alone, status) == (409, 200)
    assert stored(api, order).ledger.refunded == rupees(1200)
    assert body["order"]["attention"] == []


def test_a_refund_for_later_waits(api: Api) -> None:
    order = paid(api)

    send(api, order, "refunds", amount=1000, reason="When it is back", later=True)
    [asked] = stored(api, order).ledger.open_refunds
    assert api.gateway.refunds == {}
    send(api, order, "refunds/make", refund_id=asked.id)

    assert stored(api, order).ledger.refunded == rupees(10)


def test_a_declined_refund_stays_with_the_shop(api: Api) -> None:
    order = paid(api)
    send(api, order, "refunds", amount=1000, reason="x", later=True)
    [asked] = stored(api, order).ledger.open_refunds

    send(api, order, "refunds/decline", refund_id=asked.id, reason="Agreed otherwise")

    assert stored(api, order).ledger.open_refunds == ()


def test_what_came_by_transfer_goes_back_by_hand(api: Api) -> None:
    order = a_transfer(api)
    send(api, order, "claims", amount=150_000)
    [claim] = stored(api, order).ledger.open_claims
    as_somebody_else(api)
    send(api, order, "claims/confirm", claim_id=claim.id)

    send(api, order, "refunds", amount=20_000, reason="One was missing")
    [asked] = stored(api, order).ledger.open_refunds
    refused, why = send(api, order, "refunds/make", refund_id=asked.id)
    status, _ = send(api, order, "refunds/make", refund_id=asked.id, by_hand=True)

    assert (refused, why["error"]["details"]["refusals"][0]["reason"]) == (409, "by_hand")
    assert (status, stored(api, order).ledger.refunded) == (200, rupees(200))


def test_more_than_was_paid_does_not_go_back(api: Api) -> None:
    status, body = send(api, paid(api), "refunds", amount=150_001, reason="x")

    assert (status, body["error"]["details"]["refusals"][0]["reason"]) == (409, "too_much")


def test_an_amount_and_lines_are_one_too_many(api: Api) -> None:
    order = paid(api)

    status, body = send(
        api, order, "refunds", amount=1, lines=[{"retailer_id": "x", "quantity": 1}], reason="x"
    )

    assert (status, body["error"]["code"]) == (400, "invalid")


def test_the_way_to_pay_can_be_chosen_for_the_customer(api: Api) -> None:
    order = api.has(an_order(address=an_address()))

    status, body = send(api, order, "payment-method", "PUT", method="cash_on_delivery")

    assert (status, body["order"]["stage"]) == (200, "confirmed")


def test_a_key_without_the_scope_refunds_nothing() -> None:
    api = Api(READ, EDIT, role=Role.MANAGER)

    assert send(api, paid(api), "refunds", reason="x")[0] == 403


def test_an_agent_refunds_nothing() -> None:
    api = Api(READ, EDIT, REFUND, role=Role.AGENT)

    assert send(api, paid(api), "refunds", reason="x")[0] == 403


def test_the_drift_is_listed_with_the_last_run(api: Api) -> None:
    found = Discrepancy(
        store_id=STORE,
        order_id="o1",
        number=1001,
        at=NOW,
        provider="razorpay",
        what="captured",
        entry_id="pay_1",
        amount=rupees(5),
        happened_at=NOW,
    )
    api.context.reconciliations.note(STORE, [found])
    api.context.reconciliations.note_run(STORE, {"found": 1}, at=NOW)

    status, body = api.call("GET", "/api/payments/reconciliation")

    assert (status, len(body["discrepancies"]), body["last_run"]["counts"]) == (
        200,
        1,
        {"found": 1},
    )
    schemas = document()["components"]["schemas"]
    schema = {"$ref": "#/components/schemas/Reconciliation", "components": {"schemas": schemas}}
    OAS31Validator(schema).validate(body)
    assert paid(api).stage is Stage.CONFIRMED
