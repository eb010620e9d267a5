"""Forms beside the moves: parcels, returns, the way to the customer, what needs a look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Hold, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, ParcelState, Tracking
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind, ReturnState
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.stock import StockStatus
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_line,
    a_parcel,
    a_ready_order,
    a_store,
    an_actor,
    an_event,
    an_order,
    rupees,
)
from tests.dashboard.screen import Screen, one, soup, words

LINES = (a_line(), a_line("cap", name="Cap", quantity=1, price=rupees(90)))
EVERYTHING = (Goods(retailer_id="kurta-m", quantity=2), Goods(retailer_id="cap", quantity=1))


def packed(**fields: Any) -> Order:
    return a_ready_order(Stage.PROCESSED, **{"lines": LINES, **fields})


def delivered(**fields: Any) -> Order:
    """Paid online; all of it arrived."""
    paid = Ledger(currency="INR").book(a_capture(an_order(lines=LINES)))
    parcel = a_parcel(goods=EVERYTHING, state=ParcelState.DELIVERED)
    return a_ready_order(
        Stage.DELIVERED,
        **{"lines": LINES, "ledger": paid, "parcels": (parcel,), "delivered_at": NOW, **fields},
    )


def refunding(**fields: Any) -> Order:
    paid = Ledger(currency="INR").book(a_capture(an_order()))
    item = Attention(reason="refund_due", text="₹1,500.00 has to go back.", at=NOW)
    return a_ready_order(
        Stage.CANCELLED,
        **{"ledger": paid, "stopped_from": Stage.CONFIRMED, "attention": (item,), **fields},
    )


def stored(screen: Screen, order: Order) -> Order:
    return screen.orders.get(STORE, order.order_id)


def send(screen: Screen, order: Order, form: str, **fields: str) -> Any:
    return screen.press(order, form, list(fields.items()))


def page_of(screen: Screen, order: Order) -> Any:
    return screen.page(f"/orders/{order.order_id}")


def test_a_part_leaves_while_the_rest_stays_packed(screen: Screen) -> None:
    order = packed()
    screen.have(order)
    form = one(page_of(screen, order), "#form-part form")
    assert [words(each) for each in form.select(".pick")] == ["Cotton kurta, M of 2", "Cap of 1"]

    goods = {"goods:kurta-m": "1", "goods:cap": "0"}
    answer = send(screen, order, "parcels", carrier="DTDC", number="D7", **goods)

    assert answer.status == 303
    after = stored(screen, order)
    assert after.stage is Stage.PROCESSED
    assert after.parcels[0].goods == (Goods(retailer_id="kurta-m", quantity=1),)
    page = page_of(screen, order)
    assert "A part left as parcel 1" in words(one(page, "#outcome"))
    assert "1 × Cotton kurta, M" in words(one(page, "#parcel-p1"))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"goods:cap": "0"}, "what is in the parcel"),
        ({"goods:cap": "9"}, "more than the 1 left"),
        ({"goods:cap": "two"}, "whole numbers"),
        ({"goods:kurta-m": "2", "goods:cap": "1"}, "move the order to Shipped"),
        ({"goods:cap": "1", "number": ""}, "tracking number"),
        ({"goods:cap": "1", "carrier": "", "number": ""}, "tracking number"),
    ],
)
def test_a_part_that_cannot_leave_comes_back_with_what_was_typed(
    screen: Screen, fields: dict[str, str], wrong: str
) -> None:
    order = packed()
    screen.have(order)

    answer = send(screen, order, "parcels", **{"carrier": "DTDC", "number": "D7", **fields})

    assert answer.status == 400
    page = soup(answer)
    form = one(page, "#form-part[open] form")
    assert wrong in words(one(form, ".wrong"))
    assert str(one(form, "input[name='goods:cap']")["value"]) == fields["goods:cap"]
    assert str(one(form, "input[name=carrier]")["value"]) == fields.get("carrier", "DTDC")
    assert one(page, "#outcome a")["href"] == "#form-part"
    assert stored(screen, order).version == 1


def test_the_field_that_is_wrong_is_marked_and_no_other(screen: Screen) -> None:
    order = packed()
    screen.have(order)

    fields = {"goods:cap": "9", "carrier": "DTDC", "number": "D7", "link": ""}
    form = one(soup(send(screen, order, "parcels", **fields)), "#form-part form")

    marked = [str(each["name"]) for each in form.select("[aria-invalid]")]
    assert marked == ["goods:kurta-m", "goods:cap"]
    assert one(form, f"#{form.select('[aria-invalid]')[0]['aria-describedby']}")


def test_the_only_piece_there_is_does_not_leave_as_a_part(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED, lines=(a_line(quantity=1),))
    screen.have(order)

    assert page_of(screen, order).select("#form-part") == []


def test_the_tracking_of_a_parcel_is_corrected(screen: Screen) -> None:
    parcel = a_parcel(goods=EVERYTHING, tracking=Tracking(carrier="DTDC", number="D7"))
    order = a_ready_order(Stage.SHIPPED, lines=LINES, parcels=(parcel,))
    screen.have(order)
    form = one(page_of(screen, order), "#form-parcel-p1 form")
    assert one(form, "input[name=number]")["value"] == "D7"

    link = "https://dtdc.example/D8"
    answer = send(screen, order, "parcels/p1", carrier="DTDC", number="D8", link=link)

    assert answer.status == 303
    page = page_of(screen, order)
    assert words(one(page, f"#parcel-p1 a[href='{link}']")) == "D8"
    event = page.select(".event")[0]
    assert "Before D7" in words(event)
    changes = [words(each) for each in event.select(".changes tbody tr")]
    assert "Parcel 1: number D7 D8" in changes


def test_half_of_a_tracking_is_refused_beside_its_form(screen: Screen) -> None:
    order = a_ready_order(Stage.SHIPPED, lines=LINES, parcels=(a_parcel(goods=EVERYTHING),))
    screen.have(order)

    answer = send(screen, order, "parcels/p1", carrier="DTDC", number="")

    assert answer.status == 400
    form = one(soup(answer), "#form-parcel-p1[open] form")
    assert one(form, "input[name=carrier]")["value"] == "DTDC"
    assert not one(form, "input[name=own_delivery]").has_attr("checked")


def test_a_parcel_shows_where_the_courier_has_it_and_ends_when_it_arrived(screen: Screen) -> None:
    arrived = a_parcel(goods=EVERYTHING[:1], state=ParcelState.DELIVERED, scanned_at=NOW)
    away = a_parcel("p2", goods=EVERYTHING[1:], state=ParcelState.FAILED_ATTEMPT, scanned_at=NOW)
    order = a_ready_order(Stage.SHIPPED, lines=LINES, parcels=(arrived, away))
    screen.have(order)

    page = page_of(screen, order)

    assert words(one(page, "#parcel-p1 .badge")) == "Delivered"
    assert words(one(page, "#parcel-p2 .badge")) == "Could not be delivered"
    assert page.select("#form-parcel-p1") == []
    assert page.select("#form-parcel-p2")


def test_one_line_comes_back_and_its_money_has_to_go_back(screen: Screen) -> None:
    order = delivered()
    screen.have(order)

    fields = {"goods:kurta-m": "0", "goods:cap": "1", "reason_code": "damaged"}
    assert send(screen, order, "returns", **fields).status == 303
    case = one(page_of(screen, order), "#return-r1")
    for each in ("Return 1", "1 × Cap", "“Damaged”", "On its way back"):
        assert each in words(case)

    order = stored(screen, order)
    answer = send(screen, order, "returns/r1", do="receive", restock="yes", note="As new")

    assert answer.status == 303
    page = page_of(screen, order)
    for each in ("Came in", "Back on the shelf", "As new"):
        assert each in words(one(page, "#return-r1"))
    assert "₹90.00 for returned goods" in words(one(page, "#attention"))
    assert stored(screen, order).stage is Stage.DELIVERED


def test_the_last_goods_that_come_in_make_the_order_returned(screen: Screen) -> None:
    case = ReturnCase(return_id="r1", kind=ReturnKind.FULL, goods=EVERYTHING, opened_at=NOW)
    order = delivered(returns=(case,))
    screen.have(order)

    answer = send(screen, order, "returns/r1", do="receive", restock="no")

    assert answer.status == 303
    assert stored(screen, order).stage is Stage.RETURNED
    assert "now Returned" in words(one(page_of(screen, order), "#outcome"))


def test_a_return_that_never_comes_is_closed(screen: Screen) -> None:
    case = ReturnCase(return_id="r1", kind=ReturnKind.PARTIAL, goods=EVERYTHING[:1], opened_at=NOW)
    order = delivered(returns=(case,))
    screen.have(order)

    send(screen, order, "returns/r1", do="close", note="Keeps it")

    after = stored(screen, order).returns[0]
    assert (after.state, after.note) == (ReturnState.CLOSED, "Keeps it")
    assert page_of(screen, order).select("#return-r1 form") == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"goods:cap": "0", "reason_code": "damaged"}, "what is sent back"),
        ({"goods:cap": "1"}, "why it comes back"),
        ({"goods:cap": "1", "reason_code": "boredom"}, "no reason"),
        ({"goods:cap": "4", "reason": "Too small"}, "more than the 1 left"),
    ],
)
def test_a_return_of_nothing_or_for_no_reason_is_refused(
    screen: Screen, fields: dict[str, str], wrong: str
) -> None:
    order = delivered()
    screen.have(order)

    answer = send(screen, order, "returns", **fields)

    assert answer.status == 400
    assert wrong in words(one(soup(answer), "#form-return[open] .wrong"))
    assert stored(screen, order).returns == ()


def test_the_way_to_the_customer_changes_until_the_order_is_packed(screen: Screen) -> None:
    policy = Policy(fulfilments=(Fulfilment.COURIER, Fulfilment.PICKUP))
    screen.stores.put(a_store(policy=policy))
    order = an_order()
    screen.have(order)
    assert len(page_of(screen, order).select("#form-fulfilment input[type=radio]")) == 2

    assert send(screen, order, "fulfilment", fulfilment="pickup").status == 303

    page = page_of(screen, order)
    assert "Pickup" in words(one(page, "#delivery"))
    assert "Needs no address" in words(one(page, ".customer"))


def test_a_packed_order_leaves_as_it_was_packed(screen: Screen) -> None:
    screen.stores.put(a_store(policy=Policy(fulfilments=tuple(Fulfilment))))
    order = packed()
    screen.have(order)

    assert page_of(screen, order).select("#form-fulfilment") == []
    answer = send(screen, order, "fulfilment", fulfilment="pickup")
    assert answer.status == 409
    assert "way to the customer was not changed" in words(one(soup(answer), "#outcome"))


def test_a_shop_with_one_way_to_its_customers_is_not_asked(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    assert page_of(screen, order).select("#form-fulfilment") == []
    for unknown in ("", "drone"):
        assert send(screen, order, "fulfilment", fulfilment=unknown).status == 400


def test_the_pickup_code_is_folded_away_and_only_for_who_hands_over() -> None:
    order = packed(fulfilment=Fulfilment.PICKUP, pickup_code="482913")
    agent, viewer = Screen(Role.AGENT), Screen(Role.VIEWER)
    agent.have(order)
    viewer.have(order)

    assert "482913" in words(one(page_of(agent, order), "#pickup-code:not([open])"))
    assert "482913" not in words(page_of(viewer, order))


def test_an_item_that_somebody_looked_at_is_done(screen: Screen) -> None:
    item = Attention(reason="paid_incomplete", text="Call the customer.", at=NOW)
    order = an_order(attention=(item,))
    screen.have(order)

    page = page_of(screen, order)
    assert "Paid, but not complete" in words(one(page, "#attention"))
    answer = send(screen, order, "attention", item="paid_incomplete")

    assert answer.status == 303
    page = page_of(screen, order)
    assert page.select("#attention") == []
    assert "Looked at: paid, but not complete" in words(one(page, "#outcome"))


def test_money_to_give_back_is_not_done_by_looking_at_it(screen: Screen) -> None:
    order = refunding()
    screen.have(order)

    assert page_of(screen, order).select("#form-done-refund_due") == []
    answer = send(screen, order, "attention", item="refund_due")

    assert answer.status == 409
    assert "the item is still open" in words(one(soup(answer), "#outcome"))
    assert stored(screen, order).attention


def test_money_is_kept_for_a_reason_by_who_may(screen: Screen) -> None:
    order = refunding()
    screen.have(order)

    nothing = send(screen, order, "attention", item="refund_due", do="keep", reason="")
    assert nothing.status == 400
    assert "why the money is kept" in words(one(soup(nothing), "#form-keep[open] .wrong"))

    send(screen, order, "attention", item="refund_due", do="keep", reason="Paid for the next one")
    assert stored(screen, order).refund_waived == "Paid for the next one"
    assert page_of(screen, order).select("#attention") == []


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.MANAGER, {"#form-keep", "#form-return"}),
        (Role.AGENT, {"#form-return"}),
        (Role.PACKER, set()),
        (Role.ACCOUNTANT, {"#form-keep"}),
        (Role.VIEWER, set()),
    ],
)
def test_each_role_has_the_forms_that_it_may_send(role: Role, offered: set[str]) -> None:
    screen = Screen(role)
    item = Attention(reason="refund_due", text="₹90.00 has to go back.", at=NOW)
    order = delivered(attention=(item,))
    screen.have(order)

    page = page_of(screen, order)

    forms = ("#form-keep", "#form-return", "#form-part", "#form-done-refund_due")
    assert {form for form in forms if page.select(form)} == offered


@pytest.mark.parametrize(
    ("role", "form", "fields"),
    [
        (Role.VIEWER, "parcels", {"goods:cap": "1", "own_delivery": "yes"}),
        (Role.ACCOUNTANT, "parcels/p1", {"own_delivery": "yes"}),
        (Role.PACKER, "returns", {"goods:cap": "1", "reason_code": "damaged"}),
        (Role.PACKER, "returns/r1", {"do": "receive"}),
        (Role.VIEWER, "fulfilment", {"fulfilment": "pickup"}),
        (Role.AGENT, "attention", {"do": "keep", "reason": "Mine now"}),
        (Role.VIEWER, "attention", {"item": "waiting"}),
    ],
)
def test_the_server_refuses_a_form_that_the_role_was_not_offered(
    role: Role, form: str, fields: dict[str, str]
) -> None:
    screen = Screen(role)
    order = packed()
    screen.have(order)

    assert send(screen, order, form, **fields).status == 403
    assert stored(screen, order).version == 1


def test_the_same_form_arriving_twice_is_one_change(screen: Screen) -> None:
    order = packed()
    screen.have(order)
    fields = {"goods:cap": "1", "own_delivery": "yes"}

    answers = [send(screen, order, "parcels", **fields).status for _ in range(2)]

    assert answers == [303, 303]
    assert len(stored(screen, order).parcels) == 1


def test_a_form_of_an_older_page_says_who_was_faster_and_keeps_what_was_typed(
    screen: Screen,
) -> None:
    order = packed()
    screen.have(order)
    ravi = an_actor(id="ravi", name="Ravi Kumar", role=Role.PACKER)
    note = an_event(order, type=EventType.ATTENTION_RAISED, by=ravi, data={"text": "Seal broken"})
    screen.orders.save(packed(version=2), [note])

    answer = send(screen, order, "parcels", **{"goods:cap": "1", "carrier": "DTDC", "number": "D7"})

    assert answer.status == 409
    page = soup(answer)
    told = words(one(page, "#outcome[role=alert]"))
    for each in ("Ravi Kumar (packer) was faster: no parcel was sent", "Seal broken", "just now"):
        assert each in told
    form = one(page, "#form-part[open] form")
    assert one(form, "input[name=number]")["value"] == "D7"
    assert one(form, "input[name=version]")["value"] == "2"


def test_that_somebody_was_faster_is_told_before_what_is_wrong_with_the_form(
    screen: Screen,
) -> None:
    order = packed()
    screen.have(order)
    screen.somebody_moves(order, Stage.SHIPPED, by=an_actor(id="ravi", name="Ravi"))

    answer = send(screen, order, "parcels", carrier="", number="D7", **{"goods:cap": "1"})

    assert answer.status == 409
    told = words(one(soup(answer), "#outcome"))
    assert "Ravi (manager) was faster: no parcel was sent" in told
    assert "You had written: “D7”" in told


@pytest.mark.parametrize(
    "form", ["/parcels", "/parcels/p1", "/returns", "/returns/r1", "/fulfilment", "/attention"]
)
def test_an_edit_that_was_forged_is_refused_and_its_address_leads_to_the_order(
    screen: Screen, form: str
) -> None:
    order = packed()
    screen.have(order)

    address = f"/orders/{order.order_id}{form}"
    assert screen.post(address, csrf="other", version=1).status == 403
    assert screen.post(address, version="").status == 400
    assert screen.get(address).headers["location"] == f"/orders/{order.order_id}"


def test_a_parcel_or_return_that_is_not_there_is_told_on_the_page(screen: Screen) -> None:
    order = packed()
    screen.have(order)

    for form, fields in (("parcels/p9", {"own_delivery": "yes"}), ("returns/r9", {"do": "close"})):
        answer = send(screen, order, form, **fields)
        assert answer.status == 404
        assert "has no" in words(one(soup(answer), "#outcome"))


def test_a_hold_says_since_when_from_where_and_until_when(screen: Screen) -> None:
    hold = Hold(
        reason="Address to be checked",
        source=Stage.CONFIRMED,
        since=NOW - timedelta(hours=1),
        until=NOW + timedelta(hours=2),
    )
    screen.have(order := a_ready_order(Stage.ON_HOLD, hold=hold))

    told = words(one(page_of(screen, order), "#hold"))

    for each in ("13:45", "from Confirmed", "Address to be checked", "Goes on by itself: 16:45"):
        assert each in told


def test_what_is_missing_in_stock_is_named(screen: Screen) -> None:
    order = a_ready_order(lines=LINES)
    screen.have(order)
    data = {"stock": "short", "short": "kurta-m: 1 of 2"}
    event = an_event(order, type=EventType.STOCK_CHANGED, data=data)
    screen.orders.save(a_ready_order(lines=LINES, version=2, stock=StockStatus.SHORT), [event])

    page = page_of(screen, order)

    assert "Cotton kurta, M: 1 of 2 in stock" in words(one(page, "#stock"))
    assert "count it anew" in words(one(page, "#why-approved"))
