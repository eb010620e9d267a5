"""Each stage's own work, once, whatever breaks off in the middle of it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryStock
from orderdesk.adapters.order_records import order_to_record
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Role, system
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Order
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import AfterHours, ApprovePayment, AutoApprove
from orderdesk.domain.shop.stock import StockStatus
from orderdesk.usecases.orders.stage_work import Desk, work_of_stages
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.request_payment import Till, request_payment
from orderdesk.usecases.ports import Orders, Payment, Stores
from tests.builders import (
    CASH,
    NOW,
    STORE,
    a_capture,
    a_line,
    a_move,
    a_placed_event,
    a_ready_order,
    a_store,
    an_actor,
    an_address,
    an_order,
    rupees,
)
from tests.counter import Counter
from tests.goods import a_price_book

# NOW is 14:45 in India.
DAY = OpeningHours(weekdays=((Interval(time(9), time(21)),),) * 7)
AFTERNOON = OpeningHours(weekdays=((Interval(time(16), time(21)),),) * 7)
FOUR_O_CLOCK = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
KURTA = "kurta-m"
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)


class Bench(Counter):
    """An order in a shop that is open and counts nothing; `asked` has versions of questions."""

    def __init__(self, order: Order | None = None) -> None:
        super().__init__(order)
        self.stock = MemoryStock(self.shelf)
        self.prices = a_price_book(self.shelf)
        self.asked: list[int] = []
        self.now = NOW
        self.decide()

    def decide(self, **policy: Any) -> None:
        """The shop's policy; open by day unless said otherwise."""
        base = a_store()
        self.stores.put(replace(base, policy=replace(base.policy, **{"hours": DAY, **policy})))

    @property
    def left(self) -> int:
        return self.stock.available(STORE, [KURTA])[KURTA]

    @property
    def stages(self) -> list[Stage]:
        """Through which the order went."""
        return [event.target for event in self.history if event.changes_stage]

    @property
    def history(self) -> tuple[Any, ...]:
        return self.orders.history(STORE, self.placed.order_id)

    def put(self, to: Stage, **event: Any) -> None:
        """By the system, unless `by` says who, and whatever the guards would say."""
        after, moved = a_move(self.order, to, **{"by": system("collect"), **event})
        self.orders.save(after, [moved])

    def change(self, **fields: Any) -> None:
        """The stored order is another one."""
        kept = self.shelf.orders[STORE, self.placed.order_id]
        after = replace(self.order, **fields)
        kept.record = order_to_record(after)

    def work(self, order: Order | None = None) -> None:
        """What the machine does on arrival."""
        order = order or self.order
        arrived = [e.version for e in self.history if e.changes_stage][-1]
        do = work_of_stages(self.stage_desk).get(order.stage)
        if do:
            do(order, arrived)

    @property
    def stage_desk(self) -> Desk:
        return Desk(
            orders=self.orders,
            stores=self.stores,
            stock=self.stock,
            gateways=self.gateways,
            prices=self.prices,
            ask=self.ask,
            now=self.now,
        )

    def ask(self, order: Order, /, *, version: int, orders: Orders, stores: Stores) -> None:
        self.asked.append(version)

    def arrive(self, to: Stage, **event: Any) -> None:
        self.put(to, **event)
        self.work()


def a_bench(stage: Stage = Stage.PLACED, **order: Any) -> Bench:
    """Whose order has an address and is paid in cash; in `stage`, without that stage's work."""
    bench = Bench(a_ready_order(Stage.PLACED, **order))
    if stage is not Stage.PLACED:
        bench.put(stage)
    return bench


def a_paid_bench(*amounts: int) -> Bench:
    """Placed and paid online in these parts; 1,500 rupees unless said otherwise."""
    bench = Bench(an_order(address=an_address(), ledger=ONLINE))
    for amount in amounts or (1500,):
        request_payment(bench.order, till(bench))
        link = bench.order.ledger.open_request
        assert link is not None
        bench.gateway.pay(link.id, rupees(amount), at=NOW)
        pay.ask_gateway(
            bench.order, gateways=bench.gateways, orders=bench.orders, stores=bench.stores, now=NOW
        )
    return bench


