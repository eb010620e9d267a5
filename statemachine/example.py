"""The history of one order's executions, as the Step Functions console lists it.

The use cases run on the in-memory twins with a clock of their own, so that the page always says the
same. tests/statemachine/test_example.py runs the same life on a Step Functions engine and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from orderdesk.adapters.memory import (
    MemoryCatalog,
    MemoryConductor,
    MemoryExecutions,
    MemoryGateways,
    MemoryOrders,
    MemoryProducts,
    MemoryStock,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Actor, ActorKind, Role, system
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Line
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.orders.placing import Cart
from orderdesk.domain.people.address import Address
from orderdesk.domain.people.customer import Customer
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import Policy, Store
from orderdesk.usecases.orders.collect import choose_payment, receive_address
from orderdesk.usecases.orders.conduct import REST, conduct
from orderdesk.usecases.orders.enrich import PriceBook
from orderdesk.usecases.orders.enter import Arrival, enter
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.place import place
from orderdesk.usecases.orders.stage_work import Desk, work_of_stages
from orderdesk.usecases.orders.sweep import Sweep, sweep
from statemachine.asl import RESUME, after

if TYPE_CHECKING:
    from orderdesk.adapters.memory import Task
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Execution

STORE: Final = "main"
ZONE: Final = ZoneInfo("Asia/Kolkata")
HOURS: Final = OpeningHours(
    time_zone=ZONE.key, weekdays=((Interval(opens=time(10), closes=time(20)),),) * 7
)
CUSTOMER: Final = Actor(kind=ActorKind.CUSTOMER, id="priya", name="Priya", via="whatsapp")
AGENT: Final = Actor(kind=ActorKind.STAFF, id="asha", name="Asha", via="dashboard", role=Role.AGENT)
PACKER: Final = Actor(
    kind=ActorKind.STAFF, id="ravi", name="Ravi", via="dashboard", role=Role.PACKER
)


@dataclass(frozen=True, slots=True)
class Entered:
    """A state that an execution entered: each is one transition that AWS bills."""

    execution: str
    state: str
    at: datetime


class Recorder(MemoryConductor):
    """Notes the states that a machine passes on the way, beside those that it waits in."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.min.replace(tzinfo=UTC)
        self.entered: list[Entered] = []

    def start(
        self, *, store_id: str, order_id: str, stage: Stage, version: int, anew: bool = False
    ) -> bool:
        before = set(self.walks)
        started = super().start(
            store_id=store_id, order_id=order_id, stage=stage, version=version, anew=anew
        )
        for name in set(self.walks) - before:
            self._note(name, RESUME, stage)
        return started

    def advance(self, execution: Execution, *, stage: Stage, version: int) -> bool:
        advanced = super().advance(execution, stage=stage, version=version)
        if advanced:
            self._note(execution.name, after(execution.stage), stage)
        return advanced

    def rest(self, execution: Execution) -> bool:
        rested = super().rest(execution)
        if rested:
            self._note(execution.name, after(execution.stage), REST)
        return rested

    def _note(self, name: str, *states: str) -> None:
        self.entered += [Entered(name, state, self.now) for state in states]


