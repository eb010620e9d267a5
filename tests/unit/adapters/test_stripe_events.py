"""What Stripe's webhooks say, in the shapes of old and of new API versions."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.adapters.payments.stripe_events import READERS, parse
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import Payment

CORPUS = sorted(Path(__file__).parents[3].joinpath("../shared/corpus/payments").glob("STRIPE-*"))
NOTES = {"store_id": "main", "order_id": "order1", "reference": "1001-1"}
AT = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)


def an_event(kind: str, thing: dict[str, Any], **data: Any) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": kind,
        "created": 1764000000,
        "data": {"object": thing, **data},
    }
    return json.dumps(event).encode()


def a_session(**fields: Any) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": 150000,
        "currency": "inr",
        "client_reference_id": "1001-1",
        "metadata": NOTES,
        **fields,
    }


def an_intent(**fields: Any) -> dict[str, Any]:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 150000,
        "amount_received": 150000,
        "currency": "inr",
        "metadata": NOTES,
        **fields,
    }


def a_refund(**fields: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 50000,
        "currency": "inr",
        "created": 1764000000,
        "payment_intent": "pi_1",
        "status": "succeeded",
        "metadata": {},
        **fields,
    }


def a_charge(**fields: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 150000,
        "amount_refunded": 50000,
        "currency": "inr",
        "payment_intent": "pi_1",
        "metadata": NOTES,
        **fields,
    }


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("checkout.session.completed", a_session()),
        ("checkout.session.completed", a_session(payment_intent=an_intent())),
        ("checkout.session.async_payment_succeeded", a_session()),
        ("payment_intent.succeeded", an_intent()),
    ],
)
def test_each_event_of_one_payment_carries_the_same_payment(
    kind: str, thing: dict[str, Any]
) -> None:
    news = parse(an_event(kind, thing))

    assert (news.provider, news.event_id, news.kind) == ("stripe", "evt_1", EntryKind.CAPTURED)
    assert (news.store_id, news.order_id, news.reference) == ("main", "order1", "1001-1")
    assert news.payment == Payment(payment_id="pi_1", amount=Money(150000, "INR"), at=AT)


@pytest.mark.parametrize("status", ["unpaid", "no_payment_required", None])
def test_completed_is_not_paid(status: str | None) -> None:
    news = parse(an_event("checkout.session.completed", a_session(payment_status=status)))

    assert (news.kind, news.reason) == (
        None,
        "The session is completed, but nothing was paid yet.",
    )


def test_a_payment_that_was_under_way_may_fail_days_later() -> None:
    session = a_session(payment_status="unpaid")

    news = parse(an_event("checkout.session.async_payment_failed", session))

    assert news.kind is EntryKind.FAILED
    assert news.payment is not None
    assert news.payment.payment_id == "pi_1"
    assert "refused" in news.failure


def test_a_declined_card_says_why() -> None:
    intent = an_intent(last_payment_error={"message": "Your card was declined."})

    news = parse(an_event("payment_intent.payment_failed", intent))

    assert (news.kind, news.failure) == (EntryKind.FAILED, "Your card was declined.")


@pytest.mark.parametrize(
    ("currency", "units", "money"),
    [
        ("jpy", 1500, Money(1500, "JPY")),
        ("kwd", 1500, Money(1500, "KWD")),
        ("isk", 150000, Money(1500, "ISK")),
        ("ugx", 150000, Money(1500, "UGX")),
        ("mga", 1500, Money(150000, "MGA")),
    ],
)
def test_amounts_are_in_stripes_own_units(currency: str, units: int, money: Money) -> None:
    session = a_session(currency=currency, amount_total=units)

    news = parse(an_event("checkout.session.completed", session))

    assert news.payment is not None
    assert news.payment.amount == money


@pytest.mark.parametrize(
    ("kind", "status", "booked"),
    [
        ("refund.created", "succeeded", EntryKind.REFUNDED),
        ("refund.created", "pending", EntryKind.REFUNDED),
        ("refund.updated", "succeeded", EntryKind.REFUNDED),
        ("refund.updated", "failed", EntryKind.REFUND_FAILED),
        ("refund.updated", "canceled", EntryKind.REFUND_FAILED),
        ("refund.failed", "failed", EntryKind.REFUND_FAILED),
        ("charge.refund.updated", "failed", EntryKind.REFUND_FAILED),
    ],
)
def test_a_refund_is_told_under_its_own_id(kind: str, status: str, booked: EntryKind) -> None:
    news = parse(an_event(kind, a_refund(status=status, metadata=NOTES)))

    assert (news.kind, news.order_id, news.reference) == (booked, "order1", "pi_1")
    assert news.payment == Payment(payment_id="re_1", amount=Money(50000, "INR"), at=AT)


def test_an_old_version_lists_the_refunds_in_the_charge_the_newest_first() -> None:
    refunds = [a_refund(id="re_2", amount=10000), a_refund()]
    before = {"amount_refunded": 40000, "refunds": {"data": [a_refund()]}}

    news = parse(
        an_event(
            "charge.refunded",
            a_charge(refunds={"object": "list", "data": refunds}),
            previous_attributes=before,
        )
    )

    assert (news.kind, news.order_id, news.reference) == (EntryKind.REFUNDED, "order1", "pi_1")
    assert news.payment is not None
    assert (news.payment.payment_id, news.payment.amount) == ("re_2", Money(10000, "INR"))


def test_a_new_version_tells_the_sum_only_so_the_refund_itself_is_waited_for() -> None:
    before = {"amount_refunded": 0, "refunded": False}

    news = parse(an_event("charge.refunded", a_charge(), previous_attributes=before))

    assert (news.kind, news.reason) == (
        None,
        "The refund comes under its own id with refund.created.",
    )


def a_dispute(**fields: Any) -> dict[str, Any]:
    return {
        "id": "dp_1",
        "object": "dispute",
        "amount": 150000,
        "currency": "inr",
        "charge": "ch_1",
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
        "metadata": {},
        **fields,
    }


@pytest.mark.parametrize(
    ("kind", "status", "told", "booked"),
    [
        ("charge.dispute.created", "needs_response", "opened", None),
        ("charge.dispute.closed", "won", "won", None),
        ("charge.dispute.closed", "lost", "lost", EntryKind.REFUNDED),
        ("charge.dispute.closed", "warning_closed", "", None),
    ],
)
def test_only_a_dispute_that_is_lost_moves_money(
    kind: str, status: str, told: str, booked: EntryKind | None
) -> None:
    news = parse(an_event(kind, a_dispute(status=status)))

    assert (news.dispute, news.kind) == (told, booked)
    assert bool(news.reason) == (not told)


@pytest.mark.parametrize(
    "kind", ["checkout.session.expired", "charge.succeeded", "customer.created", "invented"]
)
def test_what_moves_no_money_needs_no_object(kind: str) -> None:
    body = json.dumps({"type": kind}).encode()

    assert (parse(body).kind, parse(body).reason) == (None, "This event moves no money.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "not valid JSON"),
        (b"{}", "type has to be a text"),
        (b'{"type": "refund.created"}', "data has to be an object"),
        (b'{"type": "refund.created", "data": {"object": []}}', "data.object"),
        (an_event("checkout.session.completed", a_session(amount_total="1")), "amount_total"),
        (an_event("checkout.session.completed", a_session(amount_total=True)), "amount_total"),
        (an_event("checkout.session.completed", a_session(currency=None)), "currency"),
        (an_event("checkout.session.completed", a_session(currency="rupees")), "not a currency"),
        (an_event("checkout.session.completed", a_session(amount_total=10**30)), "amount"),
        (an_event("refund.created", a_refund(created=10**15)), "created"),
        (an_event("refund.created", a_refund(id="")), "data.object.id"),
    ],
)
def test_a_body_that_cannot_be_understood_says_where(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(sorted(a_session() | an_intent() | a_refund() | a_charge() | a_dispute()))


@given(st.sampled_from(sorted(READERS)), st.dictionaries(FIELDS, ANYTHING, max_size=4))
def test_whatever_is_in_an_event_it_is_news_or_a_reason_or_unreadable(
    kind: str, fields: dict[str, Any]
) -> None:
    thing = a_session() | an_intent() | a_refund() | a_charge() | a_dispute() | fields

    # Any other error fails the test by being raised.
    with suppress(Unreadable):
        news = parse(an_event(kind, thing))
        assert bool(news.kind or news.dispute or news.reason)


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_recorded_body_is_news_or_says_why_not(path: Path) -> None:
    news = parse(path.read_bytes())

    assert news.provider == "stripe"
    assert bool(news.kind or news.dispute or news.reason)
