"""Payment status derives from what happened, never from what somebody set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOTAL = Money(50_000, "INR")
EMPTY = Ledger(currency="INR")


def an_entry(kind: EntryKind, minor: int = 50_000, *, id: str = "", minutes: int = 0) -> Entry:
    return Entry(
        id=id or f"{kind}-{minutes}",
        kind=kind,
        amount=Money(minor, "INR"),
        at=NOW + timedelta(minutes=minutes),
        method=PaymentMethod.ONLINE,
    )


def a_ledger(*entries: Entry, method: PaymentMethod | None = PaymentMethod.ONLINE) -> Ledger:
    ledger = Ledger(currency="INR", method=method)
    for entry in entries:
        ledger = ledger.book(entry)
    return ledger


REQUESTED, FAILED = EntryKind.REQUESTED, EntryKind.FAILED
CAPTURED, REFUNDED, REVERSED = EntryKind.CAPTURED, EntryKind.REFUNDED, EntryKind.REVERSED


@pytest.mark.parametrize(
    ("ledger", "status"),
    [
        (EMPTY, PaymentStatus.NONE),
        (EMPTY.choose(PaymentMethod.CASH_ON_DELIVERY), PaymentStatus.COD_DUE),
        (a_ledger(), PaymentStatus.NONE),
        (a_ledger(an_entry(REQUESTED)), PaymentStatus.REQUESTED),
        (a_ledger(an_entry(REQUESTED), an_entry(FAILED)), PaymentStatus.FAILED),
        (a_ledger(an_entry(CAPTURED)), PaymentStatus.PAID),
        (a_ledger(an_entry(CAPTURED, 1)), PaymentStatus.PARTIALLY_PAID),
        (a_ledger(an_entry(CAPTURED, 50_001)), PaymentStatus.OVERPAID),
        (a_ledger(an_entry(CAPTURED), an_entry(REFUNDED, 1)), PaymentStatus.PARTIALLY_REFUNDED),
        (a_ledger(an_entry(CAPTURED), an_entry(REFUNDED)), PaymentStatus.REFUNDED),
        (a_ledger(an_entry(FAILED), an_entry(CAPTURED, minutes=1)), PaymentStatus.PAID),
    ],
)
def test_the_status_follows_from_the_entries(ledger: Ledger, status: PaymentStatus) -> None:
    assert ledger.status(TOTAL) is status


def test_an_event_told_twice_is_booked_once() -> None:
    once = a_ledger(an_entry(CAPTURED, id="pay_1"))

    assert once.book(an_entry(CAPTURED, id="pay_1", minutes=9)) is once


def test_a_failed_attempt_leaves_the_link_open() -> None:
    ledger = a_ledger(an_entry(REQUESTED, id="link"), an_entry(FAILED))

    assert ledger.open_request is not None
    assert ledger.open_request.id == "link"


@pytest.mark.parametrize("ending", [CAPTURED, EntryKind.VOIDED])
def test_a_link_that_was_used_or_voided_is_not_open(ending: EntryKind) -> None:
    assert a_ledger(an_entry(REQUESTED), an_entry(ending)).open_request is None


def test_an_order_is_paid_when_the_last_part_came_in() -> None:
    ledger = a_ledger(an_entry(CAPTURED, 20_000, minutes=1), an_entry(CAPTURED, 30_000, minutes=5))

    assert ledger.paid_at(TOTAL) == NOW + timedelta(minutes=5)


def test_cash_taken_back_makes_the_order_unpaid_again() -> None:
    ledger = a_ledger(an_entry(CAPTURED), an_entry(REVERSED, minutes=2))

    assert ledger.paid_at(TOTAL) is None
    assert ledger.captured == Money(0, "INR")


def test_a_refund_later_does_not_unmake_the_payment() -> None:
    assert a_ledger(an_entry(CAPTURED), an_entry(REFUNDED, minutes=9)).paid_at(TOTAL) == NOW


@given(st.lists(st.integers(1, 60_000), max_size=6))
def test_what_is_captured_is_the_sum_of_what_came_in(amounts: list[int]) -> None:
    entries = [an_entry(CAPTURED, each, minutes=at) for at, each in enumerate(amounts)]

    ledger = a_ledger(*entries)

    assert ledger.captured.minor == sum(amounts)
    assert (ledger.paid_at(TOTAL) is not None) == (sum(amounts) >= TOTAL.minor)
