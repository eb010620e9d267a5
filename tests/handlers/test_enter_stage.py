"""The handler of the state machine's task, fed with the samples of events/."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.enter_stage import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryStock
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from tests.counter import Counter, kind_of
from tests.goods import a_price_book
from tests.podium import Podium

EVENTS = Path(__file__).parents[2] / "events"


class Scene:
    """A counter to ask the customer at, and a podium to conduct from, on one shelf."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counter, self.podium = Counter(), Podium()
        self.podium.orders = self.counter.orders
        self.podium.executions.shelf = self.counter.shelf
        for name in ("orders", "stores", "customers", "conversations", "outbox"):
            monkeypatch.setattr(wiring, name, partial(getattr, self.counter, name))
        for name in ("executions", "conductor"):
            monkeypatch.setattr(wiring, name, partial(getattr, self.podium, name))
        monkeypatch.setattr(wiring, "pages", lambda: None)
        monkeypatch.setattr(wiring, "places", lambda: self.counter.places)
        self.stock = MemoryStock(self.counter.shelf)
        monkeypatch.setattr(wiring, "stock", lambda: self.stock)
        monkeypatch.setattr(wiring, "prices", a_price_book)
        monkeypatch.setattr(wiring, "gateways", lambda: self.counter.gateways)

    @property
    def order(self) -> Order:
        return self.counter.order

    @property
    def questions(self) -> list[str]:
        return [kind_of(each.body) for each in self.counter.messenger.sent]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"enter_stage_{name}.json").read_text("utf-8"))


def test_an_order_that_is_placed_is_asked_for_its_address_and_parked(scene: Scene) -> None:
    app.handler(sample("placed"), None)

    assert scene.questions == ["address_message"]
    parked = scene.podium.executions.find("main", scene.order.order_id)
    assert parked is not None
    assert (parked.stage, parked.version) == (Stage.PLACED, 1)
    assert parked.name == f"{scene.order.order_id}-v1"
    assert parked.token == sample("placed")["token"]


def test_a_second_arrival_at_the_same_version_asks_nothing_more(scene: Scene) -> None:
    app.handler(sample("placed"), None)
    app.handler(sample("placed"), None)

    assert scene.questions == ["address_message"]


def test_an_order_that_is_confirmed_reserves_its_goods(scene: Scene) -> None:
    scene.stock.count("main", "kurta-m", 5)
    scene.podium.move(scene.order, Stage.CONFIRMED)

    app.handler(sample("confirmed"), None)

    assert scene.stock.available("main", ["kurta-m"]) == {"kurta-m": 3}
    assert scene.podium.parked_at(scene.order) == (Stage.CONFIRMED, 2)


def test_an_order_that_is_short_of_goods_goes_on_to_its_hold_at_once(scene: Scene) -> None:
    scene.stock.count("main", "kurta-m", 1)
    scene.podium.move(scene.order, Stage.CONFIRMED)

    app.handler(sample("confirmed"), None)

    assert scene.order.stage is Stage.ON_HOLD
    assert [item.reason for item in scene.order.attention] == []


def test_another_stage_asks_nothing(scene: Scene) -> None:
    scene.podium.move(scene.order, Stage.CONFIRMED)

    app.handler(sample("confirmed"), None)

    assert scene.questions == []
    assert scene.podium.parked_at(scene.order) == (Stage.CONFIRMED, 2)


def test_while_the_outbox_is_down_the_machine_tries_again(scene: Scene) -> None:
    scene.counter.outbox.is_down = True

    app.handler(sample("placed"), None)
    assert scene.podium.parked_at(scene.order) is None
    scene.counter.outbox.is_down = False
    app.handler(sample("placed"), None)

    assert scene.questions == ["address_message"]
    assert scene.podium.parked_at(scene.order) == (Stage.PLACED, 1)


def test_when_the_outbox_stays_down_a_person_is_asked_and_the_order_waits(scene: Scene) -> None:
    scene.counter.outbox.is_down = True

    app.handler(sample("last_attempt"), None)

    assert [item.reason for item in scene.order.attention] == ["entry_work_failed"]
    assert scene.podium.parked_at(scene.order) == (Stage.PLACED, 1)