def till(bench: Bench) -> Till:
    return Till(gateways=bench.gateways, orders=bench.orders, stores=bench.stores, now=NOW)


def test_a_placed_order_is_asked_for_what_is_missing() -> None:
    bench = Bench()

    bench.work()

    assert (bench.asked, bench.order.stage) == ([1], Stage.PLACED)


def test_a_shop_that_holds_on_placed_asks_nothing_before_it_opens() -> None:
    bench = Bench()
    bench.decide(hours=AFTERNOON, after_hours=AfterHours.HOLD_ON_PLACED)

    bench.work()

    assert bench.asked == []
    assert bench.order.stage is Stage.ON_HOLD
    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.order.hold.until) == ("after_hours", FOUR_O_CLOCK)
    assert bench.history[-1].by.role is Role.RULE


def test_an_order_that_was_let_go_when_the_shop_opened_is_asked_and_not_held_again() -> None:
    bench = Bench()
    bench.decide(hours=AFTERNOON, after_hours=AfterHours.HOLD_ON_PLACED)
    bench.put(Stage.ON_HOLD)

    bench.arrive(Stage.PLACED, by=system("abandon_sweep"))

    assert (bench.asked, bench.order.stage) == ([3], Stage.PLACED)


@pytest.mark.parametrize("after_hours", [AfterHours.OFF, AfterHours.HOLD_ON_CONFIRMED])
def test_otherwise_the_customer_is_asked_at_night_too(after_hours: AfterHours) -> None:
    bench = Bench()
    bench.decide(hours=AFTERNOON, after_hours=after_hours)

    bench.work()

    assert (bench.asked, bench.order.stage) == ([1], Stage.PLACED)


def test_a_confirmed_order_takes_its_goods_off_the_shelf() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.stock.count(STORE, KURTA, 5)

    bench.work()

    assert bench.left == 3
    assert (bench.order.stock, bench.order.stage) == (StockStatus.RESERVED, Stage.CONFIRMED)


def test_work_that_is_done_again_takes_and_says_nothing_more() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.stock.count(STORE, KURTA, 5)

    for _ in range(3):
        bench.work()

    assert bench.left == 3
    assert [each.type for each in bench.history[2:]] == [EventType.STOCK_CHANGED]


def test_lines_of_one_product_are_reserved_together() -> None:
    bench = a_bench(Stage.CONFIRMED, lines=(a_line(), a_line(quantity=1)))
    bench.stock.count(STORE, KURTA, 5)

    bench.work()

    assert bench.left == 2


def test_an_order_of_uncounted_goods_says_nothing_of_stock() -> None:
    bench = a_bench(Stage.CONFIRMED)

    bench.work()

    assert bench.order.version == 2


def test_an_order_that_is_short_waits_for_stock_and_says_of_what() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.stock.count(STORE, KURTA, 1)

    bench.work()

    assert (bench.order.stage, bench.order.stock) == (Stage.ON_HOLD, StockStatus.SHORT)
    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.order.hold.until) == ("stock_short", None)
    assert bench.history[2].data["short"] == "kurta-m: 1 of 2"
    assert bench.left == 1


def test_a_short_order_that_is_released_after_a_count_goes_on() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.stock.count(STORE, KURTA, 1)
    bench.work()
    bench.stock.count(STORE, KURTA, 2)

    bench.arrive(Stage.CONFIRMED, by=an_actor())

    assert (bench.order.stage, bench.order.stock) == (Stage.CONFIRMED, StockStatus.RESERVED)


