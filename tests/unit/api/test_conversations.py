from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.api.context import READ_MESSAGES, SEND_MESSAGES
from orderdesk.api.site import answer
from orderdesk.domain.messages.conversation import Delivery, Direction, Media, MediaState
from orderdesk.domain.messages.media import LIMITS
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.speech import CannedReply, Speech
from orderdesk.http import Request
from orderdesk.usecases.messages.outgoing_media import MOST
from tests.api import Api
from tests.builders import NOW, STORE, a_customer, a_message, a_store, an_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer

PDF = b"%PDF-1.7 an invoice"
SPEECH = Speech(
    templates={"shipped": "order_shipped", "confirmed": "order_confirmed"},
    canned=(
        CannedReply("Thanks", "Thank you! Yours, {shop}"),
        CannedReply("On its way", "Your order {number} leaves today."),
    ),
)


@pytest.fixture
def api() -> Api:
    api = Api(READ_MESSAGES, SEND_MESSAGES)
    api.context.stores.put(a_store(policy=Policy(speech=SPEECH)))
    return api


@pytest.fixture
def customer(api: Api) -> Customer:
    """Priya, who wrote an hour ago."""
    seen = a_customer(customer_id="")
    phone = [Alias(AliasKind.PHONE, seen.phone)]
    found = api.context.customers.identify(STORE, phone, seen=seen, now=NOW)
    heard = NOW - timedelta(hours=1)
    return api.context.customers.change(
        STORE, found.customer_id, lambda one: replace(one, last_inbound_at=heard)
    )


def changed(api: Api, customer: Customer, change: Callable[[Customer], Customer]) -> None:
    api.context.customers.change(STORE, customer.customer_id, change)


def an_order_of(api: Api, customer: Customer) -> Order:
    contact = Contact(customer_id=customer.customer_id, name="Priya")
    return api.has(an_order(number=1042, customer=contact))


def replies(api: Api, customer: Customer, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    path = f"/api/customers/{customer.customer_id}/messages"
    return api.call("POST", path, body, **headers)


def refusal(answer: dict[str, Any]) -> tuple[str, str]:
    (found,) = answer["error"]["details"]["refusals"]
    return found["reason"], found["remedy"]


def sent_body(api: Api) -> dict[str, Any]:
    message = api.context.conversations.find(*api.outbox.waiting[-1])
    assert message is not None
    body: dict[str, Any] = json.loads(message.details)
    return body


def an_upload(api: Api, content: bytes = PDF, mime_type: str = "application/pdf") -> str:
    status, found = api.call("POST", "/api/media", {"mime_type": mime_type, "size": len(content)})
    assert status == 201
    key = f"{STORE}/outbound/{found['media_id']}"
    api.files.files[key] = (mime_type, content)
    media_id: str = found["media_id"]
    return media_id


# Text.


def test_a_text_is_on_the_thread_and_waits_to_be_sent(api: Api, customer: Customer) -> None:
    status, answer = replies(api, customer, {"type": "text", "text": "It ships tomorrow."})

    assert status == 202
    message = answer["message"]
    assert (message["text"], message["delivery"]) == ("It ships tomorrow.", "pending")
    assert (message["direction"], message["sent_by"]) == ("outbound", "key:k1")
    assert sent_body(api)["text"]["body"] == "It ships tomorrow."


def test_a_text_about_an_order_answers_a_message(api: Api, customer: Customer) -> None:
    order = an_order_of(api, customer)
    asked = a_message("wamid.asked", customer_id=customer.customer_id)
    api.context.conversations.append(asked)

    _, answer = replies(
        api,
        customer,
        {"type": "text", "text": "Yes", "order_id": order.order_id, "reply_to": "wamid.asked"},
    )

    assert answer["message"]["order_id"] == order.order_id
    assert answer["message"]["reply_to"] == "wamid.asked"
    assert sent_body(api)["context"] == {"message_id": "wamid.asked"}


def test_a_repeated_request_is_one_message(api: Api, customer: Customer) -> None:
    body = {"type": "text", "text": "Yes"}

    first = replies(api, customer, body, idempotency_key="a")
    again = replies(api, customer, body, idempotency_key="a")
    other = replies(api, customer, body, idempotency_key="b")

    assert first == again
    assert first[1]["message"]["message_id"] != other[1]["message"]["message_id"]
    _, thread = api.call("GET", f"/api/customers/{customer.customer_id}/messages")
    assert len(thread["messages"]) == 2


def test_a_key_that_was_used_for_another_message_is_refused(api: Api, customer: Customer) -> None:
    replies(api, customer, {"type": "text", "text": "Yes"}, idempotency_key="a")

    status, answer = replies(api, customer, {"type": "text", "text": "No"}, idempotency_key="a")

    assert (status, answer["error"]["details"]["field"]) == (400, "idempotency-key")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "text"},
        {"type": "text", "text": ""},
        {"type": "text", "text": "x" * 4097},
        {"type": "text", "text": "   "},
        {"type": "carrier pigeon", "text": "Yes"},
        {"type": "text", "text": "Yes", "surprise": 1},
        {"type": "template", "name": "Order Shipped", "language": "en"},
        {"type": "template", "name": "shipped", "language": "english"},
        {"type": "media", "media_id": ""},
    ],
)
def test_what_whatsapp_would_not_take_is_refused(
    api: Api, customer: Customer, body: dict[str, Any]
) -> None:
    status, answer = replies(api, customer, body)

    assert (status, answer["error"]["code"]) == (400, "invalid")
    assert api.outbox.waiting == []


