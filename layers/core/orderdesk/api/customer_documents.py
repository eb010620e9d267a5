"""Customers in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.api.operations import content, part, query, response, responses
from orderdesk.api.shapes import (
    TEXT,
    TIME,
    WHOLE,
    YES_NO,
    choice,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.people.customer import AliasKind

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema

CUSTOMER: Final = "/api/customers/{customer_id}"
FAILURES: Final = ("400", "401", "403", "404")


def customer_paths() -> Schema:
    parameters = [query("phone", TEXT), query("user_id", TEXT)]
    return {
        "/api/customers": {
            "get": {
                "operationId": "findCustomers",
                "summary": "The customer of a phone number, or of Meta's user id",
                "description": "Give one of the two, in full: phone numbers with country code.",
                "parameters": parameters,
                "responses": responses("Nobody, or one", "CustomerList", "400", "401", "403"),
            }
        },
        CUSTOMER: {"get": _profile(), "patch": _change()},
        f"{CUSTOMER}/addresses/{{address_id}}": {"delete": _forget_address()},
        f"{CUSTOMER}/erase": {"post": _erase()},
    }


def _profile() -> Schema:
    return {
        "operationId": "getCustomer",
        "summary": "A customer, and what the shop has with them",
        "parameters": [part("customer_id")],
        "responses": responses("The customer", "CustomerProfile", "401", "403", "404"),
    }


def _change() -> Schema:
    return {
        "operationId": "changeCustomer",
        "summary": "Correct a name or language, note a yes or no to messages",
        "description": "What is left out stays as it is.",
        "parameters": [part("customer_id")],
        "requestBody": {"required": True, "content": content("CustomerChange")},
        "responses": responses("The customer now", "CustomerProfile", *FAILURES),
    }


def _forget_address() -> Schema:
    return {
        "operationId": "forgetAddress",
        "summary": "Forget a saved address",
        "parameters": [part("customer_id"), part("address_id")],
        "responses": responses("The customer now", "CustomerProfile", *FAILURES),
    }


def _erase() -> Schema:
    answers = responses("Everything personal is gone", "Erasure", *FAILURES, "409")
    more = response("A part of it is gone: ask again for the rest", "Erasure")
    return {
        "operationId": "eraseCustomer",
        "summary": "Erase everything personal; the accounts stay",
        "description": "409 (`blocked`) while an order is open, unless `force` is true.",
        "parameters": [part("customer_id")],
        "requestBody": {"required": True, "content": content("EraseRequest")},
        "responses": answers | {"202": more},
    }


def customer_schemas() -> Schema:
    customer = objects(
        customer_id=TEXT,
        name=TEXT,
        username=TEXT,
        phone=TEXT,
        user_id=TEXT,
        phone_number_id=TEXT,
        last_inbound_at=or_null(TIME),
        language=TEXT,
        addresses=many(objects(address_id=TEXT, address={"type": "object"}, used_at=TIME)),
        opted_out_at=or_null(TIME),
        marketing_opted_out_at=or_null(TIME),
        consent_at=or_null(TIME),
        consent_source=TEXT,
        erased_at=or_null(TIME),
        aliases=many(objects(kind=choice(AliasKind), value=TEXT)),
        merged=many(TEXT),
        cannot_show=many(TEXT),
    )
    account = objects(
        count=WHOLE,
        by_stage={"type": "object", "additionalProperties": WHOLE},
        spent=many(ref("Money")),
        refused=WHOLE,
        refused_cash=WHOLE,
        first_at=or_null(TIME),
        last_at=or_null(TIME),
        is_complete=YES_NO,
    )
    change = only(
        name=TEXT | {"maxLength": 200},
        language=TEXT | {"maxLength": 20},
        opted_out=YES_NO,
        marketing_opted_out=YES_NO,
    )
    return {
        "Customer": customer,
        "CustomerList": objects(customers=many(ref("Customer"))),
        "CustomerProfile": objects(customer=ref("Customer"), orders=account),
        "CustomerChange": change | {"required": []},
        "EraseRequest": only(force=YES_NO) | {"required": []},
        "Erasure": objects(customer_id=TEXT, is_done=YES_NO, erased_at=or_null(TIME)),
    }
