from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.api.context import READ, READ_CUSTOMERS, WRITE_CUSTOMERS
from orderdesk.domain.messages.conversation import Media, MediaState
from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind
from orderdesk.domain.people.customer import Alias, AliasKind, save_address
from tests.api import Api
from tests.builders import (
    CASH,
    NOW,
    STORE,
    a_capture,
    a_customer,
    a_message,
    an_address,
    an_order,
    rupees,
)

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer

PHONE = Alias(AliasKind.PHONE, "919876543210")
USER_ID = Alias(AliasKind.USER_ID, "IN.13491208655302741918")


@pytest.fixture
def api() -> Api:
    return Api(READ, READ_CUSTOMERS, WRITE_CUSTOMERS, role=Role.MANAGER)


@pytest.fixture
def customer(api: Api) -> Customer:
    seen = a_customer(customer_id="")
    customer = api.context.customers.identify(STORE, [USER_ID, PHONE], seen=seen, now=NOW)
    return api.context.customers.change(
        STORE, customer.customer_id, lambda one: save_address(one, an_address(), now=NOW)
    )


def ordered(api: Api, customer: Customer, number: int, **fields: Any) -> Order:
    order = an_order(
        message_id=f"wamid.cart{number}",
        number=number,
        customer=Contact(customer_id=customer.customer_id, name="Priya"),
        **fields,
    )
    return api.has(order)


def path_of(customer: Customer, more: str = "") -> str:
    return f"/api/customers/{customer.customer_id}{more}"


@pytest.mark.parametrize(
    "query", ["phone=919876543210", "phone=+91-98765-43210", f"user_id={USER_ID.value}"]
)
def test_a_customer_is_found_by_number_or_id(api: Api, customer: Customer, query: str) -> None:
    status, body = api.call("GET", f"/api/customers?{query}")

    assert status == 200
    assert [each["customer_id"] for each in body["customers"]] == [customer.customer_id]


def test_nobody_is_found_by_a_number_that_never_wrote(api: Api, customer: Customer) -> None:
    assert api.call("GET", "/api/customers?phone=919811100000")[1] == {"customers": []}


@pytest.mark.parametrize("query", ["", "phone=1&user_id=2", "name=Priya"])
def test_a_search_for_something_else_says_what_to_give(api: Api, query: str) -> None:
    status, body = api.call("GET", f"/api/customers?{query}")

    assert (status, body["error"]["code"]) == (400, "invalid")


def test_a_profile_says_what_the_shop_has_with_a_customer(api: Api, customer: Customer) -> None:
    order = an_order()
    paid = Ledger(currency="INR").book(a_capture(order))
    ordered(api, customer, 1, ledger=paid, stage=Stage.DELIVERED)
    ordered(api, customer, 2, ledger=paid.book(a_capture(order, id="pay_2", amount=rupees(100))))
    refused = ReturnCase(return_id="r1", kind=ReturnKind.TO_ORIGIN, goods=(), opened_at=NOW)
    ordered(api, customer, 3, ledger=CASH, stage=Stage.RETURNED, returns=(refused,))

    status, body = api.call("GET", path_of(customer))

    assert status == 200
    assert body["orders"] == {
        "count": 3,
        "by_stage": {"delivered": 1, "placed": 1, "returned": 1},
        "spent": [{"minor": 2 * order.total.minor + 10_000, "currency": "INR"}],
        "refused": 1,
        "refused_cash": 1,
        "first_at": "2026-11-24T09:15:00.000Z",
        "last_at": "2026-11-24T09:15:00.000Z",
        "is_complete": True,
    }
    told = body["customer"]
    assert (told["name"], told["phone"]) == ("Priya", "919876543210")
    assert {each["value"] for each in told["aliases"]} == {PHONE.value, USER_ID.value}
    assert told["addresses"][0]["address"]["city"] == "Pune"


def test_a_customer_is_corrected_field_by_field(api: Api, customer: Customer) -> None:
    change = {"language": "hi", "opted_out": True}

    status, body = api.call("PATCH", path_of(customer), change)

    assert status == 200
    told = body["customer"]
    assert (told["language"], told["name"]) == ("hi", "Priya")
    assert told["opted_out_at"] == told["marketing_opted_out_at"] == "2026-11-24T09:15:00.000Z"

    back = api.call("PATCH", path_of(customer), {"opted_out": False})[1]["customer"]
    assert (back["opted_out_at"], back["consent_source"]) == (None, "api")