# Who may be written to.


def test_after_a_day_only_a_template_may_be_sent(api: Api, customer: Customer) -> None:
    heard = NOW - timedelta(hours=30)
    changed(api, customer, lambda one: replace(one, last_inbound_at=heard))

    status, answer = replies(api, customer, {"type": "text", "text": "Still there?"})

    assert (status, answer["error"]["code"]) == (409, "blocked")
    reason, remedy = refusal(answer)
    assert reason == "window_closed"
    assert "closed at 2026-11-24T03:10:00" in remedy
    assert "order_confirmed, order_shipped" in remedy
    body = {"type": "template", "name": "order_shipped", "language": "en"}
    assert replies(api, customer, body)[0] == 202


def test_who_never_wrote_has_no_window(api: Api, customer: Customer) -> None:
    changed(api, customer, lambda one: replace(one, last_inbound_at=None))

    _, answer = replies(api, customer, {"type": "text", "text": "Hello"})

    assert "never wrote" in refusal(answer)[1]


@pytest.mark.parametrize(
    ("reason", "fields"),
    [
        ("handed_over", {"handed_over": True}),
        ("opted_out", {"opted_out_at": NOW}),
        ("erased", {"erased_at": NOW}),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": "Hello"},
        {"type": "template", "name": "order_shipped", "language": "en"},
    ],
)
def test_who_may_not_be_written_to_gets_neither_text_nor_template(
    api: Api, customer: Customer, reason: str, fields: dict[str, Any], body: dict[str, Any]
) -> None:
    changed(api, customer, lambda one: replace(one, **fields))

    status, answer = replies(api, customer, body)

    assert (status, refusal(answer)[0]) == (409, reason)
    assert api.outbox.waiting == []


def test_who_opted_out_and_wrote_since_gets_an_answer(api: Api, customer: Customer) -> None:
    out = NOW - timedelta(hours=2)
    changed(api, customer, lambda one: replace(one, opted_out_at=out))

    assert replies(api, customer, {"type": "text", "text": "Here it is."})[0] == 202


def test_an_order_of_another_customer_is_refused(api: Api, customer: Customer) -> None:
    order = api.has(an_order(customer=Contact(customer_id="other", name="Ravi")))

    status, answer = replies(
        api, customer, {"type": "text", "text": "Yes", "order_id": order.order_id}
    )

    assert (status, answer["error"]["details"]["field"]) == (400, "order_id")


@pytest.mark.parametrize("customer_id", ["customer2", "nobody"])
def test_a_message_of_another_thread_cannot_be_answered(
    api: Api, customer: Customer, customer_id: str
) -> None:
    api.context.conversations.append(a_message("wamid.asked", customer_id=customer_id))

    status, _ = replies(api, customer, {"type": "text", "text": "Yes", "reply_to": "wamid.asked"})

    assert status == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PACKER, Role.ACCOUNTANT])
def test_not_every_role_writes_to_customers(role: Role) -> None:
    api = Api(SEND_MESSAGES, role=role)

    assert api.call("POST", "/api/customers/c/messages", {"type": "text", "text": "x"})[0] == 403
    assert api.call("POST", "/api/media", {"mime_type": "image/png", "size": 1})[0] == 403


# Templates.


def test_a_template_has_its_variables_by_number(api: Api, customer: Customer) -> None:
    parameters = {str(number): f"value {number}" for number in (10, 2, 1, 3)}
    body = {"type": "template", "name": "shipped_2", "language": "pt_BR", "parameters": parameters}

    replies(api, customer, body)

    template = sent_body(api)["template"]
    assert (template["name"], template["language"]) == ("shipped_2", {"code": "pt_BR"})
    assert [each["text"] for each in template["components"][0]["parameters"]] == [
        "value 1",
        "value 2",
        "value 3",
        "value 10",
    ]