def test_a_crash_after_the_shortage_was_written_down_is_made_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.stock.count(STORE, KURTA, 1)
    save = bench.orders.save

    def save_once(*arguments: Any, **named: Any) -> None:
        save(*arguments, **named)
        monkeypatch.setattr(bench.orders, "save", _unavailable)

    with monkeypatch.context() as patch:
        patch.setattr(bench.orders, "save", save_once)
        with pytest.raises(Unavailable):
            bench.work()
    monkeypatch.setattr(bench.orders, "save", save)
    assert (bench.order.stage, bench.order.stock) == (Stage.CONFIRMED, StockStatus.SHORT)

    bench.work()

    assert bench.order.stage is Stage.ON_HOLD
    assert [each.type for each in bench.history[2:]] == [EventType.STOCK_CHANGED, EventType.MOVED]


def test_an_order_that_is_confirmed_at_night_waits_for_the_morning() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.decide(
        hours=AFTERNOON, auto_approve=AutoApprove(enabled=True, payment=ApprovePayment.ANY)
    )

    bench.work()

    assert bench.order.hold is not None
    assert (bench.order.hold.code, bench.order.hold.until) == ("after_hours", FOUR_O_CLOCK)
    assert bench.stages == [Stage.PLACED, Stage.CONFIRMED, Stage.ON_HOLD]


def test_a_hold_for_the_night_is_not_made_twice() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.decide(hours=AFTERNOON)
    seen = bench.order

    bench.work(seen)
    work_of_stages(bench.stage_desk)[Stage.CONFIRMED](seen, seen.version)

    assert bench.stages.count(Stage.ON_HOLD) == 1


def test_a_retry_after_the_shop_opened_holds_nothing() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.decide(hours=AFTERNOON)
    bench.now = FOUR_O_CLOCK

    bench.work()

    assert bench.order.stage is Stage.CONFIRMED


@pytest.mark.parametrize(
    "way",
    [
        [(Stage.CONFIRMED, an_actor())],
        [(Stage.ON_HOLD, an_actor()), (Stage.CONFIRMED, system("abandon_sweep"))],
        [
            (Stage.CONFIRMED, system("collect")),
            (Stage.CANCELLED, an_actor()),
            (Stage.CONFIRMED, an_actor()),
        ],
    ],
    ids=["confirmed by staff", "released", "undone by staff"],
)
def test_no_order_is_held_for_the_night_against_a_person_at_work(way: list[Any]) -> None:
    bench = a_bench()
    bench.decide(hours=AFTERNOON)
    for stage, by in way:
        bench.put(stage, by=by)

    bench.work()

    assert bench.order.stage is Stage.CONFIRMED


@pytest.mark.parametrize("opens", [OpeningHours(), DAY])
def test_an_open_shop_holds_nothing(opens: OpeningHours) -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.decide(hours=opens)

    bench.work()

    assert bench.order.stage is Stage.CONFIRMED


def test_a_shop_with_reasons_of_its_own_still_waits_for_the_morning() -> None:
    bench = a_bench(Stage.CONFIRMED)
    bench.decide(hours=AFTERNOON, reasons={Stage.ON_HOLD: (Reason("festival", "Festival"),)})

    bench.work()

    assert bench.order.hold is not None
    assert bench.order.hold.code == "after_hours"


def approves(bench: Bench, **rule: Any) -> bool:
    bench.decide(auto_approve=AutoApprove(enabled=True, **rule))
    bench.arrive(Stage.CONFIRMED)
    return bench.order.stage is Stage.APPROVED


def test_nothing_is_approved_by_itself_unless_the_shop_wants_it() -> None:
    bench = a_bench(Stage.CONFIRMED)

    bench.work()

    assert bench.order.stage is Stage.CONFIRMED


def test_the_rule_takes_paid_orders() -> None:
    paid = replace(CASH, method=PaymentMethod.ONLINE).book(a_capture(an_order()))

    assert approves(a_bench(ledger=paid))
    assert not approves(a_bench())


def test_the_rule_takes_any_order_when_the_shop_says_so() -> None:
    bench = a_bench()

    assert approves(bench, payment=ApprovePayment.ANY)
    assert bench.history[-1].by.role is Role.RULE


