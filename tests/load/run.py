"""Orders come in at a steady rate while WhatsApp fails in every way; the clock is moved by hand.

The use cases, the records and the decisions are the real ones; the table, the queue and WhatsApp
are in memory, and WhatsApp keeps count of everything that it accepts.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.memory import MemoryGateways, MemoryOrders, MemoryPace, Paces, Shelf
from orderdesk.adapters.throttle import Throttle
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.intake.receive import receive
from orderdesk.usecases.intake.turn import Reception
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.ask import ask
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.messages.send import send
from orderdesk.usecases.orders.place import place
from tests.builders import NOW, PHONE_NUMBER, STORE, a_cart, a_customer, a_store, an_actor
from tests.goods import a_price_book
from tests.load.meta import Meta
from tests.load.queue import SECOND, FifoQueue
from tests.outbox import a_mailroom

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.messages.conversation import Delivery
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from tests.load.queue import Ticket

SENDERS: Final = 10
PER_SECOND: Final = 60
HOLDING: Final = timedelta(milliseconds=2)  # what a message costs a sender that only hides it
TEMPLATE: Final[bodies.Body] = {
    "type": "template",
    "template": {"name": "order_shipped", "language": {"code": "en"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Times count from the beginning. `closed` of the orders are spoken of days later: half of
    those have a template. `chatty` of them are written to thirty times at once; `hiccups` of the
    calls fail while WhatsApp is up.
    """

    seconds: int
    down_from: int
    down_for: int
    per_second: int = 20
    closed: float = 0.03
    chatty: float = 0.001
    hiccups: float = 0.01
    seed: int = 4


@dataclass(slots=True)
class Figures:
    """`drained_after` the load or the outage ended, whichever was later."""

    orders: int = 0
    queue_peak: int = 0
    drained_after: timedelta = timedelta()
    asked_while_down: int = 0
    attempts: int = 0


