"""Customers, what is kept, and the control API's words for wrong input."""

from pathlib import Path

import pytest

from dev.simulator.client import Refused, Simulator
from tests.simulator.harness import Application, Clock, Running


def test_a_new_customer_has_a_number_of_its_country(phone: Simulator) -> None:
    made = phone.add_customer("Farah Siddiqui", country="IN")

    assert made["phone"].startswith("91")
    assert made["user_id"].startswith("IN.")
    assert made["address_form"]
    assert made["id"] == "farah-siddiqui"
    assert phone.add_customer("Farah Siddiqui")["id"] == "farah-siddiqui-2"


def test_a_new_customer_of_brazil_writes_portuguese(phone: Simulator) -> None:
    made = phone.add_customer("Bruno", country="BR")

    assert made["phone"].startswith("55119")
    assert made["language"] == "pt_BR"


def test_a_new_customer_may_have_only_a_username(phone: Simulator) -> None:
    made = phone.add_customer("Li", country="US", phone=None)

    assert made["phone"] is None
    assert made["username"].startswith("li.")
    assert made["handle"] == f"@{made['username']}"
    assert not made["address_form"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "name must not be empty"),
        ({"name": "A", "phone": "none"}, "must have digits"),
        ({"name": "A", "phone": "+91 98000 12345"}, "belongs to another"),
        ({"name": "A", "username": "Not A Name"}, "username must be"),
        ({"name": "A", "id": "asha"}, "exists already"),
    ],
)
def test_a_wrong_customer_is_refused_in_words(
    phone: Simulator, fields: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        phone.add_customer(**fields)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"offline": "yes"}, "true or false"), ({"phone": "1"}, "cannot change phone")],
)
def test_a_wrong_change_is_refused_in_words(
    phone: Simulator, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        phone.change_customer("asha", **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dupliacte": 1}, "unknown switch 'dupliacte'"),
        ({"duplicate": "many"}, "takes a int"),
        ({"delay_ms": -1}, "cannot be negative"),
    ],
)
def test_a_wrong_switch_is_refused_in_words(
    phone: Simulator, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        phone.switch(**changes)


def test_wrong_acts_are_refused_in_words(phone: Simulator) -> None:
    with pytest.raises(Refused, match="no product 'gone'"):
        phone.cart("asha", {"gone": 1})
    with pytest.raises(Refused, match="quantity must be"):
        phone.cart("asha", {"SL-KAJU-250": 0})
    with pytest.raises(Refused, match="customer 'nobody'"):
        phone.text("nobody", "Hello")
    with pytest.raises(Refused, match="must not be empty"):
        phone.text("asha", " ")


def test_a_form_of_another_website_cannot_act(simulator: Running) -> None:
    headers = {"Content-Type": "text/plain"}

    status, answer = simulator.call(
        "POST", "/control/customers/asha/text", b'{"body": "Hello"}', headers
    )

    assert status == 400
    assert "application/json" in answer["error"]


def test_threads_customers_and_links_survive_a_restart(
    tmp_path: Path, application: Application, clock: Clock
) -> None:
    running = Running(tmp_path, application, clock)
    made = running.phone.add_customer("Farah")
    running.phone.text("farah", "Hello")
    running.phone.switch(duplicate=2)
    running.phone.wait_until_idle()
    before = running.phone.messages("farah")

    running = running.restarted()
    try:
        assert running.phone.messages("farah") == before
        assert running.phone.customer("farah")["user_id"] == made["user_id"]
        assert running.phone.switches()["duplicate"] == 2
    finally:
        running.stop()


def test_a_reset_begins_again_with_the_demo_customers(phone: Simulator) -> None:
    phone.add_customer("Farah")
    phone.text("asha", "Hello")
    phone.switch(duplicate=2)

    phone.reset()

    assert "farah" not in {one["id"] for one in phone.customers()}
    assert phone.messages("asha") == []
    assert phone.switches()["duplicate"] == 0


def test_the_demo_customers_cover_each_kind(phone: Simulator) -> None:
    people = phone.customers()

    assert any(one["phone"] and one["address_form"] for one in people)
    assert any(one["phone"] is None and one["username"] for one in people)
    assert any(one["country"] != "IN" and not one["address_form"] for one in people)
    assert any(not one["name"].isascii() for one in people)
    assert any(one["saved_addresses"] for one in people)
    assert {"en", "hi", "pt_BR"} <= {one["language"] for one in people}
    assert any("flow" in one["cannot_show"] for one in people)