class Life:
    """One order, whoever does something to it, and the machine that follows it."""

    def __init__(self) -> None:
        shelf = Shelf()
        self.orders, self.stores = MemoryOrders(shelf), MemoryStores(shelf)
        self.executions, self.stock = MemoryExecutions(shelf), MemoryStock(shelf)
        self.machine = Recorder()
        self.told = 0
        self.stores.put(Store(store_id=STORE, name="Saffron Lane", policy=Policy(hours=HOURS)))
        catalog = MemoryCatalog(is_connected=False)
        self.prices = PriceBook(products=MemoryProducts(), catalog=catalog)
        self.order = self._place(_at(3, 21, 40))

    def _place(self, now: datetime) -> Order:
        chai = Line(retailer_id="chai", name="Masala chai", quantity=2, price=Money(29900, "INR"))
        cart = Cart(
            message_id="wamid.example",
            phone_number_id="106540352242922",
            catalog_id="catalog",
            lines=(chai,),
            currency="INR",
            sent_at=now,
        )
        customer = Customer(store_id=STORE, customer_id=CUSTOMER.id, name=CUSTOMER.name)
        order = place(
            cart,
            customer,
            by=CUSTOMER,
            raw="{}",
            orders=self.orders,
            stores=self.stores,
            prices=self.prices,
            now=now,
        )
        self.order = order
        self._follow(now)
        return order

    def give_address_and_choose_cash(self, now: datetime) -> None:
        address = Address(name=CUSTOMER.name, text="12 Hill Road, Bandra West, Mumbai 400050")
        where = (STORE, self.order.order_id)
        receive_address(
            *where, address, by=CUSTOMER, orders=self.orders, stores=self.stores, now=now
        )
        cash = PaymentMethod.CASH_ON_DELIVERY
        choose_payment(*where, cash, by=CUSTOMER, orders=self.orders, stores=self.stores, now=now)
        self._follow(now)

    def move(self, to: Stage, by: Actor, now: datetime, **given: Any) -> None:
        command = MoveCommand(store_id=STORE, order_id=self.order.order_id, to=to, by=by, **given)
        move(command, orders=self.orders, stores=self.stores, now=now)
        self._follow(now)

    def strike(self, now: datetime) -> None:
        """The clock strikes: what is due happens."""
        run = Sweep(
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.machine,
            ask_gateway=lambda order: True,
            price=lambda order: order,
            enough_time=lambda: True,
            now=now,
        )
        sweep(run)
        self._follow(now)

    def history(self) -> tuple[Event, ...]:
        """The changes of stage, oldest first."""
        events = self.orders.history(STORE, self.order.order_id)
        return tuple(event for event in events if event.changes_stage)

    def _follow(self, now: datetime) -> None:
        """Everything committed is told, and the machine works until it waits."""
        self.machine.now = now
        while (events := self.orders.history(STORE, self.order.order_id, after=self.told)) or (
            self._arrivals()
        ):
            for event in events:
                self.told = event.version
                conduct(
                    event,
                    orders=self.orders,
                    executions=self.executions,
                    conductor=self.machine,
                )
            for task in self._arrivals():
                self._enter(task, now)

    def _arrivals(self) -> list[Task]:
        parked = self.executions.find(STORE, self.order.order_id)
        return [task for task in self.machine.tasks if not parked or task.token != parked.token]

    def _enter(self, task: Task, now: datetime) -> None:
        desk = Desk(
            orders=self.orders,
            stores=self.stores,
            stock=self.stock,
            gateways=MemoryGateways(),
            prices=self.prices,
            ask=lambda order, /, *, version, orders, stores: None,
            now=now,
        )
        enter(
            Arrival(execution=task.execution, attempt=0, now=now),
            work=work_of_stages(desk),
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.machine,
        )


def live() -> Life:
    """Ordered in the evening, held over night, delivered, sent back, archived."""
    life = Life()
    life.give_address_and_choose_cash(_at(3, 21, 44))
    life.strike(_at(4, 10, 0))
    life.move(Stage.APPROVED, AGENT, _at(4, 10, 12))
    life.move(Stage.PROCESSED, PACKER, _at(4, 11, 5))
    parcel = Tracking(carrier="Delhivery", number="DL77001")
    life.move(Stage.SHIPPED, PACKER, _at(4, 16, 30), tracking=parcel)
    life.move(Stage.DELIVERED, system("courier_webhook"), _at(6, 13, 20))
    life.move(Stage.RETURNED, AGENT, _at(9, 11, 45), reason="Changed their mind", restock=True)
    return life


def render() -> str:
    """The states entered, as a table in Markdown."""
    life = live()
    rows = [_row(each, life) for each in life.machine.entered]
    head = ["| | Execution | State | Entered | By |", "|---:|---|---|---|---|"]
    numbered = (f"| {number} | {row} |" for number, row in enumerate(rows, start=1))
    return "\n".join([*head, *numbered])


def _row(entered: Entered, life: Life) -> str:
    name = entered.execution.removeprefix(life.order.order_id)
    at = entered.at.astimezone(ZONE)
    by = next(
        (
            event.by.title
            for event in life.history()
            if (event.target, event.at) == (entered.state, entered.at)
        ),
        "",
    )
    return f"`…{name}` | `{entered.state}` | {at:%a} {at.day} {at:%b %H:%M} | {by}"


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
