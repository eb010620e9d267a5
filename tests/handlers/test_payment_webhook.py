"""The gateway's door, fed with the samples of events/."""

import base64
import hashlib
import hmac
import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from functions.payment_webhook import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryGateways, MemoryPaymentGateway
from orderdesk.adapters.secrets import Secrets
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import an_address, an_order, rupees
from tests.counter import Counter

EVENTS = Path(__file__).parents[2] / "events"
SECRET, STRIPE_SECRET = "payment-webhook-secret", "whsec_stripe"
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """An order that waits for its online payment."""
    counter = Counter(an_order(address=an_address(), ledger=ONLINE))
    secrets = Secrets(
        app_secrets=("any",),
        verify_token="any",
        payment_webhook_secrets=("new-secret", SECRET),
        stripe_webhook_secrets=("new-stripe-secret", STRIPE_SECRET),
    )
    stripe = MemoryPaymentGateway("stripe")
    monkeypatch.setattr(wiring, "gateways", lambda: MemoryGateways(counter.gateway, stripe))
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    monkeypatch.setattr(wiring, "orders", lambda: counter.orders)
    monkeypatch.setattr(wiring, "stores", lambda: counter.stores)
    monkeypatch.setenv("STORE_ID", "main")
    return counter


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"payment_webhook_{name}.json").read_text("utf-8"))
    return event


def signed(body: bytes, secret: str = SECRET) -> dict[str, Any]:
    """A sample with another body."""
    event = sample("captured")
    event["body"] = base64.b64encode(body).decode()
    event["isBase64Encoded"] = True
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    event["headers"]["x-razorpay-signature"] = signature
    return event


def by_stripe(
    kind: str, thing: dict[str, Any], *, secret: str = STRIPE_SECRET, late: int = 0
) -> dict[str, Any]:
    """An event as Stripe posts it."""
    told = {"id": "evt_1", "type": kind, "created": 1764000000, "data": {"object": thing}}
    body, at = json.dumps(told).encode(), int(time.time()) - late
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    event = signed(body)
    del event["headers"]["x-razorpay-signature"]
    event["headers"]["stripe-signature"] = f"t={at},v1={signature}"
    return event


def a_session(counter: Counter, **fields: Any) -> dict[str, Any]:
    """A Checkout Session that was paid in whole."""
    return {
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": 150000,
        "currency": "inr",
        "client_reference_id": "1001-1",
        "metadata": {"store_id": "main", "order_id": counter.order.order_id},
        **fields,
    }


