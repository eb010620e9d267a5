"""WhatsApp's own payments: what only this gateway does, against the simulator and odd answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.payments import WhatsappPayments
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import PaymentLink
from tests.contract.gateway_benches import ACCOUNT, WhatsappBench
from tests.integration.answering import closing_server
from tests.integration.simulating import ACCESS_TOKEN, Simulator, running_simulator

AMOUNT, PART = Money(150000, "INR"), Money(50000, "INR")
REQUEST = f"{ACCOUNT}:1001-1"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def bench(simulator: Simulator) -> WhatsappBench:
    simulator.reset()
    return WhatsappBench(simulator)


def gateway_at(url: str) -> WhatsappPayments:
    return WhatsappPayments(url, lambda: ACCESS_TOKEN, lambda: datetime.now(UTC))


def a_link(bench: WhatsappBench, account: str = ACCOUNT) -> PaymentLink:
    return bench.gateway.create_link(
        reference="1001-1",
        amount=AMOUNT,
        description="Order #1001",
        notes={},
        expires_at=datetime.now(UTC) + timedelta(hours=2),
        account=account,
    )


def a_payment(bench: WhatsappBench) -> str:
    link = a_link(bench)
    bench.ask(link)
    bench.pay(link)
    return f"{link.provider_id}:paid"


def test_a_request_is_unknown_until_its_message_has_gone_out(bench: WhatsappBench) -> None:
    link = a_link(bench)

    assert bench.gateway.find_link(link.provider_id) is None
    bench.ask(link)
    assert bench.gateway.find_link(link.provider_id) is not None


@pytest.mark.parametrize("account", ["", "106540352242922", "106540352242922:", ":shop"])
def test_without_number_and_configuration_nobody_can_pay(
    bench: WhatsappBench, account: str
) -> None:
    with pytest.raises(Invalid, match="payment configuration"):
        a_link(bench, account)


def test_a_payment_that_is_under_way_is_no_money_yet(
    bench: WhatsappBench, simulator: Simulator
) -> None:
    link = a_link(bench)
    bench.ask(link)
    simulator.pay_in_whatsapp("1001-1", "pending")

    waiting = bench.gateway.find_link(link.provider_id)
    simulator.pay_in_whatsapp("1001-1", "capture")
    paid = bench.gateway.find_link(link.provider_id)

    assert waiting is not None
    assert paid is not None
    assert (waiting.is_open, waiting.is_processing, waiting.payments) == (True, True, ())
    [payment] = paid.payments
    assert payment.means.startswith("upi pay_")


def test_a_refund_that_was_made_but_never_booked_is_found_by_its_amount(
    bench: WhatsappBench,
) -> None:
    payment_id = a_payment(bench)
    lost = bench.gateway.refund(payment_id, PART, reference="r1")

    again = bench.gateway.refund(payment_id, PART, reference="r1")
    other = bench.gateway.refund(payment_id, PART, reference="r2", booked=[lost.refund_id])

    assert again.refund_id == lost.refund_id != other.refund_id


def test_a_refund_that_failed_may_be_made_again(bench: WhatsappBench, simulator: Simulator) -> None:
    payment_id = a_payment(bench)
    first = bench.gateway.refund(payment_id, PART, reference="r1")
    simulator.fail_whatsapp_refund("1001-1", first.refund_id)

    second = bench.gateway.refund(payment_id, PART, reference="r1.1")

    found = bench.gateway.find_refund(payment_id, first.refund_id)
    assert found is not None
    assert (found.has_failed, second.has_failed) == (True, False)
    assert second.refund_id != first.refund_id


def test_a_wrong_token_is_worth_another_try_once_it_is_right(simulator: Simulator) -> None:
    gateway = WhatsappPayments(simulator.graph_url, lambda: "wrong", lambda: datetime.now(UTC))

    with pytest.raises(Unavailable):
        gateway.find_link(REQUEST)


def answer(**payment: Any) -> bytes:
    told = {
        "reference_id": "1001-1",
        "status": "captured",
        "currency": "INR",
        "total_amount": {"value": 150000, "offset": 100},
        **payment,
    }
    return json.dumps({"payments": [told]}).encode()


@pytest.mark.parametrize(
    ("payment", "status", "is_open"),
    [
        ({"status": "pending"}, "created", True),
        ({"status": "pending", "transactions": [{"status": "failed"}]}, "created", True),
        ({"status": "pending", "transactions": [{"status": "pending"}]}, "processing", True),
        ({"status": "failed"}, "cancelled", False),
        ({"status": "canceled"}, "cancelled", False),
        ({"transactions": []}, "paid", False),
        ({"total_amount": None, "amount": {"value": "150000", "offset": 100}}, "paid", False),
    ],
)
def test_every_state_of_an_order_says_whether_it_may_still_be_paid(
    payment: dict[str, Any], status: str, is_open: bool
) -> None:
    with closing_server(200, answer(**payment)) as (port, _):
        link = gateway_at(f"http://127.0.0.1:{port}").find_link(REQUEST)

    assert link is not None
    assert (link.status, link.is_open, link.amount) == (status, is_open, AMOUNT)
    assert len(link.payments) == (status == "paid")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"<html>"),
        (429, b"{}"),
        (400, b'{"error": {"code": 190}}'),
        (400, b'{"error": {"code": 131000}}'),
        (200, b"<html>"),
        (200, b'{"payments": {}}'),
        (200, answer(total_amount={"value": "much"})),
        (200, answer(transactions=[{"refunds": [{"id": ""}]}])),
    ],
)
def test_an_answer_that_says_nothing_is_worth_another_try(status: int, body: bytes) -> None:
    with closing_server(status, body) as (port, _):
        gateway = gateway_at(f"http://127.0.0.1:{port}")

        with pytest.raises(Unavailable):
            gateway.find_link(REQUEST)
        with pytest.raises(Unavailable):
            gateway.refund(f"{REQUEST}:paid", PART, reference="r1")


@pytest.mark.parametrize(
    "body", [b'{"payments": []}', answer(reference_id="1002-1"), b'{"payments": ["x"]}']
)
def test_an_answer_about_something_else_knows_no_such_request(body: bytes) -> None:
    with closing_server(200, body) as (port, _):
        assert gateway_at(f"http://127.0.0.1:{port}").find_link(REQUEST) is None
