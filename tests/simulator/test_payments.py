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
from orderdesk.adapters.payments.events import parse
from orderdesk.domain.money.ledger import EntryKind
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


def a_payment(simulator: Running, **more: Any) -> str:
    """The id of a payment of 1,880 rupees."""
    link = simulator.phone.settle(an_open_link(simulator, **more)["id"], "pay")
    return str(link["payments"][0]["payment_id"])


def refund(
    simulator: Running, payment: str, amount: Any = None, key: str = "", **more: Any
) -> tuple[int, Json]:
    headers = BASIC | ({"X-Refund-Idempotency": key} if key else {})
    wanted = more if amount is None else {"amount": amount, **more}
    return simulator.call("POST", f"/payments/v1/payments/{payment}/refund", wanted, headers)


def refunds_of(simulator: Running, payment: str) -> list[Json]:
    path = f"/payments/v1/payments/{payment}/refunds?count=100"
    items: list[Json] = simulator.call("GET", path, headers=BASIC)[1]["items"]
    return items


def test_a_refund_is_told_with_its_payment_and_the_notes_of_the_link(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    payment = a_payment(simulator, notes={"order_id": "01J"})

    status, made = refund(simulator, payment, 88000, receipt="01J-1")
    phone.wait_until_idle()

    assert (status, made["status"], made["amount"]) == (200, "processed", 88000)
    assert (made["payment_id"], made["receipt"]) == (payment, "01J-1")
    told = [each for each in application.of("/payment") if "refund" in each.json["event"]]
    told.sort(key=lambda each: each.json["event"])  # they come side by side
    assert [each.json["event"] for each in told] == ["refund.created", "refund.processed"]
    assert told[-1].is_signed_with(PAYMENT_SECRET)
    assert told[-1].json["contains"] == ["refund", "payment"]
    entities = {name: part["entity"] for name, part in told[-1].json["payload"].items()}
    assert entities["refund"] == made
    news = parse(told[-1].body, event_id="any")
    assert news.payment is not None
    assert (news.kind, news.order_id) == (EntryKind.REFUNDED, "01J")
    assert (news.payment.payment_id, news.reference) == (made["id"], payment)
    assert entities["payment"]["notes"] == {"order_id": "01J"}
    assert entities["payment"]["amount_refunded"] == 88000
    assert entities["payment"]["refund_status"] == "partial"


def test_refunds_add_up_to_what_was_captured_and_no_more(simulator: Running) -> None:
    payment = a_payment(simulator)
    refund(simulator, payment, 88000)

    status, answer = refund(simulator, payment, 100001)
    assert (status, answer["error"]["code"]) == (400, "BAD_REQUEST_ERROR")
    assert "greater than the refund payment amount" in answer["error"]["description"]

    assert refund(simulator, payment)[1]["amount"] == 100000
    assert "fully refunded" in refund(simulator, payment)[1]["error"]["description"]
    assert [each["amount"] for each in refunds_of(simulator, payment)] == [100000, 88000]


@pytest.mark.parametrize(
    ("amount", "words"),
    [(99, "atleast"), (18.5, "integer"), (188001, "greater than amount captured")],
)
def test_a_wrong_refund_is_refused_in_words(simulator: Running, amount: Any, words: str) -> None:
    status, answer = refund(simulator, a_payment(simulator), amount)

    assert status == 400
    assert words in answer["error"]["description"]


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_is_opened_and_ends(
    simulator: Running, phone: Simulator, application: Application, outcome: str
) -> None:
    link = an_open_link(simulator, notes={"order_id": "order1"})
    [payment] = phone.settle(link["id"], "pay")["payments"]
    phone.wait_until_idle()
    application.received.clear()

    opened = phone.dispute(payment["payment_id"])
    ended = phone.dispute(payment["payment_id"], outcome)

    phone.wait_until_idle()
    news = [parse(received.body, event_id="any") for received in application.of("/payment")]
    assert opened["id"] == ended["id"]
    assert sorted(each.dispute for each in news) == sorted(["opened", outcome])
    assert {(each.order_id, each.reference) for each in news} == {("order1", payment["payment_id"])}


def test_money_that_never_came_in_cannot_go_back(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.settle(an_open_link(simulator)["id"], "fail")
    phone.wait_until_idle()
    failed = application.payment_events[0]["payload"]["payment"]["entity"]["id"]

    assert "should be captured" in refund(simulator, failed, 100)[1]["error"]["description"]
    assert "does not exist" in refund(simulator, "pay_unknown", 100)[1]["error"]["description"]


def test_a_refund_asked_for_twice_with_one_key_is_made_once(simulator: Running) -> None:
    payment = a_payment(simulator)

    first, second = (refund(simulator, payment, 500, "key-0123456789") for _ in range(2))
    other, answer = refund(simulator, payment, 501, "key-0123456789")

    assert first == second
    assert (other, len(refunds_of(simulator, payment))) == (400, 1)
    assert "same idempotency key" in answer["error"]["description"]


@pytest.mark.parametrize("key", ["short", "with spaces in it", "ünïcödé-0123"])
def test_an_idempotency_key_has_ten_plain_characters(simulator: Running, key: str) -> None:
    encoded = key.encode().decode("latin-1")

    assert refund(simulator, a_payment(simulator), 500, encoded)[0] == 400


def test_a_refund_at_the_dashboard_that_fails_leaves_the_money_with_the_shop(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    payment = a_payment(simulator)

    made = phone.refund(payment)
    phone.fail_refund(made["id"])
    phone.wait_until_idle()

    [told] = [
        each["payload"] for each in application.payment_events if each["event"] == "refund.failed"
    ]
    assert told["refund"]["entity"]["status"] == "failed"
    assert told["payment"]["entity"]["amount_refunded"] == 0
    with pytest.raises(Refused, match="failed already"):
        phone.fail_refund(made["id"])
    assert refund(simulator, payment)[0] == 200


def fetch(url: str, **form: str) -> str:
    data = urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, data=data) as response:
        return str(response.read().decode())
