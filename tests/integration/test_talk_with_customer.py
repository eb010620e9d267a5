"""Every message of an order's life passes WhatsApp's rules, and the gateway's news are understood.

Use cases over the real outgoing adapters, against the simulator; only the table is in memory.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from orderdesk.adapters.payments.events import parse
from orderdesk.adapters.payments.gateways import LazyGateways
from orderdesk.adapters.payments.links import PaymentLinkGateway
from orderdesk.adapters.whatsapp.outbound import GraphMessenger
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.usecases.messages.ask import ask, next_address_way
from orderdesk.usecases.messages.fallback import RECEIVER_INCAPABLE
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.payments import pay
from tests.builders import STORE, a_customer, a_line, an_actor, an_address, an_order
from tests.counter import Counter
from tests.integration.simulating import (
    ACCESS_TOKEN,
    PAYMENT_KEY,
    Simulator,
    running_simulator,
)
from tests.outbox import send_all

LONG = "A product with a name that goes on and on, as catalogs have them " * 4
PARCEL = Tracking(carrier="BlueDart", number="BD123", link="https://track.example/BD123")


@pytest.fixture
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        running.text("asha", "Hello")
        yield running


class Talk:
    """Asha's order, told to her phone in the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        now = datetime.now(UTC)
        lines = tuple(a_line(f"sku-{n}", name=LONG, quantity=n) for n in range(1, 40))
        contact = Contact(customer_id="customer1", name="Asha Verma", phone="919800012345")
        order = an_order(
            lines=lines,
            customer=contact,
            stage_since=now,
            placed_at=now,
            last_customer_action_at=now,
        )
        asha = a_customer(name="Asha Verma", phone="919800012345", last_inbound_at=now)
        self.counter = Counter(order, asha)
        self.desk: Desk = replace(
            self.counter.desk,
            gateways=LazyGateways(
                {
                    "razorpay": lambda: PaymentLinkGateway(
                        simulator.payments_url, lambda: PAYMENT_KEY
                    )
                }
            ),
        )
        self.told = 1

    def ask(self) -> None:
        ask(
            self.counter.order,
            version=1,
            orders=self.desk.orders,
            conversations=self.desk.conversations,
            outbox=self.desk.outbox,
            customers=self.desk.customers,
            stores=self.desk.stores,
            gateways=self.desk.gateways,
            pages=None,
            now=datetime.now(UTC),
        )
        self.send()

    def send(self) -> None:
        messenger = GraphMessenger(self.simulator.graph_url, lambda: ACCESS_TOKEN)
        room = replace(self.counter.room, messenger=messenger)
        send_all(room, now=datetime.now(UTC))

    def does(self, change: Any, *given: Any) -> None:
        """The customer or the gateway does something, and everything that follows is told."""
        change(
            STORE,
            self.counter.placed.order_id,
            *given,
            by=an_actor(ActorKind.CUSTOMER),
            orders=self.desk.orders,
            stores=self.desk.stores,
            now=datetime.now(UTC),
        )
        self.tell()

    def goes(self, stage: Stage, reason: str = "") -> None:
        command = MoveCommand(
            store_id=STORE,
            order_id=self.counter.placed.order_id,
            to=stage,
            by=an_actor(),
            reason=reason,
            tracking=PARCEL if stage is Stage.SHIPPED else None,
        )
        move(command, orders=self.desk.orders, stores=self.desk.stores, now=datetime.now(UTC))
        self.tell()

    def tell(self) -> None:
        order_id = self.counter.placed.order_id
        while events := self.desk.orders.history(STORE, order_id, after=self.told):
            for event in events:
                notify_customer(event, desk=self.desk, now=datetime.now(UTC))
                self.told = event.version
        self.send()

    def hears_from_the_gateway(self) -> None:
        """Everything that the gateway has tried to tell so far, over and over."""
        for delivery in self.simulator.deliveries("payments"):
            news = parse(delivery["body"].encode(), event_id="any")
            pay.receive(
                news, orders=self.desk.orders, stores=self.desk.stores, now=datetime.now(UTC)
            )
        self.tell()

    def fails(self, wamid: str, error_code: int) -> None:
        """A status says that a message did not arrive."""
        message = self.desk.conversations.set_delivery(STORE, wamid, Delivery.FAILED)
        assert message is not None
        assert error_code == RECEIVER_INCAPABLE
        next_address_way(
            message,
            orders=self.desk.orders,
            conversations=self.desk.conversations,
            outbox=self.desk.outbox,
            customers=self.desk.customers,
            stores=self.desk.stores,
            pages=None,
            now=datetime.now(UTC),
        )
        self.send()

    def bubbles(self) -> list[str]:
        """Kinds of messages on the phone, oldest first."""
        kinds = []
        for message in self.simulator.received("asha"):
            content = message["content"]
            kinds.append(content.get("interactive", {}).get("type") or content["type"])
        return kinds


def test_an_online_order_from_cart_to_delivery(simulator: Simulator) -> None:
    talk = Talk(simulator)

    talk.ask()
    talk.does(collect.receive_address, an_address())
    talk.does(collect.choose_payment, PaymentMethod.ONLINE)
    [link] = simulator.payment_links()
    simulator.settle(link["id"], "fail")
    talk.hears_from_the_gateway()
    simulator.switch(all_gateway_events=True)
    simulator.settle(link["id"], "pay")
    talk.hears_from_the_gateway()
    for stage in (Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED):
        talk.goes(stage)

    assert talk.bubbles() == [
        "address_message",
        "button",
        "cta_url",
        "button",
        "text",
        "cta_url",
        "text",
    ]
    assert all(each.delivery is Delivery.SENT for each in talk.counter.thread)
    assert talk.counter.order.payment_status is PaymentStatus.PAID


def test_an_order_that_is_held_and_stopped(simulator: Simulator) -> None:
    talk = Talk(simulator)

    talk.does(collect.receive_address, an_address(landmark_area="Behind the market " * 60))
    talk.does(collect.choose_payment, PaymentMethod.ONLINE)
    talk.goes(Stage.ON_HOLD, "A look")
    talk.goes(Stage.CANCELLED, "Out of stock " * 38)

    assert talk.bubbles() == ["button", "cta_url", "text", "text"]


def test_an_answer_that_got_lost_is_found_by_its_key(simulator: Simulator) -> None:
    talk = Talk(simulator)
    simulator.fail_next_sends(131000, after_accepting=True)

    talk.ask()
    [shown] = simulator.received("asha")
    [pending] = talk.counter.conversations.page(STORE, "customer1").items
    assert pending.delivery is Delivery.PENDING
    assert shown["callback_data"] == pending.message_id
    talk.desk.conversations.sent(pending, message_id=shown["id"])
    talk.ask()

    assert talk.bubbles() == ["address_message"]


def test_a_phone_without_address_form_is_asked_in_words(simulator: Simulator) -> None:
    simulator.change_customer("asha", address_form=False)
    talk = Talk(simulator)

    talk.ask()
    form = simulator.wait_for_message("asha", lambda message: message["status"] == "failed")
    talk.fails(form["id"], form["error"]["code"])

    assert talk.bubbles() == ["address_message", "text"]
