"""Whatever customers, staff, gateways, couriers, the clock and failures do, in whatever order, the
rules hold. Used short in the tests and long in `make bench`.
"""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orderdesk.domain.errors import (
    Blocked,
    Forbidden,
    Invalid,
    NotAllowed,
    NotFound,
    Stale,
    Unavailable,
)
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders import amending, shipping
from orderdesk.domain.orders.actor import STAFF_ROLES, Actor, ActorKind, Permission, Role, system
from orderdesk.domain.orders.amending import MONEY_FLAGS
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.history import digest, verify
from orderdesk.domain.orders.lifecycle import RESTING, MoveClass, Stage, find_move
from orderdesk.domain.orders.moving import options
from orderdesk.domain.orders.parcels import Fulfilment, Goods, ParcelState, Tracking
from orderdesk.domain.orders.timing import deadline
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import AfterHours, ApprovePayment, AutoApprove, Policy
from orderdesk.usecases.orders import collect, courier, returns
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.pay import PaymentNews
from tests.builders import STORE, an_address
from tests.walks.world import CUSTOMER, World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.amend import Verb

SYSTEM: Final = tuple(
    system(door) for door in ("abandon_sweep", "payment", "courier_webhook", "enter_stage")
)
STAFF: Final = tuple(
    Actor(kind=ActorKind.STAFF, id=role, name=role.title(), via="dashboard", role=role)
    for role in STAFF_ROLES
)
MANAGER: Final = next(each for each in STAFF if each.role is Role.MANAGER)
AGENT: Final = next(each for each in STAFF if each.role is Role.AGENT)
ANYBODY: Final = (CUSTOMER, *SYSTEM, *STAFF)
HANDS: Final = (MANAGER, MANAGER, AGENT, CUSTOMER, SYSTEM[0])
REFUSED: Final = (NotAllowed, Forbidden, Blocked, Invalid, Stale, NotFound)
LATER: Final = (Unavailable,)  # a queue would bring it again, a person would press again
MONEY_STAYS_OUT: Final = frozenset({Stage.ABANDONED, Stage.CANCELLED, Stage.REJECTED})
DAY: Final = (Interval(time(9), time(13)), Interval(time(14), time(18)))
ORDERS: Final = 3
ON_ITS_WAY: Final = {
    Stage.CONFIRMED: Stage.APPROVED,
    Stage.APPROVED: Stage.PROCESSED,
    Stage.PROCESSED: Stage.SHIPPED,
    Stage.SHIPPED: Stage.DELIVERED,
    Stage.ON_HOLD: Stage.CONFIRMED,
}

policies = st.builds(
    Policy,
    reminders=st.sampled_from([(), (timedelta(hours=1), timedelta(hours=20))]),
    after_hours=st.sampled_from(AfterHours),
    hours=st.sampled_from([OpeningHours(), OpeningHours(weekdays=(DAY,) * 6 + ((),))]),
    auto_approve=st.builds(
        AutoApprove,
        enabled=st.booleans(),
        payment=st.sampled_from(ApprovePayment),
        known_customer=st.booleans(),
    ),
    refund_automatically=st.booleans(),
    customer_cancel_until=st.sampled_from([Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED]),
    fulfilments=st.sampled_from([(Fulfilment.COURIER,), (Fulfilment.PICKUP,)]),
)


