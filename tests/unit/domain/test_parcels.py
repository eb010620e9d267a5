from dataclasses import replace
from datetime import timedelta

import pytest

from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotFound
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders import moving, returning, shipping
from orderdesk.domain.orders.actor import ActorKind, Role
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, ParcelState, Tracking
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.orders.returns import ReturnKind, ReturnState
from orderdesk.domain.shop.policy import Policy
from tests.builders import NOW, a_capture, a_line, a_ready_order, an_actor

POLICY = Policy()
STAFF = an_actor()
ONE = (Goods(retailer_id="kurta-m", quantity=1),)
DTDC = Tracking(carrier="DTDC", number="D1")
OTHER = Tracking(carrier="Delhivery", number="D2")


def a_packed_order(**fields: object) -> Order:
    """Two kurtas and three diyas."""
    lines = (a_line(quantity=2), a_line("diya", quantity=3))
    return replace(a_ready_order(Stage.PROCESSED, lines=lines), **fields)  # type: ignore[arg-type]


def moved(order: Order, to: Stage, **fields: object) -> Order:
    given = {"by": STAFF, "now": NOW, "reason": "because", **fields}
    return moving.move(order, MoveRequest(to=to, policy=POLICY, **given))[0]  # type: ignore[arg-type]


def a_delivered_order(**fields: object) -> Order:
    shipped = moved(a_packed_order(**fields), Stage.SHIPPED, tracking=DTDC)
    return moved(shipped, Stage.DELIVERED)


def sent_back(order: Order, goods: tuple[Goods, ...] = ONE) -> Order:
    reason = Reason("damaged", "Damaged")
    return returning.open_return(order, goods, reason, policy=POLICY, by=STAFF, now=NOW)[0]


def test_parts_leave_one_by_one_and_the_rest_with_the_move() -> None:
    order, event = shipping.ship_parcel(a_packed_order(), ONE, DTDC, by=STAFF, now=NOW)
    assert (order.stage, event.data["lines"]) == (Stage.PROCESSED, "1 × kurta-m")

    shipped = moved(order, Stage.SHIPPED, tracking=OTHER)

    assert [parcel.tracking for parcel in shipped.parcels] == [DTDC, OTHER]
    assert shipping.goods_left(shipped) == ()
    assert {each.retailer_id: each.quantity for each in shipped.parcels[1].goods} == {
        "kurta-m": 1,
        "diya": 3,
    }


@pytest.mark.parametrize(
    "goods",
    [(), (Goods(retailer_id="kurta-m", quantity=3),), (Goods(retailer_id="shoe", quantity=1),)],
    ids=["nothing", "too much", "something else"],
)
def test_a_parcel_holds_what_was_ordered_and_is_left(goods: tuple[Goods, ...]) -> None:
    with pytest.raises(Invalid):
        shipping.ship_parcel(a_packed_order(), goods, DTDC, by=STAFF, now=NOW)


def test_the_last_part_leaves_with_the_move_to_shipped() -> None:
    order = a_packed_order()

    with pytest.raises(Invalid, match="move the order to Shipped"):
        shipping.ship_parcel(order, order.goods, DTDC, by=STAFF, now=NOW)


def test_a_part_that_left_stops_the_order_from_being_cancelled_or_unpacked() -> None:
    order, _ = shipping.ship_parcel(a_packed_order(), ONE, DTDC, by=STAFF, now=NOW)

    for to in (Stage.CANCELLED, Stage.APPROVED):
        with pytest.raises(Blocked, match="A parcel has left"):
            moved(order, to)


def test_tracking_is_corrected_until_the_parcel_has_arrived() -> None:
    shipped = moved(a_packed_order(), Stage.SHIPPED, tracking=DTDC)

    changed = shipping.change_parcel(shipped, "p1", OTHER, by=STAFF, now=NOW)
    assert changed is not None
    assert changed[0].tracking == OTHER
    assert changed[1].data["before"] == "D1"
    assert shipping.change_parcel(changed[0], "p1", OTHER, by=STAFF, now=NOW) is None
    with pytest.raises(Blocked, match="has arrived"):
        shipping.change_parcel(moved(shipped, Stage.DELIVERED), "p1", OTHER, by=STAFF, now=NOW)
    with pytest.raises(NotFound):
        shipping.change_parcel(shipped, "p9", OTHER, by=STAFF, now=NOW)


def test_scans_only_lead_further() -> None:
    order = moved(a_packed_order(), Stage.SHIPPED, tracking=DTDC)
    for state in (
        ParcelState.OUT_FOR_DELIVERY,
        ParcelState.IN_TRANSIT,
        ParcelState.FAILED_ATTEMPT,
        ParcelState.OUT_FOR_DELIVERY,
        ParcelState.DELIVERED,
        ParcelState.LOST,
    ):
        step = shipping.scan(order, "p1", state, by=STAFF, now=NOW)
        order = step[0] if step else order

    assert order.parcels[0].state is ParcelState.DELIVERED
    assert order.version == moved(a_packed_order(), Stage.SHIPPED, tracking=DTDC).version + 4


def test_what_the_courier_has_scanned_is_not_unshipped() -> None:
    shipped = moved(a_packed_order(), Stage.SHIPPED, tracking=DTDC)
    assert moved(shipped, Stage.PROCESSED).parcels == ()

    scanned = shipping.scan(shipped, "p1", ParcelState.IN_TRANSIT, by=STAFF, now=NOW)
    assert scanned is not None
    with pytest.raises(Blocked, match="The courier has the parcel"):
        moved(scanned[0], Stage.PROCESSED)


