"""Payments inside WhatsApp as Meta's status webhook tells them, in every shape seen."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.envelope import split
from orderdesk.adapters.whatsapp.inbound import parse
from orderdesk.domain.money.money import Money
from orderdesk.usecases.intake.inbound import PaymentStatusIn, RefundIn, StatusIn
from tests.builders import NOW, PHONE_NUMBER
from tests.whatsapp import SENT_AT, Json, a_body, a_change, a_status

CORPUS = Path(__file__).parents[3].joinpath("../shared/corpus/whatsapp")
PAYMENTS = sorted(CORPUS.glob("STATUS-PAYMENT-*"))
TOLD_AT = int(NOW.timestamp()) - 60


def a_transaction(**fields: Any) -> Json:
    return {
        "id": "order_Ovpn6PVVFYbmK3",
        "pg_transaction_id": "pay_1",
        "type": "razorpay",
        "status": "success",
        "created_timestamp": TOLD_AT,
        "updated_timestamp": TOLD_AT,
        "method": {"type": "UPI"},
        **fields,
    }


def a_payment(**fields: Any) -> Json:
    return {
        "reference_id": "1001-1",
        "amount": {"value": 150000, "offset": 100},
        "currency": "INR",
        "transaction": a_transaction(),
        **fields,
    }


def update_in(payment: Any, **fields: Any) -> Any:
    status = a_status(**{"status": "captured", "type": "payment", "payment": payment, **fields})
    [entry] = split(a_body(a_change(statuses=[status])), received_at=NOW)
    return parse(entry.text, now=NOW)


def told(payment: Any = None, **fields: Any) -> PaymentStatusIn:
    update = update_in(a_payment() if payment is None else payment, **fields)
    assert isinstance(update, PaymentStatusIn)
    return update


def test_a_captured_payment_names_reference_amount_and_how_it_was_paid() -> None:
    status = told()

    assert (status.phone_number_id, status.message_id) == (PHONE_NUMBER, "wamid.out1")
    assert (status.reference, status.status, status.transaction) == (
        "1001-1",
        "captured",
        "success",
    )
    assert status.amount == Money(150000, "INR")
    assert (status.transaction_id, status.means) == ("pay_1", "upi")
    assert status.at == datetime.fromtimestamp(TOLD_AT, UTC)


@pytest.mark.parametrize(
    ("notes", "order_id"),
    [
        ({"notes": {"order_id": "order1"}}, "order1"),
        ({"notes": {}}, ""),
        ({"notes": []}, ""),
        ({"udf2": "order1"}, "order1"),
    ],
)
def test_what_we_noted_comes_back(notes: Json, order_id: str) -> None:
    assert told(a_payment(**notes)).order_id == order_id


@pytest.mark.parametrize(
    ("status", "transaction"),
    [("pending", "pending"), ("pending", "failed"), ("failed", "failed"), ("captured", "success")],
)
def test_order_and_transaction_have_states_of_their_own(status: str, transaction: str) -> None:
    error = {"code": "U30", "reason": "declined by the bank"}
    payment = a_payment(transaction=a_transaction(status=transaction, error=error))

    update = told(payment, status=status)

    assert (update.status, update.transaction) == (status, transaction)
    assert update.failure == "declined by the bank"


def test_a_gateway_may_leave_its_own_id_out_and_add_an_amount() -> None:
    transaction = a_transaction(amount={"value": 1, "offset": 100}, currency="INR")
    del transaction["pg_transaction_id"]

    status = told(a_payment(transaction=transaction))

    assert status.transaction_id == "order_Ovpn6PVVFYbmK3"
    assert status.amount == Money(150000, "INR")


def test_times_may_be_texts_and_the_method_stand_where_the_gateway_should() -> None:
    transaction = {"id": "txn_1", "type": "upi", "status": "success"}

    status = told(a_payment(transaction=transaction))

    assert status.means == "upi"
    assert status.at == datetime.fromtimestamp(int(SENT_AT), UTC)


def test_no_payment_is_from_the_future() -> None:
    late = a_transaction(updated_timestamp=int(NOW.timestamp()) + 86400)

    assert told(a_payment(transaction=late)).at == NOW


@pytest.mark.parametrize("where", ["payment", "transaction"])
def test_refunds_come_with_the_payment_or_its_transaction(where: str) -> None:
    back = {
        "id": "rfnd_1",
        "amount": {"value": 50000, "offset": 100},
        "speed_processed": "instant",
        "status": "success",
        "created_timestamp": 0,
        "updated_timestamp": TOLD_AT,
    }
    inside = {"refunds": [back, "nonsense", {"id": ""}, {"id": "x", "amount": {"value": "much"}}]}
    payment = a_payment(**inside) if where == "payment" else a_payment()
    if where == "transaction":
        payment["transaction"] |= inside

    assert told(payment).refunds == (
        RefundIn(
            refund_id="rfnd_1",
            amount=Money(50000, "INR"),
            status="success",
            at=datetime.fromtimestamp(TOLD_AT, UTC),
        ),
    )


@pytest.mark.parametrize(
    "amount",
    [
        None,
        {},
        [],
        {"value": "x", "offset": 100},
        {"value": -1, "offset": 100},
        {"value": 10**30, "offset": 100},
    ],
)
def test_an_amount_that_is_none_is_not_guessed(amount: Any) -> None:
    assert told(a_payment(amount=amount)).amount is None


@pytest.mark.parametrize("offset", [100, None, 0, "100"])
def test_an_offset_is_a_hundred_where_it_is_missing(offset: Any) -> None:
    payment = a_payment(amount={"value": 150000, "offset": offset})

    assert told(payment).amount == Money(150000, "INR")


@pytest.mark.parametrize("payment", [..., None, [], "x", {}, {"reference_id": ""}])
def test_a_payment_without_a_reference_is_a_status_that_says_nothing(payment: Any) -> None:
    update = update_in({} if payment is ... else payment)

    assert isinstance(update, StatusIn)
    assert update.delivery is None


@pytest.mark.skipif(not PAYMENTS, reason="the corpus is not here")
@pytest.mark.parametrize("path", PAYMENTS, ids=lambda path: path.stem)
def test_every_recorded_payment_is_understood(path: Path) -> None:
    [entry] = split(path.read_bytes(), received_at=NOW)

    update = parse(entry.text, now=NOW)

    assert isinstance(update, PaymentStatusIn)
    [status] = json.loads(path.read_text())["entry"][0]["changes"][0]["value"]["statuses"]
    assert update.reference == status["payment"]["reference_id"]
    assert update.amount == Money(status["payment"]["amount"]["value"], "INR")
