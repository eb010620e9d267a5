"""Payments inside WhatsApp: what Meta tells, what its lookup answers, and refunds."""

from typing import Any

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.bodies import PIX, UPI_LINK, amount, order, order_details
from tests.simulator.harness import (
    ACCESS_TOKEN,
    ASHA,
    MEERA_USER_ID,
    PHONE_NUMBER_ID,
    Application,
    Clock,
    Running,
)

BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}", "Content-Type": "application/json"}
PAYMENTS = f"/v26.0/{PHONE_NUMBER_ID}/payments"


def payments(application: Application) -> list[Json]:
    return [one for one in application.statuses if one.get("type") == "payment"]


def sent(simulator: Running, **changes: Any) -> str:
    status, answer = simulator.send({"to": ASHA} | order_details(**changes))
    assert status == 200, answer
    return str(answer["messages"][0]["id"])


def test_a_payment_is_told_pending_and_then_captured(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    wamid = sent(simulator)

    phone.pay_in_whatsapp("1042-1", method="card")
    phone.wait_until_idle()

    told = {one["status"]: one for one in payments(application)}
    assert set(told) == {"pending", "captured"}
    assert {one["id"] for one in told.values()} == {wamid}
    payment = told["captured"]["payment"]
    assert payment["reference_id"] == "1042-1"
    assert payment["amount"] == amount(24000)
    assert payment["currency"] == "INR"
    assert payment["receipt"] == "1042-1"
    assert payment["notes"] == {"order_id": "o1"}
    assert payment["transaction"]["type"] == "razorpay"
    assert payment["transaction"]["status"] == "success"
    assert payment["transaction"]["method"] == {"type": "card"}
    assert payment["transaction"]["pg_transaction_id"].startswith("pay_")
    assert told["pending"]["payment"]["transaction"]["status"] == "pending"


def test_a_failed_attempt_leaves_the_order_pending_and_open(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    sent(simulator)

    phone.pay_in_whatsapp("1042-1", "fail")
    phone.wait_until_idle()
    phone.pay_in_whatsapp("1042-1", "pay")
    phone.wait_until_idle()

    last = [
        (one["status"], one["payment"]["transaction"]["status"]) for one in payments(application)
    ]
    assert sorted(last) == [
        ("captured", "success"),
        ("pending", "failed"),
        ("pending", "pending"),
        ("pending", "pending"),
    ]
    failed = next(
        one["payment"]["transaction"]
        for one in payments(application)
        if one["payment"]["transaction"]["status"] == "failed"
    )
    assert failed["error"]["reason"] == "payment_failed"


def test_a_payment_without_a_number_is_told_by_user_id(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"recipient": MEERA_USER_ID} | order_details())

    phone.pay_in_whatsapp("1042-1")
    phone.wait_until_idle()

    assert all("recipient_id" not in one for one in payments(application))
    assert {one["recipient_user_id"] for one in payments(application)} == {MEERA_USER_ID}


def test_an_order_is_paid_once(simulator: Running, phone: Simulator) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")

    with pytest.raises(Refused, match="This order is paid"):
        phone.pay_in_whatsapp("1042-1")


def test_an_order_that_was_not_shown_is_not_paid(simulator: Running, phone: Simulator) -> None:
    phone.change_customer("asha", cannot_show=["order_details"])
    sent(simulator)
    phone.wait_until_idle()

    with pytest.raises(Refused, match="never saw this order"):
        phone.pay_in_whatsapp("1042-1")


def test_an_order_whose_time_is_over_is_not_paid(
    simulator: Running, phone: Simulator, clock: Clock
) -> None:
    expiration = {"timestamp": str(int(clock.now) + 600), "description": "Ten minutes"}
    sent(simulator, order=order(expiration=expiration))
    clock.now += 600

    with pytest.raises(Refused, match="its time is over"):
        phone.pay_in_whatsapp("1042-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_type": "upi", "payment_settings": [UPI_LINK]},
        {"payment_type": "br", "currency": "BRL", "payment_settings": [PIX]},
    ],
)
def test_meta_tells_nothing_of_what_is_paid_elsewhere(
    simulator: Running, phone: Simulator, application: Application, changes: Json
) -> None:
    sent(simulator, **changes)

    paid = phone.pay_in_whatsapp("1042-1")
    phone.wait_until_idle()

    assert payments(application) == []
    assert paid["payment"] == "pending"
    assert paid["elsewhere"]["mode"] == changes["payment_settings"][0]["type"]
    status, _ = simulator.call("GET", f"{PAYMENTS}/shop-pay/1042-1", headers=BEARER)
    assert status == 400


