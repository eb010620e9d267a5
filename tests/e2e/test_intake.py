"""What Meta may send, and what nobody may, at the door of the deployed stack."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from tests.messages import Sender
from tests.shop import NUMBER, STORE, wait_for

if TYPE_CHECKING:
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "whatsapp"


def test_the_handshake_answers_the_bare_challenge(shop: Shop) -> None:
    path = f"{shop.stack.url}/webhooks/whatsapp"
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}

    right = httpx.get(path, params=asked | {"hub.verify_token": shop.stack.secrets.verify_token})
    wrong = httpx.get(path, params=asked | {"hub.verify_token": "guess"})

    assert (right.status_code, right.text) == (200, "1158201444")
    assert wrong.status_code == 403


def test_a_body_without_or_with_a_wrong_signature_changes_nothing(shop: Shop) -> None:
    sender = Sender(number=NUMBER, phone="919811100010", name="Forger")
    body = sender.cart("wamid.forged")

    wrong = shop.post(body, **{"X-Hub-Signature-256": "sha256=" + "0" * 64})
    unsigned = httpx.post(f"{shop.stack.url}/webhooks/whatsapp", json=body)

    assert (wrong.status_code, wrong.json()["error"]["code"]) == (403, "forbidden")
    assert (unsigned.status_code, unsigned.json()["error"]["code"]) == (401, "unauthenticated")
    shop.post(sender.cart("wamid.genuine"))
    shop.placed(STORE, NUMBER, "wamid.genuine")
    listed = shop.api.get("/api/orders", params={"limit": 100}).json()["orders"]
    assert [each["customer_name"] for each in listed].count("Forger") == 1


def test_a_body_of_more_than_three_megabytes_is_refused(shop: Shop) -> None:
    answer = shop.post(b'{"x": "' + b"a" * 3_200_000 + b'"}')

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_one_poisoned_message_takes_no_other_with_it(shop: Shop) -> None:
    sender = Sender(number=NUMBER, phone="919811100011", name="Batch")
    [good] = sender.cart("wamid.batch-1")["entry"][0]["changes"][0]["value"]["messages"]
    nobody = {"id": "wamid.batch-2", "type": "text", "text": {"body": "no sender"}}
    last = good | {"id": "wamid.batch-3"}

    answer = shop.post(sender.body(good, nobody, last))

    assert answer.status_code == 200
    shop.placed(STORE, NUMBER, "wamid.batch-1")
    shop.placed(STORE, NUMBER, "wamid.batch-3")
    letters = wait_for(
        lambda: [each for each in shop.dead_letters() if "wamid.batch-2" in each["body"]],
        "the dead letter",
    )
    assert letters[0]["reason"] == "no_sender"


def test_what_is_no_webhook_body_is_kept_with_its_reason(shop: Shop) -> None:
    answer = shop.post(b"this is not JSON, take one")

    assert answer.status_code == 200
    letters = wait_for(
        lambda: [each for each in shop.dead_letters() if "take one" in each["body"]],
        "the dead letter",
    )
    assert letters[0]["reason"]


def test_the_same_cart_posted_fifty_times_at_once_is_one_order(shop: Shop) -> None:
    sender = Sender(number=NUMBER, phone="919811100012", name="Crowd")
    body = sender.cart("wamid.crowd-1")

    with ThreadPoolExecutor(10) as pool:
        codes = set(pool.map(lambda _: shop.post(body).status_code, range(50)))

    order = shop.placed(STORE, NUMBER, "wamid.crowd-1")
    shop.wait_until_standing(order, Stage.PLACED)
    history = shop.orders.history(order.store_id, order.order_id)
    thread = shop.conversations.page(STORE, order.customer.customer_id).items
    assert codes == {200}
    assert [event.type for event in history] == [EventType.PLACED]
    assert len([each for each in thread if each.kind == "order"]) == 1
    assert len([each for each in thread if each.direction == "outbound"]) == 1


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded bodies are not beside this checkout")
@pytest.mark.timeout(300)
def test_every_recorded_body_is_taken_and_every_cart_becomes_an_order(shop: Shop) -> None:
    bodies = {path.name: path.read_bytes() for path in sorted(CORPUS.glob("*.json"))}

    codes = {name: shop.post(body).status_code for name, body in bodies.items()}

    assert {name: code for name, code in codes.items() if code != 200} == {}
    for name, body in bodies.items():
        for number, message_id in carts_in(json.loads(body)):
            assert shop.placed(STORE, number, message_id).lines, name
    for letter in shop.dead_letters():
        assert letter["reason"]


def carts_in(body: object) -> list[tuple[str, str]]:
    """Number and message id of every cart with a line, found without the code under test."""
    found = []
    entries = body.get("entry", []) if isinstance(body, dict) else []
    for entry in entries:
        for change in entry.get("changes", []):
            value = change.get("value", {})
            number = str(value.get("metadata", {}).get("phone_number_id", ""))
            for message in value.get("messages") or []:
                items = (message.get("order") or {}).get("product_items")
                if message.get("type") == "order" and items and message.get("id"):
                    found.append((number, str(message["id"])))
    return found
