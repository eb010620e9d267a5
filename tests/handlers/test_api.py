"""The API's handler, fed with the samples of events/."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.api import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryApiKeys, MemoryOrders, MemoryStock, MemoryStores
from orderdesk.api.context import EDIT, MOVE, READ, WRITE_SETTINGS, key_hash
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import AfterHours, Policy
from orderdesk.usecases.ports import ApiKey
from tests.builders import STORE, a_placed_event, a_ready_order, a_store

EVENTS = Path(__file__).parents[2] / "events"
ORDER_ID = "3fqxmq7zqk3n5h2b4l6v7w8x9y"


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> MemoryOrders:
    orders, keys = MemoryOrders(), MemoryApiKeys()
    hashed = key_hash("od_main_0123abcd")
    key = ApiKey(
        store_id=STORE,
        key_id="k",
        hash=hashed,
        name="Warehouse",
        scopes=(READ, MOVE, EDIT, WRITE_SETTINGS),
        role=Role.MANAGER,
    )
    keys.put(key)
    stores = MemoryStores()
    stores.put(a_store(policy=Policy(after_hours=AfterHours.OFF)))
    monkeypatch.setattr(wiring, "orders", lambda: orders)
    monkeypatch.setattr(wiring, "api_keys", lambda: keys)
    monkeypatch.setattr(wiring, "stores", lambda: stores)
    monkeypatch.setattr(wiring, "stock", lambda: MemoryStock(orders.shelf))
    return orders


def call(name: str) -> tuple[int, dict[str, Any]]:
    event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    answer = app.handler(event, None)
    assert answer["headers"]["content-type"].startswith("application/json")
    return answer["statusCode"], json.loads(answer["body"])


def test_orders_are_listed(orders: MemoryOrders) -> None:
    order = a_ready_order()
    orders.add(order, a_placed_event(order), raw="{}")

    status, body = call("api_list_orders")

    assert status == 200
    assert [each["order_id"] for each in body["orders"]] == [order.order_id]


def test_an_order_is_moved(orders: MemoryOrders) -> None:
    order = a_ready_order(Stage.PROCESSED, order_id=ORDER_ID, version=6)
    orders.add(order, a_placed_event(order), raw="{}")

    status, body = call("api_move_order")

    assert (status, body["order"]["stage"]) == (200, "shipped")
    assert orders.get(STORE, ORDER_ID).stage is Stage.SHIPPED


@pytest.mark.usefixtures("orders")
def test_settings_are_reset() -> None:
    status, body = call("api_reset_settings")

    assert (status, body["version"]) == (200, 1)
    assert body["settings"]["after_hours"] == "hold_on_confirmed"


def test_stock_is_counted(monkeypatch: pytest.MonkeyPatch, orders: MemoryOrders) -> None:
    stock = MemoryStock(orders.shelf)
    monkeypatch.setattr(wiring, "stock", lambda: stock)

    assert call("api_count_stock") == (200, {"retailer_id": "kurta-m", "available": 12})
    assert stock.available(STORE, ["kurta-m"]) == {"kurta-m": 12}


@pytest.mark.usefixtures("orders")
def test_the_document_needs_no_key() -> None:
    status, body = call("api_openapi")

    assert (status, body["openapi"]) == (200, "3.1.0")


@pytest.mark.usefixtures("orders")
def test_a_bug_of_ours_has_the_shape_of_every_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> MemoryOrders:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(wiring, "orders", broken)

    status, body = call("api_list_orders")

    assert (status, body["error"]["code"]) == (500, "internal")
    assert "secret" not in json.dumps(body)
