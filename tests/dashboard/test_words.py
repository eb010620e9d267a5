"""How moments, ages and phone numbers are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.words import (
    ENTRY,
    FULFILMENT,
    METHOD,
    PARCEL,
    PAYMENT,
    STAGE,
    STOCK,
    Clock,
    age,
    phone,
)
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment, ParcelState
from orderdesk.domain.shop.stock import StockStatus

# 09:15 in Greenwich is 14:45 in Kolkata; the day there began at 18:30 the evening before.
NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "14:30"),
        (datetime(2026, 11, 23, 18, 30, tzinfo=UTC), "00:00"),
        (datetime(2026, 11, 23, 18, 29, tzinfo=UTC), "Yesterday 23:59"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "21 Nov, 14:30"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "31 Dec 2025"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "Tomorrow 04:30"),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), "26 Nov, 04:30"),
    ],
)
def test_a_moment_is_as_short_as_the_shops_day_allows(at: datetime, words: str) -> None:
    assert Clock(NOW, "Asia/Kolkata").stamp(at).short == words


def test_a_moment_carries_its_full_words_and_its_machine_form() -> None:
    stamp = Clock(NOW, "Asia/Kolkata").stamp(NOW)

    assert stamp.full == "Tuesday, 24 November 2026, 14:45:00 Asia/Kolkata"
    assert stamp.iso == "2026-11-24T09:15:00Z"


def test_a_mistyped_time_zone_falls_back_to_utc_and_says_so() -> None:
    clock = Clock(NOW, "Asia/Kolkatta")

    assert clock.stamp(NOW).short == "09:15"
    assert clock.zone_name == "UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86400, "1 d")],
)
def test_an_age_is_one_number(seconds: int, words: str) -> None:
    assert age(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("given", "shown"),
    [("919876543210", "+91 98765 43210"), ("12345", "+12345"), ("", ""), ("x1", "x1")],
)
def test_a_phone_number_can_be_read_back(given: str, shown: str) -> None:
    assert phone(given) == shown


def test_everything_has_a_word_and_no_two_stages_look_the_same() -> None:
    assert set(STAGE) == set(Stage)
    assert set(PAYMENT) == set(PaymentStatus)
    assert set(METHOD) == set(PaymentMethod)
    assert set(ENTRY) == set(EntryKind)
    assert set(FULFILMENT) == set(Fulfilment)
    assert set(PARCEL) == set(ParcelState)
    assert set(STOCK) == set(StockStatus)
    assert len({look.icon for look in STAGE.values()}) == len(Stage)
    assert [look.label for look in STAGE.values()] == [stage.label for stage in STAGE]
