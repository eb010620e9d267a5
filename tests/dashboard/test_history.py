"""The history on the page: what changed in words, and whether it can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dashboard.changes import edits
from dashboard.timeline import who
from dashboard.words import Clock
from orderdesk.domain.orders.actor import Actor, ActorKind, Role, system
from orderdesk.domain.orders.event import Change
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from tests.builders import NOW, STORE, a_ready_order, an_actor, an_event, an_order
from tests.dashboard.screen import Screen, one, words

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

CLOCK = Clock(NOW, "Asia/Kolkata")


def moved_twice(screen: Screen) -> Order:
    order = a_ready_order(Stage.PLACED)
    screen.have(order)
    screen.move(order, "confirmed")
    screen.move(screen.orders.get(STORE, order.order_id), "approved")
    return order


def test_an_unbroken_history_says_that_it_is_proven(screen: Screen) -> None:
    order = moved_twice(screen)

    page = screen.page(f"/orders/{order.order_id}")

    assert words(one(page, "#proof")) == "History proven: 3 items, unbroken"


def test_a_history_that_somebody_changed_is_a_warning_that_names_the_item(screen: Screen) -> None:
    order = moved_twice(screen)
    screen.shelf.orders[STORE, order.order_id].history[1]["by"]["name"] = "Somebody else"

    proof = one(screen.page(f"/orders/{order.order_id}"), "#proof[role=alert]")

    assert "not what was written" in words(proof)
    assert "Item 2" in words(proof)


def test_a_history_with_an_item_missing_is_a_warning(screen: Screen) -> None:
    order = moved_twice(screen)
    del screen.shelf.orders[STORE, order.order_id].history[1]

    proof = one(screen.page(f"/orders/{order.order_id}"), "#proof[role=alert]")

    assert "Item 2: it is missing" in words(proof)


def test_an_order_that_is_older_than_the_chain_says_so_without_alarm(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    screen.shelf.orders[STORE, order.order_id].record["history_hash"] = ""

    proof = one(screen.page(f"/orders/{order.order_id}"), "#proof")

    assert proof.get("role") is None
    assert "older than" in words(proof)


def test_what_an_event_changed_is_folded_below_it(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    until = "2026-11-25T09:30"
    form = {"reason_code": "risk", "until_choice": "at", "until": until}
    screen.move(order, "on_hold", **form)

    fold = one(screen.page(f"/orders/{order.order_id}").select(".event")[0], "details.fold")

    assert not fold.has_attr("open")
    changes = [words(each) for each in fold.select("tbody tr")]
    assert "Hold: reason – To be reviewed" in changes
    assert "Hold: until – Tomorrow 09:30" in changes


@pytest.mark.parametrize(
    ("change", "words_of_it"),
    [
        (Change("parcels.0.tracking.number", "D7", "D8"), ("Parcel 1: number", "D7", "D8")),
        (Change("address.postal_code", None, "411001"), ("Address: postal code", "", "411001")),
        (Change("restock", True, False), ("Back on the shelf", "yes", "no")),
        (Change("reminded", 0, 1), ("Reminders", "0", "1")),
        (
            Change("ledger.entries.1.amount", None, "150000 INR"),
            ("Payment 2: amount", "", "₹1,500.00"),
        ),
        (
            Change("delivered_at", None, "2026-11-24T09:15:00.000Z"),
            ("Delivered at", "", "14:45"),
        ),
        (Change("ledger.method", None, "cash_on_delivery"), ("Method", "", "cash on delivery")),
        (Change("hold.source", "confirmed", None), ("Hold: from", "confirmed", "")),
    ],
)
def test_a_changed_field_has_a_name_and_values_in_words(
    change: Change, words_of_it: tuple[str, str, str]
) -> None:
    [edit] = edits(an_event(an_order(), changes=(change,)), CLOCK)

    assert (edit.field, edit.before, edit.after) == words_of_it


def test_a_pickup_code_is_not_told_to_everybody_by_the_history() -> None:
    [edit] = edits(an_event(an_order(), changes=(Change("pickup_code", None, "482913"),)), CLOCK)

    assert (edit.field, edit.after) == ("Pickup code", "given")


def test_what_the_event_says_itself_is_not_said_again() -> None:
    changes = (Change("stage", "placed", "confirmed"), Change("parcels.0.parcel_id", None, "p1"))

    assert edits(an_event(an_order(), changes=changes), CLOCK) == ()


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        (an_actor(name="Ravi", role=Role.PACKER), "Ravi (packer)"),
        (
            an_actor(name="Shop system", role=Role.AGENT, via="api"),
            "Shop system (agent), through the API",
        ),
        (an_actor(ActorKind.CUSTOMER), "Priya, in WhatsApp"),
        (system("abandon_sweep"), "Orderdesk, by the clock"),
        (system("payment_webhook"), "Orderdesk, told by the payment gateway"),
        (system("courier_webhook"), "Orderdesk, told by the courier"),
        (system("enter_stage"), "Orderdesk, by a rule of the shop"),
        (system("elsewhere", Role.TIMER), "Orderdesk, by the clock"),
    ],
)
def test_every_actor_is_named_with_role_and_door(actor: Actor, told: str) -> None:
    assert who(actor) == told


def test_products_are_named_in_the_history_as_on_the_page(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED)
    screen.have(order)
    fields = [("goods:kurta-m", "1"), ("own_delivery", "yes")]
    screen.press(order, "parcels", fields)
    screen.now = NOW + timedelta(minutes=1)

    newest = screen.page(f"/orders/{order.order_id}").select(".event")[0]

    assert "Items 1 × Cotton kurta, M" in words(newest)


def test_choosing_a_way_to_the_customer_is_told_in_words(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    screen.press(order, "fulfilment", [("fulfilment", Fulfilment.OWN_DELIVERY.value)])

    newest = screen.page(f"/orders/{order.order_id}").select(".event")[0]

    assert "Own delivery chosen" in words(newest)
