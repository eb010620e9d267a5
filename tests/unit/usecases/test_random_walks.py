"""Whatever customers, staff, gateways and the clock do, and in whatever order, the rules hold.

Hypothesis plays them all against the in-memory twins. After every step: the stage follows from the
history, each accepted command left one history item that is one version on, only moves of the table
occur, and money is conserved. That each history item becomes one event is relay's, tested there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orderdesk.adapters.memory import MemoryOrders, MemoryStores
from orderdesk.domain.actor import Actor, ActorKind, Role, system
from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotAllowed, Stale
from orderdesk.domain.event import EventType
from orderdesk.domain.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.lifecycle import MoveClass, Stage, find_move
from orderdesk.domain.money import Money
from orderdesk.domain.moving import options
from orderdesk.domain.parcels import Tracking
from orderdesk.usecases import collect
from orderdesk.usecases.move import MoveCommand, move
from orderdesk.usecases.place import place
from tests.builders import NOW, a_cart, a_customer, an_address

if TYPE_CHECKING:
    from orderdesk.domain.order import Order

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="c1", name="Priya", via="whatsapp")
ACTORS = [
    CUSTOMER,
    system("abandon_sweep"),
    *(
        Actor(kind=ActorKind.STAFF, id=role, name=role.title(), via="dashboard", role=role)
        for role in Role
    ),
]
MANAGER = Actor(kind=ActorKind.STAFF, id="m", name="Mina", via="dashboard", role=Role.MANAGER)
HANDS = [MANAGER, MANAGER, CUSTOMER, system("abandon_sweep")]
REFUSED = (NotAllowed, Forbidden, Blocked, Invalid, Stale)
MONEY_STAYS_OUT = {Stage.ABANDONED, Stage.CANCELLED, Stage.REJECTED}


class Shop(RuleBasedStateMachine):
    """One order, many hands. `minutes` passes between any two of them."""

    @initialize()
    def a_cart_comes_in(self) -> None:
        self.orders, self.stores = MemoryOrders(), MemoryStores()
        self.now = NOW
        order = place(
            a_cart(),
            a_customer(),
            by=CUSTOMER,
            raw="{}",
            orders=self.orders,
            stores=self.stores,
            now=self.now,
        )
        self.store_id, self.order_id = order.store_id, order.order_id
        self.payments = 0

    @rule(minutes=st.sampled_from([0, 1, 16, 60, 25 * 60, 31 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        to=st.sampled_from(Stage),
        by=st.sampled_from(ACTORS),
        reason=st.sampled_from(["", "because"]),
        tracked=st.booleans(),
        behind=st.sampled_from([0, 0, 0, 1]),
        asked=st.booleans(),
    )
    def somebody_asks_for_a_move(
        self, *, to: Stage, by: Actor, reason: str, tracked: bool, behind: int, asked: bool
    ) -> None:
        before = self.order
        command = MoveCommand(
            store_id=self.store_id,
            order_id=self.order_id,
            to=to,
            by=by,
            reason=reason,
            tracking=Tracking(own_delivery=True) if tracked else None,
            expected_version=before.version - behind,
            gateway_asked=asked,
        )
        try:
            after = move(command, orders=self.orders, stores=self.stores, now=self.now)
        except REFUSED:
            assert self.order == before
        else:
            found = find_move(before.stage, to)
            assert found is not None
            assert by.kind in found.by
            assert behind == 0
            assert after == self.order

    @rule(data=st.data(), by=st.sampled_from(HANDS))
    def somebody_does_what_is_offered(self, data: st.DataObject, by: Actor) -> None:
        before = self.order
        policy = self.stores.get(self.store_id).policy
        offered = options(before, by=by, now=self.now, policy=policy)
        allowed = [each.move for each in offered if each.allowed]
        if not allowed:
            return
        going_on = [each for each in allowed if each.kind is MoveClass.FORWARD]
        chosen = data.draw(st.sampled_from([*going_on, *allowed]))
        command = MoveCommand(
            store_id=self.store_id,
            order_id=self.order_id,
            to=chosen.target,
            by=by,
            reason="because",
            tracking=Tracking(own_delivery=True),
        )
        assert move(command, orders=self.orders, stores=self.stores, now=self.now) == self.order
        assert self.order.stage is chosen.target

    @precondition(lambda self: self.order.stage not in {Stage.ARCHIVED})
    @rule()
    def the_customer_gives_an_address(self) -> None:
        collect.receive_address(
            self.store_id,
            self.order_id,
            an_address(),
            by=CUSTOMER,
            orders=self.orders,
            stores=self.stores,
            now=self.now,
        )

    @rule(method=st.sampled_from(PaymentMethod))
    def the_customer_chooses(self, method: PaymentMethod) -> None:
        collect.choose_payment(
            self.store_id,
            self.order_id,
            method,
            by=CUSTOMER,
            orders=self.orders,
            stores=self.stores,
            now=self.now,
        )

    @rule(again=st.booleans(), share=st.sampled_from([1, 2]))
    def the_gateway_reports_money(self, again: bool, share: int) -> None:
        self.payments += 0 if again and self.payments else 1
        due = max(self.order.total.minor // share, 1)
        entry = Entry(
            id=f"pay_{self.payments}",
            kind=EntryKind.CAPTURED,
            amount=Money(due, self.order.ledger.currency),
            at=self.now,
            method=PaymentMethod.ONLINE,
        )
        collect.book(
            self.store_id,
            self.order_id,
            entry,
            by=system("payment_webhook"),
            orders=self.orders,
            stores=self.stores,
            now=self.now,
        )

    @property
    def order(self) -> Order:
        return self.orders.get(self.store_id, self.order_id)

    @invariant()
    def the_history_is_the_order(self) -> None:
        history = self.orders.history(self.store_id, self.order_id)
        assert [event.version for event in history] == list(range(1, self.order.version + 1))
        stage = None
        for event in history:
            assert event.source is stage
            if event.type in {EventType.PLACED, EventType.MOVED}:
                found = find_move(stage, event.target)
                assert found is not None
                assert found.id == event.move_id
                assert event.by.kind in found.by
            else:
                assert event.target is stage
            stage = event.target
        assert self.order.stage is stage

    @invariant()
    def no_money_is_forgotten(self) -> None:
        order = self.order
        assert order.ledger.balance.minor >= 0
        if order.stage in MONEY_STAYS_OUT and order.ledger.balance.minor > 0:
            assert order.attention, f"{order.ledger.balance} in an order that is {order.stage}"

    @invariant()
    def a_payment_is_booked_once(self) -> None:
        ids = [entry.id for entry in self.order.ledger.entries]
        assert len(ids) == len(set(ids))

    @invariant()
    def a_complete_order_is_not_left_waiting(self) -> None:
        order = self.order
        if order.stage is Stage.PLACED and order.version > 1:
            last = self.orders.history(self.store_id, self.order_id)[-1]
            ready = order.address is not None and order.paid_at is not None
            assert not ready or last.type is EventType.MOVED


Shop.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
TestShop = Shop.TestCase
