"""What reaches the application's webhook, and what the switches do to it."""

from pathlib import Path

import pytest

from dev.simulator.client import Refused, Simulator
from tests.simulator.harness import (
    APP_SECRET,
    ASHA,
    MEERA_USER_ID,
    PHONE_NUMBER_ID,
    Application,
    Clock,
    Running,
)


def test_a_cart_arrives_as_an_order_message(phone: Simulator, application: Application) -> None:
    sent = phone.cart("asha", {"SL-KAJU-250": 2, "SL-CHIPS-200": 1}, note="Ring the bell")
    phone.wait_until_idle()

    [received] = application.received
    [value] = received.values
    [message] = value["messages"]
    assert value["metadata"]["phone_number_id"] == PHONE_NUMBER_ID
    assert value["contacts"][0]["wa_id"] == "919800012345"
    assert message["id"] == sent["id"]
    assert message["type"] == "order"
    assert message["order"]["text"] == "Ring the bell"
    assert [line["item_price"] for line in message["order"]["product_items"]] == [420, 149.5]
    assert b'"item_price":149.5' in received.body


def test_the_signature_covers_the_raw_bytes(phone: Simulator, application: Application) -> None:
    phone.text("neha", "नमस्ते http://shop/x")
    phone.wait_until_idle()

    [received] = application.received
    assert received.is_signed_with(APP_SECRET)
    assert not received.is_signed_with("another secret")
    assert received.body.isascii()
    assert b"http:\\/\\/shop\\/x" in received.body
    assert application.messages[0]["text"]["body"] == "नमस्ते http://shop/x"


def test_a_username_customer_has_no_phone_field(phone: Simulator, application: Application) -> None:
    phone.text("meera", "Hello")
    phone.wait_until_idle()

    [value] = application.received[0].values
    assert "wa_id" not in value["contacts"][0]
    assert value["contacts"][0]["user_id"] == MEERA_USER_ID
    assert value["contacts"][0]["profile"] == {"name": "Meera", "username": "meera.makes"}
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == MEERA_USER_ID


def test_a_refused_webhook_comes_again_until_it_is_taken(
    phone: Simulator, application: Application
) -> None:
    application.answers = [500, 404]

    sent = phone.text("asha", "Hello")
    phone.wait_until_idle()

    assert len(application.received) == 3
    assert len({one.body for one in application.received}) == 1
    [delivery] = phone.deliveries()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 404, 200]
    assert delivery["state"] == "delivered"
    assert phone.messages("asha")[-1] == sent | {"status": "delivered"}


def test_duplicates_bring_the_same_bytes_again(phone: Simulator, application: Application) -> None:
    phone.switch(duplicate=4)

    phone.cart("asha", {"SL-KAJU-250": 1})
    phone.wait_until_idle()

    assert len(application.received) == 5
    assert len({one.body for one in application.received}) == 1


def test_reordered_webhooks_come_newest_first(phone: Simulator, application: Application) -> None:
    phone.switch(reorder=True)

    for body in ("first", "second", "third"):
        phone.text("asha", body)
    phone.wait_until_idle()

    arrived = [message["text"]["body"] for message in application.messages]
    assert arrived == ["third", "second", "first"]


def test_a_batch_shares_one_post(phone: Simulator, application: Application) -> None:
    phone.switch(batch=3)

    for body in ("one", "two", "three"):
        phone.text("asha", body)
    phone.wait_until_idle()

    [received] = application.received
    assert [value["messages"][0]["text"]["body"] for value in received.values] == [
        "one",
        "two",
        "three",
    ]


def test_an_incomplete_batch_does_not_wait_for_ever(
    phone: Simulator, application: Application
) -> None:
    phone.switch(batch=10)

    phone.text("asha", "alone")
    phone.wait_until_idle()

    assert [message["text"]["body"] for message in application.messages] == ["alone"]


def test_a_paused_network_keeps_webhooks_until_it_resumes(
    phone: Simulator, application: Application
) -> None:
    phone.switch(paused=True)
    phone.text("asha", "Hello")

    with pytest.raises(TimeoutError):
        phone.wait_until_idle(timeout=0.5)
    assert application.received == []

    phone.switch(paused=False)
    phone.wait_until_idle()
    assert len(application.messages) == 1