class QuickOrders(MemoryOrders):
    """Finds the orders of a customer without a look at all others."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.of: dict[str, list[Order]] = defaultdict(list)

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        self.of[order.customer.customer_id].append(order)
        return super().add(order, event, raw=raw)

    def _in_lane(self, store_id: str, lane_key: str, lane: str) -> list[Order]:
        assert lane_key == "customer_lane"
        theirs = self.of[lane.rpartition("#")[2]]
        return [self.get(store_id, each.order_id) for each in theirs]


class World:
    def __init__(self, load: Load) -> None:
        self.load, self.now = load, NOW
        self.random = Random(load.seed)
        self.shelf = Shelf()
        self.written_at: dict[str, datetime] = {}
        begin = NOW + SECOND * load.down_from
        down = [(begin, begin + SECOND * load.down_for)]
        self.meta = Meta(self.random, down, self.written_at, load.hiccups)
        self.slept = timedelta()
        self.meta.clock = lambda: self.now + self.slept
        self.queue = FifoQueue(lambda: self.now)
        self.orders = QuickOrders(self.shelf)
        paces = Paces()
        self.rooms = [self._room(paces) for _ in range(SENDERS)]
        self.room: Any = self.rooms[0]
        self.room.stores.put(a_store())
        self.prices = a_price_book(self.shelf)
        self.said: dict[str, list[str]] = defaultdict(list)
        self.without_template: set[str] = set()
        self.figures = Figures()
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._idle = set(range(SENDERS))

    def _room(self, paces: Paces) -> Any:
        throttle = Throttle(per_second=PER_SECOND, senders=SENDERS)
        return a_mailroom(
            self.shelf,
            orders=self.orders,
            outbox=self.queue,
            messenger=self.meta,
            pace=MemoryPace(paces, throttle),
            sleep=self._sleep,
        )

    def _sleep(self, wait: timedelta) -> None:
        self.slept = wait

    def at(self, when: datetime, what: Callable[[], None]) -> None:
        heapq.heappush(self._events, (max(when, self.now), next(self._order), what))

    def run(self) -> Figures:
        for number in range(self.load.seconds * self.load.per_second):
            when = NOW + SECOND * number / self.load.per_second
            self.at(when, partial(self._cart, number))
        ended = NOW + SECOND * self.load.seconds
        while self._events:
            self.now, _, what = heapq.heappop(self._events)
            what()
            self._wake()
        after = max(ended, self.meta.down[0][1])
        last = max((each for each in self.meta.asked_at), default=after)
        self.figures.drained_after = last - after
        self.figures.asked_while_down = self.meta.asked_while_down
        self.figures.attempts = len(self.meta.asked_at)
        return self.figures

    # ------------------------------------------------------------ what the shop does

    def _cart(self, number: int) -> None:
        """A new customer, or the one of a minute ago with another order."""
        again = number > 1200 and number % 7 == 0
        phone = f"91{9000000000 + (number - 1200 if again else number)}"
        customer = self._customer(phone)
        order = place(
            a_cart(f"wamid.cart{number}", sent_at=self.now),
            customer,
            by=an_actor(),
            raw="",
            orders=self.room.orders,
            stores=self.room.stores,
            prices=self.prices,
            now=self.now,
        )
        self.figures.orders += 1
        self.said[phone].append(f"{order.order_id}:1:ask")
        ask(
            order,
            version=1,
            conversations=self.room.conversations,
            outbox=self.queue,
            customers=self.room.customers,
            stores=self.room.stores,
            gateways=MemoryGateways(),
            pages=None,
            orders=self.room.orders,
            now=self.now,
        )
        self._more(order, customer, number)

    def _customer(self, phone: str) -> Customer:
        seen = a_customer(phone=phone, phone_number_id=PHONE_NUMBER)
        customer = self.room.customers.identify(
            STORE, (Alias(AliasKind.PHONE, phone),), seen=seen, now=self.now
        )
        self.room.customers.touch(customer, inbound_at=self.now)
        self.written_at[phone] = self.now
        found: Customer = self.room.customers.get(STORE, customer.customer_id)
        return found

    def _more(self, order: Order, customer: Customer, number: int) -> None:
        luck = self.random.random()
        if luck < self.load.chatty:
            for n in range(30):
                self._say(order, customer, f"chat{n}", None)
        elif luck < self.load.chatty + self.load.closed:
            self._much_later(number, has_template=number % 2 == 0)

    def _much_later(self, number: int, *, has_template: bool) -> None:
        """Somebody who ordered two days ago is told that it left."""
        phone = f"91{8000000000 + number}"
        customer = self._customer(phone)
        ago = self.now - timedelta(hours=48)
        self.written_at[phone] = ago
        old = a_customer(customer.customer_id, phone=phone, last_inbound_at=ago)
        self.shelf.customers[STORE, customer.customer_id] = old
        key = self._say(None, old, f"late{number}", TEMPLATE if has_template else None)
        if not has_template:
            self.without_template.add(key)

    def _say(
        self, order: Order | None, customer: Customer, name: str, template: bodies.Body | None
    ) -> str:
        key = f"{order.order_id if order else customer.customer_id}:{name}"
        self.said[customer.phone].append(key)
        say(
            customer,
            bodies.text(name),
            key=key,
            purpose="note",
            order=order,
            template=template,
            conversations=self.room.conversations,
            outbox=self.queue,
            now=self.now,
        )
        return key

    # ------------------------------------------------------------ what Lambda and Meta do

    def _wake(self) -> None:
        """Idle senders take what is there, or look again when the next becomes visible."""
        self.figures.queue_peak = max(self.figures.queue_peak, self.queue.size)
        while self._idle and (next_at := self.queue.next_at()) and next_at <= self.now:
            sender = min(self._idle)
            self._idle.discard(sender)
            batch = self.queue.receive(self.now)
            self._work(sender, batch, 0, [], {})
        if self._idle and (next_at := self.queue.next_at()):
            self.at(next_at, lambda: None) if not self._soon(next_at) else None

    def _soon(self, when: datetime) -> bool:
        return bool(self._events) and self._events[0][0] <= when

    def _work(
        self,
        sender: int,
        batch: list[Ticket],
        place_: int,
        done: list[Ticket],
        held: dict[str, datetime],
    ) -> None:
        """One message after the other, each at its own time."""
        while place_ < len(batch):
            ticket = batch[place_]
            place_ += 1
            if ticket.group in held:
                continue
            self.slept = timedelta()
            asked = len(self.meta.asked_at)
            wait = send(
                ticket.store_id,
                ticket.message_id,
                phone_number_id=ticket.phone_number_id,
                room=self.rooms[sender],
                now=self.now,
            ).wait
            called = len(self.meta.asked_at) > asked
            took = self.slept + (self.meta.took if called else HOLDING)
            if wait is None:
                done.append(ticket)
            else:
                held[ticket.group] = self.now + took + wait
            if called:
                next_ = self.now + took
                self.at(next_, partial(self._work, sender, batch, place_, done, held))
                self._hear()
                return
        self.queue.settle(done, held, {each.group for each in batch})
        self._idle.add(sender)

    def _hear(self) -> None:
        """Meta tells how far messages came, each status at its time."""
        horizon = self.now + timedelta(seconds=60)
        for at, status in self.meta.statuses(until=horizon):
            self.at(at, partial(self._receive, status))

    def _receive(self, status: Any) -> None:
        receive(status, desk=self.reception, now=self.now)

    @property
    def reception(self) -> Reception:
        room = self.room
        return Reception(
            orders=room.orders,
            stores=room.stores,
            customers=room.customers,
            conversations=room.conversations,
            unsent=room.unsent,
            outbox=room.outbox,
            prices=self.prices,
            gateways=MemoryGateways(),
            own_store_id=STORE,
        )

    # ------------------------------------------------------------ what can be seen

    def deliveries(self) -> Counter[Delivery]:
        found: Counter[Delivery] = Counter()
        for keys in self.said.values():
            for key in keys:
                message = self.room.conversations.find(STORE, key)
                assert message is not None
                found[message.delivery] += 1
        return found

    def in_disorder(self) -> list[str]:
        """Customers who got messages in another order than they were said in."""
        found = []
        for phone, keys in self.said.items():
            got = self.meta.order.get(phone, [])
            if got != [key for key in keys if key in set(got)]:
                found.append(phone)
        return found