def post(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = app.handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize("name", ["captured", "link_paid"])
def test_a_payment_is_booked_and_answered(counter: Counter, name: str) -> None:
    assert post(sample(name)) == (200, {"receipt": "booked"})
    assert counter.order.payment_status is PaymentStatus.PAID
    assert counter.order.stage is Stage.CONFIRMED


def test_all_webhooks_of_one_payment_book_it_once(counter: Counter) -> None:
    for name in ("captured", "link_paid", "captured"):
        assert post(sample(name))[0] == 200

    assert counter.order.ledger.captured == rupees(1500)


def test_a_failed_payment_is_booked(counter: Counter) -> None:
    assert post(sample("failed")) == (200, {"receipt": "booked"})
    assert counter.order.payment_status is PaymentStatus.FAILED


def test_a_refund_at_the_gateways_dashboard_is_booked(counter: Counter) -> None:
    post(sample("captured"))

    assert post(sample("refunded")) == (200, {"receipt": "booked"})
    assert counter.order.payment_status is PaymentStatus.REFUNDED


def test_a_refund_that_failed_is_taken_out_of_the_books(counter: Counter) -> None:
    post(sample("captured"))
    post(sample("refunded"))
    failed = sample("refunded")["body"].replace("refund.processed", "refund.failed")

    assert post(signed(failed.encode())) == (200, {"receipt": "booked"})
    assert counter.order.payment_status is PaymentStatus.PAID
    assert "refund_due" in [each.reason for each in counter.order.attention]


def test_what_needs_no_booking_is_answered_all_the_same(counter: Counter) -> None:
    assert post(sample("link_expired")) == (200, {"receipt": "not_ours"})


def test_a_payment_of_an_unknown_order_is_answered_so_that_it_stops(counter: Counter) -> None:
    body = sample("captured")["body"].replace(counter.order.order_id, "unknown")

    assert post(signed(body.encode())) == (200, {"receipt": "unknown_order"})


def test_a_payment_without_a_store_is_of_the_deployments_own(counter: Counter) -> None:
    body = sample("captured")["body"].replace('"store_id":"main",', "")

    assert post(signed(body.encode())) == (200, {"receipt": "booked"})


@pytest.mark.parametrize("secret", [SECRET, "new-secret"])
def test_both_secrets_are_good_while_one_is_being_changed(counter: Counter, secret: str) -> None:
    assert post(signed(sample("captured")["body"].encode(), secret))[0] == 200


@pytest.mark.parametrize("secret", [STRIPE_SECRET, "new-stripe-secret"])
def test_a_session_that_was_paid_at_stripe_is_booked(counter: Counter, secret: str) -> None:
    paid = by_stripe("checkout.session.completed", a_session(counter), secret=secret)

    assert post(paid) == (200, {"receipt": "booked"})
    assert counter.order.payment_status is PaymentStatus.PAID


def test_a_session_that_is_completed_but_not_paid_books_nothing(counter: Counter) -> None:
    session = a_session(counter, payment_status="unpaid")

    assert post(by_stripe("checkout.session.completed", session))[1] == {"receipt": "not_ours"}
    assert counter.order.ledger.captured == rupees(0)


@pytest.mark.parametrize(("secret", "late"), [(SECRET, 0), (STRIPE_SECRET, 400)])
def test_stripe_with_the_wrong_secret_or_an_old_time_is_refused(
    counter: Counter, secret: str, late: int
) -> None:
    paid = by_stripe("checkout.session.completed", a_session(counter), secret=secret, late=late)

    assert post(paid)[0] == 403
    assert counter.order.ledger.captured == rupees(0)


def test_the_signature_is_of_the_bytes_as_they_were_sent(counter: Counter) -> None:
    spaced = json.dumps(json.loads(sample("captured")["body"]), indent=3, ensure_ascii=False)

    assert post(signed(spaced.encode()))[0] == 200


def test_a_body_without_signature_is_nobody(counter: Counter) -> None:
    event = sample("captured")
    del event["headers"]["x-razorpay-signature"]

    status, body = post(event)

    assert (status, body["error"]["code"]) == (401, "unauthenticated")
    assert counter.order.ledger.captured == rupees(0)


def test_a_body_that_was_changed_on_the_way_is_refused(counter: Counter) -> None:
    event = sample("captured")
    event["body"] = event["body"].replace("150000", "150001")

    status, body = post(event)

    assert (status, body["error"]["code"]) == (403, "forbidden")
    assert counter.order.ledger.captured == rupees(0)


def test_a_body_over_a_megabyte_is_refused_before_it_is_looked_at(counter: Counter) -> None:
    assert post(signed(b" " * (1024 * 1024 + 1), "wrong"))[0] == 413


@pytest.mark.parametrize("body", [b"", b"not json", b'{"event":"payment.captured"}'])
def test_a_signed_body_that_cannot_be_understood_says_so(counter: Counter, body: bytes) -> None:
    status, answer = post(signed(body))

    assert (status, answer["error"]["code"]) == (400, "unreadable")


def test_what_cannot_be_booked_now_comes_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(counter.orders, "save", _unavailable)
        assert post(sample("captured"))[0] == 503

    assert post(sample("captured"))[0] == 200
    assert counter.order.payment_status is PaymentStatus.PAID


def test_secrets_that_cannot_be_read_make_the_gateway_try_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "secrets", _unavailable)

    assert post(sample("captured"))[0] == 503


def test_neither_contact_nor_amount_is_logged(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    post(sample("captured"))
    post(signed(b"not json"))

    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "payment event" in logged
    assert "9876543210" not in logged
    assert "150000" not in logged


def _unavailable(*args: object, **named: object) -> None:
    raise Unavailable("The table does not answer.")
