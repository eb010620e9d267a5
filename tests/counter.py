"""A shop's counter in memory: what a test of messages and payments needs around an order."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from orderdesk.adapters.memory import (
    MemoryConversations,
    MemoryCustomers,
    MemoryGateways,
    MemoryLater,
    MemoryMessenger,
    MemoryOrders,
    MemoryOutbox,
    MemoryPace,
    MemoryPaymentGateway,
    MemoryPlaces,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.messages.conversation import Message
from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.order import Order
from orderdesk.domain.people.customer import Customer
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer
from orderdesk.usecases.messages.send import Mailroom
from tests.builders import NOW, STORE, a_customer, a_placed_event, a_store, an_order
from tests.outbox import a_mailroom, send_all

if TYPE_CHECKING:
    from orderdesk.usecases.ports import PageLinks


class Counter:
    """One shop with one customer and one order; `messenger` and `gateway` can be made to fail.

    Whatever waits in the outbox has left before anybody looks at the messenger or the thread.

    The shop tells everything at once, unless a test gives it a grace period.
    """

    def __init__(self, order: Order | None = None, customer: Customer | None = None) -> None:
        self.shelf = Shelf()
        self.orders = MemoryOrders(self.shelf)
        self.stores = MemoryStores(self.shelf)
        self.customers = MemoryCustomers(self.shelf)
        self.conversations = MemoryConversations(self.shelf)
        self.outbox = MemoryOutbox()
        self.phone = MemoryMessenger()
        self.pace = MemoryPace()
        self.now = NOW
        self.more: dict[str, Any] = {}
        self.gateway: MemoryPaymentGateway = MemoryPaymentGateway()
        self.later = MemoryLater()
        self.pages: PageLinks | None = None
        self.places = MemoryPlaces(self.shelf)
        self.stores.put(a_store(policy=Policy(grace_period=timedelta())))
        self.meet(customer or a_customer())
        self.placed = order or an_order()
        self.orders.add(self.placed, a_placed_event(self.placed), raw="{}")

    def meet(self, customer: Customer) -> None:
        self.shelf.customers[customer.store_id, customer.customer_id] = customer

    def change_customer(self, **fields: Any) -> None:
        self.meet(replace(self.customers.get(STORE, "customer1"), **fields))

    @property
    def order(self) -> Order:
        return self.orders.get(STORE, self.placed.order_id)

    @property
    def desk(self) -> Desk:
        return Desk(
            orders=self.orders,
            stores=self.stores,
            customers=self.customers,
            conversations=self.conversations,
            outbox=self.outbox,
            later=self.later,
            gateways=self.gateways,
            pages=self.pages,
            places=self.places,
        )

    @property
    def room(self) -> Mailroom:
        given = {"outbox": self.outbox, "messenger": self.phone, "pace": self.pace}
        return a_mailroom(self.shelf, pages=self.pages, **given, **self.more)

    def deliver(self) -> None:
        send_all(self.room, now=self.now)

    @property
    def messenger(self) -> MemoryMessenger:
        self.deliver()
        return self.phone

    @property
    def gateways(self) -> MemoryGateways:
        return MemoryGateways(self.gateway)

    def tell_news(self, *, after: int = 1) -> None:
        """Tell the customer of everything that happened after a version, new events too."""
        for event in self.orders.history(STORE, self.placed.order_id, after=after):
            notify_customer(event, desk=self.desk, now=NOW)
            after = event.version
        if self.order.version > after:
            self.tell_news(after=after)

    def tell(self, event: Event) -> None:
        notify_customer(event, desk=self.desk, now=NOW)

    @property
    def bubbles(self) -> list[str]:
        """What the customer read, oldest first."""
        return [words_in(each.body) for each in self.messenger.sent]

    @property
    def thread(self) -> list[Message]:
        """The conversation as staff see it, oldest first."""
        self.deliver()
        return list(reversed(self.conversations.page(STORE, "customer1").items))


def words_in(body: dict[str, Any]) -> str:
    content = body[body["type"]]
    return str(content["body"] if body["type"] == "text" else content["body"]["text"])


def kind_of(body: dict[str, Any]) -> str:
    return str(body["interactive"]["type"] if body["type"] == "interactive" else body["type"])


def buttons_in(body: dict[str, Any]) -> list[str]:
    """Ids of the buttons."""
    return [each["reply"]["id"] for each in body["interactive"]["action"]["buttons"]]
