"""`order_details` and `order_status`: Meta's rules, in India and Brazil."""

from typing import Any

import pytest

from dev.simulator.client import Simulator
from dev.simulator.store import Json
from tests.simulator.bodies import (
    PAYMENT_LINK,
    PIX,
    RAZORPAY,
    UPI_LINK,
    amount,
    order,
    order_details,
    order_status,
)
from tests.simulator.harness import ASHA, Application, Clock, Running

BENEFICIARY = {
    "name": "Asha Verma",
    "address_line1": "27, 12th Main",
    "city": "Bengaluru",
    "state": "Karnataka",
    "country": "India",
    "postal_code": "560038",
}
BRAZIL: dict[str, Any] = {"payment_type": "br", "currency": "BRL"}
AN_ITEM = {"retailer_id": "SL-1", "name": "Ladoo", "amount": amount(10000), "quantity": 2}
IMPORTER = {
    "country_of_origin": "India",
    "importer_name": "Shop",
    "importer_address": {"address_line1": "1 Main Road", "city": "Pune"},
}


def gateway(kind: str, **extras: Any) -> list[Json]:
    content = {"type": kind, "configuration_name": "shop-pay", kind: extras}
    return [{"type": "payment_gateway", "payment_gateway": content}]


@pytest.mark.parametrize(
    "message",
    [
        order_details(),
        order_details(reference_id="x" * 35),
        order_details(type="physical-goods", beneficiaries=[BENEFICIARY]),
        order_details(payment_settings=gateway("payu", udf1="main")),
        order_details(payment_type="upi", payment_settings=[UPI_LINK]),
        order_details(payment_type="upi", payment_settings=[PAYMENT_LINK]),
        order_details(payment_type="upi", payment_settings=None, payment_configuration="shop-upi"),
        order_details(**BRAZIL, payment_settings=[PIX], reference_id="x" * 60),
        order_details(**BRAZIL, payment_settings=[PIX, PAYMENT_LINK], type="physical-goods"),
        order_details(order=order(catalog_id=None, items=[AN_ITEM | IMPORTER])),
        order_details(
            total_amount=amount(23000),
            order=order(items=[AN_ITEM | {"sale_amount": amount(9500)}], subtotal=amount(19000)),
        ),
    ],
)
def test_a_right_order_is_accepted(simulator: Running, message: Json) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert status == 200, answer


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (order_details(total_amount=amount(24001)), "the parts add up to 24000"),
        (order_details(order=order(subtotal=amount(20001))), "the items add up to 20000"),
        (order_details(total_amount={"value": 240, "offset": 1}), "total_amount.offset"),
        (order_details(total_amount={"value": 240.0, "offset": 100}), "total_amount"),
        (order_details(order=order(tax=None)), "order.tax"),
        (order_details(order=order(status="processing")), "order.status"),
        (order_details(order=order(items=[])), "order.items"),
        (order_details(order=order(catalog_id=None)), "item.country_of_origin"),
        (
            order_details(
                order=order(
                    catalog_id=None, items=[AN_ITEM | IMPORTER | {"importer_address": "Pune"}]
                )
            ),
            "item.importer_address",
        ),
        (order_details(order=order(items=[AN_ITEM | {"name": "x" * 61}])), "item.name"),
        (order_details(order=order(items=[AN_ITEM | {"quantity": 0}])), "item.quantity"),
        (order_details(reference_id="x" * 36), "reference_id"),
        (order_details(reference_id="order 1042"), "reference_id"),
        (order_details(type="goods"), "parameters.type"),
        (order_details(currency="BRL"), "parameters.currency"),
        (order_details(**BRAZIL, payment_settings=[RAZORPAY]), "payment_settings.type"),
        (order_details(payment_settings=[PIX]), "payment_settings.type"),
        (order_details(payment_settings=gateway("stripe")), "payment_gateway.type"),
        (order_details(payment_settings=gateway("razorpay", receipt="x" * 41)), "receipt"),
        (
            order_details(
                payment_settings=gateway("razorpay", notes={str(n): "" for n in range(16)})
            ),
            "razorpay.notes",
        ),
        (order_details(payment_settings=gateway("payu", udf9="x")), "payu field"),
        (
            order_details(
                payment_type="upi",
                payment_settings=[
                    {"type": "upi_intent_link", "upi_intent_link": {"link": "upi://pay?pa=a@b"}}
                ],
            ),
            "has no tr=",
        ),
    ],
)
def test_a_wrong_order_is_refused_by_the_name_of_its_field(
    simulator: Running, message: Json, place: str
) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert (status, answer["error"]["code"]) == (400, 131009)
    assert place in answer["error"]["error_data"]["details"]


