"""Whatever moves money in whatever order, the ledger is right: 150 orders, 60 steps each."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.walks.money import Purse

Purse.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
TestPurse = Purse.TestCase
