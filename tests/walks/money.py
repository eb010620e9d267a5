"""A walk at random through everything that moves money: all ways to pay, several gateways, events
that are late, repeated or lost, edits, claims, refunds, and a clock that gives orders up.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from orderdesk.adapters.memory import (
    MemoryGateways,
    MemoryOrders,
    MemoryPaymentGateway,
    MemoryReconciliations,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.errors import Blocked, Invalid, NotAllowed, NotFound, Stale, Unavailable
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.paying import Transfer, WhatsappPay
from orderdesk.domain.money.terms import (
    ConfirmOn,
    ConfirmRule,
    Discount,
    Offer,
    Shipping,
    Tax,
    Terms,
)
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.overdue import Clock, act
from orderdesk.usecases.payments import claims, pay
from orderdesk.usecases.payments.order_details import parameters
from orderdesk.usecases.payments.reconcile import Reconciler, reconcile
from orderdesk.usecases.payments.refund import make_refund
from orderdesk.usecases.payments.request_payment import Till, request_payment, void_requests
from tests.builders import (
    NOW,
    STORE,
    a_line,
    a_placed_event,
    a_store,
    an_actor,
    an_address,
    an_order,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order

CUSTOMER: Final = an_actor(ActorKind.CUSTOMER, id="customer1")
ASHA, RAVI = an_actor(id="asha"), an_actor(id="ravi")
PROVIDERS: Final = ("razorpay", "stripe", "whatsapp")
OVER: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
REFUSED: Final = (Blocked, Invalid, NotAllowed, NotFound, Stale, Unavailable)
POLICY: Final = Policy(
    reminders=(),
    offers=tuple(Offer(method=each) for each in PaymentMethod),
    confirm_rules=(
        ConfirmRule(
            method=PaymentMethod.CASH_ON_DELIVERY, on=ConfirmOn.VERIFIED, from_total=200_000
        ),
    ),
    whatsapp_pay=WhatsappPay(configuration_name="shop"),
    transfer=Transfer(upi_id="shop@bank", payee="Shop"),
    refund_limit=50_000,
)
TERMS: Final = Terms(
    shipping=Shipping(fee=4_900, free_from=150_000),
    tax=Tax(rate=1_800, included=False, label="GST"),
    discounts=(Discount(label="Diwali", percent=700, from_subtotal=20_000),),
    confirm_rules=POLICY.confirm_rules,
)
ENOUGH_HAPPENED: Final = 6
PARTS: Final = st.sampled_from([1, 50, 99, 100, 100, 100, 130])


class Purse(RuleBasedStateMachine):
    """One order of one shop; `news` are gateways' events, each of which may be told at any time."""

    @initialize(quantity=st.integers(1, 4), price=st.integers(1, 99_999))
    def open(self, quantity: int, price: int) -> None:
        self.now, shelf = NOW, Shelf()
        self.orders, self.stores = MemoryOrders(shelf), MemoryStores(shelf)
        self.reconciliations = MemoryReconciliations(shelf)
        self.each = {name: MemoryPaymentGateway(name) for name in PROVIDERS}
        self.gateways = MemoryGateways(*self.each.values())
        self.news: list[pay.PaymentNews] = []
        self.stores.put(a_store(policy=POLICY))
        lines = (a_line(quantity=quantity, price=Money(price, "INR")),)
        placed = an_order(address=an_address(), lines=lines, terms=TERMS)
        self.order_id = placed.order_id
        self.orders.add(placed, a_placed_event(placed), raw="{}")

    @property
    def order(self) -> Order:
        return self.orders.get(STORE, self.order_id)

    @property
    def till(self) -> Till:
        return Till(gateways=self.gateways, orders=self.orders, stores=self.stores, now=self.now)

    @property
    def where(self) -> dict[str, Any]:
        return {"orders": self.orders, "stores": self.stores, "now": self.now}

    def by(self, actor: Any) -> dict[str, Any]:
        return {"by": actor, "now": self.now}

    def write(self, step: Callable[[Order], Any]) -> None:
        def decide(order: Order) -> Any:
            return collect.followed(step(order), POLICY, self.now)

        with suppress(*REFUSED):
            change(STORE, self.order_id, decide, orders=self.orders, policy=POLICY)

    # ------------------------------------------------------------ the customer

    @rule(method=st.sampled_from(PaymentMethod), provider=st.sampled_from(["razorpay", "stripe"]))
    def choose(self, method: PaymentMethod, provider: str) -> None:
        policy = replace(POLICY, online_provider=type(POLICY.online_provider)(provider))
        self.stores.put(a_store(policy=policy))
        if self.order.paid_at or self.order.stage in OVER:
            return
        with suppress(*REFUSED):
            collect.choose_payment(STORE, self.order_id, method, by=CUSTOMER, **self.where)
            if method is PaymentMethod.CASH_ON_DELIVERY:
                void_requests(self.order, self.till)
            else:
                request_payment(self.order, self.till)
                self.one_request_is_open()

    def one_request_is_open(self) -> None:
        voided = {e.id for e in self.order.ledger.entries if e.kind is EntryKind.VOIDED}
        unpaid = pay.unpaid_requests(self.order)
        assert len([each for each in unpaid if f"{each.id}:voided" not in voided]) <= 1

    @rule(percent=PARTS, provider=st.sampled_from(PROVIDERS))
    def pays(self, percent: int, provider: str) -> None:
        """With a link that is still open, perhaps one of long ago; the news of it may get lost."""
        gateway = self.each[provider]
        link = next((each for each in gateway.links.values() if each.is_open), None)
        if link is None:
            return
        amount = Money(max(link.amount.minor * percent // 100, 1), "INR")
        payment = gateway.pay(link.provider_id, amount, at=self.now)
        self.news.append(self.told(provider, EntryKind.CAPTURED, payment, link.reference))

    def told(self, provider: str, kind: EntryKind, payment: Any, reference: str) -> pay.PaymentNews:
        return pay.PaymentNews(
            event=kind,
            event_id=payment.payment_id,
            provider=provider,
            kind=kind,
            payment=payment,
            store_id=STORE,
            order_id=self.order_id,
            reference=reference,
        )

    @rule()
    def sends_a_receipt(self) -> None:
        with suppress(*REFUSED):
            message = f"wamid.{len(self.order.ledger.entries)}"
            claims.claim_by_picture(self.order, message, by=CUSTOMER, **self.where)

    @rule()
    def says_it_is_theirs(self) -> None:
        with suppress(*REFUSED):
            collect.verify(STORE, self.order_id, by=CUSTOMER, **self.where)

    # ------------------------------------------------------------ the gateways

    @rule(data=st.data())
    def a_webhook_comes(self, data: st.DataObject) -> None:
        """Of any time, in any order, as often as it likes."""
        if self.news:
            pay.receive(data.draw(st.sampled_from(self.news)), **self.where)

    @rule(percent=PARTS, provider=st.sampled_from(PROVIDERS))
    def refunded_at_the_gateway(self, percent: int, provider: str) -> None:
        gateway = self.each[provider]
        payments = [each for link in gateway.links.values() for each in link.payments]
        if not payments:
            return
        payment = payments[-1]
        with suppress(Invalid, Unavailable):
            amount = Money(max(payment.amount.minor * percent // 100, 1), "INR")
            gateway.refund(payment.payment_id, amount, reference=f"x{len(gateway.refunds)}")

    @rule(provider=st.sampled_from(PROVIDERS))
    def a_refund_fails(self, provider: str) -> None:
        gateway = self.each[provider]
        made = [name for name, each in gateway.refunds.items() if not each.has_failed]
        if made:
            gateway.fail_refund(made[-1])

    @rule(provider=st.sampled_from(PROVIDERS), down=st.booleans())
    def goes_down_or_up(self, provider: str, down: bool) -> None:
        self.each[provider].is_down = down

    # ------------------------------------------------------------ the shop

    @rule(quantity=st.integers(1, 5))
    def edits_the_lines(self, quantity: int) -> None:
        def step(order: Order) -> Any:
            (line, *_) = order.lines
            lines = (replace(line, quantity=quantity),)
            return amending.change_lines(order, lines, why="edited", by=ASHA, now=self.now)

        self.write(step)

    @rule(by=st.sampled_from([ASHA, RAVI]), minor=st.none() | st.integers(1, 300_000))
    def confirms_a_claim(self, by: Any, minor: int | None) -> None:
        amount = Money(minor, "INR") if minor else None
        for each in self.order.ledger.open_claims[:1]:
            told: dict[str, Any] = {
                "claim_id": each.id,
                "amount": amount,
                "by": by,
                "now": self.now,
            }
            self.write(partial(crediting.confirm_claim, **told))

    @rule()
    def declines_a_claim(self) -> None:
        for each in self.order.ledger.open_claims[:1]:
            told: dict[str, Any] = {
                "claim_id": each.id,
                "reason": "Not there",
                "by": RAVI,
                "now": self.now,
            }
            self.write(partial(crediting.decline_claim, **told))

    @rule(minor=st.integers(1, 300_000), later=st.booleans())
    def asks_for_a_refund(self, minor: int, later: bool) -> None:
        self.write(
            lambda order: crediting.request_refund(
                order,
                Money(min(minor, max(order.ledger.refundable.minor, 1)), "INR"),
                request_id=f"r{len(order.ledger.entries)}",
                reason="Asked",
                limit=POLICY.refund_limit,
                later=later,
                by=ASHA,
                now=self.now,
            )
        )

    @rule(by=st.sampled_from([ASHA, RAVI]), by_hand=st.booleans())
    def makes_a_refund(self, by: Any, by_hand: bool) -> None:
        for each in self.order.ledger.open_refunds[:1]:
            with suppress(*REFUSED):
                make_refund(self.order, each.id, self.till, by=by, by_hand=by_hand)

    @rule()
    def declines_a_refund(self) -> None:
        for each in self.order.ledger.open_refunds[:1]:
            told: dict[str, Any] = {
                "request_id": each.id,
                "reason": "No",
                "by": RAVI,
                "now": self.now,
            }
            self.write(partial(crediting.decline_refund, **told))

    @precondition(lambda self: len(self.order.ledger.entries) > ENOUGH_HAPPENED)
    @rule()
    def cancels(self) -> None:
        with suppress(*REFUSED):
            command = MoveCommand(
                store_id=STORE,
                order_id=self.order_id,
                to=Stage.CANCELLED,
                by=ASHA,
                reason_code="out_of_stock",
            )
            move(command, **self.where)
            void_requests(self.order, self.till)

    # ------------------------------------------------------------ the clock

    @rule(hours=st.sampled_from([1, 6, 25]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

        def ask(order: Order) -> bool:
            return pay.ask_gateway(order, gateways=self.gateways, **self.where)

        clock = Clock(
            orders=self.orders,
            stores=self.stores,
            ask_gateway=ask,
            price=lambda order: order,
            now=self.now,
        )
        with suppress(*REFUSED):
            act(self.order, clock)

    @rule()
    def gateways_are_asked(self) -> None:
        reconcile(self.reconciler)

    @property
    def reconciler(self) -> Reconciler:
        return Reconciler(
            gateways=self.gateways,
            orders=self.orders,
            stores=self.stores,
            reconciliations=self.reconciliations,
            enough_time=lambda: True,
            now=self.now,
        )

    # ------------------------------------------------------------ what always holds

    @invariant()
    def no_more_goes_back_than_came_in(self) -> None:
        ledger = self.order.ledger
        assert 0 <= ledger.refunded.minor <= ledger.captured.minor
        assert 0 <= ledger.refundable.minor <= ledger.balance.minor
        assert len({each.id for each in ledger.entries}) == len(ledger.entries)

    @invariant()
    def what_is_due_derives(self) -> None:
        order, parts = self.order, self.order.amounts
        whole = parts.subtotal - parts.discount + parts.shipping + parts.tax
        assert order.total == whole
        assert order.amount_due == order.total - order.ledger.balance

    @invariant()
    def an_order_in_whatsapp_adds_up(self) -> None:
        order = self.order
        for asked in pay.unpaid_requests(order):
            if asked.provider != "whatsapp" or asked.amount != order.amount_due:
                continue
            told = parameters(order, asked, Words(a_store(policy=POLICY), "en"))
            made = told["order"]
            parts = [made.get(name, {}).get("value", 0) for name in ("tax", "shipping", "discount")]
            total = made["subtotal"]["value"] + parts[0] + parts[1] - parts[2]
            assert told["total_amount"]["value"] == total

    @invariant()
    def nobody_is_given_up_with_money_in_it(self) -> None:
        order = self.order
        if order.stage is Stage.ABANDONED:
            assert order.ledger.balance.minor == 0
        if order.stage is Stage.CANCELLED and order.ledger.balance.minor:
            assert order.flagged("refund_due") or order.flagged("late_payment")

    def teardown(self) -> None:
        """Ten days later everybody has been asked: books and gateways say the same."""
        if not hasattr(self, "order_id"):
            return
        for gateway in self.each.values():
            gateway.is_down = False
        for _ in range(12):
            self.now += timedelta(hours=20)
            reconcile(self.reconciler)
        for name, gateway in self.each.items():
            assert self.booked(name) == self.known_to(gateway), name

    def booked(self, provider: str) -> dict[str, int]:
        ledger = self.order.ledger
        came = {e.id: e.amount.minor for e in ledger.entries if e.kind is EntryKind.CAPTURED}
        went = {e.id: -e.amount.minor for e in ledger.refunds}
        ids = {e.id for e in ledger.entries if e.provider == provider}
        return {name: minor for name, minor in (came | went).items() if name in ids}

    def known_to(self, gateway: MemoryPaymentGateway) -> dict[str, int]:
        came = {
            each.payment_id: each.amount.minor
            for link in gateway.links.values()
            for each in link.payments
        }
        went = {
            each.refund_id: -each.amount.minor
            for each in gateway.refunds.values()
            if not each.has_failed
        }
        return came | went