class Shop(RuleBasedStateMachine):
    """Up to three orders of one customer, many hands. `seen` is the version checked last."""

    @initialize(
        policy=policies,
        stock=st.sampled_from([None, 1, 5]),
        steps=st.integers(0, 8),
        method=st.sampled_from(PaymentMethod),
    )
    def the_shop_opens(
        self, policy: Policy, stock: int | None, steps: int, method: PaymentMethod
    ) -> None:
        """The first order is on its way already, as far as `steps` lead it."""
        self.world = World(policy, stock=stock)
        self.seen: dict[str, int] = {}
        self.last_hash: dict[str, str] = {}
        self.silent: list[PaymentNews] = []
        self.loud: list[PaymentNews] = []
        self.world.cart(0)
        for _ in range(steps):
            self.it_goes_on_its_way(0, method)
            self.its_link_is_paid(number=0, part=False, told=True)

    # ------------------------------------------------------------ helpers of the rules

    def pick(self, number: int) -> Order:
        ids = self.world.order_ids
        return self.world.order(ids[number % len(ids)])

    def attempt(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except (*REFUSED, *LATER):
            return False
        return True

    def move(self, order: Order, to: Stage, by: Actor, **more: Any) -> Order:
        command = MoveCommand(
            store_id=STORE, order_id=order.order_id, to=to, by=by, **{"reason": "because", **more}
        )
        return move(command, orders=self.world.orders, stores=self.world.stores, now=self.world.now)

    def amend(self, order: Order, by: Actor, permission: Permission, verb: Verb) -> None:
        command = AmendCommand(
            store_id=STORE,
            order_id=order.order_id,
            by=by,
            permission=permission,
            name="walk",
            verb=verb,
            expected_version=order.version,
        )
        self.attempt(lambda: amend(command, orders=self.world.orders, stores=self.world.stores))

    # ------------------------------------------------------------ customers

    @rule(number=st.integers(0, ORDERS - 1))
    def a_cart_comes_in_or_again(self, number: int) -> None:
        self.attempt(lambda: self.world.cart(number))

    @rule(number=st.integers(0, ORDERS - 1))
    def the_customer_gives_an_address(self, number: int) -> None:
        order = self.pick(number)
        if order.stage is Stage.ARCHIVED:
            return
        world = self.world
        self.attempt(
            lambda: collect.receive_address(
                STORE,
                order.order_id,
                an_address(),
                by=CUSTOMER,
                orders=world.orders,
                stores=world.stores,
                now=world.now,
            )
        )

    @rule(number=st.integers(0, ORDERS - 1), method=st.sampled_from(PaymentMethod))
    def the_customer_chooses(self, number: int, method: PaymentMethod) -> None:
        order, world = self.pick(number), self.world
        if order.paid_at or order.stage in {Stage.DELIVERED, Stage.SHIPPED}:
            return  # these are not offered the choice
        self.attempt(
            lambda: collect.choose_payment(
                STORE,
                order.order_id,
                method,
                by=CUSTOMER,
                orders=world.orders,
                stores=world.stores,
                now=world.now,
            )
        )

    @rule(number=st.integers(0, 9), part=st.booleans(), told=st.booleans())
    def the_customer_pays_a_link(self, *, number: int, part: bool, told: bool) -> None:
        """The webhook may be late, or never come: then only the gateway knows."""
        links = list(self.world.gateway.links.values())
        if not links:
            return
        link = links[number % len(links)]
        if not link.is_open:
            return
        left = link.amount.minor - link.amount_paid.minor
        amount = Money(max(left // 2, 1) if part else left, link.amount.currency)
        payment = self.world.gateway.pay(link.provider_id, amount, at=self.world.now)
        news = PaymentNews(
            event="payment_link.paid",
            event_id=payment.payment_id,
            kind=EntryKind.CAPTURED,
            payment=payment,
            store_id=STORE,
            order_id=self.world.gateway.notes[link.provider_id]["order_id"],
            reference=link.reference,
        )
        (self.loud if told else self.silent).append(news)

    @rule(number=st.integers(0, 9))
    def a_payment_webhook_comes_or_again(self, number: int) -> None:
        if not self.loud:
            return
        news, world = self.loud[number % len(self.loud)], self.world
        self.attempt(
            lambda: pay.receive(news, orders=world.orders, stores=world.stores, now=world.now)
        )

    @rule(number=st.integers(0, ORDERS - 1))
    def the_customer_writes(self, number: int) -> None:
        order, world = self.pick(number), self.world
        if order.stage is Stage.PLACED:
            world.orders.touch(order, acted_at=world.now, due_at=order.due_at)

    # ------------------------------------------------------------ staff, and whoever else

    @rule(
        number=st.integers(0, ORDERS - 1),
        to=st.sampled_from(Stage),
        by=st.sampled_from(ANYBODY),
        reason=st.sampled_from(["", "because"]),
        tracked=st.booleans(),
        behind=st.sampled_from([0, 0, 0, 1]),
        asked=st.booleans(),
    )
    def somebody_asks_for_a_move(
        self,
        *,
        number: int,
        to: Stage,
        by: Actor,
        reason: str,
        tracked: bool,
        behind: int,
        asked: bool,
    ) -> None:
        before = self.pick(number)
        tracking = Tracking(carrier="DTDC", number=f"D{before.number}") if tracked else None
        try:
            after = self.move(
                before,
                to,
                by,
                reason=reason,
                tracking=tracking,
                expected_version=before.version - behind,
                gateway_asked=asked and not self.silent and not self.loud,
            )
        except REFUSED:
            assert self.world.order(before.order_id) == before
        except Unavailable:
            return
        else:
            found = find_move(before.stage, to)
            assert found is not None
            assert found.is_open_to(by)
            assert found.is_permitted(by)
            assert behind == 0
            assert after == self.world.order(before.order_id)

    @rule(number=st.integers(0, ORDERS - 1), method=st.sampled_from(PaymentMethod))
    def it_goes_on_its_way(self, number: int, method: PaymentMethod) -> None:
        """The next step of an order that nothing happens to: without it, few get to the end."""
        order, world = self.pick(number), self.world
        if order.stage in {Stage.PLACED, Stage.ABANDONED}:
            self.the_customer_gives_an_address(number)
            self.the_customer_chooses(number, method)
            for _ in range(3):
                self.attempt(lambda: world.tell_next(order.order_id))
        elif order.stage in ON_ITS_WAY:
            tracking = Tracking(carrier="DTDC", number=f"D{order.number}-{order.version}")
            pickup = order.stage is Stage.PROCESSED and order.fulfilment is Fulfilment.PICKUP
            to = Stage.DELIVERED if pickup else ON_ITS_WAY[order.stage]
            code = order.pickup_code
            self.attempt(lambda: self.move(order, to, MANAGER, tracking=tracking, pickup_code=code))

    @rule(number=st.integers(0, ORDERS - 1), part=st.booleans(), told=st.booleans())
    def its_link_is_paid(self, *, number: int, part: bool, told: bool) -> None:
        order = self.pick(number)
        links = list(self.world.gateway.links)
        asked = order.ledger.open_request
        if asked and asked.id in links:
            self.the_customer_pays_a_link(number=links.index(asked.id), part=part, told=told)
            if told and self.loud:
                self.a_payment_webhook_comes_or_again(len(self.loud) - 1)

    @rule()
    def the_queues_run_dry(self) -> None:
        for order_id in self.world.order_ids:
            while self.world.untold(order_id) and self.attempt(
                partial(self.world.tell_next, order_id)
            ):
                pass
        while any(True for _ in self.world.fresh_tasks()):
            if not self.attempt(self.world.enter_next):
                break

    @rule(number=st.integers(0, ORDERS - 1), data=st.data(), by=st.sampled_from(HANDS))
    def somebody_does_what_is_offered(self, number: int, data: st.DataObject, by: Actor) -> None:
        before, world = self.pick(number), self.world
        offered = options(before, by=by, now=world.now, policy=world.policy)
        allowed = [each.move for each in offered if each.allowed]
        if not allowed:
            return
        going_on = [each for each in allowed if each.kind is MoveClass.FORWARD]
        chosen = data.draw(st.sampled_from([*going_on, *going_on, *allowed]))
        tracking = Tracking(carrier="DTDC", number=f"D{before.number}-{before.version}")
        until = data.draw(st.sampled_from([None, world.now + timedelta(hours=2)]))
        try:
            after = self.move(
                before,
                chosen.target,
                by,
                tracking=tracking,
                until=until,
                pickup_code=before.pickup_code,
                restock=data.draw(st.sampled_from([None, True, False])),
            )
        except Unavailable:
            return
        assert after.stage is chosen.target
        assert after == world.order(before.order_id)

    @rule(
        number=st.integers(0, ORDERS - 1),
        by=st.tuples(st.sampled_from(ANYBODY), st.sampled_from(ANYBODY)),
        to=st.tuples(st.sampled_from(Stage), st.sampled_from(Stage)),
    )
    def two_act_on_what_they_both_saw(
        self, number: int, by: tuple[Actor, Actor], to: tuple[Stage, Stage]
    ) -> None:
        """One wins at most; the other is told who won, and nothing is lost."""
        before = self.pick(number)
        won, lost = 0, None
        for actor, target in zip(by, to, strict=True):
            try:
                self.move(
                    before,
                    target,
                    actor,
                    expected_version=before.version,
                    tracking=Tracking(own_delivery=True),
                )
                won += 1
            except Stale as error:
                lost = error.current
            except (*REFUSED, Unavailable):
                continue
        assert won <= 1
        if lost:
            assert lost.version == before.version + 1
            assert lost.changed_by == by[0]

    @rule(number=st.integers(0, ORDERS - 1), what=st.integers(0, 6), by=st.sampled_from(STAFF))
    def staff_amend_the_order(self, number: int, what: int, by: Actor) -> None:
        order, now = self.pick(number), self.world.now
        desk = returns.ReturnDesk(by=by, policy=self.world.policy, now=now)
        case_id = order.returns[-1].return_id if order.returns else "r1"
        tracking = Tracking(carrier="DTDC", number=f"E{order.version}")
        one = (Goods(retailer_id=order.lines[0].retailer_id, quantity=1),)
        flag = order.attention[-1].reason if order.attention else ""
        choices: Sequence[tuple[Permission, Verb]] = (
            (
                Permission.SHIP,
                lambda seen: _one(shipping.ship_parcel(seen, one, tracking, by=by, now=now)),
            ),
            (
                Permission.EDIT,
                lambda seen: _one(shipping.change_parcel(seen, "p1", tracking, by=by, now=now)),
            ),
            (Permission.TAKE_BACK, returns.opening(desk, one, "damaged", "")),
            (Permission.TAKE_BACK, returns.receiving(desk, case_id, restock=True)),
            (Permission.TAKE_BACK, returns.closing(desk, case_id)),
            (
                Permission.EDIT,
                lambda seen: _one(amending.resolve_attention(seen, flag, by=by, now=now)),
            ),
            (
                Permission.REFUND,
                lambda seen: _one(amending.waive_refund(seen, "Agreed", by=by, now=now)),
            ),
        )
        permission, verb = choices[what]
        self.amend(order, by, permission, verb)

    @rule(number=st.integers(0, ORDERS - 1), state=st.sampled_from(ParcelState))
    def the_courier_scans(self, number: int, state: ParcelState) -> None:
        order, world = self.pick(number), self.world
        if order.tracking is None or not order.tracking.number:
            return
        scan = courier.Scan(
            scan_id=f"{order.order_id}:{state}",
            tracking_number=order.tracking.number,
            state=state,
            said=state,
            at=world.now,
        )
        self.attempt(
            lambda: courier.receive(
                STORE, scan, orders=world.orders, stores=world.stores, now=world.now
            )
        )

    # ------------------------------------------------------------ clocks, queues, failures

    @rule(minutes=st.sampled_from([0, 1, 16, 60, 10 * 60, 25 * 60, 31 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.pass_time(timedelta(minutes=minutes))

    @rule(at_most=st.sampled_from([None, 1, 2]))
    def the_clock_strikes(self, at_most: int | None) -> None:
        self.attempt(lambda: self.world.sweep(at_most=at_most))

    @rule(number=st.integers(0, ORDERS - 1), again=st.booleans())
    def an_event_is_told_or_again(self, *, number: int, again: bool) -> None:
        order = self.pick(number)
        told = self.world.told[order.order_id]
        if again and told:
            event = self.world.history(order.order_id)[told - 1]
            self.attempt(lambda: self.world.tell(event))
        else:
            self.attempt(lambda: self.world.tell_next(order.order_id))

    @rule()
    def the_machine_enters_a_stage(self) -> None:
        self.attempt(self.world.enter_next)

    @rule(number=st.integers(0, ORDERS - 1))
    def an_execution_is_lost(self, number: int) -> None:
        order = self.pick(number)
        for task in list(self.world.conductor.tasks):
            if task.order_id == order.order_id:
                self.world.conductor.lose(task.execution.name)

    @rule(fault=st.sampled_from(["before", "after"]))
    def the_next_write_fails(self, fault: str) -> None:
        self.world.orders.fault = fault

    @rule(down=st.booleans())
    def the_gateway_comes_or_goes(self, *, down: bool) -> None:
        self.world.gateway.is_down = down

    @rule()
    def the_outbox_is_worked_off(self) -> None:
        self.world.send()

    @precondition(lambda self: len(self.world.messenger.errors) < 2)
    @rule()
    def whatsapp_does_not_answer(self) -> None:
        self.world.messenger.errors.append(Unavailable("WhatsApp does not answer."))

    # ------------------------------------------------------------ what always holds

    @invariant()
    def what_is_new_in_the_history_is_sound(self) -> None:
        for order_id in self.world.order_ids:
            order, seen = self.world.order(order_id), self.seen.get(order_id, 0)
            if order.version == seen:
                continue
            events = self.world.orders.history(STORE, order_id, after=seen)
            assert [event.version for event in events] == list(range(seen + 1, order.version + 1))
            for event in events:
                self._check(event, order_id)
            assert order.history_hash == self.last_hash[order_id]
            assert order.stage is events[-1].target
            assert order.changed_by == events[-1].by
            self._check_order(order)
            self.seen[order_id] = order.version

    def _check(self, event: Event, order_id: str) -> None:
        assert event.previous == self.last_hash.get(order_id, "")
        self.last_hash[order_id] = digest(event)
        if event.type not in {EventType.PLACED, EventType.MOVED}:
            assert event.source is event.target
            return
        found = find_move(event.source, event.target)
        assert found is not None
        assert found.id == event.move_id
        assert found.is_open_to(event.by)
        assert found.is_permitted(event.by)

    def _check_order(self, order: Order) -> None:
        balance = order.ledger.balance
        assert balance.minor >= 0
        if order.stage in MONEY_STAYS_OUT and balance.minor > 0 and not order.refund_waived:
            flags = {each.reason for each in order.attention}
            assert flags & MONEY_FLAGS, f"{balance} in an order that is {order.stage}"
            assert order.stage is not Stage.ABANDONED
        assert (order.hold is not None) == (order.stage is Stage.ON_HOLD)
        assert len({each.id for each in order.ledger.entries}) == len(order.ledger.entries)
        due = deadline(order, self.world.policy)
        assert (due is None) == (order.due_at is None)
        shipped: dict[str, int] = {}
        for parcel in order.parcels:
            for goods in parcel.goods:
                shipped[goods.retailer_id] = shipped.get(goods.retailer_id, 0) + goods.quantity
        ordered = {each.retailer_id: each.quantity for each in order.goods}
        assert all(count <= ordered[product] for product, count in shipped.items())

    # ------------------------------------------------------------ what holds in the end

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        world.settle()
        for order_id in world.order_ids:
            order, history = world.order(order_id), world.history(order_id)
            assert verify(order, history).holds
            self._stands_where_it_should(order)
            self._was_told_right(order, history)
        counted = {stage: count for stage, count in world.counts.get(STORE).items() if count}
        stages = [world.order(order_id).stage for order_id in world.order_ids]
        assert counted == {stage: stages.count(stage) for stage in set(stages)}

    def _stands_where_it_should(self, order: Order) -> None:
        """One execution stands in the stage of each live order; none is left of one at rest."""
        expected = [] if order.stage in RESTING else [order.stage]
        assert self.world.waiting(order.order_id) == expected

    def _was_told_right(self, order: Order, history: Sequence[Event]) -> None:
        """No message twice, and none of a move that was taken back before it was due."""
        keys = self.world.messages(order.order_id)
        assert len(keys) == len(set(keys))
        grace = self.world.policy.grace_period
        for moved, after in pairwise(history):
            undo = find_move(after.source, after.target)
            taken_back = (
                after.changes_stage
                and undo is not None
                and undo.kind is MoveClass.UNDO
                and after.at - moved.at < grace
                and after.target is moved.source
            )
            if moved.type is EventType.MOVED and taken_back and moved.by.kind is ActorKind.STAFF:
                key = f"{order.order_id}:{moved.version}:{moved.target}"
                assert key not in keys


def _one(step: tuple[Order, Event] | None) -> tuple[Order, list[Event]] | None:
    return (step[0], [step[1]]) if step else None