def test_only_the_parcel_of_a_mistaken_move_is_taken_back() -> None:
    order, _ = shipping.ship_parcel(a_packed_order(), ONE, DTDC, by=STAFF, now=NOW)
    later = NOW + timedelta(hours=1)
    shipped = moved(order, Stage.SHIPPED, tracking=OTHER, now=later)

    assert [each.tracking for each in moved(shipped, Stage.PROCESSED).parcels] == [DTDC]


def test_a_pickup_is_handed_over_for_its_code() -> None:
    approved = a_ready_order(Stage.APPROVED, fulfilment=Fulfilment.PICKUP)
    ready = moved(approved, Stage.PROCESSED, new_pickup_code="123456")
    assert ready.pickup_code == "123456"

    with pytest.raises(Invalid, match="This is not the code"):
        moved(ready, Stage.DELIVERED, pickup_code="654321")
    with pytest.raises(Invalid, match="Give the pickup code"):
        moved(ready, Stage.DELIVERED, reason="")
    assert moved(ready, Stage.DELIVERED, reason="", pickup_code="123456").stage is Stage.DELIVERED
    assert moved(ready, Stage.DELIVERED, reason="Knows us").stage is Stage.DELIVERED
    customer = an_actor(ActorKind.CUSTOMER)
    with pytest.raises(Invalid, match="Give the pickup code"):
        moved(ready, Stage.DELIVERED, by=customer, reason="Knows us")


def test_a_pickup_needs_no_address_and_no_courier() -> None:
    order = a_ready_order(Stage.PLACED, fulfilment=Fulfilment.PICKUP, address=None)

    assert moved(order, Stage.CONFIRMED).stage is Stage.CONFIRMED


def test_a_part_that_comes_back_leaves_the_order_delivered() -> None:
    order = sent_back(a_delivered_order())
    assert order.returns[0].kind is ReturnKind.PARTIAL

    received = returning.receive_return(order, "r1", restock=True, by=STAFF, now=NOW)

    assert received is not None
    assert (received[0].stage, received[0].returns[0].state) == (
        Stage.DELIVERED,
        ReturnState.RECEIVED,
    )
    assert not returning.all_returned(received[0])
    assert returning.receive_return(received[0], "r1", restock=True, by=STAFF, now=NOW) is None


def test_what_was_paid_for_returned_goods_has_to_go_back() -> None:
    order = a_packed_order()
    ledger = order.ledger.choose(PaymentMethod.ONLINE).book(a_capture(order))
    opened = sent_back(a_delivered_order(ledger=ledger))

    received = returning.receive_return(opened, "r1", restock=False, by=STAFF, now=NOW)

    assert received is not None
    assert [each.text for each in received[0].attention] == [
        "₹750.00 for returned goods has to go back to the customer."
    ]
    with pytest.raises(Blocked, match="Money for returned goods"):
        moved(received[0], Stage.ARCHIVED)


def test_an_order_with_a_return_on_its_way_is_not_archived() -> None:
    opened = sent_back(a_delivered_order())

    with pytest.raises(Blocked, match="Return 1 is on its way"):
        moved(opened, Stage.ARCHIVED)
    closed = returning.close_return(opened, "r1", by=STAFF, now=NOW)
    assert closed is not None
    assert moved(closed[0], Stage.ARCHIVED).stage is Stage.ARCHIVED


def test_nothing_is_sent_back_twice() -> None:
    opened = sent_back(a_delivered_order(), (Goods(retailer_id="kurta-m", quantity=2),))

    with pytest.raises(Invalid, match="more than the 0 left"):
        sent_back(opened)


def test_taking_everything_back_closes_what_was_open() -> None:
    returned = moved(sent_back(a_delivered_order()), Stage.RETURNED)

    assert returning.all_returned(returned)
    assert [case.state for case in returned.returns] == [ReturnState.RECEIVED] * 2


def test_what_the_courier_could_not_deliver_is_a_return_to_origin() -> None:
    shipped = moved(a_packed_order(), Stage.SHIPPED, tracking=DTDC)

    returned = moved(shipped, Stage.RETURNED, reason="", reason_code="refused")

    assert [(each.kind, each.reason_code) for each in returned.returns] == [
        (ReturnKind.TO_ORIGIN, "refused")
    ]


def test_a_delivery_with_a_return_is_not_taken_back() -> None:
    with pytest.raises(Blocked, match="The customer returns something"):
        moved(sent_back(a_delivered_order()), Stage.SHIPPED)


@pytest.mark.parametrize("role", [Role.AGENT, Role.PACKER, Role.ACCOUNTANT, Role.VIEWER])
def test_only_who_may_revert_takes_a_step_back(role: Role) -> None:
    packed = a_packed_order()

    with pytest.raises(Forbidden):
        moved(packed, Stage.APPROVED, by=an_actor(role=role))


def test_a_packer_packs_and_ships_and_does_not_cancel() -> None:
    packer = an_actor(role=Role.PACKER)
    packed = moved(a_ready_order(Stage.APPROVED), Stage.PROCESSED, by=packer)

    assert moved(packed, Stage.SHIPPED, by=packer, tracking=DTDC).stage is Stage.SHIPPED
    with pytest.raises(Forbidden):
        moved(packed, Stage.CANCELLED, by=packer)
