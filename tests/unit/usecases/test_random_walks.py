"""Whatever happens, in whatever order, the rules hold: 150 shops, more than 10,000 steps.

`make bench` walks a million steps with the same machine.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.walks.machine import Shop

Shop.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
TestShop = Shop.TestCase