def test_the_lookup_knows_what_no_webhook_told(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.switch(payment_statuses=False)
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")
    phone.wait_until_idle()

    status, answer = simulator.call("GET", f"{PAYMENTS}/shop-pay/1042-1", headers=BEARER)

    [payment] = answer["payments"]
    assert status == 200
    assert payments(application) == []
    assert (payment["status"], payment["total_amount"]) == ("captured", amount(24000))
    assert [one["status"] for one in payment["transactions"]] == ["success"]


def test_the_lookup_of_an_order_before_any_attempt_has_no_transactions(simulator: Running) -> None:
    sent(simulator)

    _, answer = simulator.call("GET", f"{PAYMENTS}/shop-pay/1042-1", headers=BEARER)

    assert answer["payments"][0]["status"] == "pending"
    assert answer["payments"][0]["transactions"] == []


@pytest.mark.parametrize("path", ["shop-pay/nobodys", "other-pay/1042-1"])
def test_the_lookup_of_what_is_not_there_is_refused(simulator: Running, path: str) -> None:
    sent(simulator)

    status, answer = simulator.call("GET", f"{PAYMENTS}/{path}", headers=BEARER)

    assert (status, answer["error"]["code"]) == (400, 100)


def refund(simulator: Running, value: int, **changes: Any) -> tuple[int, Json]:
    body: Json = {
        "reference_id": "1042-1",
        "speed": "normal",
        "payment_config_id": "shop-pay",
        "amount": {"currency": "INR", "value": value, "offset": 100},
    } | changes
    return simulator.call("POST", f"{PAYMENTS}_refund", body, BEARER)


def test_a_refund_is_answered_told_and_looked_up(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")
    phone.wait_until_idle()

    status, answer = refund(simulator, 10000)
    phone.wait_until_idle()

    assert (status, answer["status"], answer["speed_processed"]) == (200, "success", "normal")
    [told] = payments(application)[-1]["payment"]["refunds"]
    assert (told["id"], told["amount"]) == (answer["id"], amount(10000))
    _, found = simulator.call("GET", f"{PAYMENTS}/shop-pay/1042-1", headers=BEARER)
    assert found["payments"][0]["transactions"][0]["refunds"] == [told]


def test_no_more_is_refunded_than_was_paid(simulator: Running, phone: Simulator) -> None:
    sent(simulator)
    assert refund(simulator, 10000)[0] == 400
    phone.pay_in_whatsapp("1042-1")

    first, _ = refund(simulator, 20000)
    second, answer = refund(simulator, 5000)

    assert (first, second) == (200, 400)
    assert "at most 4000" in answer["error"]["error_data"]["details"]


def test_a_refund_that_failed_can_be_made_again(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")
    _, made = refund(simulator, 24000)

    phone.fail_whatsapp_refund("1042-1", made["id"])
    phone.wait_until_idle()

    statuses = {
        one["payment"].get("refunds", [{}])[0].get("status") for one in payments(application)
    }
    assert "failed" in statuses
    assert refund(simulator, 24000)[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_config_id": "other"},
        {"reference_id": "nobodys"},
        {"speed": "soon"},
        {"amount": {"currency": "USD", "value": 1, "offset": 100}},
        {"amount": {"currency": "INR", "value": 1, "offset": 1}},
    ],
)
def test_a_wrong_refund_is_refused(simulator: Running, phone: Simulator, changes: Json) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")

    assert refund(simulator, 100, **changes)[0] == 400


def test_a_pending_payment_is_captured_or_declined_later(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1", "pending")

    with pytest.raises(Refused, match="under way"):
        phone.pay_in_whatsapp("1042-1", "pay")
    paid = phone.pay_in_whatsapp("1042-1", "capture")

    assert paid["payment"] == "captured"


def test_orders_and_their_payments_outlive_a_restart(simulator: Running, phone: Simulator) -> None:
    sent(simulator)
    phone.pay_in_whatsapp("1042-1")

    again = simulator.restarted()
    try:
        assert again.phone.whatsapp_orders()[0]["payment"] == "captured"
        again.phone.reset()
        assert again.phone.whatsapp_orders() == []
    finally:
        again.stop()
