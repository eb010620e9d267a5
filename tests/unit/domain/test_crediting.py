"""Claims and refunds: no money until somebody saw it, and never more back than came in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import NOW, a_capture, a_ready_order, an_actor, an_order, rupees

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

ASHA, RAVI = an_actor(id="asha", name="Asha"), an_actor(id="ravi", name="Ravi")
CUSTOMER = an_actor(ActorKind.CUSTOMER, id="customer1")


def claimed(by: Any = CUSTOMER, amount: Money | None = None) -> Order:
    order = an_order(ledger=Ledger(currency="INR", method=PaymentMethod.TRANSFER))
    found = crediting.claim(
        order, amount or order.total, claim_id="c1", proof="wamid.1", by=by, now=NOW
    )
    assert found
    return found[0]


def paid(stage: Stage = Stage.CONFIRMED) -> Order:
    order = a_ready_order(stage)
    return replace(order, ledger=order.ledger.book(a_capture(order)))


def refund(order: Order, amount: int, **given: Any) -> Order:
    fields = {"request_id": "r1", "reason": "Late", "limit": None, "by": ASHA, "now": NOW}
    found = crediting.request_refund(order, rupees(amount), **(fields | given))
    assert found
    return found[0]


def test_a_proof_is_no_money_yet() -> None:
    order = claimed()

    assert order.payment_status is PaymentStatus.CLAIMED
    assert order.ledger.balance == rupees(0)
    assert order.flagged("payment_claimed")


def test_a_claim_told_twice_is_one() -> None:
    order = claimed()

    again = crediting.claim(order, order.total, claim_id="c1", by=CUSTOMER, now=NOW)

    assert again is None


def test_who_has_seen_the_money_books_it() -> None:
    order, _ = crediting.confirm_claim(claimed(), "c1", by=ASHA, now=NOW)

    assert order.payment_status is PaymentStatus.PAID
    assert not order.attention


def test_another_amount_may_have_come() -> None:
    order, _ = crediting.confirm_claim(claimed(), "c1", amount=rupees(500), by=ASHA, now=NOW)

    assert order.payment_status is PaymentStatus.PARTIALLY_PAID
    assert order.amount_due == rupees(1000)


def test_nobody_confirms_their_own_claim() -> None:
    with pytest.raises(Blocked, match="Another person"):
        crediting.confirm_claim(claimed(by=ASHA), "c1", by=ASHA, now=NOW)


def test_no_customer_confirms_a_claim() -> None:
    with pytest.raises(Blocked):
        crediting.confirm_claim(claimed(), "c1", by=an_actor(ActorKind.CUSTOMER, id="x"), now=NOW)


def test_a_declined_claim_says_why_and_leaves_the_order_unpaid() -> None:
    with pytest.raises(Invalid, match="Say why"):
        crediting.decline_claim(claimed(), "c1", " ", by=RAVI, now=NOW)

    order, event = crediting.decline_claim(claimed(), "c1", "Not in the bank", by=RAVI, now=NOW)

    assert (order.payment_status, event.reason) == (PaymentStatus.NONE, "Not in the bank")
    assert not order.attention
    with pytest.raises(NotFound):
        crediting.confirm_claim(order, "c1", by=ASHA, now=NOW)


@pytest.mark.parametrize("amount", [Money(0, "INR"), Money(-5, "INR"), Money(5, "USD")])
def test_an_odd_amount_is_no_claim(amount: Money) -> None:
    with pytest.raises(Invalid):
        claimed(amount=amount)


def test_no_more_goes_back_than_came_in() -> None:
    order = refund(paid(), 1000)

    with pytest.raises(Blocked, match=r"At most ₹500.00"):
        refund(order, 501, request_id="r2")


def test_a_refund_within_the_limit_needs_nobody_else() -> None:
    order = refund(paid(), 1000, limit=100_000)

    assert not order.attention
    assert crediting.check_refund(order, "r1", limit=100_000, by=ASHA).amount == rupees(1000)


def test_above_the_limit_a_second_person_makes_it() -> None:
    order = refund(paid(), 1001, limit=100_000)

    assert order.flagged("refund_waits")
    with pytest.raises(Blocked, match="Another person"):
        crediting.check_refund(order, "r1", limit=100_000, by=ASHA)
    assert crediting.check_refund(order, "r1", limit=100_000, by=RAVI).amount == rupees(1001)


def test_a_refund_for_later_waits_for_somebody() -> None:
    assert refund(paid(), 10, later=True).flagged("refund_waits")


def test_a_declined_refund_goes_nowhere() -> None:
    order, _ = crediting.decline_refund(
        refund(paid(), 10, later=True), "r1", "Agreed otherwise", by=RAVI, now=NOW
    )

    assert order.ledger.open_refunds == ()
    assert order.ledger.refundable == rupees(1500)
    assert not order.attention


def test_a_refund_made_in_part_leaves_the_rest_open() -> None:
    order = refund(paid(), 1000)
    part = a_capture(
        order, id="x", kind=EntryKind.REFUNDED, amount=rupees(400), reference="pay_1", request="r1"
    )

    ledger = order.ledger.book(part)

    assert [each.amount for each in ledger.open_refunds] == [rupees(600)]
    assert ledger.refundable == rupees(500)


def test_a_refund_that_failed_is_open_again() -> None:
    order = refund(paid(), 1500)
    back = a_capture(order, id="x", kind=EntryKind.REFUNDED, reference="pay_1", request="r1")
    failed = a_capture(order, id="x:failed", kind=EntryKind.REFUND_FAILED, reference="x")

    ledger = order.ledger.book(back).book(failed)

    assert [each.id for each in ledger.open_refunds] == ["r1"]
    assert ledger.balance == rupees(1500)


def test_news_of_a_refund_that_come_before_our_own_learn_which_request_it_was() -> None:
    order = refund(paid(), 1500)
    told = a_capture(order, id="x", kind=EntryKind.REFUNDED, reference="pay_1")

    ledger = order.ledger.book(told).book(replace(told, request="r1"))

    assert ledger.open_refunds == ()
    assert ledger.refunded == rupees(1500)


def test_money_by_hand_settles_what_was_asked_for() -> None:
    order = refund(paid(Stage.CANCELLED), 1500, later=True)
    [asked] = order.ledger.open_refunds

    done = crediting.refunded_by_hand(order, asked, by=RAVI, now=NOW)

    assert done
    assert done[0].ledger.balance == rupees(0)
    assert not done[0].attention


def test_the_customer_says_once_that_the_order_is_theirs() -> None:
    found = crediting.verify(an_order(), by=CUSTOMER, now=NOW)

    assert found
    assert found[0].verified_at == NOW
    assert crediting.verify(found[0], by=CUSTOMER, now=NOW) is None


PAYMENTS = st.sampled_from(["pay_1", "pay_2", "pay_3"])
AMOUNTS = st.integers(1, 200_000)
ENTRIES = st.builds(
    Entry,
    id=st.text("abcdef", min_size=1, max_size=2),
    kind=st.sampled_from(EntryKind),
    amount=st.builds(Money, AMOUNTS, st.just("INR")),
    at=st.just(NOW),
    method=st.sampled_from(PaymentMethod),
    reference=PAYMENTS | st.just("") | st.text("abcdef", min_size=1, max_size=2),
    request=st.text("abcdef", max_size=2),
    provider=st.sampled_from(["razorpay", "stripe", "whatsapp", ""]),
)
CAPTURES = st.builds(
    Entry,
    id=PAYMENTS,
    kind=st.just(EntryKind.CAPTURED),
    amount=st.builds(Money, AMOUNTS, st.just("INR")),
    at=st.just(NOW),
    method=st.sampled_from(PaymentMethod),
    reference=st.just("1001-1"),
)


@settings(max_examples=400, deadline=None)
@given(entries=st.lists(ENTRIES | CAPTURES, max_size=14), data=st.data())
def test_whatever_is_booked_in_whatever_order_the_shop_never_gives_back_more_than_it_got(
    entries: list[Entry], data: st.DataObject
) -> None:
    unique = list({each.id: each for each in entries}.values())
    ledger, other = Ledger(currency="INR"), Ledger(currency="INR")
    for each in unique:
        ledger = ledger.book(each).book(each)
    for each in data.draw(st.permutations(unique)):
        other = other.book(each)

    assert ledger.balance.minor >= 0
    assert 0 <= ledger.refunded.minor <= ledger.captured.minor
    assert ledger.refunded_too_much.minor >= 0
    assert 0 <= ledger.refundable.minor <= ledger.balance.minor
    assert len(ledger.entries) == len(unique)
    told = ("captured", "refunded", "balance", "refunded_too_much", "refundable")
    assert [getattr(ledger, name) for name in told] == [getattr(other, name) for name in told]
    assert {each.id for each in ledger.open_claims} == {each.id for each in other.open_claims}
