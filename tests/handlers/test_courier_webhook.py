"""The couriers' door, fed with the samples of events/."""

import base64
import hashlib
import hmac
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from functions.courier_webhook import app
from orderdesk import wiring
from orderdesk.adapters.secrets import Secrets
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import PaymentStatus
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import ParcelState, Tracking
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import NOW, STORE, a_ready_order, an_actor
from tests.counter import Counter

EVENTS = Path(__file__).parents[2] / "events"
SECRET = "courier-webhook-secret"


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """An order that left with the number of the samples, to be paid in cash."""
    counter = Counter(a_ready_order(Stage.PROCESSED))
    command = MoveCommand(
        store_id=STORE,
        order_id=counter.placed.order_id,
        to=Stage.SHIPPED,
        by=an_actor(),
        tracking=Tracking(carrier="Delhivery", number="DL77001"),
    )
    move(command, orders=counter.orders, stores=counter.stores, now=NOW)
    secrets = Secrets(
        app_secrets=("any",), verify_token="any", courier_webhook_secrets=("new-secret", SECRET)
    )
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    monkeypatch.setattr(wiring, "orders", lambda: counter.orders)
    monkeypatch.setattr(wiring, "stores", lambda: counter.stores)
    monkeypatch.setenv("STORE_ID", STORE)
    return counter


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"courier_webhook_{name}.json").read_text("utf-8"))
    return event


def signed(body: bytes, secret: str = SECRET) -> dict[str, Any]:
    """A sample with another body."""
    event = sample("delivered")
    event["body"] = base64.b64encode(body).decode()
    event["isBase64Encoded"] = True
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    event["headers"]["x-orderdesk-signature"] = f"sha256={signature}"
    return event


def post(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = app.handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_a_delivered_parcel_delivers_the_order(counter: Counter) -> None:
    assert post(sample("delivered")) == (200, {"outcome": "delivered"})
    assert counter.order.stage is Stage.DELIVERED
    assert counter.order.payment_status is PaymentStatus.PAID


def test_what_shiprocket_brings_back_is_returned(counter: Counter) -> None:
    assert post(sample("shiprocket_in_transit")) == (200, {"outcome": "recorded"})
    assert counter.order.parcels[0].state is ParcelState.IN_TRANSIT
    assert post(sample("shiprocket_rto")) == (200, {"outcome": "returned"})
    assert counter.order.stage is Stage.RETURNED


def test_a_failed_attempt_is_recorded(counter: Counter) -> None:
    assert post(sample("failed_attempt")) == (200, {"outcome": "recorded"})
    assert [each.text for each in counter.order.attention] == [
        "Parcel DL77001 could not be delivered: Nobody at home."
    ]


def test_news_that_changes_nothing_is_answered_so_that_the_courier_goes_on(
    counter: Counter,
) -> None:
    post(sample("delivered"))
    foreign = json.loads(sample("delivered")["body"]) | {"tracking_number": "XX1"}

    assert post(sample("delivered")) == (200, {"outcome": "known"})
    assert post(sample("unknown_status")) == (200, {"outcome": "not_understood"})
    assert post(signed(json.dumps(foreign).encode())) == (200, {"outcome": "unknown_parcel"})


def test_another_store_is_named_in_the_address(counter: Counter) -> None:
    elsewhere = sample("delivered") | {"rawQueryString": "store=other"}
    here = sample("delivered") | {"rawQueryString": f"store={STORE}"}

    assert post(elsewhere) == (200, {"outcome": "unknown_parcel"})
    assert post(here) == (200, {"outcome": "delivered"})


@pytest.mark.parametrize("secret", [SECRET, "new-secret"])
def test_both_secrets_are_good_while_one_is_being_changed(counter: Counter, secret: str) -> None:
    assert post(signed(sample("delivered")["body"].encode(), secret))[0] == 200


@pytest.mark.parametrize("name", ["delivered", "shiprocket_rto"])
def test_who_proves_nothing_is_nobody(counter: Counter, name: str) -> None:
    event = sample(name)
    for header in ("x-orderdesk-signature", "x-api-key"):
        event["headers"].pop(header, None)

    status, body = post(event)

    assert (status, body["error"]["code"]) == (401, "unauthenticated")
    assert counter.order.stage is Stage.SHIPPED


def test_a_body_that_was_changed_on_the_way_is_refused(counter: Counter) -> None:
    event = sample("failed_attempt")
    event["body"] = event["body"].replace("failed_attempt", "delivered")

    status, body = post(event)

    assert (status, body["error"]["code"]) == (403, "forbidden")
    assert counter.order.stage is Stage.SHIPPED


def test_a_body_over_a_megabyte_is_refused_before_it_is_looked_at(counter: Counter) -> None:
    assert post(signed(b" " * (1024 * 1024 + 1), "wrong"))[0] == 413


@pytest.mark.parametrize("body", [b"", b"not json", b'{"tracking_number":"DL77001"}'])
def test_a_signed_body_that_cannot_be_understood_says_so(counter: Counter, body: bytes) -> None:
    status, answer = post(signed(body))

    assert (status, answer["error"]["code"]) == (400, "unreadable")


def test_what_cannot_be_written_now_comes_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(counter.orders, "save", _unavailable)
        assert post(sample("delivered"))[0] == 503

    assert post(sample("delivered")) == (200, {"outcome": "delivered"})


def test_what_the_courier_wrote_is_not_logged(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    post(sample("failed_attempt"))

    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "DL77001" in logged
    assert "Nobody at home" not in logged


def _unavailable(*args: object, **named: object) -> None:
    raise Unavailable("The table does not answer.")
