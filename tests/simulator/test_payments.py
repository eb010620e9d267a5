"""The payment gateway: links, their outcomes, and signed webhooks."""

import base64
import hashlib
import hmac
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.harness import PAYMENT_KEY, PAYMENT_SECRET, Application, Clock, Running

LINKS = "/payments/v1/payment_links"
BASIC = {"Authorization": "Basic " + base64.b64encode(PAYMENT_KEY.encode()).decode()}


def a_link(simulator: Running, **more: Any) -> tuple[int, Json]:
    wanted = {"amount": 188000, "currency": "INR", "reference_id": "1042-1"} | more
    return simulator.call("POST", LINKS, wanted, BASIC)


def an_open_link(simulator: Running, **more: Any) -> Json:
    status, link = a_link(simulator, **more)
    assert status == 200, link
    return link


def test_a_new_link_is_open_and_has_an_address(simulator: Running) -> None:
    link = an_open_link(simulator, description="Order #1042", notes={"order_id": "01J"})

    assert link["id"].startswith("plink_")
    assert link["status"] == "created"
    assert (link["amount"], link["amount_paid"]) == (188000, 0)
    assert link["notes"] == {"order_id": "01J"}
    assert link["short_url"] == f"{simulator.url}/payments/pay/{link['id']}"
    assert simulator.call("GET", f"{LINKS}/{link['id']}", headers=BASIC) == (200, link)
    _, listed = simulator.call("GET", f"{LINKS}?reference_id=1042-1", headers=BASIC)
    assert listed == {"payment_links": [link]}


def test_a_call_without_the_key_is_refused(simulator: Running) -> None:
    wrong = {"Authorization": "Basic " + base64.b64encode(b"key:wrong").decode()}

    for headers in ({}, wrong):
        status, answer = simulator.call("POST", LINKS, {"amount": 100}, headers)
        assert status == 401
        assert answer["error"]["description"] == "Authentication failed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": 99}, "atleast"),
        ({"amount": 18.5}, "integer"),
        ({"reference_id": "x" * 41}, "40 characters"),
        ({"notes": {str(n): "" for n in range(16)}}, "15"),
        ({"expire_by": 1}, "15 minutes"),
    ],
)
def test_a_wrong_link_is_refused_in_words(simulator: Running, change: Json, words: str) -> None:
    status, answer = a_link(simulator, **change)

    assert status == 400
    assert answer["error"]["code"] == "BAD_REQUEST_ERROR"
    assert words in answer["error"]["description"]


def test_a_reference_is_used_once(simulator: Running) -> None:
    an_open_link(simulator)

    status, answer = a_link(simulator)

    assert status == 400
    assert "already exists" in answer["error"]["description"]


