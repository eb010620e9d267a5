"""Sending against the simulator, which holds to Meta's rules: shapes, limits and error codes."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from orderdesk.adapters.whatsapp.outbound import GraphMessenger
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.people.address import Address
from orderdesk.domain.people.customer import save_address
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages import address_bodies, bodies
from orderdesk.usecases.messages.address_words import flow_screen
from orderdesk.usecases.messages.bodies import Choice
from orderdesk.usecases.ports import Recipient
from tests.builders import NOW, a_customer, a_store, an_address
from tests.integration.answering import closing_server
from tests.integration.simulating import ACCESS_TOKEN, PHONE_NUMBER, Simulator, running_simulator

ASHA = Recipient(phone_number_id=PHONE_NUMBER, phone="919800012345")
MEERA = Recipient(phone_number_id=PHONE_NUMBER, user_id="IN.33180925746610458207")
ORDER_ID = "o" * 26

EVERY_KIND = {
    "text": bodies.text("Hello " * 2000),
    "buttons": bodies.buttons(
        "How? " * 500,
        Choice(f"pay:cash_on_delivery:{ORDER_ID}", "Cash on delivery"),
        Choice(f"pay:online:{ORDER_ID}", "Pay online"),
        Choice(f"address:change:{ORDER_ID}", "Change the address, please"),
    ),
    "link": bodies.link("Pay here " * 500, "Pay now", "https://pay.example/1"),
    "address form": address_bodies.address_message(
        "Where?",
        known=Address(name="नेहा शर्मा", phone_number="+919800045454", postal_code="744101"),
        saved=save_address(a_customer(), an_address(), now=NOW).addresses,
        errors={"postal_code": "Sorry, we do not deliver to this PIN code."},
    ),
    "empty address form": address_bodies.address_message("Where?", known=Address()),
    "saved addresses": address_bodies.saved_list(
        "Where? " * 500,
        "Choose an address, please",
        [(f"address:use:{ORDER_ID}:{n}", "MG Road " * 9, "Pune " * 40) for n in range(5)],
        other=(f"address:other:{ORDER_ID}", "Another address than these"),
    ),
    "location": address_bodies.location_request("Where? " * 500),
    "flow": address_bodies.flow(
        "Where? " * 500,
        "Give your address, please",
        flow_id="4711",
        token="t" * 120,
        data=flow_screen(Words(a_store(), "hi"), an_address(), {}, country="IN"),
    ),
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def messenger(simulator: Simulator) -> GraphMessenger:
    simulator.reset()
    # A shop may write to customers who wrote to it.
    simulator.text("asha", "Hello")
    simulator.text("meera", "Hello")
    return GraphMessenger(simulator.graph_url, lambda: ACCESS_TOKEN)


def last_call(simulator: Simulator) -> dict[str, Any]:
    return simulator.calls()[-1]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_of_body_is_accepted(
    messenger: GraphMessenger, simulator: Simulator, kind: str
) -> None:
    wamid = messenger.send(ASHA, EVERY_KIND[kind], callback_data="order1:1:ask")

    assert wamid.startswith("wamid.")
    assert last_call(simulator)["answer"]["messages"][0]["id"] == wamid


def test_a_phone_number_is_written_with_its_plus(
    messenger: GraphMessenger, simulator: Simulator
) -> None:
    messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    request = last_call(simulator)["request"]
    assert (request["to"], "recipient" in request) == ("+919800012345", False)
    assert request["biz_opaque_callback_data"] == "order1:1:ask"


def test_a_customer_without_phone_number_is_reached_by_user_id(
    messenger: GraphMessenger, simulator: Simulator
) -> None:
    messenger.send(MEERA, bodies.text("Hello"), callback_data="order1:1:ask")

    request = last_call(simulator)["request"]
    assert (request["recipient"], "to" in request) == (MEERA.user_id, False)


@pytest.mark.parametrize(
    ("code", "retry"),
    [(131000, True), (130429, True), (131056, True), (2, True), (131047, False), (131026, False)],
)
def test_a_refusal_says_whether_to_try_again(
    messenger: GraphMessenger, simulator: Simulator, code: int, retry: bool
) -> None:
    simulator.fail_next_sends(code)

    with pytest.raises(SendFailed, match=str(code)) as failed:
        messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    assert (failed.value.error_code, failed.value.retry) == (code, retry)


def test_a_wrong_token_keeps_the_message_for_later(simulator: Simulator) -> None:
    messenger = GraphMessenger(simulator.graph_url, lambda: "expired")

    with pytest.raises(SendFailed, match="renew it in the secrets") as failed:
        messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    assert (failed.value.error_code, failed.value.retry) == (190, True)


def test_a_renewed_token_is_used_at_the_next_message(simulator: Simulator) -> None:
    tokens = ["expired", ACCESS_TOKEN]
    simulator.text("asha", "Hello")
    messenger = GraphMessenger(simulator.graph_url, lambda: tokens.pop(0))

    with pytest.raises(SendFailed):
        messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    assert messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")


def test_a_mistake_in_the_message_says_where(messenger: GraphMessenger) -> None:
    with pytest.raises(SendFailed, match=r"text\['body'\]") as failed:
        messenger.send(ASHA, bodies.text(" "), callback_data="order1:1:ask")

    assert (failed.value.error_code, failed.value.retry) == (100, False)


def test_a_port_where_nobody_answers_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    messenger = GraphMessenger(f"http://127.0.0.1:{port}/v26.0", lambda: ACCESS_TOKEN)

    with pytest.raises(SendFailed, match="did not answer") as failed:
        messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    assert (failed.value.error_code, failed.value.retry) == (None, True)


@pytest.mark.parametrize(
    "recipient",
    [Recipient(phone_number_id=PHONE_NUMBER), Recipient(phone_number_id="", phone="919800012345")],
    ids=["no address", "no sender"],
)
def test_a_message_without_sender_or_address_never_leaves(
    messenger: GraphMessenger, recipient: Recipient
) -> None:
    with pytest.raises(SendFailed) as failed:
        messenger.send(recipient, bodies.text("Hello"), callback_data="order1:1:ask")

    assert not failed.value.retry


@pytest.mark.parametrize(
    ("status", "body", "retry"),
    [
        (502, b"<html>Bad Gateway</html>", True),
        (500, b"[]", True),
        (400, b'{"error": "odd"}', False),
        # Accepted all the same: sending again would make two.
        (200, b"{}", False),
        (200, b"<html>", False),
    ],
)
def test_an_answer_that_is_not_metas_still_says_what_to_do(
    status: int, body: bytes, retry: bool
) -> None:
    with closing_server(status, body) as (port, _):
        messenger = GraphMessenger(f"http://127.0.0.1:{port}/v26.0", lambda: ACCESS_TOKEN)

        with pytest.raises(SendFailed) as failed:
            messenger.send(ASHA, bodies.text("Hello"), callback_data="order1:1:ask")

    assert (failed.value.error_code, failed.value.retry) == (None, retry)


def test_a_connection_that_closed_while_we_slept_is_not_used() -> None:
    """A frozen container wakes up with a connection that its peer has closed long ago."""
    with closing_server(200, b'{"messages": [{"id": "wamid.1"}]}') as (port, requests):
        messenger = GraphMessenger(f"http://127.0.0.1:{port}/v26.0", lambda: ACCESS_TOKEN)

        for key in ("order1:1:ask", "order1:2:ask"):
            assert messenger.send(ASHA, bodies.text("Hello"), callback_data=key) == "wamid.1"
            time.sleep(0.2)  # until the server has closed

    assert [b"order1:1:ask" in requests[0], b"order1:2:ask" in requests[1]] == [True, True]
    assert len(requests) == 2
