"""The handler that asks gateways, fed with the samples of events/."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from functions.reconcile import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryReconciliations
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.payments.request_payment import Till, request_payment
from tests.builders import STORE, an_address, an_order
from tests.counter import Counter

EVENTS = Path(__file__).parents[2] / "events"
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)


class Office(Counter):
    """Whose order was paid half an hour ago, without anybody telling us."""

    def __init__(self) -> None:
        then = datetime.now(UTC) - timedelta(minutes=30)
        super().__init__(an_order(address=an_address(), ledger=ONLINE, placed_at=then))
        self.reconciliations = MemoryReconciliations(self.shelf)
        till = Till(gateways=self.gateways, orders=self.orders, stores=self.stores, now=then)
        asked = request_payment(self.order, till).ledger.open_request
        assert asked
        self.gateway.pay(asked.id, self.order.total, at=then)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    for name in ("orders", "stores", "gateways", "reconciliations"):
        monkeypatch.setattr(wiring, name, partial(getattr, made, name))
    return made


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"reconcile_{name}.json").read_text("utf-8"))
    return found


def context() -> Any:
    return SimpleNamespace(
        function_name="orderdesk-reconcile", get_remaining_time_in_millis=lambda: 300_000
    )


def test_a_run_finds_what_nobody_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    counts = app.handler(sample("all"), context())

    assert counts["found"] == 1
    assert office.order.stage is Stage.CONFIRMED
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [each["PaymentDrift"] for each in told] == [1]


def test_one_order_can_be_asked_about_at_once(office: Office) -> None:
    event = sample("one") | {"store_id": STORE, "order_id": office.order.order_id}

    assert app.handler(event, context()) == {"outcome": "found"}
    assert office.order.ledger.balance == office.order.total


def test_a_run_with_nothing_open_finds_nothing(office: Office) -> None:
    app.handler(sample("all"), context())
    store = office.stores.get(STORE)
    office.stores.put(replace(store, name="Still here"))

    assert app.handler(sample("all"), context())["found"] == 0
