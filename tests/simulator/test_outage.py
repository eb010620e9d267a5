"""Meta's bad days, and the record of what it took."""

import http.client
import urllib.error
from typing import Any

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.harness import ACCESS_TOKEN, ASHA, Application, Clock, Running

BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}


def text(words: str = "Hello", **more: Any) -> Json:
    return {"to": ASHA, "type": "text", "text": {"body": words}} | more


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("error", 500, 131000), ("unavailable", 503, 2), ("rate_limit", 429, 130429)],
)
def test_an_outage_refuses_every_call_until_it_ends(
    simulator: Running, phone: Simulator, clock: Clock, *, mode: str, status: int, code: int
) -> None:
    phone.outage(60, mode)

    answered, answer = simulator.send(text())
    products, _ = simulator.call("GET", "/v26.0/194836987003835/products", headers=BEARER)
    clock.now += 60
    after, _ = simulator.send(text())

    assert (answered, answer["error"]["code"], products, after) == (status, code, status, 200)
    assert len(phone.accepted("asha")) == 1


def test_an_outage_ends_when_it_is_told_to(simulator: Running, phone: Simulator) -> None:
    assert phone.outage(60)["seconds_left"] > 0

    phone.end_outage()

    assert simulator.send(text())[0] == 200


def test_a_lost_answer_leaves_the_message_sent(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.outage(60, "lost_answer")

    with pytest.raises((http.client.HTTPException, urllib.error.URLError, ConnectionError)):
        simulator.send(text(biz_opaque_callback_data="m1"))
    phone.wait_until_idle()

    assert [one["callback_data"] for one in phone.accepted("asha")] == ["m1"]
    assert {one["biz_opaque_callback_data"] for one in application.statuses} == {"m1"}
    assert phone.calls()[-1]["status"] == 0


def test_a_broken_connection_takes_nothing(simulator: Running, phone: Simulator) -> None:
    phone.outage(60, "disconnect")

    with pytest.raises((http.client.HTTPException, urllib.error.URLError, ConnectionError)):
        simulator.send(text())

    assert phone.accepted() == []


def test_a_call_hangs_until_the_outage_is_over(
    simulator: Running, phone: Simulator, clock: Clock
) -> None:
    phone.outage(60, "timeout")
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=0.4)
    path = "/v26.0/106540352242922/messages"
    connection.request("POST", path, b"{}", BEARER | {"Content-Type": "application/json"})

    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    clock.now += 60

    assert phone.accepted() == []


def test_a_share_of_the_calls_fails(simulator: Running, phone: Simulator) -> None:
    phone.outage(60, share=50)

    statuses = [simulator.send(text())[0] for _ in range(30)]

    assert 5 < statuses.count(500) < 25
    assert statuses.count(200) == len(phone.accepted())


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"seconds": 60, "mode": "sulk"}, "mode is one of error, unavailable"),
        ({"seconds": 0}, "seconds must be more than 0"),
        ({"seconds": 60, "share": 0}, "share is 1 to 100"),
    ],
)
def test_a_wrong_outage_is_refused_in_words(phone: Simulator, wanted: Json, words: str) -> None:
    with pytest.raises(Refused, match=words):
        phone.outage(**wanted)


def test_a_planned_failure_may_have_another_status(simulator: Running, phone: Simulator) -> None:
    phone.fail_next_sends(130429, http_status=429)

    status, answer = simulator.send(text())

    assert (status, answer["error"]["code"]) == (429, 130429)


def test_a_read_receipt_does_not_use_up_a_planned_failure(
    simulator: Running, phone: Simulator
) -> None:
    phone.fail_next_sends(131000)
    seen = phone.text("asha", "Hello")

    receipt, _ = simulator.send({"status": "read", "message_id": seen["id"]})
    status, _ = simulator.send(text())

    assert (receipt, status) == (200, 500)


def test_an_expired_token_is_refused_everywhere(simulator: Running, phone: Simulator) -> None:
    phone.switch(token_expired=True)

    status, answer = simulator.send(text())
    products, _ = simulator.call("GET", "/v26.0/194836987003835/products", headers=BEARER)

    assert (status, answer["error"]["code"], products) == (401, 190, 401)


def test_what_was_taken_is_told_in_order_and_by_customer(
    simulator: Running, phone: Simulator
) -> None:
    for number, to in enumerate([ASHA, "+919800067890", ASHA]):
        simulator.send(text(to=to, biz_opaque_callback_data=f"m{number}"))

    assert [one["callback_data"] for one in phone.accepted()] == ["m0", "m1", "m2"]
    assert [one["callback_data"] for one in phone.accepted("asha")] == ["m0", "m2"]
    assert phone.sent_twice() == []


def test_what_was_taken_twice_is_found(simulator: Running, phone: Simulator) -> None:
    for data in ("m1", "m2", "m1", "m1"):
        simulator.send(text(biz_opaque_callback_data=data))

    assert phone.sent_twice() == ["m1"]
