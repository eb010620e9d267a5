"""The API over real HTTP, with a real key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from orderdesk.domain.lifecycle import Stage

if TYPE_CHECKING:
    from tests.shop import Shop

pytestmark = pytest.mark.e2e


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
