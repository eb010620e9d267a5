"""Checkout Sessions against the simulator, which answers as Stripe does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderdesk.adapters.payments.stripe import StripeCheckout
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import PaymentLink
from tests.integration.answering import closing_server
from tests.integration.simulating import STRIPE_KEY, Simulator, running_simulator

NOTES = {"store_id": "main", "order_id": "order1", "reference": "1001-1"}
ENDS = datetime.now(UTC) + timedelta(hours=2)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def gateway(simulator: Simulator) -> StripeCheckout:
    simulator.reset()
    return checkout(simulator.stripe_url)


def checkout(url: str, key: str = STRIPE_KEY) -> StripeCheckout:
    return StripeCheckout(url, lambda: key, lambda: datetime.now(UTC))


def a_link(gateway: StripeCheckout, **fields: Any) -> PaymentLink:
    wanted: dict[str, Any] = {
        "reference": "1001-1",
        "amount": Money(150000, "INR"),
        "description": "Order #1001 & more",
        "notes": NOTES,
        "expires_at": ENDS,
        **fields,
    }
    return gateway.create_link(**wanted)


def found(gateway: StripeCheckout, link: PaymentLink) -> PaymentLink:
    known = gateway.find_link(link.provider_id)
    assert known is not None
    return known


def test_session_and_payment_carry_the_notes_and_the_customer_reads_the_description(
    gateway: StripeCheckout, simulator: Simulator
) -> None:
    link = a_link(gateway, return_url="https://orders.example.com/o/1")
    simulator.settle_stripe(link.provider_id, "pay")

    [kept] = simulator.stripe_sessions()
    assert kept["session"]["metadata"] == kept["intent"]["metadata"] == NOTES
    assert kept["session"]["client_reference_id"] == "1001-1"
    assert kept["session"]["success_url"] == "https://orders.example.com/o/1"
    assert kept["about"]["name"] == "Order #1001 & more"


@pytest.mark.parametrize(
    ("wanted", "least", "most"),
    [
        (timedelta(minutes=-5), timedelta(minutes=30), timedelta(minutes=32)),
        (timedelta(minutes=16), timedelta(minutes=30), timedelta(minutes=32)),
        (timedelta(hours=5), timedelta(hours=4, minutes=59), timedelta(hours=5)),
        (timedelta(hours=24), timedelta(hours=23, minutes=59), timedelta(hours=24)),
        (timedelta(days=9), timedelta(hours=23, minutes=59), timedelta(hours=24)),
    ],
)
def test_a_session_ends_within_what_stripe_allows(
    gateway: StripeCheckout, wanted: timedelta, least: timedelta, most: timedelta
) -> None:
    now = datetime.now(UTC)

    link = a_link(gateway, expires_at=now + wanted)

    assert link.expires_at is not None
    assert now + least <= link.expires_at <= now + most + timedelta(seconds=5)


def test_a_retry_that_asks_for_something_else_makes_a_session_of_its_own(
    gateway: StripeCheckout,
) -> None:
    first = a_link(gateway)

    second, again = (a_link(gateway, amount=Money(140000, "INR")) for _ in range(2))

    assert second.amount == Money(140000, "INR")
    assert second.provider_id == again.provider_id != first.provider_id


@pytest.mark.parametrize(
    ("currency", "minor", "units"),
    [("JPY", 1500, 1500), ("ISK", 1500, 150000), ("KWD", 1500, 1500), ("MGA", 150000, 1500)],
)
def test_amounts_go_and_come_in_stripes_units(
    gateway: StripeCheckout, simulator: Simulator, currency: str, minor: int, units: int
) -> None:
    link = a_link(gateway, amount=Money(minor, currency))

    [kept] = simulator.stripe_sessions()
    assert kept["session"]["amount_total"] == units
    assert found(gateway, link).amount == Money(minor, currency)


def test_what_stripe_cannot_count_is_refused(gateway: StripeCheckout) -> None:
    with pytest.raises(Invalid, match="no fraction"):
        a_link(gateway, amount=Money(150050, "MGA"))


def test_an_amount_that_stripe_does_not_take_is_refused_in_its_words(
    gateway: StripeCheckout,
) -> None:
    with pytest.raises(Invalid, match="must add up to at least"):
        a_link(gateway, amount=Money(0, "INR"))


def test_a_payment_that_the_bank_decides_on_later_is_under_way(
    gateway: StripeCheckout, simulator: Simulator
) -> None:
    link = a_link(gateway)
    simulator.settle_stripe(link.provider_id, "pay", method="sepa_debit", delayed=True)

    waiting = found(gateway, link)
    gateway.cancel_link(link.provider_id)

    assert (waiting.status, waiting.is_processing, waiting.payments) == ("processing", True, ())
    assert found(gateway, link) == waiting
    simulator.settle_stripe(link.provider_id, "succeed")
    [payment] = found(gateway, link).payments
    assert (payment.amount, payment.means) == (Money(150000, "INR"), "sepa_debit")


def test_a_payment_that_the_bank_refuses_later_closes_the_link(
    gateway: StripeCheckout, simulator: Simulator
) -> None:
    link = a_link(gateway)
    simulator.settle_stripe(link.provider_id, "pay", delayed=True)

    simulator.settle_stripe(link.provider_id, "refuse")

    assert (found(gateway, link).is_open, found(gateway, link).payments) == (False, ())


def test_a_refund_that_failed_is_told_as_failed(
    gateway: StripeCheckout, simulator: Simulator
) -> None:
    link = a_link(gateway)
    simulator.settle_stripe(link.provider_id, "pay")
    [payment] = found(gateway, link).payments
    refund = gateway.refund(payment.payment_id, Money(50000, "INR"), reference="r1")

    simulator.fail_stripe_refund(refund.refund_id)

    [told] = found(gateway, link).refunds
    assert (told.refund_id, told.has_failed) == (refund.refund_id, True)


def test_a_refund_is_found_only_with_its_own_payment(
    gateway: StripeCheckout, simulator: Simulator
) -> None:
    link = a_link(gateway)
    simulator.settle_stripe(link.provider_id, "pay")
    [payment] = found(gateway, link).payments
    refund = gateway.refund(payment.payment_id, Money(50000, "INR"), reference="r1")

    assert gateway.find_refund("pi_another", refund.refund_id) is None


def test_a_wrong_key_is_worth_another_try_once_it_is_right(simulator: Simulator) -> None:
    with pytest.raises(Unavailable, match="Invalid API Key"):
        checkout(simulator.stripe_url, "sk_wrong").find_link("cs_unknown")


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b"<html>"), (429, b"{}"), (409, b"{}"), (200, b"<html>"), (200, b'{"id": "cs_1"}')],
)
def test_an_answer_that_says_nothing_is_worth_another_try(status: int, body: bytes) -> None:
    with closing_server(status, body) as (port, _):
        gateway = checkout(f"http://127.0.0.1:{port}")

        with pytest.raises(Unavailable):
            gateway.find_link("cs_1")
        with pytest.raises(Unavailable):
            gateway.refund("pi_1", Money(100, "INR"), reference="r1")
