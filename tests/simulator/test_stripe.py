"""Stripe as the simulator plays it: its API, its checkout page and its signed webhooks."""

import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from orderdesk.adapters.payments.signature import check_stripe
from orderdesk.adapters.payments.stripe_events import parse
from orderdesk.domain.errors import Forbidden
from orderdesk.domain.money.ledger import EntryKind
from tests.simulator.harness import (
    PAYMENT_SECRET,
    STRIPE_KEY,
    STRIPE_SECRET,
    Application,
    Clock,
    Running,
)

SESSIONS = "/stripe/v1/checkout/sessions"
NOTES = {"store_id": "main", "order_id": "order1"}


def call(
    simulator: Running, method: str, path: str, key: str = "", **form: str
) -> tuple[int, Json]:
    headers = {"Authorization": f"Bearer {STRIPE_KEY}", "Idempotency-Key": key}
    body = urlencode(form).encode() if method == "POST" else None
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return simulator.call(method, path, body, headers)


def a_form(**more: str) -> dict[str, str]:
    return {
        "mode": "payment",
        "success_url": "https://wa.me/",
        "client_reference_id": "1042-1",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "inr",
        "line_items[0][price_data][unit_amount]": "188000",
        "line_items[0][price_data][product_data][name]": "Order #1042",
        **{f"metadata[{name}]": value for name, value in NOTES.items()},
        **{f"payment_intent_data[metadata][{name}]": value for name, value in NOTES.items()},
        **more,
    }


def a_session(simulator: Running, **more: str) -> Json:
    status, session = call(simulator, "POST", SESSIONS, **a_form(**more))
    assert status == 200, session
    return session


def told(phone: Simulator, application: Application, clock: Clock) -> list[Json]:
    """The events so far, each with a signature that fits; sorted, as POSTs may overtake."""
    phone.wait_until_idle()
    for received in application.of("/payment"):
        header = received.headers["stripe-signature"]
        now = datetime.fromtimestamp(clock.now, UTC)
        check_stripe(received.body, header, [STRIPE_SECRET], now=now)
    return sorted(application.payment_events, key=lambda event: str(event["type"]))


def test_a_session_is_open_and_has_an_address(simulator: Running) -> None:
    session = a_session(simulator)

    assert session["id"].startswith("cs_test_")
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert (session["amount_total"], session["metadata"]) == (188000, NOTES)
    assert session["url"] == f"{simulator.url}/stripe/pay/{session['id']}"
    assert call(simulator, "GET", f"{SESSIONS}/{session['id']}") == (200, session)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": ""}, "mode"),
        ({"success_url": ""}, "success_url"),
        ({"line_items[0][price_data][unit_amount]": "18.5"}, "Invalid integer"),
        ({"line_items[0][price_data][unit_amount]": "0"}, "at least"),
        ({"client_reference_id": "x" * 201}, "200 characters"),
        ({"expires_at": "1"}, "30 minutes"),
    ],
)
def test_a_wrong_session_is_refused_in_stripes_words(
    simulator: Running, change: dict[str, str], words: str
) -> None:
    status, answer = call(simulator, "POST", SESSIONS, **a_form(**change))

    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")
    assert words in answer["error"]["message"]


def test_a_key_makes_a_retry_the_same_session_and_refuses_another(simulator: Running) -> None:
    _, first = call(simulator, "POST", SESSIONS, "key-1", **a_form())

    _, again = call(simulator, "POST", SESSIONS, "key-1", **a_form())
    status, other = call(simulator, "POST", SESSIONS, "key-1", **a_form(client_reference_id="x"))

    assert first == again
    assert (status, other["error"]["type"]) == (400, "idempotency_error")


def test_a_call_without_the_key_is_refused(simulator: Running) -> None:
    headers = {"Authorization": "Bearer sk_wrong"}

    status, _ = simulator.call("GET", f"{SESSIONS}/cs_1", None, headers)

    assert status == 401


