"""The table decides, then the guards; each refusal says what would help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotAllowed
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders import moving
from orderdesk.domain.orders.actor import Actor, ActorKind, Role, system
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Hold, Order
from orderdesk.domain.orders.parcels import Fulfilment, Tracking
from orderdesk.domain.orders.timing import Deadline, Due, deadline
from orderdesk.domain.shop.policy import Policy
from tests.builders import NOW, an_address, an_order

POLICY = Policy()
ASHA = Actor(kind=ActorKind.STAFF, id="asha", name="Asha", via="dashboard", role=Role.MANAGER)
PACKER = replace(ASHA, id="ravi", name="Ravi", role=Role.PACKER)
VIEWER = replace(ASHA, id="mina", name="Mina", role=Role.VIEWER)
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="c1", name="Priya", via="whatsapp")
CLOCK = system("abandon_sweep")
RULE = system("collect")
COURIER = Tracking(carrier="Delhivery", number="DL1")
CASH = Ledger(currency="INR", method=PaymentMethod.CASH_ON_DELIVERY)


def a_request(to: Stage, by: Actor = ASHA, reason: str = "because", **more: Any) -> MoveRequest:
    fields: dict[str, Any] = {"now": NOW, "policy": POLICY, "tracking": COURIER} | more
    return MoveRequest(to=to, by=by, reason=reason, **fields)


def moved(order: Order, to: Stage, by: Actor = ASHA, **more: Any) -> Order:
    return moving.move(order, a_request(to, by, **more))[0]


def a_ready_order(stage: Stage = Stage.PLACED, ledger: Ledger = CASH) -> Order:
    return replace(an_order(stage=stage), address=an_address(), ledger=ledger)


def a_paid_ledger(order: Order) -> Ledger:
    paid = Entry(
        id="pay_1",
        kind=EntryKind.CAPTURED,
        amount=order.total,
        at=NOW,
        method=PaymentMethod.ONLINE,
    )
    return Ledger(currency="INR", method=PaymentMethod.ONLINE).book(paid)


def refusals(order: Order, request: MoveRequest) -> list[str]:
    with pytest.raises(Blocked) as caught:
        moving.move(order, request)
    return [each.reason for each in caught.value.refusals]


def test_a_move_is_one_version_on_and_says_who_did_it() -> None:
    order = a_ready_order(Stage.CONFIRMED)

    after, event = moving.move(order, a_request(Stage.APPROVED))

    assert (after.stage, after.version, after.stage_since) == (Stage.APPROVED, 2, NOW)
    assert (event.version, event.source, event.target) == (2, Stage.CONFIRMED, Stage.APPROVED)
    assert (event.by, event.move_id) == (ASHA, "T12")


def test_a_move_that_is_not_in_the_table_names_what_is() -> None:
    with pytest.raises(NotAllowed, match="Possible now") as caught:
        moving.move(a_ready_order(Stage.SHIPPED), a_request(Stage.CANCELLED))

    assert Stage.DELIVERED in caught.value.allowed
    assert caught.value.stage is Stage.SHIPPED


def test_a_customer_cannot_approve() -> None:
    with pytest.raises(NotAllowed):
        moving.move(a_ready_order(Stage.CONFIRMED), a_request(Stage.APPROVED, CUSTOMER))


def test_a_viewer_may_look_and_not_touch() -> None:
    order = a_ready_order(Stage.CONFIRMED)

    with pytest.raises(Forbidden):
        moving.move(order, a_request(Stage.APPROVED, VIEWER))
    assert moving.options(order, by=VIEWER, now=NOW, policy=POLICY) == ()


def test_only_some_roles_take_moves_back() -> None:
    order = a_ready_order(Stage.APPROVED)

    with pytest.raises(Forbidden):
        moving.move(order, a_request(Stage.CONFIRMED, PACKER))
    assert moved(order, Stage.CONFIRMED).stage is Stage.CONFIRMED


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_holding_an_order_needs_a_reason_of_a_sensible_length(reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        moving.move(a_ready_order(), a_request(Stage.ON_HOLD, reason=reason))

    assert caught.value.details["field"] == "reason"


def test_shipping_needs_tracking_or_own_delivery() -> None:
    order = a_ready_order(Stage.PROCESSED)

    with pytest.raises(Invalid, match="tracking"):
        moved(order, Stage.SHIPPED, tracking=None)
    own = moved(order, Stage.SHIPPED, tracking=Tracking(own_delivery=True))
    assert own.tracking is not None
    assert own.tracking.own_delivery


@pytest.mark.parametrize(
    "fields",
    [{}, {"carrier": "Delhivery"}, {"carrier": "D", "number": "1", "link": "javascript:alert(1)"}],
)
def test_tracking_that_leads_nowhere_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        Tracking(**fields)  # type: ignore[arg-type]


def test_an_order_without_an_address_or_method_is_not_confirmed() -> None:
    request = a_request(Stage.CONFIRMED, RULE)

    assert refusals(an_order(), request) == ["address_incomplete", "payment_method_missing"]


def test_an_online_order_is_not_confirmed_before_it_is_paid() -> None:
    online = a_ready_order(ledger=Ledger(currency="INR", method=PaymentMethod.ONLINE))

    assert refusals(online, a_request(Stage.CONFIRMED, RULE)) == ["payment_missing"]
    paid = replace(online, ledger=a_paid_ledger(online))
    assert moved(paid, Stage.CONFIRMED, RULE).stage is Stage.CONFIRMED


def test_a_quiet_customer_is_abandoned_exactly_when_the_time_is_up() -> None:
    order = replace(an_order(), last_customer_action_at=NOW)
    late = NOW + POLICY.abandon_after

    early = a_request(Stage.ABANDONED, CLOCK, now=late - timedelta(seconds=1))
    assert refusals(order, early) == ["customer_active"]
    assert moved(order, Stage.ABANDONED, CLOCK, now=late).stage is Stage.ABANDONED
    assert deadline(replace(order, reminded=2), POLICY) == Deadline(late, Due.ABANDON)


def test_an_order_with_money_in_it_is_never_abandoned() -> None:
    order = an_order()
    paid = replace(order, ledger=a_paid_ledger(order), last_customer_action_at=NOW)

    late = a_request(Stage.ABANDONED, CLOCK, now=NOW + timedelta(days=9))

    assert refusals(paid, late) == ["money_in_it"]


def test_an_open_link_is_asked_about_before_the_order_is_given_up() -> None:
    order = an_order()
    link = Entry(
        id="l",
        kind=EntryKind.REQUESTED,
        amount=order.total,
        at=NOW,
        method=PaymentMethod.ONLINE,
        provider="razorpay",
    )
    asked = replace(order, ledger=order.ledger.choose(PaymentMethod.ONLINE).book(link))
    late = NOW + timedelta(days=9)

    assert refusals(asked, a_request(Stage.ABANDONED, CLOCK, now=late)) == ["payment_unknown"]
    gone = moved(asked, Stage.ABANDONED, CLOCK, now=late, gateway_asked=True)
    assert gone.stage is Stage.ABANDONED


@pytest.mark.parametrize("source", [Stage.PLACED, Stage.CONFIRMED, Stage.PROCESSED])
def test_a_held_order_goes_back_where_it_was_held(source: Stage) -> None:
    held = moved(a_ready_order(source), Stage.ON_HOLD)

    assert held.hold == Hold(reason="because", code="other", source=source, since=NOW)
    released = moved(held, source)
    assert (released.stage, released.hold) == (source, None)


def test_a_held_order_is_not_released_to_a_stage_it_never_had() -> None:
    held = moved(a_ready_order(Stage.PLACED), Stage.ON_HOLD)

    assert refusals(held, a_request(Stage.PROCESSED)) == ["held_from_elsewhere"]


def test_an_order_that_was_approved_is_cancelled_and_not_rejected() -> None:
    held = moved(a_ready_order(Stage.APPROVED), Stage.ON_HOLD)

    assert refusals(held, a_request(Stage.REJECTED)) == ["was_approved"]


def test_a_customer_cancels_until_the_shop_prepares_the_order() -> None:
    approved = a_ready_order(Stage.APPROVED)

    assert moved(a_ready_order(), Stage.CANCELLED, CUSTOMER).stage is Stage.CANCELLED
    assert refusals(approved, a_request(Stage.CANCELLED, CUSTOMER)) == ["too_late_for_customer"]
    held_late = moved(approved, Stage.ON_HOLD)
    assert refusals(held_late, a_request(Stage.CANCELLED, CUSTOMER)) == ["too_late_for_customer"]
    held_early = moved(a_ready_order(), Stage.ON_HOLD)
    assert moved(held_early, Stage.CANCELLED, CUSTOMER).stage is Stage.CANCELLED


def test_a_parcel_is_not_handed_over_when_a_courier_carries_it() -> None:
    packed = a_ready_order(Stage.PROCESSED)

    assert refusals(packed, a_request(Stage.DELIVERED)) == ["needs_courier"]
    pickup = replace(packed, fulfilment=Fulfilment.PICKUP)
    assert moved(pickup, Stage.DELIVERED).stage is Stage.DELIVERED


def test_cash_is_collected_by_the_delivery_and_taken_back_with_it() -> None:
    shipped = a_ready_order(Stage.SHIPPED)

    delivered = moved(shipped, Stage.DELIVERED)
    assert delivered.payment_status is PaymentStatus.PAID
    assert delivered.paid_at == NOW
    back = moved(delivered, Stage.SHIPPED)
    assert back.payment_status is PaymentStatus.COD_DUE
    again = moved(back, Stage.DELIVERED)
    assert again.amount_due == Money(0, "INR")


def test_a_mistaken_cancellation_is_undone_within_minutes_and_to_where_it_was() -> None:
    cancelled = moved(a_ready_order(Stage.CONFIRMED), Stage.CANCELLED)

    soon = a_request(Stage.CONFIRMED, now=NOW + timedelta(minutes=15))
    late = a_request(Stage.CONFIRMED, now=NOW + timedelta(minutes=16))
    assert moving.move(cancelled, soon)[0].stage is Stage.CONFIRMED
    assert refusals(cancelled, late) == ["undo_window_over"]
    assert refusals(cancelled, a_request(Stage.PLACED)) == ["stopped_from_elsewhere"]


def test_a_packed_order_cancelled_by_mistake_goes_back_to_packing() -> None:
    cancelled = moved(a_ready_order(Stage.PROCESSED), Stage.CANCELLED)

    assert moved(cancelled, Stage.APPROVED).stage is Stage.APPROVED


def test_a_stop_looks_through_the_hold_before_it() -> None:
    held = moved(a_ready_order(Stage.PLACED), Stage.ON_HOLD)
    rejected = moved(held, Stage.REJECTED)

    assert rejected.stopped_from is Stage.PLACED
    assert moved(rejected, Stage.PLACED).stage is Stage.PLACED


def test_money_in_a_cancelled_order_asks_for_a_refund_and_keeps_it_out_of_the_archive() -> None:
    order = a_ready_order(Stage.CONFIRMED)
    paid = replace(order, ledger=a_paid_ledger(order))

    cancelled = moved(paid, Stage.CANCELLED)

    assert [each.reason for each in cancelled.attention] == ["refund_due"]
    assert refusals(cancelled, a_request(Stage.ARCHIVED)) == ["money_in_it"]


def test_archiving_can_be_taken_back_to_where_it_came_from_only() -> None:
    archived = moved(moved(a_ready_order(Stage.SHIPPED), Stage.DELIVERED), Stage.ARCHIVED)

    assert refusals(archived, a_request(Stage.CANCELLED)) == ["archived_from_elsewhere"]
    assert moved(archived, Stage.DELIVERED).archived_from is None


def test_a_cancelled_order_still_knows_where_it_was_stopped_after_the_archive() -> None:
    cancelled = moved(a_ready_order(Stage.CONFIRMED), Stage.CANCELLED)
    back = moved(moved(cancelled, Stage.ARCHIVED), Stage.CANCELLED)

    assert back.stopped_from is Stage.CONFIRMED


def test_after_the_return_window_only_staff_take_goods_back() -> None:
    delivered = replace(a_ready_order(Stage.DELIVERED), stage_since=NOW - timedelta(days=31))

    late = a_request(Stage.RETURNED, system("courier"))
    assert refusals(delivered, late) == ["return_window_over"]
    assert moved(delivered, Stage.RETURNED).stage is Stage.RETURNED


def test_what_a_customer_does_restarts_the_abandon_clock() -> None:
    order = replace(an_order(Stage.ABANDONED), last_customer_action_at=NOW - timedelta(days=2))

    assert moved(order, Stage.PLACED, CUSTOMER).last_customer_action_at == NOW


def test_refused_moves_are_shown_with_what_would_help() -> None:
    order = an_order()

    found = {
        each.move.target: each for each in moving.options(order, by=ASHA, now=NOW, policy=POLICY)
    }

    assert not found[Stage.CONFIRMED].allowed
    assert "address" in found[Stage.CONFIRMED].refusals[0].remedy
    assert found[Stage.ON_HOLD].allowed
    assert Stage.ABANDONED not in found


def test_an_attention_item_is_not_raised_twice_for_one_refund() -> None:
    order = a_ready_order(Stage.SHIPPED)
    known = Attention(reason="refund_due", text="x", at=NOW)
    paid = replace(order, ledger=a_paid_ledger(order), attention=(known,))

    assert moved(paid, Stage.RETURNED).attention == (known,)
