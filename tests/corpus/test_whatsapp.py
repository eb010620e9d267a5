"""Bodies that others recorded or documented, through everything between Meta and the order.

They are read from beside the project and never copied into it; without them these tests skip.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.envelope import split
from tests.builders import NOW
from tests.whatsapp import Shop

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "whatsapp"
BODIES = sorted(CORPUS.glob("*.json"))
REASONS = {"no_sender", "unknown_field", "unknown_update"}

pytestmark = pytest.mark.skipif(not BODIES, reason="the corpus is not there")


def messages_in(body: bytes) -> list[dict[str, Any]]:
    return [
        message
        for entry in json.loads(body)["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", ())
        if change.get("field") == "messages"
    ]


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_nothing_is_lost_and_only_what_cannot_be_understood_is_set_aside(path: Path) -> None:
    shop, body = Shop(), path.read_bytes()

    outcomes = shop.hears(body)

    assert len(outcomes) + len(shop.dead_letters) == len(split(body, received_at=NOW))
    assert set(shop.dead_letters) <= REASONS
    of_somebody = [each for each in messages_in(body) if each.keys() & {"from", "from_user_id"}]
    assert len(shop.shelf.messages) >= len(of_somebody)


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_every_cart_with_something_in_it_is_an_order(path: Path) -> None:
    shop, body = Shop(), path.read_bytes()
    carts = [each["order"] for each in messages_in(body) if each.get("type") == "order"]

    shop.hears(body)

    full = [each for each in carts if each.get("product_items")]
    assert len(shop.shelf.orders) == len(full)
    kept = [message for message in shop.shelf.messages.values() if message["kind"] == "order"]
    assert len(kept) == len(carts)


def test_carts_stay_orders_when_one_shop_hears_everything_twice() -> None:
    shop = Shop()
    carts = 0
    for path in BODIES:
        body = path.read_bytes()
        shop.hears(body)
        carts += sum(bool(each.get("order", {}).get("product_items")) for each in messages_in(body))
    events = {key: len(kept.history) for key, kept in shop.shelf.orders.items()}
    messages = len(shop.shelf.messages)

    for path in BODIES:
        shop.hears(path.read_bytes())

    assert len(shop.shelf.orders) == carts
    assert {key: len(kept.history) for key, kept in shop.shelf.orders.items()} == events
    assert len(shop.shelf.messages) == messages


def test_almost_everything_is_understood() -> None:
    shop = Shop()
    for path in BODIES:
        shop.hears(path.read_bytes())

    assert len(shop.dead_letters) < 0.02 * len(BODIES)