def test_a_wrong_signature_is_refused_and_the_next_attempt_mends_it(
    phone: Simulator, application: Application
) -> None:
    application.checks_signatures = True
    phone.switch(wrong_signature=True)

    phone.text("asha", "Hello")
    with pytest.raises(TimeoutError):
        phone.wait_until_idle(timeout=0.4)
    phone.switch(wrong_signature=False)
    phone.wait_until_idle()

    statuses = [attempt["status"] for attempt in phone.deliveries()[0]["attempts"]]
    assert statuses[0] == 403
    assert statuses[-1] == 200


def test_an_undelivered_webhook_survives_a_restart(
    tmp_path: Path, application: Application, clock: Clock
) -> None:
    running = Running(tmp_path, application, clock)
    running.phone.switch(paused=True)
    sent = running.phone.cart("asha", {"SL-KAJU-250": 1})

    running = running.restarted()
    try:
        assert running.phone.messages("asha")[-1]["id"] == sent["id"]
        running.phone.switch(paused=False)
        running.phone.wait_until_idle()
        assert [message["id"] for message in application.messages] == [sent["id"]]
    finally:
        running.stop()


def test_a_given_body_is_signed_as_it_is(phone: Simulator, application: Application) -> None:
    odd = b'{"object": "whatsapp_business_account",   "entry": []}'

    delivery = phone.deliver(odd)

    assert delivery["attempts"][0]["status"] == 200
    [received] = application.received
    assert received.body == odd
    assert received.is_signed_with(APP_SECRET)


def test_a_late_message_carries_the_time_when_it_was_written(
    phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.cart("asha", {"SL-KAJU-250": 1}, sent_at=clock.now - 3600)
    phone.wait_until_idle()

    assert application.messages[0]["timestamp"] == str(int(clock.now - 3600))
    with pytest.raises(Refused, match="seven days"):
        phone.cart("asha", {"SL-KAJU-250": 1}, sent_at=clock.now + 60)


def test_a_button_reply_names_the_message_and_the_button(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    buttons = [{"type": "reply", "reply": {"id": "pay:online:1", "title": "Pay online"}}]
    interactive = {"type": "button", "body": {"text": "?"}, "action": {"buttons": buttons}}
    _, answer = simulator.send({"to": ASHA, "type": "interactive", "interactive": interactive})
    asked = answer["messages"][0]["id"]

    phone.tap("asha", asked, "pay:online:1")
    phone.wait_until_idle()

    [message] = application.messages
    assert message["context"] == {"id": asked, "from": "15550783881"}
    assert message["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "pay:online:1", "title": "Pay online"},
    }
    with pytest.raises(Refused, match="no button"):
        phone.tap("asha", asked, "another")


def test_an_address_reply_holds_json_in_a_string(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    asked = _ask_for_address(simulator)

    phone.fill_address("asha", asked, city="Bengaluru")
    phone.wait_until_idle()

    reply = application.messages[0]["interactive"]["nfm_reply"]
    assert reply["name"] == "address_message"
    assert isinstance(reply["response_json"], str)
    assert '"city":"Bengaluru"' in reply["response_json"]
    assert "saved_address_id" not in reply["response_json"]


def test_a_saved_address_is_answered_with_its_id(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    asked = _ask_for_address(simulator)

    phone.use_saved_address("asha", asked, "home")
    phone.wait_until_idle()

    reply = application.messages[0]["interactive"]["nfm_reply"]
    assert '"saved_address_id":"home"' in reply["response_json"]
    assert '"in_pin_code":"560038"' in reply["response_json"]


def _ask_for_address(simulator: Running) -> str:
    action = {"name": "address_message", "parameters": {"country": "IN"}}
    interactive = {"type": "address_message", "body": {"text": "Where?"}, "action": action}
    _, answer = simulator.send({"to": ASHA, "type": "interactive", "interactive": interactive})
    return str(answer["messages"][0]["id"])