@pytest.mark.parametrize(("up_to", "taken"), [(150000, True), (149999, False)])
def test_the_rule_takes_orders_up_to_an_amount(up_to: int, taken: bool) -> None:
    assert approves(a_bench(), payment=ApprovePayment.ANY, up_to=up_to) is taken


def test_an_amount_in_another_currency_is_up_to_nothing() -> None:
    dollars = an_order(
        lines=(a_line(price=Money(100, "USD")),), ledger=Ledger(currency="USD", method=CASH.method)
    )
    bench = a_bench(lines=dollars.lines, ledger=dollars.ledger)

    assert not approves(bench, payment=ApprovePayment.ANY, up_to=150000)


@pytest.mark.parametrize(
    ("earlier", "taken"),
    [
        ({"stage": Stage.DELIVERED}, True),
        ({"stage": Stage.ARCHIVED, "archived_from": Stage.DELIVERED}, True),
        ({"stage": Stage.ARCHIVED, "archived_from": Stage.CANCELLED}, False),
        ({"stage": Stage.SHIPPED}, False),
    ],
)
def test_the_rule_knows_customers_who_received_an_order(
    earlier: dict[str, Any], taken: bool
) -> None:
    bench = a_bench()
    other = a_ready_order(**earlier, message_id="wamid.earlier")
    bench.orders.add(other, a_placed_event(other), raw="")

    assert approves(bench, payment=ApprovePayment.ANY, known_customer=True) is taken


def test_a_new_customer_is_nobody_the_rule_knows() -> None:
    assert not approves(a_bench(), payment=ApprovePayment.ANY, known_customer=True)


def test_the_rule_leaves_orders_that_somebody_has_to_look_at() -> None:
    looked_at = (Attention(reason="late_payment", text="Late.", at=NOW),)

    assert not approves(a_bench(attention=looked_at), payment=ApprovePayment.ANY)


def test_the_rule_does_not_fight_who_took_an_approval_back() -> None:
    bench = a_bench(Stage.APPROVED)
    bench.decide(auto_approve=AutoApprove(enabled=True, payment=ApprovePayment.ANY))

    bench.arrive(Stage.CONFIRMED, by=an_actor())

    assert bench.order.stage is Stage.CONFIRMED


def test_an_order_that_is_short_is_held_and_not_approved() -> None:
    bench = a_bench()
    bench.stock.count(STORE, KURTA, 1)

    assert not approves(bench, payment=ApprovePayment.ANY)
    assert bench.order.stage is Stage.ON_HOLD


def a_reserved_bench() -> Bench:
    """Confirmed, with two of five kurtas reserved."""
    bench = a_bench()
    bench.stock.count(STORE, KURTA, 5)
    bench.arrive(Stage.CONFIRMED)
    assert bench.left == 3
    return bench


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED])
def test_a_stopped_order_gives_its_goods_back_once(stage: Stage) -> None:
    bench = a_reserved_bench()
    bench.put(stage)

    for _ in range(3):
        bench.work()

    assert (bench.left, bench.order.stock) == (5, StockStatus.RELEASED)


def test_goods_that_staff_did_not_put_back_are_not_given_back() -> None:
    bench = a_reserved_bench()
    bench.put(Stage.CANCELLED)
    bench.change(restock=False)

    bench.work()

    assert bench.left == 3


def test_a_stop_that_is_taken_back_takes_the_goods_again() -> None:
    bench = a_reserved_bench()
    bench.arrive(Stage.CANCELLED)

    bench.arrive(Stage.APPROVED, by=an_actor())

    assert (bench.left, bench.order.stock) == (3, StockStatus.RESERVED)


def test_a_stop_that_is_taken_back_too_late_for_the_goods_waits_for_stock() -> None:
    bench = a_reserved_bench()
    bench.arrive(Stage.CANCELLED)
    bench.stock.reserve(STORE, "somebody else", {KURTA: 4})

    bench.arrive(Stage.APPROVED, by=an_actor())

    assert bench.order.stage is Stage.ON_HOLD


