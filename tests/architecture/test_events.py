"""docs/events.md says of every event what it carries, and it carries that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import EntryKind, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders import amending, carting, erasing, returning, shipping
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.moving import move
from orderdesk.domain.orders.parcels import Fulfilment, Goods, ParcelState, Tracking
from orderdesk.domain.orders.placing import placed_event
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.stock import Reservation, Shortage, StockStatus
from tests.architecture.sources import ROOT
from tests.builders import (
    NOW,
    a_capture,
    a_customer,
    a_ready_order,
    an_actor,
    an_address,
    an_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.orders.order import Order

TRACKING = Tracking(carrier="Delhivery", number="DL1", link="https://track.example/DL1")
ONE = (Goods(retailer_id="kurta-m", quantity=1),)
ROW = re.compile(r"^\| `(order\.[a-z_]+)` \|.*\| (.*) \|$", re.MULTILINE)
BOOKED: dict[str, Any] = {"note": "upi", "provider": "razorpay", "request": "asked"}
BY: dict[str, Any] = {"by": an_actor(), "now": NOW}


def documented() -> dict[str, set[str]]:
    rows = ROW.findall((ROOT / "docs" / "events.md").read_text())
    return {kind: set(re.findall(r"`([a-z_0-9]+)`", data)) for kind, data in rows}


@pytest.mark.parametrize("kind", EventType)
def test_an_event_carries_what_its_row_says(kind: EventType) -> None:
    carried = {name for event in events() if event.type is kind for name in event.data}

    assert carried == documented()[kind]


def events() -> Iterator[Event]:
    """Each kind at least once, with everything that it can carry."""
    yield placed_event(an_order(), by=an_actor(ActorKind.CUSTOMER), now=NOW, raw_hash="ab")
    yield from _moves()
    yield from _verbs()
    yield from _money()
    yield from _prices()
    yield from _parcels()
    yield from _returns()


def _moves() -> Iterator[Event]:
    packed, shipped = a_ready_order(Stage.PROCESSED), a_ready_order(Stage.SHIPPED)
    yield _moved(packed, Stage.SHIPPED, tracking=TRACKING)
    yield _moved(shipped, Stage.DELIVERED)
    until = NOW + timedelta(days=1)
    yield _moved(a_ready_order(), Stage.ON_HOLD, reason="Look", until=until)
    newer = an_order(message_id="wamid.cart2")
    for _, event in carting.join(an_order(), newer, policy=Policy(), **BY):
        yield event


def _moved(order: Order, to: Stage, **fields: Any) -> Event:
    return move(order, MoveRequest(to=to, by=an_actor(), now=NOW, policy=Policy(), **fields))[1]


def _verbs() -> Iterator[Event]:
    ready = a_ready_order()
    moved_house = an_address(city="Mumbai")
    yield amending.receive_address(ready, moved_house, **BY)[1]
    yield amending.choose_payment(ready, PaymentMethod.ONLINE, **BY)[1]
    yield _told(amending.choose_fulfilment(ready, Fulfilment.PICKUP, **BY))
    for kind in amending.BOOKED_AS:
        entry = a_capture(ready, id=kind, kind=kind, **BOOKED)
        yield _told(amending.book(ready, entry, **BY))
    paid = replace(ready, ledger=ready.ledger.book(a_capture(ready)), stage=Stage.CANCELLED)
    yield _told(amending.waive_refund(paid, "A gift", **BY))
    short = (Shortage(retailer_id="kurta-m", wanted=2, available=1),)
    reservation = Reservation(status=StockStatus.SHORT, shortages=short)
    yield _told(amending.change_stock(ready, reservation, **BY))
    yield amending.remind(an_order(), 1, **BY)[1]
    yield amending.escalate(ready, "4 hours", **BY)[1]
    flagged, raised = amending.raise_attention(ready, "risk", "Look", **BY) or (ready, None)
    assert raised
    yield raised
    yield amending.resolve_attention(flagged, "risk", "It is fine", **BY)[1]
    yield erasing.erase(ready, [raised], erasing.traces_of(a_customer(), [ready]), **BY)[1]


def _money() -> Iterator[Event]:
    ready, amount = a_ready_order(), Money(900, "INR")
    told: dict[str, Any] = {"proof": "wamid.1", "note": "UPI"}
    claimed, event = crediting.claim(ready, amount, claim_id="c1", **told, **BY) or (ready, None)
    assert event
    yield event
    second: dict[str, Any] = BY | {"by": an_actor(id="somebody-else")}
    yield crediting.confirm_claim(claimed, "c1", **second)[1]
    yield crediting.decline_claim(claimed, "c1", "It never came", **second)[1]
    paid = replace(ready, ledger=ready.ledger.book(a_capture(ready)))
    asked = crediting.request_refund(
        paid, amount, request_id="r1", reason="Late", limit=1, later=True, **BY
    )
    assert asked
    yield asked[1]
    yield crediting.decline_refund(asked[0], "r1", "A mistake", **second)[1]


def _prices() -> Iterator[Event]:
    ready = a_ready_order()
    dearer = tuple(replace(each, price=each.price * 2) for each in ready.lines)
    yield _told(amending.change_lines(ready, dearer, why="repriced", **BY))
    yield _told(amending.price_shipping(ready, Money(900, "INR"), **BY))
    yield _told(crediting.verify(ready, **BY))


def _parcels() -> Iterator[Event]:
    order, shipped = shipping.ship_parcel(a_ready_order(Stage.PROCESSED), ONE, TRACKING, **BY)
    yield shipped
    yield _told(shipping.change_parcel(order, "p1", replace(TRACKING, number="DL2"), **BY))
    yield _told(shipping.scan(order, "p1", ParcelState.IN_TRANSIT, "In Pune", **BY))


def _returns() -> Iterator[Event]:
    delivered = a_ready_order(Stage.DELIVERED, delivered_at=NOW)
    damaged = Reason("damaged", "Damaged")
    order, opened = returning.open_return(delivered, ONE, damaged, policy=Policy(), **BY)
    yield opened
    yield _told(returning.receive_return(order, "r1", restock=True, note="Fine", **BY))
    yield _told(returning.close_return(order, "r1", note="She keeps it", **BY))


def _told(step: tuple[Order, Event] | None) -> Event:
    assert step is not None
    return step[1]


def test_every_kind_of_entry_that_is_told_is_here() -> None:
    by_people = {EntryKind.CLAIMED, EntryKind.DECLINED}
    by_people |= {EntryKind.REFUND_REQUESTED, EntryKind.REFUND_DECLINED}
    assert set(amending.BOOKED_AS) == set(EntryKind) - by_people
