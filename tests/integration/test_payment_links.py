"""Payment links against the simulator, which answers as Razorpay does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderdesk.adapters.payments.links import PaymentLinkGateway
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import PaymentLink
from tests.integration.answering import closing_server
from tests.integration.simulating import PAYMENT_KEY, Simulator, running_simulator

NOTES = {"store_id": "main", "order_id": "order1", "reference": "1001-1"}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def gateway(simulator: Simulator) -> PaymentLinkGateway:
    simulator.reset()
    return PaymentLinkGateway(simulator.payments_url, lambda: PAYMENT_KEY)


def a_link(gateway: PaymentLinkGateway, **fields: Any) -> PaymentLink:
    wanted: dict[str, Any] = {
        "reference": "1001-1",
        "amount": Money(150000, "INR"),
        "description": "Order #1001",
        "notes": NOTES,
        "expires_at": datetime.now(UTC) + timedelta(hours=24),
        **fields,
    }
    return gateway.create_link(**wanted)


def test_a_link_is_open_and_for_the_amount(gateway: PaymentLinkGateway) -> None:
    link = a_link(gateway)

    assert link.is_open
    assert (link.reference, link.amount) == ("1001-1", Money(150000, "INR"))
    assert (link.amount_paid, link.payments) == (Money(0, "INR"), ())
    assert link.url.startswith("http")


def test_the_gateway_keeps_notes_and_expiry(
    gateway: PaymentLinkGateway, simulator: Simulator
) -> None:
    ends = datetime.now(UTC) + timedelta(hours=2)

    a_link(gateway, expires_at=ends)

    [kept] = simulator.payment_links()
    assert kept["notes"] == NOTES
    assert kept["expire_by"] == int(ends.timestamp())


def test_one_reference_is_one_link(gateway: PaymentLinkGateway) -> None:
    assert a_link(gateway) == a_link(gateway)


def test_a_reference_of_another_order_is_refused(gateway: PaymentLinkGateway) -> None:
    a_link(gateway)

    with pytest.raises(Invalid, match="of another order") as refused:
        a_link(gateway, notes={**NOTES, "order_id": "order2"})

    assert refused.value.details["field"] == "reference"


def test_an_amount_that_the_gateway_does_not_take_is_refused_in_its_words(
    gateway: PaymentLinkGateway,
) -> None:
    with pytest.raises(Invalid, match="atleast 100"):
        a_link(gateway, amount=Money(99, "INR"))


def test_a_paid_link_names_its_payments(gateway: PaymentLinkGateway, simulator: Simulator) -> None:
    link = a_link(gateway)
    simulator.settle(link.provider_id, "fail")
    simulator.settle(link.provider_id, "pay")

    found = gateway.find_link(link.provider_id)

    assert found is not None
    assert (found.status, found.is_open) == ("paid", False)
    [payment] = found.payments
    assert payment.payment_id.startswith("pay_")
    assert (payment.amount, payment.means) == (Money(150000, "INR"), "upi")
    assert abs(payment.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_link_that_is_paid_in_part_or_never_ends_is_open() -> None:
    body = {
        "id": "plink_1",
        "reference_id": "1001-1",
        "short_url": "https://rzp.io/i/1",
        "status": "partially_paid",
        "amount": 150000,
        "amount_paid": 50000,
        "currency": "INR",
        "expire_by": 0,
        "payments": None,
    }
    with closing_server(200, json.dumps(body).encode()) as (port, _):
        gateway = PaymentLinkGateway(f"http://127.0.0.1:{port}", lambda: PAYMENT_KEY)
        link = gateway.find_link("plink_1")

    assert link is not None
    assert (link.is_open, link.amount_paid, link.expires_at) == (True, rupees(500), None)


def test_an_unknown_link_is_not_found(gateway: PaymentLinkGateway) -> None:
    assert gateway.find_link("plink_unknown") is None


@pytest.mark.parametrize("outcome", ["expire", "pay"])
def test_cancelling_a_link_that_is_closed_already_changes_nothing(
    gateway: PaymentLinkGateway, simulator: Simulator, outcome: str
) -> None:
    link = a_link(gateway)
    simulator.settle(link.provider_id, outcome)
    before = gateway.find_link(link.provider_id)

    gateway.cancel_link(link.provider_id)

    assert gateway.find_link(link.provider_id) == before


def test_a_cancelled_link_is_closed(gateway: PaymentLinkGateway) -> None:
    link = a_link(gateway)

    gateway.cancel_link(link.provider_id)

    found = gateway.find_link(link.provider_id)
    assert found is not None
    assert found.status == "cancelled"


def test_a_wrong_key_is_worth_another_try_once_it_is_right(simulator: Simulator) -> None:
    gateway = PaymentLinkGateway(simulator.payments_url, lambda: "key_id:wrong")

    with pytest.raises(Unavailable, match="Authentication failed"):
        gateway.find_link("plink_unknown")


def test_a_gateway_that_is_not_there_is_unavailable() -> None:
    gateway = PaymentLinkGateway("http://127.0.0.1:9", lambda: PAYMENT_KEY)

    with pytest.raises(Unavailable, match="did not answer"):
        gateway.find_link("plink_1")


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b"<html>"), (429, b"{}"), (200, b"<html>"), (200, b'{"id": "plink_1"}')],
)
def test_an_answer_that_says_nothing_is_worth_another_try(status: int, body: bytes) -> None:
    with closing_server(status, body) as (port, _):
        gateway = PaymentLinkGateway(f"http://127.0.0.1:{port}", lambda: PAYMENT_KEY)

        with pytest.raises(Unavailable):
            gateway.find_link("plink_1")


def a_payment(gateway: PaymentLinkGateway, simulator: Simulator) -> str:
    """The id of a payment of 1,500 rupees."""
    simulator.settle(a_link(gateway).provider_id, "pay")
    [link] = simulator.payment_links()
    return str(link["payments"][0]["payment_id"])


def rupees(amount: int) -> Money:
    return Money(amount * 100, "INR")


def test_a_refund_has_an_id_and_an_amount(
    gateway: PaymentLinkGateway, simulator: Simulator
) -> None:
    refund = gateway.refund(a_payment(gateway, simulator), rupees(500), reference="order1-v4")

    assert refund.refund_id.startswith("rfnd_")
    assert (refund.amount, refund.status, refund.has_failed) == (rupees(500), "processed", False)


def test_one_reference_is_one_refund(gateway: PaymentLinkGateway, simulator: Simulator) -> None:
    payment = a_payment(gateway, simulator)

    first, second = (gateway.refund(payment, rupees(500), reference="r") for _ in range(2))
    other = gateway.refund(payment, rupees(500), reference="another")

    assert first == second != other


@pytest.mark.parametrize("amount", [700, 1500])
def test_a_refund_that_was_made_is_found_by_its_reference_when_the_amount_has_changed(
    gateway: PaymentLinkGateway, simulator: Simulator, amount: int
) -> None:
    payment = a_payment(gateway, simulator)
    first = gateway.refund(payment, rupees(amount), reference="order1-v4")

    again = gateway.refund(payment, rupees(900), reference="order1-v4")

    assert again == first


def test_more_than_was_captured_is_refused_in_the_gateways_words(
    gateway: PaymentLinkGateway, simulator: Simulator
) -> None:
    payment = a_payment(gateway, simulator)

    with pytest.raises(Invalid, match="greater than amount captured"):
        gateway.refund(payment, rupees(1501), reference="order1-v4")


def test_a_payment_that_the_gateway_does_not_know_is_refused(gateway: PaymentLinkGateway) -> None:
    with pytest.raises(Invalid, match="does not exist"):
        gateway.refund("pay_unknown", rupees(1), reference="order1-v4")


def test_a_link_tells_its_payment_and_what_went_back_of_it(
    gateway: PaymentLinkGateway, simulator: Simulator
) -> None:
    payment = a_payment(gateway, simulator)
    refund = gateway.refund(payment, rupees(1500), reference="order1-v4")

    found = gateway.find_link(simulator.payment_links()[0]["id"])

    assert found is not None
    assert (found.status, [each.payment_id for each in found.payments]) == ("paid", [payment])
    assert found.refunds == (refund,)
    assert (refund.payment_id, refund.reference) == (payment, "order1-v4")


@pytest.mark.parametrize(
    ("status", "body"), [(409, b"{}"), (503, b"<html>"), (200, b"{}"), (200, b"<html>")]
)
def test_a_refund_whose_answer_says_nothing_is_worth_another_try(status: int, body: bytes) -> None:
    with closing_server(status, body) as (port, _):
        gateway = PaymentLinkGateway(f"http://127.0.0.1:{port}", lambda: PAYMENT_KEY)

        with pytest.raises(Unavailable):
            gateway.refund("pay_1", rupees(1), reference="order1-v4")