@pytest.mark.parametrize("stage", [Stage.SHIPPED, Stage.DELIVERED])
def test_goods_that_left_stay_taken(stage: Stage) -> None:
    bench = a_reserved_bench()

    bench.arrive(stage)
    bench.stock.release(STORE, bench.order.order_id)

    assert bench.left == 3


@pytest.mark.parametrize(("restock", "left"), [(True, 5), (False, 3)])
def test_what_came_back_is_sold_again_when_staff_say_so(restock: bool, left: int) -> None:
    bench = a_reserved_bench()
    bench.arrive(Stage.SHIPPED)
    bench.put(Stage.RETURNED)
    bench.change(restock=restock)

    for _ in range(2):
        bench.work()

    assert bench.left == left


def test_what_was_shipped_by_mistake_can_still_be_given_back() -> None:
    bench = a_reserved_bench()
    bench.put(Stage.PROCESSED)
    bench.arrive(Stage.SHIPPED)
    bench.arrive(Stage.PROCESSED, by=an_actor())

    bench.arrive(Stage.CANCELLED)

    assert bench.left == 5


def test_goods_are_reserved_although_the_machine_was_too_slow_for_the_earlier_stages() -> None:
    bench = a_bench(Stage.APPROVED)
    bench.stock.count(STORE, KURTA, 5)

    bench.arrive(Stage.PROCESSED)

    assert (bench.left, bench.order.stock) == (3, StockStatus.RESERVED)


@pytest.mark.parametrize("leaves", [Stage.SHIPPED, Stage.DELIVERED])
def test_goods_that_left_before_they_were_reserved_are_taken_off_the_count(leaves: Stage) -> None:
    bench = a_bench(Stage.PROCESSED)
    bench.stock.count(STORE, KURTA, 5)
    bench.put(leaves)

    for _ in range(2):
        bench.work()

    assert bench.left == 3
    bench.stock.release(STORE, bench.order.order_id)
    assert bench.left == 3


@pytest.mark.parametrize("source", [Stage.SHIPPED, Stage.ARCHIVED])
def test_goods_that_left_long_ago_are_not_taken_of_a_newer_count(source: Stage) -> None:
    bench = a_bench(source)
    bench.stock.count(STORE, KURTA, 5)

    bench.arrive(Stage.DELIVERED)

    assert bench.left == 5


def test_what_is_packed_against_the_count_asks_a_person_once_and_goes_on() -> None:
    bench = a_bench(Stage.APPROVED)
    bench.stock.count(STORE, KURTA, 1)
    bench.put(Stage.PROCESSED)

    for _ in range(2):
        bench.work()

    assert bench.order.stage is Stage.PROCESSED
    assert [each.reason for each in bench.order.attention] == ["stock_short"]
    assert bench.left == 1


def an_online_bench() -> Bench:
    """Placed, with an open payment link."""
    bench = Bench(an_order(address=an_address(), ledger=ONLINE))
    request_payment(bench.order, till(bench))
    return bench


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED])
def test_nobody_can_pay_for_a_stopped_order(stage: Stage) -> None:
    bench = an_online_bench()
    bench.put(stage)

    for _ in range(2):
        bench.work()

    assert bench.gateway.links["plink_1"].status == "cancelled"
    assert bench.order.ledger.open_request is None
    voided = [each for each in bench.order.ledger.entries if each.kind is EntryKind.VOIDED]
    assert [(each.amount, each.reference) for each in voided] == [(rupees(1500), "1001-1")]


def test_what_was_paid_in_the_last_moment_is_booked_and_a_person_is_told() -> None:
    bench = an_online_bench()
    bench.put(Stage.CANCELLED)
    bench.gateway.pay("plink_1", rupees(1500), at=NOW)

    bench.work()

    assert bench.order.ledger.balance == rupees(1500)
    assert not [each for each in bench.order.ledger.entries if each.kind is EntryKind.VOIDED]
    assert [each.reason for each in bench.order.attention] == ["late_payment"]


