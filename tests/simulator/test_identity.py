"""Who a customer is, when that changes."""

import pytest

from dev.simulator.client import Refused, Simulator
from tests.simulator.harness import Application, Running


def test_a_new_number_is_told_without_contacts_and_with_a_new_user_id(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    before = phone.customer("asha")

    after = phone.change_number("asha", "+91 97000 11111")
    phone.wait_until_idle()

    [value] = application.received[-1].values
    [message] = value["messages"]
    assert "contacts" not in value
    assert message["from"] == before["phone"]
    assert message["system"]["type"] == "user_changed_number"
    assert message["system"]["wa_id"] == "919700011111" == after["phone"]
    assert message["system"]["user_id"] == after["user_id"] != before["user_id"]


def test_who_moved_is_reached_under_the_new_number_only(
    simulator: Running, phone: Simulator
) -> None:
    phone.change_number("asha", "+91 97000 11111")

    simulator.send_text("+919700011111")
    simulator.send_text("+919800012345")
    phone.wait_until_idle()

    assert len(phone.received("asha")) == 1
    assert len(phone.received("919800012345")) == 1


def test_a_new_user_id_names_the_one_before(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    before = phone.customer("meera")["user_id"]

    after = phone.change_user_id("meera")
    phone.wait_until_idle()

    message = application.messages[-1]
    assert "from" not in message
    assert message["system"]["previous_user_id"] == before
    assert message["system"]["user_id"] == after["user_id"]


def test_a_shared_number_comes_with_the_next_message(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.show_phone("meera", "+91 97000 22222")
    phone.wait_until_idle()
    assert application.messages == []

    phone.text("meera", "Hello")
    phone.wait_until_idle()

    assert application.messages[0]["from"] == "919700022222"
    assert application.messages[0]["from_user_id"] == phone.customer("meera")["user_id"]


@pytest.mark.parametrize(("resume", "word"), [(False, "stop"), (True, "resume")])
def test_a_choice_about_marketing_is_told(
    phone: Simulator, application: Application, *, resume: bool, word: str
) -> None:
    changed = phone.stop_marketing("asha", resume=resume)
    phone.wait_until_idle()

    [change] = application.received[-1].changes
    [preference] = change["value"]["user_preferences"]
    assert change["field"] == "user_preferences"
    assert (preference["value"], preference["wa_id"]) == (word, "919800012345")
    assert bool(changed["stopped_marketing_at"]) is not resume


@pytest.mark.parametrize(
    ("customer", "given", "words"),
    [
        ("asha", "+91 98000 67890", "belongs to another"),
        ("asha", "none", "must have digits"),
        ("nobody", "+91 97000 11111", "unknown or missing"),
    ],
)
def test_a_wrong_number_is_refused(phone: Simulator, customer: str, given: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        phone.change_number(customer, given)


def test_only_a_form_is_answered_with_an_address(simulator: Running, phone: Simulator) -> None:
    sent = simulator.send_text()

    with pytest.raises(Refused, match="does not ask for an address"):
        phone.fill_address("asha", sent)