def test_a_template_has_its_variables_by_name(api: Api, customer: Customer) -> None:
    body = {
        "type": "template",
        "name": "shipped",
        "language": "en",
        "parameters": {"order": "1042", "carrier": "Delhivery"},
    }

    replies(api, customer, body)

    assert sent_body(api)["template"]["components"][0]["parameters"] == [
        {"type": "text", "parameter_name": "order", "text": "1042"},
        {"type": "text", "parameter_name": "carrier", "text": "Delhivery"},
    ]


@pytest.mark.parametrize(
    "parameters",
    [{"1": "two\nlines"}, {"1": "a    b"}, {"1": " "}, {"1": "a", "name": "b"}, {"0": "a"}],
)
def test_variables_that_meta_refuses_are_refused(
    api: Api, customer: Customer, parameters: dict[str, str]
) -> None:
    body = {"type": "template", "name": "shipped", "language": "en", "parameters": parameters}

    assert replies(api, customer, body)[0] == 400


# Canned replies.


def test_a_canned_reply_speaks_of_the_order(api: Api, customer: Customer) -> None:
    order = an_order_of(api, customer)

    body = {"type": "canned", "name": "On its way", "order_id": order.order_id}
    _, answer = replies(api, customer, body)

    assert "1042" in answer["message"]["text"]
    assert "{" not in answer["message"]["text"]


def test_a_canned_reply_that_speaks_of_an_order_needs_one(api: Api, customer: Customer) -> None:
    status, answer = replies(api, customer, {"type": "canned", "name": "On its way"})

    assert (status, answer["error"]["details"]["field"]) == (400, "order_id")


def test_a_canned_reply_that_is_none_names_those_that_are(api: Api, customer: Customer) -> None:
    status, answer = replies(api, customer, {"type": "canned", "name": "Bye"})

    assert status == 400
    assert "Thanks, On its way" in answer["error"]["message"]


def test_canned_replies_are_listed_as_they_would_be_sent(api: Api, customer: Customer) -> None:
    order = an_order_of(api, customer)

    _, bare = api.call("GET", "/api/canned-replies")
    _, about = api.call("GET", f"/api/canned-replies?order_id={order.order_id}")

    assert [each["needs_order"] for each in bare["canned_replies"]] == [False, True]
    assert [each["text"] for each in about["canned_replies"]] == [
        each.text for each in SPEECH.canned
    ]
    assert "1042" in about["canned_replies"][1]["preview"]


# Files.


def test_a_document_goes_along_with_its_name_and_caption(api: Api, customer: Customer) -> None:
    media_id = an_upload(api)

    status, answer = replies(
        api,
        customer,
        {"type": "media", "media_id": media_id, "name": "invoice.pdf", "caption": "Your invoice"},
    )

    assert status == 202
    message = answer["message"]
    assert (message["kind"], message["text"]) == ("document", "Your invoice")
    assert message["media"] == {
        "mime_type": "application/pdf",
        "size": len(PDF),
        "name": "invoice.pdf",
        "state": "stored",
        "reason": "",
    }
    assert sent_body(api)["document"] == {"caption": "Your invoice", "filename": "invoice.pdf"}


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [(b"<html>", "application/pdf"), (b"MZ\x90\x00", "image/png"), (b"", "image/jpeg")],
)
def test_a_file_that_is_not_what_it_says_is_not_sent(
    api: Api, customer: Customer, content: bytes, mime_type: str
) -> None:
    media_id = an_upload(api, PDF, mime_type)
    api.files.files[f"{STORE}/outbound/{media_id}"] = (mime_type, content)

    status, _ = replies(api, customer, {"type": "media", "media_id": media_id})

    assert status == 400
    assert api.outbox.waiting == []


@pytest.mark.parametrize(
    "media_id", ["0" * 40, "../inbound/secret", f"../../other/outbound/{'0' * 40}", "x"]
)
def test_a_file_that_was_not_uploaded_cannot_be_sent(
    api: Api, customer: Customer, media_id: str
) -> None:
    api.files.files[f"other/outbound/{'0' * 40}"] = ("application/pdf", PDF)
    api.files.files[f"{STORE}/inbound/secret"] = ("application/pdf", PDF)

    assert replies(api, customer, {"type": "media", "media_id": media_id})[0] == 404