@pytest.mark.parametrize(
    "message",
    [
        order_details(payment_settings=None),
        order_details(order=None),
        order_details(type="physical-goods"),
        order_details(order=order(items=[AN_ITEM | {"retailer_id": ""}])),
    ],
)
def test_an_order_without_what_it_needs_is_refused_with_100(
    simulator: Running, message: Json
) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert (status, answer["error"]["code"]) == (400, 100)


def test_a_reference_is_used_by_one_message_only(simulator: Running) -> None:
    first, _ = simulator.send({"to": ASHA} | order_details())
    again, answer = simulator.send({"to": ASHA} | order_details())
    other, _ = simulator.send({"to": ASHA} | order_details(reference_id="1042-2"))

    assert (first, again, other) == (200, 400, 200)
    assert "was sent before" in answer["error"]["error_data"]["details"]


def test_the_reference_of_a_message_that_failed_is_free_again(
    simulator: Running, phone: Simulator
) -> None:
    phone.change_customer("asha", cannot_show=["order_details"])
    simulator.send({"to": ASHA} | order_details())
    phone.wait_until_idle()
    phone.change_customer("asha", cannot_show=[])

    status, _ = simulator.send({"to": ASHA} | order_details())

    assert status == 200


@pytest.mark.parametrize(("ahead", "expected"), [(299, 400), (300, 200)])
def test_an_order_expires_five_minutes_ahead_or_later(
    simulator: Running, clock: Clock, ahead: int, expected: int
) -> None:
    expiration = {"timestamp": str(int(clock.now) + ahead), "description": "Pay until then"}

    status, _ = simulator.send({"to": ASHA} | order_details(order=order(expiration=expiration)))

    assert status == expected


def test_orders_wait_for_the_terms_of_payments(simulator: Running, phone: Simulator) -> None:
    phone.switch(payment_terms_missing=True)

    status, answer = simulator.send({"to": ASHA} | order_details())

    assert (status, answer["error"]["code"]) == (400, 134011)
    assert "https://" in answer["error"]["error_data"]["details"]


def told(simulator: Running, phone: Simulator, *bodies: Json) -> list[int]:
    """Send each and return the error code of each, 0 for none."""
    simulator.send({"to": ASHA} | order_details())
    for body in bodies:
        simulator.send({"to": ASHA} | body)
        phone.wait_until_idle()
    return [(m["error"] or {}).get("code", 0) for m in phone.received("asha")[1:]]


@pytest.mark.parametrize(
    ("statuses", "codes"),
    [
        (["processing", "shipped", "partially_shipped", "processing", "completed"], [0] * 5),
        (["completed", "shipped"], [0, 2046]),
        (["canceled", "processing"], [0, 2046]),
        (["processing", "pending"], [0, 2046]),
        (["completed", "completed"], [0, 2046]),
    ],
)
def test_an_order_moves_as_meta_lets_it(
    simulator: Running, phone: Simulator, statuses: list[str], codes: list[int]
) -> None:
    assert told(simulator, phone, *map(order_status, statuses)) == codes
    last = [status for status, code in zip(statuses, codes, strict=True) if not code][-1]
    assert phone.whatsapp_orders()[0]["status"] == last


def test_a_status_of_an_order_that_was_never_sent_fails_with_2046(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"to": ASHA} | order_status("shipped", "nobodys-order"))
    phone.wait_until_idle()

    assert application.statuses[0]["errors"][0]["code"] == 2046


@pytest.mark.parametrize("outcome", ["pay", "pending"])
def test_a_paid_order_is_not_canceled(simulator: Running, phone: Simulator, outcome: str) -> None:
    simulator.send({"to": ASHA} | order_details())
    phone.pay_in_whatsapp("1042-1", outcome)

    simulator.send({"to": ASHA} | order_status("canceled"))
    phone.wait_until_idle()

    assert phone.received("asha")[-1]["error"]["code"] == 2047
    assert phone.whatsapp_orders()[0]["status"] == "pending"


def test_the_shop_says_in_brazil_that_it_was_paid(simulator: Running, phone: Simulator) -> None:
    simulator.send({"to": ASHA} | order_details(**BRAZIL, payment_settings=[PIX]))
    payment = {"status": "captured", "timestamp": 1722445231}

    simulator.send({"to": ASHA} | order_status("pending", payment=payment))
    phone.wait_until_idle()

    assert phone.whatsapp_orders()[0]["said"] == payment


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (order_status("sent"), "order.status"),
        (
            order_status("shipped", order={"status": "shipped", "description": "x" * 121}),
            "order.description",
        ),
        (order_status("pending", payment={"status": "paid", "timestamp": 1}), "payment.status"),
    ],
)
def test_a_wrong_order_status_is_refused(simulator: Running, message: Json, place: str) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert (status, answer["error"]["code"]) == (400, 131009)
    assert place in answer["error"]["error_data"]["details"]