def test_while_the_gateway_is_down_goods_are_given_back_and_the_links_wait() -> None:
    bench = an_online_bench()
    bench.stock.count(STORE, KURTA, 5)
    bench.arrive(Stage.CONFIRMED)
    bench.put(Stage.CANCELLED)
    bench.gateway.is_down = True

    with pytest.raises(Unavailable):
        bench.work()
    assert bench.left == 5
    assert bench.order.ledger.open_request is not None

    bench.gateway.is_down = False
    bench.work()
    assert bench.order.ledger.open_request is None


def stop_with_refund(bench: Bench, stage: Stage = Stage.CANCELLED) -> None:
    bench.decide(refund_automatically=True)
    bench.arrive(stage)


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED])
def test_money_goes_back_by_itself_when_the_shop_wants_it(stage: Stage) -> None:
    bench = a_paid_bench()

    stop_with_refund(bench, stage)

    assert bench.order.payment_status is PaymentStatus.REFUNDED
    assert list(bench.gateway.refunded.values()) == [150000]


def test_otherwise_it_waits_for_a_person() -> None:
    bench = a_paid_bench()

    bench.arrive(Stage.CANCELLED)

    assert (bench.order.ledger.balance, bench.gateway.refunds) == (rupees(1500), {})


def test_money_goes_back_to_the_payments_that_it_came_from() -> None:
    bench = a_paid_bench(700, 800)

    stop_with_refund(bench)

    assert bench.gateway.refunded == {"pay_1": 70000, "pay_2": 80000}
    assert bench.order.ledger.balance == rupees(0)


def test_what_was_refunded_before_does_not_go_back_again() -> None:
    bench = a_paid_bench()
    made = bench.gateway.refund("pay_1", rupees(500), reference="at the dashboard")
    tell(bench, made.refund_id, EntryKind.REFUNDED, rupees(500))

    stop_with_refund(bench)

    assert bench.gateway.refunded == {"pay_1": 150000}
    assert bench.order.ledger.refunded == rupees(1500)


def test_a_crash_between_refund_and_booking_refunds_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = a_paid_bench()
    bench.decide(refund_automatically=True)
    bench.put(Stage.CANCELLED)
    with monkeypatch.context() as patch:
        patch.setattr(bench.orders, "save", _unavailable)
        with pytest.raises(Unavailable):
            bench.work()
    assert bench.order.ledger.balance == rupees(1500)

    for _ in range(2):
        bench.work()

    assert bench.gateway.refunded == {"pay_1": 150000}
    assert bench.order.ledger.refunded == rupees(1500)


def test_a_refund_that_its_webhook_booked_first_is_booked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = a_paid_bench()
    refund = bench.gateway.refund

    def refund_and_tell(*arguments: Any, **named: Any) -> Any:
        made = refund(*arguments, **named)
        tell(bench, made.refund_id, EntryKind.REFUNDED, made.amount)
        return made

    monkeypatch.setattr(bench.gateway, "refund", refund_and_tell)
    stop_with_refund(bench)

    assert bench.order.ledger.refunded == rupees(1500)


def test_a_refund_that_the_gateway_refuses_is_an_error_that_says_why() -> None:
    bench = a_paid_bench()
    bench.gateway.refuses_refunds = "The balance is too low."

    with pytest.raises(Invalid, match="balance is too low"):
        stop_with_refund(bench)


def test_a_refund_that_failed_at_once_is_not_booked() -> None:
    bench = a_paid_bench()
    bench.gateway.outcome = "failed"

    with pytest.raises(Invalid, match="could not refund"):
        stop_with_refund(bench)

    assert bench.order.ledger.refunded == rupees(0)


