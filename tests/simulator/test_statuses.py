"""Status webhooks of messages that the application sent."""

import http.client
from urllib.parse import urlsplit

from dev.simulator.client import Simulator
from tests.simulator.harness import ASHA, DANIEL, MEERA_USER_ID, Application, Clock, Running


def test_a_message_is_reported_sent_and_delivered(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    wamid = simulator.send_text(biz_opaque_callback_data="order:1042")
    phone.wait_until_idle()

    by_name = {status["status"]: status for status in application.statuses}
    assert set(by_name) == {"sent", "delivered"}
    for status in by_name.values():
        assert status["id"] == wamid
        assert status["recipient_id"] == "919800012345"
        assert status["recipient_user_id"].startswith("IN.")
        assert status["biz_opaque_callback_data"] == "order:1042"
        assert status["pricing"]["pricing_model"] == "PMP"
        assert status["pricing"]["category"] == "service"
        assert "conversation" not in status


def test_a_status_of_a_username_customer_has_no_phone(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"recipient": MEERA_USER_ID, "type": "text", "text": {"body": "Hello"}})
    phone.wait_until_idle()

    assert all("recipient_id" not in status for status in application.statuses)
    assert {s["recipient_user_id"] for s in application.statuses} == {MEERA_USER_ID}


def test_opening_the_thread_reports_read_without_a_price(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    wamid = simulator.send_text()
    phone.wait_until_idle()

    phone.read("asha")
    phone.wait_until_idle()

    read = application.statuses[-1]
    assert (read["status"], read["id"]) == ("read", wamid)
    assert "pricing" not in read
    assert phone.received("asha")[0]["status"] == "read"


def test_a_message_is_read_at_once_when_the_phone_shows_the_thread(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    page = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    page.request("GET", "/events?customer=asha&reading=1")
    response = page.getresponse()
    assert response.read(8) == b": open\n\n"

    simulator.send_text()
    phone.wait_until_idle()
    response.close()
    page.close()

    assert sorted(s["status"] for s in application.statuses) == ["delivered", "read", "sent"]


def test_an_offline_phone_gets_its_messages_when_it_is_back(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_customer("asha", offline=True)
    simulator.send_text()
    phone.wait_until_idle()
    assert [s["status"] for s in application.statuses] == ["sent"]

    phone.change_customer("asha", offline=False)
    phone.wait_until_idle()
    assert [s["status"] for s in application.statuses] == ["sent", "delivered"]


def test_a_message_after_24_hours_fails_with_131047(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.text("asha", "Hello")
    clock.now += 24 * 3600

    simulator.send_text(biz_opaque_callback_data="late")
    phone.wait_until_idle()

    [failed] = application.statuses
    assert failed["status"] == "failed"
    assert failed["errors"][0]["code"] == 131047
    assert failed["biz_opaque_callback_data"] == "late"
    assert "recipient_user_id" not in failed
    assert all("contacts" not in v for v in application.received[-1].values)


def test_a_template_passes_a_closed_window(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_customer("asha", window_closed=True)
    template = {"name": "order_shipped", "language": {"code": "en"}}

    simulator.send({"to": ASHA, "type": "template", "template": template})
    phone.wait_until_idle()

    assert {s["status"] for s in application.statuses} == {"sent", "delivered"}
    assert {s["pricing"]["category"] for s in application.statuses} == {"utility"}


def test_writing_opens_the_window_again(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_customer("asha", window_closed=True)
    phone.text("asha", "Hello")

    simulator.send_text()
    phone.wait_until_idle()

    assert phone.received("asha")[0]["status"] == "delivered"


def test_an_unreachable_customer_fails_with_131026(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_customer("asha", unreachable=True)

    simulator.send_text()
    phone.wait_until_idle()

    assert application.statuses[0]["errors"][0]["code"] == 131026


def test_a_client_without_address_forms_fails_with_1026(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    action = {"name": "address_message", "parameters": {"country": "IN"}}
    interactive = {"type": "address_message", "body": {"text": "Where?"}, "action": action}

    status, _ = simulator.send({"to": DANIEL, "type": "interactive", "interactive": interactive})
    phone.wait_until_idle()

    assert status == 200
    [failed] = application.statuses
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 1026)
    assert failed["errors"][0]["title"] == "Receiver Incapable"