@pytest.mark.parametrize(
    ("mime_type", "size"),
    [
        ("image/svg+xml", 10),
        ("text/html", 10),
        ("image/webp", 10),
        ("image/png", LIMITS["image"] + 1),
        ("application/pdf", MOST + 1),
        ("application/pdf", 0),
    ],
)
def test_an_upload_that_whatsapp_would_not_take_is_refused(
    api: Api, mime_type: str, size: int
) -> None:
    assert api.call("POST", "/api/media", {"mime_type": mime_type, "size": size})[0] == 400


def test_an_upload_says_where_to_put_the_file_and_until_when(api: Api) -> None:
    status, answer = api.call("POST", "/api/media", {"mime_type": "image/png", "size": 100})

    assert status == 201
    assert answer["expires_at"] == "2026-11-24T09:20:00.000Z"
    assert answer["upload"]["method"] == "PUT"
    assert answer["upload"]["headers"] == {"content-type": "image/png", "content-length": "100"}


def test_a_link_to_a_file_ends_after_five_minutes(api: Api, customer: Customer) -> None:
    media = Media(
        media_id="m1",
        mime_type="image/jpeg",
        name="receipt.jpg",
        state=MediaState.STORED,
        key=f"{STORE}/inbound/abc",
    )
    kept = a_message("wamid.picture", customer_id=customer.customer_id, media=media)
    api.context.conversations.append(kept)

    status, answer = api.call("POST", "/api/messages/media", {"message_id": "wamid.picture"})

    assert status == 200
    assert answer["expires_at"] == "2026-11-24T09:20:00.000Z"
    assert answer["url"].startswith(f"https://files.example/{STORE}/inbound/abc")


@pytest.mark.parametrize("message_id", ["wamid.unknown", "wamid.text"])
def test_there_is_no_link_to_a_file_that_is_none(api: Api, message_id: str) -> None:
    api.context.conversations.append(a_message("wamid.text"))

    assert api.call("POST", "/api/messages/media", {"message_id": message_id})[0] == 404


# The thread.


def test_a_thread_is_read_page_by_page_newest_first(api: Api, customer: Customer) -> None:
    for minute in range(5):
        api.context.conversations.append(
            a_message(
                f"wamid.{minute}",
                customer_id=customer.customer_id,
                at=NOW + timedelta(minutes=minute),
            )
        )
    path = f"/api/customers/{customer.customer_id}/messages"

    _, first = api.call("GET", f"{path}?limit=3")
    request = Request(
        method="GET",
        path=path,
        query={"limit": "3", "cursor": first["cursor"]},
        headers={"authorization": f"Bearer {api.token}"},
    )
    rest = json.loads(answer(request, api.context).body)

    assert [each["message_id"] for each in first["messages"]] == ["wamid.4", "wamid.3", "wamid.2"]
    assert [each["message_id"] for each in rest["messages"]] == ["wamid.1", "wamid.0"]
    assert rest["cursor"] is None


def test_a_thread_tells_state_error_cost_and_neither_keys_nor_tokens(
    api: Api, customer: Customer
) -> None:
    media = Media(media_id="secret-id", state=MediaState.STORED, key="secret-key", size=9)
    api.context.conversations.append(
        a_message(
            "wamid.out1",
            customer_id=customer.customer_id,
            direction=Direction.OUTBOUND,
            delivery=Delivery.FAILED,
            error="It cannot be delivered (131026)",
            error_code=131026,
            media=media,
            details='{"secret": "body"}',
            category="utility",
            cost=115_000,
            cost_currency="INR",
            country="IN",
        )
    )

    response = api.answer("GET", f"/api/customers/{customer.customer_id}/messages")

    (message,) = json.loads(response.body)["messages"]
    assert (message["delivery"], message["error_code"]) == ("failed", 131026)
    assert message["cost"] == {"millionths": 115_000, "currency": "INR"}
    assert "secret" not in str(response.body)


def test_a_thread_says_how_long_the_customer_may_be_written_to(
    api: Api, customer: Customer
) -> None:
    path = f"/api/customers/{customer.customer_id}/messages"

    _, answer = api.call("GET", path)

    window = answer["window"]
    assert (window["is_open"], window["seconds_left"]) == (True, 23 * 3600 - 300)
    assert window["closes_at"] == "2026-11-25T08:10:00.000Z"
    changed(api, customer, lambda one: replace(one, last_inbound_at=NOW - timedelta(days=2)))
    assert api.call("GET", path)[1]["window"]["seconds_left"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/customers/c/messages"),
        ("POST", "/api/customers/c/messages"),
        ("POST", "/api/messages/media"),
        ("POST", "/api/media"),
        ("GET", "/api/canned-replies"),
    ],
)
def test_a_key_without_the_scope_learns_nothing(method: str, path: str) -> None:
    assert Api("orders:read").call(method, path, {})[0] == 403
