"""Faults 17 to 20 and 33: what WhatsApp refuses, loses and forgets, on the way to a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk import wiring
from orderdesk.adapters.whatsapp.outbound import GraphMessenger
from orderdesk.domain.messages.conversation import Delivery
from tests.builders import STORE
from tests.faulty import ANY, Faulty, lost_on_the_way, to_server
from tests.integration.simulating import ACCESS_TOKEN, Simulator, running_simulator
from tests.whatsapp import MG_ROAD, a_body, a_cart, a_change, a_contact, a_form, a_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.messages.conversation import Message
    from tests.faults.rig import Rig

ASHA = "919800012345"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def graph(simulator: Simulator) -> Iterator[Faulty]:
    """The line to WhatsApp."""
    simulator.reset()
    simulator.text("asha", "Hello")
    with Faulty(to_server(simulator.base_url)) as faulty:
        yield faulty


@pytest.fixture
def news(rig: Rig, graph: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asha gave her address, which is worth a message: how would she like to pay?"""
    messenger = GraphMessenger(f"{graph.url}/v26.0", lambda: ACCESS_TOKEN)
    monkeypatch.setattr(wiring, "messenger", lambda: messenger)
    asha = {"from": ASHA}
    for message in (a_cart(**asha), a_form(MG_ROAD, **asha)):
        rig.receive(a_body(a_change(contacts=[a_contact(wa_id=ASHA)], messages=[message])))
    assert rig.notify(rig.history()[-1]) == []


def ours(rig: Rig) -> list[Message]:
    customer = rig.order().customer.customer_id
    thread = wiring.conversations().page(STORE, customer).items
    return [each for each in thread if each.direction == "outbound"]


def key(rig: Rig) -> str:
    """Of the one message that is still ours alone."""
    [message] = ours(rig)
    return message.message_id


def got(simulator: Simulator) -> int:
    """How many messages Asha has."""
    return len(simulator.received("asha"))


def calls(simulator: Simulator) -> int:
    """How often WhatsApp was asked to send."""
    return len([each for each in simulator.calls() if each["path"].endswith("/messages")])


@pytest.mark.parametrize("code", [4, 80007, 130429])
def test_fault_17_a_rate_limit_is_waited_out_and_the_message_goes_out_once(
    rig: Rig, news: None, simulator: Simulator, code: int
) -> None:
    before = rig.order()
    simulator.fail_next_sends(code)

    assert rig.send() == [key(rig)]
    assert rig.outbox.held[key(rig)] == timedelta(seconds=1)
    assert rig.send() == [key(rig)]  # too early: WhatsApp is not asked
    assert got(simulator) == 0
    rig.later(seconds=2)
    assert rig.send() == []
    assert rig.send() == []

    assert got(simulator) == 1
    assert [each.delivery for each in ours(rig)] == [Delivery.SENT]
    assert rig.order() == before


def test_fault_18_too_many_messages_to_one_customer_are_late_and_not_lost(
    rig: Rig, news: None, simulator: Simulator
) -> None:
    waits = []
    for _ in range(4):
        simulator.fail_next_sends(131056)
        assert rig.send() == [key(rig)]
        waits.append(rig.outbox.held[key(rig)].total_seconds())
        rig.later(seconds=waits[-1])

    assert waits == [1, 4, 16, 64]
    assert [each.delivery for each in ours(rig)] == [Delivery.PENDING]
    assert rig.send() == []
    assert got(simulator) == 1


def test_fault_19_a_message_that_never_arrived_is_sent_again(
    rig: Rig, news: None, graph: Faulty, simulator: Simulator
) -> None:
    graph.meets(ANY, lost_on_the_way, times=2)

    waits = []
    while rig.send():
        waits.append(rig.outbox.held[key(rig)].total_seconds())
        rig.later(seconds=waits[-1])

    assert waits == [30, 120]
    assert got(simulator) == 1


def test_fault_19_of_a_message_whose_answer_was_lost_the_status_says_that_it_arrived(
    rig: Rig, news: None, graph: Faulty, simulator: Simulator
) -> None:
    graph.loses_the_answer_to(ANY)
    assert rig.send() == [key(rig)]
    [pending] = ours(rig)
    assert pending.delivery is Delivery.PENDING

    told = a_status("delivered", "wamid.known", biz_opaque_callback_data=pending.message_id)
    rig.receive(a_body(a_change(statuses=[told])))
    rig.later(seconds=30)
    assert rig.send() == []

    assert got(simulator) == 1
    assert [each.delivery for each in ours(rig)] == [Delivery.DELIVERED]


def test_fault_19_what_never_gets_an_answer_is_shown_on_the_order(
    rig: Rig, news: None, graph: Faulty, simulator: Simulator
) -> None:
    graph.meets(ANY, lost_on_the_way, times=7)

    while rig.send():
        rig.later(seconds=rig.outbox.held[key(rig)].total_seconds())

    assert got(simulator) == 0
    assert [each.delivery for each in ours(rig)] == [Delivery.FAILED]
    assert [each.reason for each in rig.order().attention] == ["message_not_sent"]


def test_fault_20_outside_the_window_nothing_is_asked_of_whatsapp(
    rig: Rig, news: None, simulator: Simulator
) -> None:
    rig.later(hours=24)

    assert rig.send() == []

    [unsent] = ours(rig)
    assert unsent.delivery is Delivery.FAILED
    assert "24 hours" in unsent.error
    assert got(simulator) == 0
    assert [each.reason for each in rig.order().attention] == ["message_not_sent"]


def test_fault_20_a_window_that_whatsapp_says_is_closed_is_not_tried_again(
    rig: Rig, news: None, simulator: Simulator
) -> None:
    simulator.fail_next_sends(131047)

    assert rig.send() == []
    assert rig.send() == []

    [unsent] = ours(rig)
    assert unsent.delivery is Delivery.FAILED
    assert "only a template reaches them" in unsent.error
    assert got(simulator) == 0


def test_fault_33_with_an_expired_token_messages_wait_for_the_next_one(
    rig: Rig, news: None, graph: Faulty, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ["expired"]
    messenger = GraphMessenger(f"{graph.url}/v26.0", lambda: token[0])
    monkeypatch.setattr(wiring, "messenger", lambda: messenger)

    asked = []
    for _ in range(30):
        assert rig.send() == [key(rig)]
        asked.append(calls(simulator))
        rig.later(seconds=30)
    assert asked[-1] < 10  # the number is tried every five minutes, and not for each message
    token[0] = ACCESS_TOKEN
    rig.later(minutes=5)
    assert rig.send() == []

    assert got(simulator) == 1
