"""What a courier says, and what becomes of the order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryOrders, MemoryStores, Shelf
from orderdesk.domain.money.ledger import Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders import shipping
from orderdesk.domain.orders.actor import ActorKind, Permission, Role
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.history import verify
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Goods, ParcelState, Tracking
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.orders.returns import ReturnKind, ReturnState
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.courier import Outcome, Scan, receive
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_placed_event,
    a_ready_order,
    a_store,
    an_actor,
    an_address,
    an_order,
    rupees,
)

FIRST, SECOND = "DL77001", "DL77002"
ONE = (Goods(retailer_id="kurta-m", quantity=1),)
LATER = NOW + timedelta(hours=5)


class Depot:
    """A shop whose order of two kurtas is packed, and the courier who fetches it."""

    def __init__(self, order: Order | None = None, policy: Policy | None = None) -> None:
        shelf = Shelf()
        self.orders, self.stores = MemoryOrders(shelf), MemoryStores(shelf)
        self.stores.put(a_store(policy=policy or Policy()))
        self.placed = order or a_ready_order(Stage.PROCESSED)
        self.orders.add(self.placed, a_placed_event(self.placed), raw="")

    @property
    def order(self) -> Order:
        return self.orders.get(STORE, self.placed.order_id)

    def move(self, to: Stage, **more: Any) -> None:
        command = MoveCommand(
            store_id=STORE, order_id=self.placed.order_id, to=to, by=an_actor(), **more
        )
        move(command, orders=self.orders, stores=self.stores, now=NOW)

    def ship(self, number: str = FIRST) -> None:
        self.move(Stage.SHIPPED, tracking=Tracking(carrier="Delhivery", number=number))

    def ship_one(self, number: str = SECOND) -> None:
        tracking = Tracking(carrier="Delhivery", number=number)

        def verb(order: Order) -> Any:
            after, event = shipping.ship_parcel(order, ONE, tracking, by=an_actor(), now=NOW)
            return after, [event]

        self._amend(verb)

    def correct(self, number: str) -> None:
        tracking = Tracking(carrier="Bluedart", number=number)

        def verb(order: Order) -> Any:
            changed = shipping.change_parcel(order, "p1", tracking, by=an_actor(), now=NOW)
            return (changed[0], [changed[1]]) if changed else None

        self._amend(verb)

    def _amend(self, verb: Any) -> None:
        command = AmendCommand(
            store_id=STORE,
            order_id=self.placed.order_id,
            by=an_actor(),
            permission=Permission.SHIP,
            name="test",
            verb=verb,
        )
        amend(command, orders=self.orders, stores=self.stores)

    def scan(self, state: ParcelState | None, number: str = FIRST, **more: Any) -> Outcome:
        scan = Scan(scan_id="scan1", tracking_number=number, state=state, said=str(state), at=LATER)
        return receive(
            STORE,
            replace(scan, **more),
            orders=self.orders,
            stores=self.stores,
            now=LATER + timedelta(minutes=1),
        )

    @property
    def flags(self) -> list[str]:
        return [each.reason for each in self.order.attention]


def shipped(**more: Any) -> Depot:
    depot = Depot(**more)
    depot.ship()
    return depot


def test_a_parcel_that_arrives_delivers_the_order_and_collects_its_cash() -> None:
    depot = shipped()

    assert depot.scan(ParcelState.DELIVERED) is Outcome.DELIVERED

    assert depot.order.stage is Stage.DELIVERED
    assert depot.order.payment_status is PaymentStatus.PAID
    last = depot.orders.history(STORE, depot.placed.order_id)[-1]
    assert (last.move_id, last.by.kind, last.by.role) == ("T29", ActorKind.SYSTEM, Role.COURIER)
    assert last.by.via == "courier_webhook"


def test_what_a_scan_does_is_one_write_and_one_chain() -> None:
    depot = shipped()
    version = depot.order.version

    depot.scan(ParcelState.DELIVERED)

    history = depot.orders.history(STORE, depot.placed.order_id)
    types = [each.type for each in history if each.version > version]
    assert types == [EventType.PARCEL_SCANNED, EventType.MOVED]
    assert depot.order.history_hash
    assert not [flaw for flaw in verify(depot.order, history).flaws if flaw.version > version]


def test_the_same_news_again_changes_nothing() -> None:
    depot = shipped()
    depot.scan(ParcelState.DELIVERED)
    before = depot.order

    assert depot.scan(ParcelState.DELIVERED) is Outcome.KNOWN
    assert depot.scan(ParcelState.IN_TRANSIT) is Outcome.KNOWN
    assert depot.order == before


def test_a_parcel_on_its_way_is_recorded_with_the_couriers_time() -> None:
    depot = shipped()

    assert depot.scan(ParcelState.OUT_FOR_DELIVERY) is Outcome.RECORDED

    assert depot.order.stage is Stage.SHIPPED
    assert depot.order.parcels[0].state is ParcelState.OUT_FOR_DELIVERY
    assert depot.order.parcels[0].scanned_at == LATER


def test_a_time_to_come_or_none_is_taken_as_now() -> None:
    for at in (None, LATER + timedelta(days=9)):
        depot = shipped()
        depot.scan(ParcelState.IN_TRANSIT, at=at)

        assert depot.order.parcels[0].scanned_at == LATER + timedelta(minutes=1)


def test_an_order_in_two_parcels_is_delivered_when_both_are() -> None:
    depot = Depot()
    depot.ship_one(SECOND)
    depot.ship(FIRST)

    assert depot.scan(ParcelState.DELIVERED, SECOND) is Outcome.RECORDED
    assert depot.order.stage is Stage.SHIPPED
    assert depot.scan(ParcelState.DELIVERED, FIRST) is Outcome.DELIVERED


def test_a_part_that_arrives_before_the_rest_has_left_waits_for_it() -> None:
    depot = Depot()
    depot.ship_one(SECOND)

    assert depot.scan(ParcelState.DELIVERED, SECOND) is Outcome.RECORDED
    assert depot.order.stage is Stage.PROCESSED

    depot.ship(FIRST)
    assert depot.scan(ParcelState.DELIVERED, FIRST) is Outcome.DELIVERED


def test_what_the_courier_brings_back_is_returned_to_origin() -> None:
    depot = shipped()

    assert depot.scan(ParcelState.RETURNED) is Outcome.RETURNED

    [case] = depot.order.returns
    assert depot.order.stage is Stage.RETURNED
    assert (case.kind, case.state) == (ReturnKind.TO_ORIGIN, ReturnState.RECEIVED)
    assert case.reason == "The courier brought it back"
    assert depot.order.payment_status is not PaymentStatus.PAID
    assert depot.orders.history(STORE, depot.placed.order_id)[-1].move_id == "T30"


@pytest.mark.parametrize(
    ("state", "told", "code"),
    [
        (ParcelState.LOST, "", "lost"),
        (ParcelState.RETURNED, "refused", "refused"),
        (ParcelState.RETURNED, "unreachable", "unreachable"),
        (ParcelState.RETURNED, "eaten_by_a_goat", "other"),
        (ParcelState.RETURNED, "other", "other"),
    ],
)
def test_the_reason_is_the_couriers_when_the_shop_knows_it(
    state: ParcelState, told: str, code: str
) -> None:
    depot = shipped()

    assert depot.scan(state, reason_code=told) is Outcome.RETURNED
    assert depot.order.returns[0].reason_code == code


def test_a_shop_with_reasons_of_its_own_gets_words_instead_of_a_code() -> None:
    own = {Stage.RETURNED: (Reason("rto", "Came back"), Reason("other", "Another reason"))}
    depot = shipped(policy=Policy(reasons=own))

    assert depot.scan(ParcelState.LOST) is Outcome.RETURNED
    assert depot.order.returns[0].reason == "The courier brought it back"


def test_money_that_was_paid_online_is_owed_when_the_parcel_is_lost() -> None:
    order = an_order(
        Stage.PROCESSED,
        address=an_address(),
        ledger=Ledger(currency="INR", method=PaymentMethod.ONLINE),
    )
    order = replace(order, ledger=order.ledger.book(a_capture(order)))
    depot = shipped(order=order)

    depot.scan(ParcelState.LOST)

    assert depot.order.ledger.balance == rupees(1500)
    assert "refund_due" in depot.flags


def test_a_failed_attempt_calls_for_a_person_until_the_parcel_arrives() -> None:
    depot = shipped()

    assert depot.scan(ParcelState.FAILED_ATTEMPT, note="Door locked") is Outcome.RECORDED
    assert depot.flags == ["delivery_failed:p1"]
    assert depot.order.attention[0].text == "Parcel DL77001 could not be delivered: Door locked."

    assert depot.scan(ParcelState.DELIVERED) is Outcome.DELIVERED
    assert depot.flags == []


def test_each_attempt_is_recorded_and_calls_once() -> None:
    depot = shipped()
    for state in (
        ParcelState.FAILED_ATTEMPT,
        ParcelState.OUT_FOR_DELIVERY,
        ParcelState.FAILED_ATTEMPT,
    ):
        assert depot.scan(state) is Outcome.RECORDED

    assert depot.flags == ["delivery_failed:p1"]


def test_a_parcel_that_turns_round_calls_for_a_person_until_it_is_back() -> None:
    depot = shipped()
    depot.scan(ParcelState.RETURNING)
    assert depot.flags == ["parcel_coming_back:p1"]

    depot.scan(ParcelState.RETURNED)
    assert depot.flags == []


def test_when_only_a_part_comes_back_a_person_decides() -> None:
    depot = Depot()
    depot.ship_one(SECOND)
    depot.ship(FIRST)
    depot.scan(ParcelState.RETURNED, SECOND)

    assert depot.scan(ParcelState.DELIVERED, FIRST) is Outcome.RECORDED

    assert depot.order.stage is Stage.SHIPPED
    assert depot.flags == ["parcel_came_back:p1"]


def test_a_courier_who_says_otherwise_than_staff_calls_for_a_person_once() -> None:
    depot = shipped()
    depot.move(Stage.DELIVERED)

    assert depot.scan(ParcelState.RETURNED) is Outcome.CONTRADICTED
    assert depot.scan(ParcelState.RETURNED) is Outcome.KNOWN

    assert depot.order.stage is Stage.DELIVERED
    assert depot.flags == ["courier_disagrees:p1"]


def test_lost_and_returned_are_no_contradiction() -> None:
    depot = shipped()
    depot.scan(ParcelState.LOST)

    assert depot.scan(ParcelState.RETURNED) is Outcome.KNOWN


def test_a_delivery_that_staff_took_back_is_not_delivered_by_the_same_scan_again() -> None:
    depot = shipped()
    depot.scan(ParcelState.DELIVERED)
    depot.move(Stage.SHIPPED, reason="It went to the neighbour")

    assert depot.scan(ParcelState.DELIVERED) is Outcome.KNOWN
    assert depot.order.stage is Stage.SHIPPED

    afterwards = LATER + timedelta(seconds=30)
    assert depot.scan(ParcelState.DELIVERED, at=afterwards) is Outcome.DELIVERED


def test_a_scan_of_an_order_that_is_held_is_recorded_and_moves_nothing() -> None:
    depot = Depot()
    depot.ship_one(SECOND)
    depot.move(Stage.ON_HOLD, reason_code="address_check")

    assert depot.scan(ParcelState.DELIVERED, SECOND) is Outcome.RECORDED
    assert depot.order.stage is Stage.ON_HOLD


def test_a_number_nobody_shipped_with_is_nobodys_parcel() -> None:
    assert shipped().scan(ParcelState.DELIVERED, "XX1") is Outcome.UNKNOWN_PARCEL


def test_a_number_that_was_corrected_leads_nowhere_and_the_new_one_does() -> None:
    depot = shipped()
    depot.correct("BD-900 1")

    assert depot.scan(ParcelState.DELIVERED, FIRST) is Outcome.UNKNOWN_PARCEL
    assert depot.scan(ParcelState.DELIVERED, "BD9001") is Outcome.DELIVERED


def test_words_that_are_not_understood_do_nothing() -> None:
    depot = shipped()
    before = depot.order

    assert depot.scan(None) is Outcome.NOT_UNDERSTOOD
    assert depot.order == before
