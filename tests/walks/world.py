"""A whole shop in memory: its customers, staff, gateway, courier, queues, machine and clock.

Everything that happens between the ports is the real code. Queues hand their messages on when a
walk says so, late or twice; a write can be refused, or lose its answer after it was committed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.memory import (
    MemoryConductor,
    MemoryConversations,
    MemoryCounts,
    MemoryCustomers,
    MemoryExecutions,
    MemoryGateways,
    MemoryLater,
    MemoryLive,
    MemoryMessenger,
    MemoryOrders,
    MemoryOutbox,
    MemoryPaymentGateway,
    MemoryStock,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.messages.ask import ask
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer
from orderdesk.usecases.messages.notify_staff import notify_staff
from orderdesk.usecases.orders.conduct import conduct
from orderdesk.usecases.orders.enrich import price
from orderdesk.usecases.orders.enter import Arrival, enter
from orderdesk.usecases.orders.place import place
from orderdesk.usecases.orders.stage_work import Desk as StageDesk
from orderdesk.usecases.orders.stage_work import work_of_stages
from orderdesk.usecases.orders.sweep import Sweep, sweep
from orderdesk.usecases.payments.pay import ask_gateway
from tests.builders import NOW, STORE, a_cart, a_customer, a_line, a_store, rupees
from tests.goods import a_price_book
from tests.outbox import a_mailroom, send_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from orderdesk.adapters.memory import Task
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Idempotency, Orders, Stores

CUSTOMER: Final = Actor(kind=ActorKind.CUSTOMER, id="customer1", name="Priya", via="whatsapp")
ALIASES: Final = (Alias(AliasKind.PHONE, "919876543210"),)
PRODUCTS: Final = ("kurta-m", "chai", "diya")


class FaultyOrders(MemoryOrders):
    """`fault` is of the next write: "before" refuses it, "after" loses the answer to it."""

    fault = ""

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        return self._write_with_fault(lambda: MemoryOrders.add(self, order, event, raw=raw))

    def save(
        self, order: Order, events: Sequence[Event], *, idempotency: Idempotency | None = None
    ) -> None:
        return self._write_with_fault(
            lambda: MemoryOrders.save(self, order, events, idempotency=idempotency)
        )

    def _write_with_fault[Answer](self, write: Callable[[], Answer]) -> Answer:
        fault, self.fault = self.fault, ""
        if fault == "before":
            raise Unavailable("DynamoDB is busy: try again.")
        answer = write()
        if fault == "after":
            raise Unavailable("DynamoDB did not answer.")
        return answer


class World:
    """`now` moves when a walk says so. `told` is how far each order's events were handed on."""

    def __init__(self, policy: Policy, *, stock: int | None) -> None:
        self.shelf = shelf = Shelf()
        self.orders = FaultyOrders(shelf)
        self.stores = MemoryStores(shelf)
        self.executions = MemoryExecutions(shelf)
        self.customers = MemoryCustomers(shelf)
        self.conversations = MemoryConversations(shelf)
        self.counts = MemoryCounts(shelf)
        self.stock = MemoryStock(shelf)
        self.conductor = MemoryConductor()
        self.messenger = MemoryMessenger()
        self.outbox = MemoryOutbox()
        self.prices = a_price_book(shelf)
        self.gateway = MemoryPaymentGateway()
        self.gateways = MemoryGateways(self.gateway)
        self.later = MemoryLater()
        self.live = MemoryLive()
        self.now: datetime = NOW
        self.order_ids: list[str] = []
        self.told: Counter[str] = Counter()
        self.entered: set[str] = set()
        self.stores.put(a_store(policy=policy))
        self.policy = policy
        if stock is not None:
            self.stock.count(STORE, PRODUCTS[0], stock)

    def order(self, order_id: str) -> Order:
        return self.orders.get(STORE, order_id)

    def history(self, order_id: str) -> tuple[Event, ...]:
        return self.orders.history(STORE, order_id)

    # ------------------------------------------------------------ what people do

    def cart(self, number: int) -> None:
        """The cart of that number is delivered, for the first time or again."""
        customer = self.customers.identify(STORE, ALIASES, seen=a_customer(), now=self.now)
        self.customers.touch(customer, inbound_at=self.now)
        lines = tuple(
            a_line(product, name=product, quantity=place_ + 1, price=rupees(100 * (place_ + 1)))
            for place_, product in enumerate(PRODUCTS[: number % len(PRODUCTS) + 1])
        )
        cart = a_cart(f"wamid.cart{number}", lines=lines, sent_at=self.now)
        order = place(
            cart,
            customer,
            by=replace(CUSTOMER, id=customer.customer_id),
            raw=f"cart {number}",
            orders=self.orders,
            stores=self.stores,
            prices=self.prices,
            now=self.now,
        )
        if order.order_id not in self.order_ids:
            self.order_ids.append(order.order_id)

    # ------------------------------------------------------------ what queues and clocks do

    def untold(self, order_id: str) -> tuple[Event, ...]:
        return self.orders.history(STORE, order_id, after=self.told[order_id])

    def tell(self, event: Event) -> None:
        """To every subscriber, as SNS and the queues do; a consumer that fails hears it again."""
        notify_staff(event, orders=self.orders, counts=self.counts, live=self.live)
        conduct(event, orders=self.orders, executions=self.executions, conductor=self.conductor)
        notify_customer(event, desk=self._desk(), now=self.now)

    def tell_next(self, order_id: str) -> bool:
        """The order's next event, to all; False when there is none, or somebody failed."""
        event = next(iter(self.untold(order_id)), None)
        if event is None:
            return False
        self.tell(event)
        self.told[order_id] = event.version
        return True

    def pass_time(self, passed: timedelta) -> None:
        self.now += passed
        self.tell_later(self.later.pass_time(passed))

    def tell_later(self, events: list[Event]) -> None:
        """What waited out its grace period; what cannot be told waits a moment more."""
        for event in events:
            try:
                notify_customer(event, desk=self._desk(), now=self.now)
            except Unavailable:
                self.later.put(event, timedelta(seconds=30))

    def fresh_tasks(self) -> Iterator[Task]:
        return (task for task in self.conductor.tasks if task.token not in self.entered)

    def enter_next(self, *, attempt: int = 0) -> bool:
        """The machine invokes enter_stage for a task that waits for it; False when none does."""
        task = next(self.fresh_tasks(), None)
        if task is None:
            return False
        self.entered.add(task.token)
        enter(
            Arrival(execution=task.execution, attempt=attempt, now=self.now),
            work=work_of_stages(self._stage_desk()),
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.conductor,
        )
        return True

    def sweep(self, *, at_most: int | None = None, verify_all: bool = False) -> None:
        """One run of the clock; `at_most` orders, when its time runs out after that."""
        left = [at_most if at_most is not None else 1_000_000]

        def enough_time() -> bool:
            left[0] -= 1
            return left[0] >= 0

        run = Sweep(
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.conductor,
            ask_gateway=self.ask_gateway,
            price=self.price,
            enough_time=enough_time,
            now=self.now,
        )
        sweep(run, verify_all=verify_all)

    def ask_gateway(self, order: Order) -> bool:
        return ask_gateway(
            order, gateways=self.gateways, orders=self.orders, stores=self.stores, now=self.now
        )

    def price(self, order: Order) -> Order:
        return price(order, self.prices, orders=self.orders, stores=self.stores, now=self.now)

    def settle(self) -> None:
        """All queues run dry and the machine waits, as when nothing happens for a while; then every
        execution is looked at, as each is once a day.
        """
        self.orders.fault = ""
        self.gateway.is_down = False
        self.messenger.errors.clear()
        for _ in range(3):
            self._drain()
            self.pass_time(timedelta(minutes=2))
            self.sweep()
        self._drain()
        self.sweep(verify_all=True)
        self._drain()

    def _drain(self) -> None:
        busy = True
        while busy:
            told = [self.tell_next(order_id) for order_id in self.order_ids]
            entered = self.enter_next()
            busy = any(told) or entered
        self.send()

    def send(self) -> None:
        """The outbox is worked off once; what WhatsApp does not take waits."""
        room = a_mailroom(
            self.shelf, orders=self.orders, messenger=self.messenger, outbox=self.outbox
        )
        send_all(room, now=self.now)

    def _desk(self) -> Desk:
        return Desk(
            orders=self.orders,
            stores=self.stores,
            customers=self.customers,
            conversations=self.conversations,
            outbox=self.outbox,
            later=self.later,
            gateways=self.gateways,
        )

    def _stage_desk(self) -> StageDesk:
        return StageDesk(
            orders=self.orders,
            stores=self.stores,
            stock=self.stock,
            gateways=self.gateways,
            prices=self.prices,
            ask=self._ask,
            now=self.now,
        )

    def _ask(self, order: Order, /, *, version: int, orders: Orders, stores: Stores) -> None:
        ask(
            order,
            version=version,
            orders=orders,
            conversations=self.conversations,
            outbox=self.outbox,
            customers=self.customers,
            stores=stores,
            gateways=self.gateways,
            pages=None,
            now=self.now,
        )

    # ------------------------------------------------------------ what can be seen

    def messages(self, order_id: str) -> list[str]:
        """The keys under which the customer got messages about the order, one each time."""
        return [
            sent.callback_data
            for sent in self.messenger.sent
            if sent.callback_data.startswith(order_id)
        ]

    def waiting(self, order_id: str) -> list[Stage]:
        """The stage of every execution of the order that waits."""
        return [task.stage for task in self.conductor.tasks if task.order_id == order_id]