def test_a_paid_link_is_told_with_link_order_and_payment(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    link = an_open_link(simulator)

    paid = phone.settle(link["id"], "pay", method="card")
    phone.wait_until_idle()

    [received] = application.of("/payment")
    assert received.is_signed_with(PAYMENT_SECRET)
    assert len(received.headers["x-razorpay-event-id"]) == 14
    event = received.json
    assert (event["entity"], event["event"]) == ("event", "payment_link.paid")
    assert event["contains"] == ["payment_link", "order", "payment"]
    told = {name: part["entity"] for name, part in event["payload"].items()}
    assert told["payment_link"]["reference_id"] == "1042-1"
    assert told["payment_link"]["amount_paid"] == 188000
    assert told["payment"]["status"] == "captured"
    assert told["payment"]["method"] == "card"
    assert told["payment"]["order_id"] == told["order"]["id"]
    assert told["payment"]["notes"] == []
    assert paid["status"] == "paid"
    assert paid["payments"][0]["payment_id"] == told["payment"]["id"]


def test_a_failed_payment_leaves_the_link_open(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    link = an_open_link(simulator)

    after = phone.settle(link["id"], "fail")
    phone.settle(link["id"], "pay")
    phone.wait_until_idle()

    assert after["status"] == "created"
    assert sorted(e["event"] for e in application.payment_events) == [
        "payment.failed",
        "payment_link.paid",
    ]
    [failed] = [e for e in application.payment_events if e["event"] == "payment.failed"]
    entity = failed["payload"]["payment"]["entity"]
    assert (entity["status"], entity["error_reason"]) == ("failed", "payment_failed")
    assert (entity["fee"], entity["tax"]) == (None, None)


def test_all_events_of_one_payment_can_be_sent(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.switch(all_gateway_events=True)
    link = an_open_link(simulator)

    phone.settle(link["id"], "pay")
    phone.wait_until_idle()

    assert {e["event"] for e in application.payment_events} == {
        "payment.authorized",
        "payment.captured",
        "order.paid",
        "payment_link.paid",
    }
    payments = [e["payload"]["payment"]["entity"]["id"] for e in application.payment_events]
    assert len(set(payments)) == 1


def test_a_link_expires_by_the_clock(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    link = an_open_link(simulator, expire_by=int(clock.now) + 1800)

    clock.now += 1800
    _, shown = simulator.call("GET", f"{LINKS}/{link['id']}", headers=BASIC)
    phone.wait_until_idle()

    assert shown["status"] == "expired"
    assert [e["event"] for e in application.payment_events] == ["payment_link.expired"]
    with pytest.raises(Refused, match="is expired"):
        phone.settle(link["id"], "pay")


def test_a_cancelled_link_cannot_be_paid_and_a_paid_one_not_cancelled(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    cancelled, paid = an_open_link(simulator), an_open_link(simulator, reference_id="1042-2")
    phone.settle(paid["id"], "pay")

    status, after = simulator.call("POST", f"{LINKS}/{cancelled['id']}/cancel", {}, BASIC)
    refused, answer = simulator.call("POST", f"{LINKS}/{paid['id']}/cancel", {}, BASIC)
    phone.wait_until_idle()

    assert (status, after["status"]) == (200, "cancelled")
    assert refused == 400
    assert "paid" in answer["error"]["description"]
    assert "payment_link.cancelled" in [e["event"] for e in application.payment_events]
    with pytest.raises(Refused, match="is cancelled"):
        phone.settle(cancelled["id"], "pay")


def test_the_checkout_page_takes_the_payment(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    link = an_open_link(simulator, description="Order <b>1042</b>")

    before = fetch(link["short_url"])
    failed = fetch(link["short_url"], outcome="fail", method="upi")
    after = fetch(link["short_url"], outcome="pay", method="upi")
    again = fetch(link["short_url"], outcome="pay", method="upi")
    phone.wait_until_idle()

    assert "₹1,880.00" in before
    assert "Order &lt;b&gt;1042&lt;/b&gt;" in before
    assert "did not go through" in failed
    assert "Payment successful" in after
    assert "Payment successful" in again
    events = [e["event"] for e in application.payment_events]
    assert events.count("payment_link.paid") == 1


def test_a_callback_address_is_visited_with_a_signature(simulator: Running) -> None:
    link = an_open_link(simulator, callback_url=f"{simulator.url}/control/health?from=shop")

    with urllib.request.urlopen(link["short_url"], data=b"outcome=pay&method=upi") as response:
        query = {k: v[0] for k, v in parse_qs(urlsplit(response.url).query).items()}

    assert query["from"] == "shop"
    assert query["razorpay_payment_link_status"] == "paid"
    names = ("link_id", "link_reference_id", "link_status", "id")
    signed = "|".join(query[f"razorpay_payment_{name}"] for name in names)
    expected = hmac.new(PAYMENT_SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
    assert query["razorpay_signature"] == expected


def test_an_unknown_link_has_no_page(simulator: Running) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as problem:
        fetch(f"{simulator.url}/payments/pay/plink_unknown")
    problem.value.close()


def fetch(url: str, **form: str) -> str:
    data = urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, data=data) as response:
        return str(response.read().decode())
