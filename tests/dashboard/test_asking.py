"""What a move asks for: a reason, an end of the hold, a code, what becomes of the goods."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from dashboard.holding import choices, until_of
from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Hold, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Tracking
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.hours import Holiday, Interval, OpeningHours
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.stock import StockStatus
from tests.builders import NOW, STORE, a_line, a_parcel, a_ready_order, a_store, rupees
from tests.dashboard.screen import Screen, one, soup, words

DAY = (Interval(time(9, 30), time(20)),)
KOLKATA = OpeningHours(time_zone="Asia/Kolkata", weekdays=(*(DAY,) * 6, ()))
# NOW is a Tuesday, 14:45 in Kolkata.


def form_of(screen: Screen, order: Order, to: str) -> Any:
    page = screen.page(f"/orders/{order.order_id}")
    return one(page, f"details[data-to={to}] form")


def stored(screen: Screen, order: Order) -> Order:
    return screen.orders.get(STORE, order.order_id)


def test_a_reason_is_one_of_the_shops_with_room_for_own_words(screen: Screen) -> None:
    own = {Stage.REJECTED: (Reason("festival", "Sold out"), Reason("other", "Another reason"))}
    screen.stores.put(a_store(policy=Policy(reasons=own)))
    order = a_ready_order()
    screen.have(order)

    form = form_of(screen, order, "rejected")

    assert [str(each["value"]) for each in form.select("option")] == ["", "festival", "other"]
    assert form.select("input[name=reason]")
    screen.move(order, "rejected", reason_code="festival", reason="")
    event = screen.orders.history(STORE, order.order_id)[-1]
    assert (event.reason_code, event.reason) == ("festival", "Sold out")


def test_another_reason_needs_words_and_the_form_keeps_the_choice(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.move(order, "rejected", reason_code="other", reason="")

    assert answer.status == 400
    form = one(soup(answer), "details[data-to=rejected][open]")
    assert str(one(form, "option[selected]")["value"]) == "other"
    assert "few words" in words(one(form, ".wrong"))


def test_a_hold_ends_at_a_moment_of_the_shops_own_clock(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    form = {"until_choice": "at", "until": "2026-11-25T09:30", "reason_code": "risk"}
    address = screen.move(order, "on_hold", **form).headers["location"]

    hold = stored(screen, order).hold
    assert hold is not None
    assert hold.until == datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    assert "Goes on by itself: Tomorrow 09:30" in words(one(screen.page(address), "#hold"))


def test_a_hold_offers_moments_at_which_the_shop_opens(screen: Screen) -> None:
    screen.stores.put(a_store(policy=Policy(hours=KOLKATA)))
    order = a_ready_order()
    screen.have(order)

    offered = form_of(screen, order, "on_hold").select("input[name=until_choice]")

    assert [str(each["value"]) for each in offered] == [
        "",
        "2026-11-24T16:46",
        "2026-11-25T09:30",
        "2026-11-30T09:30",
        "at",
    ]
    screen.move(order, "on_hold", reason_code="risk", until_choice="2026-11-30T09:30", until="")
    hold = stored(screen, order).hold
    assert hold is not None
    assert hold.until == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def test_a_hold_without_an_end_waits_for_somebody(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    form = {"until_choice": "", "until": "2026-11-30T09:30", "reason_code": "risk"}
    address = screen.move(order, "on_hold", **form).headers["location"]

    assert "Until somebody releases it" in words(one(screen.page(address), "#hold"))


@pytest.mark.parametrize("until", ["", "soon", "2026-11-24T14:00", "2029-01-01T00:00"])
def test_a_hold_that_ends_never_or_before_now_comes_back_with_what_was_typed(
    screen: Screen, until: str
) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.move(order, "on_hold", reason="Call first", until_choice="at", until=until)

    assert answer.status == 400
    form = one(soup(answer), "details[data-to=on_hold][open]")
    assert str(one(form, "input[name=reason]")["value"]) == "Call first"
    assert str(one(form, "input[name=until]")["value"]) == until
    assert one(form, "input[name=until_choice][checked]")["value"] == "at"
    assert stored(screen, order).stage is Stage.CONFIRMED


def test_the_evening_before_a_monday_offers_it_once() -> None:
    sunday = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)

    found = [each.value for each in choices(sunday, KOLKATA)]

    assert found == ["2026-11-29T22:31", "2026-11-30T09:30"]


def test_a_holiday_tomorrow_offers_the_opening_after_it() -> None:
    holiday = Holiday(datetime(2026, 11, 25, tzinfo=UTC).date(), "Closed")
    hours = OpeningHours(time_zone="Asia/Kolkata", weekdays=KOLKATA.weekdays, holidays=(holiday,))

    _, tomorrow, _ = choices(NOW, hours)

    assert tomorrow.value == "2026-11-26T09:30"
    assert tomorrow.hint == "Thu 26 Nov, 09:30"


def test_a_shop_that_never_closes_offers_the_morning() -> None:
    _, tomorrow, monday = choices(NOW, OpeningHours(time_zone="Asia/Kolkata"))

    assert (tomorrow.value, tomorrow.label) == ("2026-11-25T09:00", "Tomorrow morning")
    assert monday.value == "2026-11-30T09:00"


def test_a_time_that_the_clock_skips_is_the_end_of_the_gap() -> None:
    at = until_of({"until_choice": "2026-03-08T02:30"}, "America/New_York")

    assert at == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_a_choice_that_is_no_time_is_refused() -> None:
    with pytest.raises(Invalid, match="day and the time"):
        until_of({"until_choice": "whenever"}, "Asia/Kolkata")


def test_shipping_the_rest_says_what_is_left(screen: Screen) -> None:
    part = a_parcel(goods=(Goods(retailer_id="kurta-m", quantity=1),))
    order = a_ready_order(Stage.PROCESSED, parcels=(part,))
    screen.have(order)

    left = words(one(form_of(screen, order, "shipped"), ".left"))

    assert "1 × Cotton kurta, M" in left


def test_a_pickup_is_handed_over_for_the_code_of_the_customer(screen: Screen) -> None:
    order = a_ready_order(
        Stage.PROCESSED, fulfilment=Fulfilment.PICKUP, pickup_code="482913", address=None
    )
    screen.have(order)

    wrong = screen.move(order, "delivered", pickup_code="111111")
    assert wrong.status == 400
    form = one(soup(wrong), "details[data-to=delivered][open]")
    assert "not the code" in words(one(form, ".wrong"))
    assert one(form, "input[name=pickup_code]")["value"] == "111111"

    assert screen.move(order, "delivered", pickup_code="482913").status == 303
    assert stored(screen, order).stage is Stage.DELIVERED


def test_a_pickup_without_its_code_says_why(screen: Screen) -> None:
    order = a_ready_order(
        Stage.PROCESSED, fulfilment=Fulfilment.PICKUP, pickup_code="482913", address=None
    )
    screen.have(order)

    form = form_of(screen, order, "delivered")
    assert "Without a code, because" in words(form)
    answer = screen.move(order, "delivered", pickup_code="", reason="Phone is broken, showed ID")

    assert answer.status == 303
    assert screen.orders.history(STORE, order.order_id)[-1].reason == "Phone is broken, showed ID"


def test_what_is_picked_up_is_handed_over_first_and_what_is_carried_never(screen: Screen) -> None:
    pickup = a_ready_order(
        Stage.PROCESSED, message_id="1", fulfilment=Fulfilment.PICKUP, pickup_code="482913"
    )
    carried = a_ready_order(Stage.PROCESSED, message_id="2")
    screen.have(pickup, carried)

    first = screen.page(f"/orders/{pickup.order_id}").select(".moves .move summary")[0]
    other = words(one(screen.page(f"/orders/{carried.order_id}"), "#actions"))

    assert words(first) == "Hand over"
    assert "Hand over" not in other


def test_a_file_is_handed_over_with_one_press(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED, fulfilment=Fulfilment.DIGITAL)
    screen.have(order)

    page = screen.page(f"/orders/{order.order_id}")

    assert page.select("form.move[data-to=delivered] button.go")


@pytest.mark.parametrize(("ticked", "restock"), [(("no", "yes"), True), (("no",), False)])
def test_cancelling_says_whether_reserved_goods_go_back_on_the_shelf(
    screen: Screen, ticked: tuple[str, ...], restock: bool
) -> None:
    order = a_ready_order(stock=StockStatus.RESERVED)
    screen.have(order)
    box = one(form_of(screen, order, "cancelled"), "input[type=checkbox][name=restock]")
    assert box.has_attr("checked")

    screen.press(
        order,
        "moves",
        [
            ("to", "cancelled"),
            ("reason_code", "duplicate"),
            *(("restock", each) for each in ticked),
        ],
    )

    assert stored(screen, order).restock is restock


def test_goods_that_nobody_counted_are_not_asked_about(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    assert form_of(screen, order, "cancelled").select("[name=restock]") == []


def test_what_comes_back_stays_off_the_shelf_unless_somebody_ticks_it(screen: Screen) -> None:
    order = a_ready_order(Stage.SHIPPED, parcels=(a_parcel(),))
    screen.have(order)

    box = one(form_of(screen, order, "returned"), "input[type=checkbox][name=restock]")
    assert not box.has_attr("checked")
    screen.press(
        order,
        "moves",
        [("to", "returned"), ("reason_code", "refused"), ("restock", "no"), ("restock", "yes")],
    )

    assert stored(screen, order).returns[0].restock


def test_a_packer_ships_but_is_not_offered_to_cancel_or_to_take_a_step_back() -> None:
    screen = Screen(Role.PACKER)
    order = a_ready_order(Stage.PROCESSED)
    screen.have(order)

    page = screen.page(f"/orders/{order.order_id}")

    offered = {str(each["data-to"]) for each in page.select("#actions [data-to]")}
    assert offered == {"shipped", "on_hold"}


def test_two_lines_with_tracking_to_be_typed_have_a_field_for_each_label(screen: Screen) -> None:
    lines = (a_line(), a_line("cap", name="Cap", quantity=1, price=rupees(90)))
    order = a_ready_order(
        Stage.PROCESSED,
        lines=lines,
        parcels=(a_parcel(tracking=Tracking(carrier="DTDC", number="D1")),),
        hold=Hold(reason="", source=Stage.CONFIRMED),
    )
    screen.have(order)
    screen.now = NOW + timedelta(minutes=1)

    page = screen.page(f"/orders/{order.order_id}")

    ids = [str(each["id"]) for each in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    for control in page.select("#content input:not([type=hidden]), #content select"):
        inside = control.find_parent("label")
        assert inside or page.select(f"label[for='{control['id']}']"), control
