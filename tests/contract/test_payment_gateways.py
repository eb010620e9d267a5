"""What every payment gateway does alike, in memory and over real sockets."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import PaymentGateway, PaymentLink
from tests.contract.gateway_benches import (
    ACCOUNT,
    Bench,
    MemoryBench,
    RazorpayBench,
    StripeBench,
    WhatsappBench,
)
from tests.integration.simulating import Simulator, running_simulator

NOTES = {"store_id": "main", "order_id": "order1", "reference": "1001-1"}
BENCHES: dict[str, Callable[[Simulator], Bench]] = {
    "razorpay": RazorpayBench,
    "stripe": StripeBench,
    "whatsapp": WhatsappBench,
    "memory-razorpay": lambda _: MemoryBench("razorpay"),
    "memory-stripe": lambda _: MemoryBench("stripe"),
    "memory-whatsapp": lambda _: MemoryBench("whatsapp"),
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, simulator: Simulator) -> Bench:
    simulator.reset()
    return BENCHES[request.param](simulator)


def rupees(amount: int) -> Money:
    return Money(amount * 100, "INR")


def wanted(**fields: Any) -> dict[str, Any]:
    return {
        "reference": "1001-1",
        "amount": rupees(1500),
        "description": "Order #1001",
        "notes": NOTES,
        "expires_at": datetime.now(UTC) + timedelta(hours=2),
        "account": ACCOUNT,
        **fields,
    }


def a_link(bench: Bench, **fields: Any) -> PaymentLink:
    link = bench.gateway.create_link(**wanted(**fields))
    bench.ask(link)
    return link


def link_or_refused_field(bench: Bench, **fields: Any) -> str:
    """The id of the link, or the field that the gateway refused it for."""
    try:
        return a_link(bench, **fields).provider_id
    except Invalid as refused:
        return str(refused.details["field"])


def found(bench: Bench, link: PaymentLink) -> PaymentLink:
    known = bench.gateway.find_link(link.provider_id)
    assert known is not None
    return known


def a_payment(bench: Bench) -> tuple[PaymentLink, str]:
    """A link that was paid with 1,500 rupees, and the id of the payment."""
    link = a_link(bench)
    bench.pay(link)
    [payment] = found(bench, link).payments
    return link, payment.payment_id


def test_a_link_is_open_and_for_the_amount(bench: Bench) -> None:
    link = a_link(bench)

    assert (link.reference, link.amount, link.amount_paid) == ("1001-1", rupees(1500), rupees(0))
    assert (link.is_open, link.is_processing) == (True, False)
    assert (link.payments, link.refunds) == ((), ())
    assert link.url.startswith("http") == (bench.gateway.provider != "whatsapp")


def test_an_address_of_ours_to_return_to_is_taken(bench: Bench) -> None:
    assert a_link(bench, return_url="https://orders.example.com/o/1").is_open


def test_a_link_is_found_as_it_was_made(bench: Bench) -> None:
    link = a_link(bench)

    known = found(bench, link)

    assert (known.reference, known.amount, known.is_open) == ("1001-1", rupees(1500), True)


def test_a_link_ends_when_it_was_meant_to(bench: Bench) -> None:
    ends = datetime.now(UTC) + timedelta(hours=3)

    link = a_link(bench, expires_at=ends)

    assert link.expires_at is not None
    assert abs(link.expires_at - ends) < timedelta(seconds=2)


def test_one_reference_is_one_link(bench: Bench) -> None:
    asked = wanted()
    first, second = (bench.gateway.create_link(**asked) for _ in range(2))

    assert first.provider_id == second.provider_id
    assert first == second


def test_a_link_that_was_closed_since_is_told_as_it_is_now(bench: Bench) -> None:
    asked = wanted()
    link = bench.gateway.create_link(**asked)
    bench.ask(link)
    if not bench.traits.takes_requests_back:
        pytest.skip("this gateway tells the state of a request only when it is asked for it")
    bench.gateway.cancel_link(link.provider_id)

    assert bench.gateway.create_link(**asked).is_open is False


def test_orders_of_one_reference_never_share_a_link(bench: Bench) -> None:
    if not bench.traits.knows_references:
        pytest.skip("this gateway learns of a reference by the message")
    theirs = a_link(bench)

    ours = link_or_refused_field(bench, notes={**NOTES, "order_id": "order2"})

    assert ours == "reference" or ours.startswith(("cs_", "plink_"))
    assert ours != theirs.provider_id


def test_a_paid_link_names_its_payment(bench: Bench) -> None:
    link = a_link(bench)
    bench.pay(link)

    paid = found(bench, link)

    assert (paid.status, paid.is_open, paid.amount_paid) == ("paid", False, rupees(1500))
    [payment] = paid.payments
    assert payment.amount == rupees(1500)
    assert abs(payment.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert payment.payment_id not in {"", link.provider_id}


def test_a_declined_payment_leaves_the_link_open(bench: Bench) -> None:
    link = a_link(bench)
    bench.decline(link)

    assert (found(bench, link).is_open, found(bench, link).payments) == (True, ())
    bench.pay(link)
    assert found(bench, link).amount_paid == rupees(1500)


def test_an_expired_link_is_closed(bench: Bench) -> None:
    link = a_link(bench)
    if not bench.traits.takes_requests_back:
        pytest.skip("this gateway tells nothing of expiry")
    bench.expire(link)

    assert (found(bench, link).status, found(bench, link).is_open) == ("expired", False)


def test_a_cancelled_link_is_closed_where_the_gateway_takes_it_back(bench: Bench) -> None:
    link = a_link(bench)

    bench.gateway.cancel_link(link.provider_id)

    assert found(bench, link).is_open == (not bench.traits.takes_requests_back)


def test_cancelling_a_paid_link_changes_nothing(bench: Bench) -> None:
    link, _ = a_payment(bench)
    before = found(bench, link)

    bench.gateway.cancel_link(link.provider_id)

    assert found(bench, link) == before


def test_what_the_gateway_does_not_know_is_not_there(bench: Bench) -> None:
    gateway = bench.gateway

    assert gateway.find_link(f"{ACCOUNT}:9999-1") is None
    assert gateway.find_refund(f"{ACCOUNT}:9999-1:paid", "rfnd_unknown") is None
    assert gateway.notes_of(f"{ACCOUNT}:9999-1:paid") is None
    gateway.cancel_link(f"{ACCOUNT}:9999-1")


def test_a_refund_is_told_with_its_payment(bench: Bench) -> None:
    link, payment_id = a_payment(bench)

    refund = bench.gateway.refund(payment_id, rupees(500), reference="order1-r1")

    assert (refund.payment_id, refund.amount, refund.has_failed) == (
        payment_id,
        rupees(500),
        False,
    )
    [told] = found(bench, link).refunds
    assert (told.refund_id, told.amount) == (refund.refund_id, rupees(500))
    known = bench.gateway.find_refund(payment_id, refund.refund_id)
    assert known is not None
    assert (known.refund_id, known.amount) == (refund.refund_id, rupees(500))


def test_a_payment_that_was_refunded_in_whole_is_still_told(bench: Bench) -> None:
    link, payment_id = a_payment(bench)

    bench.gateway.refund(payment_id, rupees(1500), reference="order1-r1")

    assert [each.payment_id for each in found(bench, link).payments] == [payment_id]
    assert [each.amount for each in found(bench, link).refunds] == [rupees(1500)]


@pytest.mark.parametrize("second", [500, 700])
def test_one_reference_is_one_refund(bench: Bench, second: int) -> None:
    if second != 500 and not bench.traits.keeps_references:
        pytest.skip("this gateway knows a refund by its amount only")
    link, payment_id = a_payment(bench)

    first = bench.gateway.refund(payment_id, rupees(500), reference="order1-r1")
    again = bench.gateway.refund(payment_id, rupees(second), reference="order1-r1")

    assert (again.refund_id, again.amount) == (first.refund_id, rupees(500))
    assert len(found(bench, link).refunds) == 1


def test_another_reference_is_another_refund(bench: Bench) -> None:
    link, payment_id = a_payment(bench)

    first = bench.gateway.refund(payment_id, rupees(500), reference="order1-r1")
    booked = [first.refund_id]
    bench.gateway.refund(payment_id, rupees(500), reference="order1-r2", booked=booked)

    assert len({each.refund_id for each in found(bench, link).refunds}) == 2


def test_no_more_goes_back_than_came(bench: Bench) -> None:
    link, payment_id = a_payment(bench)
    bench.gateway.refund(payment_id, rupees(1000), reference="order1-r1")

    with pytest.raises(Invalid):
        bench.gateway.refund(payment_id, rupees(501), reference="order1-r2")
    assert len(found(bench, link).refunds) == 1


def test_a_payment_that_the_gateway_does_not_know_is_not_refunded(bench: Bench) -> None:
    with pytest.raises(Invalid):
        bench.gateway.refund(f"{ACCOUNT}:9999-1:paid", rupees(1), reference="order1-r1")


def test_the_notes_of_a_link_are_those_of_its_payment(bench: Bench) -> None:
    _, payment_id = a_payment(bench)

    notes = bench.gateway.notes_of(payment_id)

    assert notes == (NOTES if bench.traits.keeps_notes else {})


CALLS: dict[str, Callable[[PaymentGateway], object]] = {
    "find_link": lambda gateway: gateway.find_link(f"{ACCOUNT}:1001-1"),
    "refund": lambda gateway: gateway.refund("pay_1", rupees(1), reference="r1"),
    "find_refund": lambda gateway: gateway.find_refund(f"{ACCOUNT}:1001-1:paid", "rfnd_1"),
    "notes_of": lambda gateway: gateway.notes_of(f"{ACCOUNT}:1001-1:paid"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_gateway_that_does_not_answer_is_unavailable(bench: Bench, call: str) -> None:
    with pytest.raises(Unavailable):
        CALLS[call](bench.out_of_reach)


def test_a_link_that_has_to_be_made_or_taken_back_needs_the_gateway(bench: Bench) -> None:
    if not bench.traits.takes_requests_back:
        pytest.skip("nothing is asked of this gateway")
    with pytest.raises(Unavailable):
        bench.out_of_reach.create_link(**wanted())
    with pytest.raises(Unavailable):
        bench.out_of_reach.cancel_link("1001-1")