def test_a_paid_session_is_told_by_a_signed_webhook(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    session = a_session(simulator)

    phone.settle_stripe(session["id"], "pay")

    [event] = told(phone, application, clock)
    assert (event["type"], event["object"]) == ("checkout.session.completed", "event")
    [received] = application.of("/payment")
    news = parse(received.body)
    assert (news.kind, news.order_id, news.reference) == (EntryKind.CAPTURED, "order1", "1042-1")
    assert "x-razorpay-signature" not in received.headers
    header, now = received.headers["stripe-signature"], datetime.fromtimestamp(clock.now, UTC)
    with pytest.raises(Forbidden):
        check_stripe(received.body, header, [PAYMENT_SECRET], now=now)


def test_a_declined_card_leaves_the_session_open(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    session = a_session(simulator)

    after = phone.settle_stripe(session["id"], "fail")

    assert after["status"] == "open"
    [event] = told(phone, application, clock)
    assert event["type"] == "payment_intent.payment_failed"
    assert event["data"]["object"]["last_payment_error"]["message"] == "Your card was declined."


@pytest.mark.parametrize(
    ("act", "told_last"), [("succeed", EntryKind.CAPTURED), ("refuse", EntryKind.FAILED)]
)
def test_a_delayed_payment_is_completed_first_and_decided_later(
    simulator: Running, application: Application, clock: Clock, act: str, told_last: EntryKind
) -> None:
    phone, session = simulator.phone, a_session(simulator)

    phone.settle_stripe(session["id"], "pay", delayed=True)
    [first] = told(phone, application, clock)
    phone.settle_stripe(session["id"], act)

    assert first["data"]["object"]["payment_status"] == "unpaid"
    kinds = [event["type"] for event in told(phone, application, clock)]
    assert any(kind.startswith("checkout.session.async_payment_") for kind in kinds)
    assert {parse(received.body).kind for received in application.of("/payment")} == {
        None,
        told_last,
    }


def test_a_session_expires_by_itself_and_says_so(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    session = a_session(simulator, expires_at=str(int(clock.now) + 1860))
    clock.now += 1861

    _, after = call(simulator, "GET", f"{SESSIONS}/{session['id']}")

    assert (after["status"], after["url"]) == ("expired", None)
    [event] = told(phone, application, clock)
    assert event["type"] == "checkout.session.expired"
    with pytest.raises(Refused, match="expired"):
        phone.settle_stripe(session["id"], "pay")


def a_payment(simulator: Running, phone: Simulator, application: Application) -> str:
    session = a_session(simulator)
    paid = phone.settle_stripe(session["id"], "pay")
    phone.wait_until_idle()
    application.received.clear()
    return str(paid["payment_intent"])


def test_a_refund_of_the_dashboard_is_told_twice_and_has_no_notes(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    payment = a_payment(simulator, phone, application)

    refund = phone.refund_at_stripe(payment, 8000)

    charge, created = told(phone, application, clock)
    assert (charge["type"], created["type"]) == ("charge.refunded", "refund.created")
    assert charge["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}
    assert charge["data"]["object"]["amount_refunded"] == 8000
    assert "refunds" not in charge["data"]["object"]
    assert created["data"]["object"]["id"] == refund["id"]
    assert created["data"]["object"]["metadata"] == {}


def test_a_refund_may_fail_after_all(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    payment = a_payment(simulator, phone, application)
    refund = phone.refund_at_stripe(payment)

    phone.fail_stripe_refund(refund["id"])

    assert "refund.failed" in [event["type"] for event in told(phone, application, clock)]
    again = phone.refund_at_stripe(payment)
    assert again["amount"] == 188000


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_is_opened_and_closed(
    simulator: Running, application: Application, clock: Clock, outcome: str
) -> None:
    phone = simulator.phone
    payment = a_payment(simulator, phone, application)

    phone.dispute_at_stripe(payment)
    phone.dispute_at_stripe(payment, outcome)

    told(phone, application, clock)
    news = [parse(received.body) for received in application.of("/payment")]
    assert sorted(each.dispute for each in news) == sorted(["opened", outcome])
    assert {each.reference for each in news} == {payment}


def test_sessions_outlive_a_restart_and_end_with_a_reset(
    simulator: Running, phone: Simulator
) -> None:
    session = a_session(simulator)

    again = simulator.restarted()
    try:
        assert call(again, "GET", f"{SESSIONS}/{session['id']}")[0] == 200
        again.phone.reset()
        assert call(again, "GET", f"{SESSIONS}/{session['id']}")[0] == 404
    finally:
        again.stop()


def page(url: str, form: dict[str, str] | None = None) -> str:
    data = urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, data, timeout=20) as response:
        return str(response.read().decode())


def test_the_customer_pays_on_the_checkout_page(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    session = a_session(simulator)

    shown = page(session["url"])
    declined = page(session["url"], {"method": "card", "outcome": "fail"})
    paid = page(session["url"], {"method": "card", "outcome": "pay"})

    assert "₹1,880.00" in shown
    assert "Order #1042" in shown
    assert "Your card was declined." in declined
    assert "Payment successful" in paid


def test_the_checkout_page_lets_the_bank_decide_later(simulator: Running) -> None:
    session = a_session(simulator)

    waiting = page(session["url"], {"method": "sepa_debit", "outcome": "pay"})
    paid = page(session["url"], {"outcome": "succeed"})

    assert "on its way" in waiting
    assert "Payment successful" in paid


def test_there_is_no_page_of_an_unknown_session(simulator: Running) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        page(f"{simulator.url}/stripe/pay/cs_unknown")
