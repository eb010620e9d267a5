"""The API over real HTTP, with a real key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from orderdesk.domain.orders.lifecycle import Stage
from tests.e2e.test_order import confirmed

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

STALE: Final = 409
PATIENCE: Final = 5  # the stage's own work may be faster


def test_the_document_is_served_without_a_key(shop: Shop) -> None:
    answer = httpx.get(f"{shop.stack.url}/openapi.json")

    assert answer.status_code == 200
    assert "/api/orders" in answer.json()["paths"]


def test_without_a_key_nothing_is_shown(shop: Shop) -> None:
    answer = httpx.get(f"{shop.stack.url}/api/orders")

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")


def test_of_two_who_move_an_order_at_once_one_wins_and_the_other_learns_who(shop: Shop) -> None:
    customer = shop.customer("Contested")
    order = shop.order_of(shop.phone.cart(customer, {"SL-CHAI-150": 1}))
    wanted = [
        {"to": Stage.ON_HOLD, "expected_version": order.version, "reason": "Call first"},
        {"to": Stage.REJECTED, "expected_version": order.version, "reason": "Out of stock"},
    ]

    with ThreadPoolExecutor(2) as pool:
        path = f"/api/orders/{order.order_id}/moves"
        answers = list(pool.map(lambda body: shop.api.post(path, json=body), wanted))

    won, lost = sorted(answers, key=lambda each: each.status_code)
    details = lost.json()["error"]["details"]
    assert (won.status_code, lost.status_code) == (200, 409)
    assert details["changed_by"]["by"]["name"] == "End to end"
    assert details["order"]["stage"] == won.json()["order"]["stage"]
    assert details["moves"]


def edit(shop: Shop, order: Order, method: str, rest: str, **body: object) -> dict[str, Any]:
    """The order as it is then, decided on the version that is stored now."""
    for _ in range(PATIENCE):
        seen = shop.reload(order).version
        answer = shop.api.request(
            method,
            f"/api/orders/{order.order_id}/{rest}",
            json={"expected_version": seen, **body},
        )
        if answer.status_code != STALE:
            break
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["order"]
    return found


def test_a_warehouse_ships_in_parts_and_takes_all_back(shop: Shop) -> None:
    order = confirmed(shop, shop.customer("Sends Back"))
    shop.move(order, Stage.APPROVED)
    shop.move(order, Stage.PROCESSED)
    tea = [{"retailer_id": "SL-CHAI-150", "quantity": 1}]
    sweets = [{"retailer_id": "SL-KAJU-250", "quantity": 2}]
    tracking = {"carrier": "Delhivery", "number": "DL88001"}

    edit(shop, order, "POST", "parcels", lines=tea, tracking=tracking)
    shop.move(order, Stage.SHIPPED, tracking=tracking | {"number": "DL88002"})
    edit(shop, order, "PATCH", "parcels/p2", tracking=tracking | {"number": "DL88003"})
    shop.move(order, Stage.DELIVERED)
    edit(shop, order, "POST", "returns", lines=tea, reason_code="damaged")
    part = edit(shop, order, "POST", "returns/r1/receive", restock=False)
    edit(shop, order, "POST", "returns", lines=sweets, reason="Too sweet")
    whole = edit(shop, order, "POST", "returns/r2/receive", restock=True)
    proof = shop.api.get(f"/api/orders/{order.order_id}/verification").json()

    assert (part["stage"], whole["stage"]) == ("delivered", "returned")
    numbers = [each["tracking"]["number"] for each in whole["parcels"]]
    assert numbers == ["DL88001", "DL88003"]
    assert (proof["holds"], proof["flaws"], proof["proven_from"]) == (True, [], 1)
    assert [each["reason"] for each in whole["attention"]] == ["refund_due"]


def test_settings_change_on_what_was_seen_and_say_who_changed_them(shop: Shop) -> None:
    answer = shop.api.get("/api/settings")
    seen, settings = answer.headers["etag"], answer.json()["settings"]
    wanted = settings | {"late_payment_valid_for": settings["late_payment_valid_for"] + 60}

    changed = shop.api.put("/api/settings", json=wanted, headers={"if-match": seen})
    late = shop.api.put("/api/settings", json=settings, headers={"if-match": seen})
    history = shop.api.get("/api/settings/history", params={"limit": 1}).json()

    assert (changed.status_code, late.status_code) == (200, 412)
    assert late.json()["error"]["details"]["winner"]["name"] == "End to end"
    (latest,) = history["changes"]
    assert [each["field"] for each in latest["changes"]] == ["late_payment_valid_for"]
    assert (latest["by"]["role"], latest["by"]["via"]) == ("manager", "api")


def test_stock_is_counted_and_read(shop: Shop) -> None:
    product = "kurta M/2 (नीला)"
    several = {"stock": [{"retailer_id": product, "available": 12}]}

    counted = shop.api.put("/api/products/kurta%20L/stock", json={"available": 3})
    assert shop.api.put("/api/stock", json=several).json() == several
    listed = shop.api.get("/api/stock", params={"ids": f"{product},kurta L,nobody-counts-this"})

    assert (counted.status_code, counted.json()["available"]) == (200, 3)
    assert listed.json()["stock"] == [
        {"retailer_id": product, "available": 12},
        {"retailer_id": "kurta L", "available": 3},
        {"retailer_id": "nobody-counts-this", "available": None},
    ]
