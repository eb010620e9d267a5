"""Messages that did not reach their customers: listed, and sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.api.context import READ_MESSAGES, SEND_MESSAGES
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.people.customer import Alias, AliasKind
from tests.api import Api
from tests.builders import NOW, STORE, a_customer, an_answer

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.people.customer import Customer

TEMPLATE = '{"type":"template","template":{"name":"shipped","language":{"code":"en"}}}'
WAMID = "wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgSQ0E=/x"


@pytest.fixture
def api() -> Api:
    return Api(READ_MESSAGES, SEND_MESSAGES)


@pytest.fixture
def customer(api: Api) -> Customer:
    """Priya, who wrote an hour ago."""
    seen = a_customer(customer_id="")
    phone = [Alias(AliasKind.PHONE, seen.phone)]
    found = api.context.customers.identify(STORE, phone, seen=seen, now=NOW)
    return wrote(api, found, timedelta(hours=1))


def wrote(api: Api, customer: Customer, ago: timedelta) -> Customer:
    return api.context.customers.change(
        STORE, customer.customer_id, lambda one: replace(one, last_inbound_at=NOW - ago)
    )


def failed(api: Api, customer: Customer, message_id: str = WAMID, **fields: Any) -> Message:
    message = an_answer(
        message_id,
        customer_id=customer.customer_id,
        details='{"type":"text","text":{"body":"Where shall it go?"}}',
        **fields,
    )
    api.context.conversations.append(message)
    api.context.conversations.set_delivery(
        STORE, message_id, Delivery.FAILED, error="blocked", error_code=130403
    )
    return message


def listed(api: Api) -> list[str]:
    status, answer = api.call("GET", "/api/messages/failed")
    assert status == 200
    return [each["message_id"] for each in answer["messages"]]


def retry(api: Api, message_id: str = WAMID) -> tuple[int, Any]:
    return api.call("POST", "/api/messages/retry", {"message_id": message_id})


def test_a_message_that_failed_is_listed_with_metas_reason(api: Api, customer: Customer) -> None:
    failed(api, customer)

    _, answer = api.call("GET", "/api/messages/failed")

    [message] = answer["messages"]
    assert (message["error"], message["error_code"]) == ("blocked", 130403)
    assert (message["customer_id"], message["text"]) == (
        customer.customer_id,
        "Where shall it go?",
    )


def test_failures_are_listed_page_by_page(api: Api, customer: Customer) -> None:
    for minute in range(3):
        failed(api, customer, f"wamid.{minute}", at=NOW + timedelta(minutes=minute))

    _, first = api.call("GET", "/api/messages/failed?limit=2")
    _, second = api.call("GET", f"/api/messages/failed?limit=2&cursor={first['cursor']}")

    assert [each["message_id"] for each in first["messages"]] == ["wamid.2", "wamid.1"]
    assert [each["message_id"] for each in second["messages"]] == ["wamid.0"]
    assert second["cursor"] is None


def test_sent_again_it_waits_in_the_outbox_and_is_no_failure_any_more(
    api: Api, customer: Customer
) -> None:
    failed(api, customer)

    status, answer = retry(api)

    assert (status, answer["message"]["delivery"]) == (202, "pending")
    again = answer["message"]["message_id"]
    assert api.outbox.waiting == [(STORE, again)]
    assert again != WAMID
    assert answer["message"]["sent_by"] == "key:k1"
    assert listed(api) == []


def test_asked_twice_it_is_sent_once(api: Api, customer: Customer) -> None:
    failed(api, customer)

    _, first = retry(api)
    status, second = retry(api)

    assert status == 202
    assert first["message"]["message_id"] == second["message"]["message_id"]
    assert len(api.outbox.waiting) == 1


def test_when_the_window_is_closed_only_what_has_a_template_is_sent_again(
    api: Api, customer: Customer
) -> None:
    wrote(api, customer, timedelta(hours=24))
    failed(api, customer)
    failed(api, customer, "wamid.shipped", template=TEMPLATE)

    refused, why = retry(api)
    status, _ = retry(api, "wamid.shipped")

    assert (refused, why["error"]["details"]["refusals"][0]["reason"]) == (409, "window_closed")
    assert status == 202
    assert listed(api) == [WAMID]


def test_what_has_not_failed_is_not_sent_again(api: Api, customer: Customer) -> None:
    message = an_answer("wamid.fine", customer_id=customer.customer_id)
    api.context.conversations.append(message)

    status, why = retry(api, "wamid.fine")

    assert (status, why["error"]["details"]["refusals"][0]["reason"]) == (409, "not_failed")
    assert retry(api, "wamid.unknown")[0] == 404
    assert api.outbox.waiting == []


def test_sending_again_needs_the_right_to_write_to_customers() -> None:
    assert retry(Api(READ_MESSAGES))[0] == 403
    assert retry(Api(SEND_MESSAGES, role=Role.VIEWER))[0] == 403