def test_who_wants_orders_only_is_out_of_advertising(api: Api, customer: Customer) -> None:
    change = {"opted_out": False, "marketing_opted_out": True}

    told = api.call("PATCH", path_of(customer), change)[1]["customer"]

    assert told["opted_out_at"] is None
    assert told["marketing_opted_out_at"]


@pytest.mark.parametrize(
    "change",
    [{"language": "Hindi please"}, {"phone": "1"}, {"name": 7}, {"opted_out": None, "x": 1}],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    api: Api, customer: Customer, change: dict[str, Any]
) -> None:
    status, body = api.call("PATCH", path_of(customer), change)

    assert (status, body["error"]["code"]) == (400, "invalid")
    assert api.context.customers.get(STORE, customer.customer_id) == customer


def test_a_saved_address_is_forgotten(api: Api, customer: Customer) -> None:
    [saved] = customer.addresses

    status, body = api.call("DELETE", path_of(customer, f"/addresses/{saved.address_id}"))

    assert (status, body["customer"]["addresses"]) == (200, [])


def test_an_erased_customer_leaves_the_accounts(api: Api, customer: Customer) -> None:
    order = ordered(api, customer, 1)
    media = Media(media_id="m", key="media/1", state=MediaState.STORED)
    api.context.conversations.append(a_message(customer_id=customer.customer_id, media=media))

    status, body = api.call("POST", path_of(customer, "/erase"), {"force": True})

    assert (status, body["is_done"]) == (200, True)
    assert api.files.deleted == ["media/1"]
    profile = api.call("GET", path_of(customer))[1]
    assert (profile["customer"]["name"], profile["customer"]["aliases"]) == ("", [])
    assert profile["customer"]["erased_at"] == body["erased_at"]
    assert profile["orders"]["count"] == 1
    proof = api.call("GET", f"/api/orders/{order.order_id}/verification")[1]
    assert (proof["holds"], proof["erased"]) == (True, [1])


def test_a_customer_with_an_open_order_is_erased_only_when_staff_insist(
    api: Api, customer: Customer
) -> None:
    ordered(api, customer, 1001)

    status, body = api.call("POST", path_of(customer, "/erase"), {})

    assert (status, body["error"]["code"]) == (409, "blocked")
    assert "#1001" in body["error"]["message"]
    assert api.call("POST", path_of(customer, "/erase"), {"force": True})[0] == 200


@pytest.mark.parametrize(
    ("method", "more", "scopes", "role", "expected"),
    [
        ("GET", "", (READ,), Role.OWNER, 403),
        ("GET", "", (READ_CUSTOMERS,), Role.VIEWER, 200),
        ("PATCH", "", (READ_CUSTOMERS,), Role.OWNER, 403),
        ("PATCH", "", (WRITE_CUSTOMERS,), Role.PACKER, 403),
        ("PATCH", "", (WRITE_CUSTOMERS,), Role.AGENT, 200),
        ("POST", "/erase", (WRITE_CUSTOMERS,), Role.AGENT, 403),
        ("POST", "/erase", (WRITE_CUSTOMERS,), Role.OWNER, 200),
    ],
)
def test_scopes_open_the_door_and_roles_say_what_may_be_done(
    method: str, more: str, scopes: tuple[str, ...], role: Role, expected: int
) -> None:
    api = Api(*scopes, role=role)
    seen = a_customer(customer_id="")
    customer = api.context.customers.identify(STORE, [PHONE], seen=seen, now=NOW)

    assert api.call(method, path_of(customer, more), {})[0] == expected


def test_a_customer_of_another_store_is_not_there(api: Api) -> None:
    seen = replace(a_customer(customer_id=""), store_id="other")
    theirs = api.context.customers.identify("other", [PHONE], seen=seen, now=NOW)

    assert api.call("GET", path_of(theirs))[0] == 404
    assert api.call("GET", "/api/customers?phone=919876543210")[1] == {"customers": []}


def test_answers_have_every_field_of_the_document(api: Api, customer: Customer) -> None:
    schemas = api.call("GET", "/openapi.json")[1]["components"]["schemas"]

    profile = api.call("GET", path_of(customer))[1]
    erasure = api.call("POST", path_of(customer, "/erase"), {})[1]

    shape = schemas["CustomerProfile"]["properties"]
    assert set(schemas["Customer"]["required"]) == set(profile["customer"])
    assert set(shape["orders"]["required"]) == set(profile["orders"])
    assert set(schemas["Erasure"]["required"]) == set(erasure)