def test_cash_stays_due_for_a_person() -> None:
    cash_on_delivery = PaymentMethod.CASH_ON_DELIVERY
    cash = CASH.book(a_capture(an_order(), id="cash:5", method=cash_on_delivery, provider=""))
    bench = a_bench(ledger=cash)

    stop_with_refund(bench, Stage.RETURNED)

    assert bench.gateway.refunds == {}
    assert bench.order.ledger.balance == rupees(1500)


def test_money_that_the_shop_keeps_does_not_go_back() -> None:
    bench = a_paid_bench()
    bench.put(Stage.CANCELLED)
    bench.change(refund_waived="Agreed with the customer")
    bench.decide(refund_automatically=True)

    bench.work()

    assert bench.gateway.refunds == {}


def test_a_stop_that_was_taken_back_meanwhile_keeps_its_money() -> None:
    bench = a_paid_bench()
    bench.decide(refund_automatically=True)
    bench.put(Stage.CANCELLED)
    seen = bench.order
    bench.put(Stage.CONFIRMED, by=an_actor())

    work_of_stages(bench.stage_desk)[Stage.CANCELLED](seen, seen.version)

    assert bench.gateway.refunds == {}


def tell(bench: Bench, refund_id: str, kind: EntryKind, amount: Any) -> pay.Receipt:
    news = pay.PaymentNews(
        event="refund.processed",
        event_id="any",
        kind=kind,
        payment=Payment(payment_id=refund_id, amount=amount, at=NOW - timedelta(minutes=1)),
        store_id=STORE,
        order_id=bench.placed.order_id,
        reference="pay_1",
    )
    return pay.receive(news, orders=bench.orders, stores=bench.stores, now=NOW)


def test_a_refund_at_the_gateways_dashboard_is_booked_once_and_settles_what_was_due() -> None:
    bench = a_paid_bench()
    bench.put(Stage.DELIVERED)

    for _ in range(2):
        assert tell(bench, "rfnd_1", EntryKind.REFUNDED, rupees(1500)) is pay.Receipt.BOOKED

    assert bench.order.payment_status is PaymentStatus.REFUNDED
    assert bench.order.attention == ()
    assert bench.history[-1].type is EventType.REFUNDED


def test_a_refund_of_an_order_that_goes_on_asks_a_person() -> None:
    bench = a_paid_bench()

    tell(bench, "rfnd_1", EntryKind.REFUNDED, rupees(1500))

    assert bench.order.stage is Stage.CONFIRMED
    [item] = bench.order.attention
    assert (item.reason, item.text) == (
        "refunded_alive",
        "₹1,500.00 was refunded while the order is Confirmed.",
    )


@pytest.mark.parametrize("first", [EntryKind.REFUNDED, EntryKind.REFUND_FAILED])
def test_a_refund_that_failed_leaves_the_money_here_in_whichever_order_it_is_told(
    first: EntryKind,
) -> None:
    bench = a_paid_bench()
    bench.put(Stage.CANCELLED)
    kinds = [EntryKind.REFUNDED, EntryKind.REFUND_FAILED]

    for kind in kinds if first is kinds[0] else reversed(kinds):
        tell(bench, "rfnd_1", kind, rupees(1500))

    assert bench.order.ledger.balance == rupees(1500)
    assert bench.order.payment_status is PaymentStatus.PAID
    assert [each.reason for each in bench.order.attention] == ["refund_due"]


def test_what_failed_can_be_refunded_again() -> None:
    bench = a_paid_bench()
    bench.put(Stage.CANCELLED)
    tell(bench, "rfnd_0", EntryKind.REFUNDED, rupees(1500))
    tell(bench, "rfnd_0", EntryKind.REFUND_FAILED, rupees(1500))

    bench.decide(refund_automatically=True)
    bench.work()

    assert bench.order.ledger.refunded == rupees(1500)
    assert bench.order.attention == ()


def _unavailable(*arguments: object, **named: object) -> None:
    raise Unavailable("The table does not answer.")
