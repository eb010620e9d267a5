"""The form that moves an order: done, refused, too late, forged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.orders.actor import ActorKind, Role, system
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import NOW, STORE, a_capture, a_ready_order, an_actor, an_event, an_order
from tests.dashboard.screen import Screen, offered, one, soup, words

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order


def stored(screen: Screen, order: Order) -> Order:
    return screen.orders.get(STORE, order.order_id)


def test_pressing_a_button_moves_the_order_and_shows_it(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.move(order, "approved")

    assert answer.status == 303
    assert answer.headers["location"] == f"/orders/{order.order_id}"
    assert stored(screen, order).stage is Stage.APPROVED
    [*_, event] = screen.orders.history(STORE, order.order_id)
    assert (event.by.kind, event.by.name, event.by.via) == (ActorKind.STAFF, "Asha", "dashboard")


def test_the_page_after_a_move_says_once_what_was_done(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    address = screen.move(order, "approved").headers["location"]

    assert "now Approved" in words(one(screen.page(address), "#outcome"))
    assert screen.page(address).select("#outcome") == []


def test_a_reason_goes_into_the_history(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    screen.move(order, "on_hold", reason="  Waiting for stock ")

    after = stored(screen, order)
    assert after.hold is not None
    assert after.hold.reason == "Waiting for stock"


def test_shipping_takes_carrier_number_and_link(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED)
    screen.have(order)

    screen.move(order, "shipped", carrier="DTDC", number="D7", link="https://dtdc.example/D7")

    tracking = stored(screen, order).tracking
    assert tracking is not None
    assert (tracking.carrier, tracking.number) == ("DTDC", "D7")


def test_a_shop_that_delivers_itself_needs_no_carrier(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED)
    screen.have(order)

    screen.move(order, "shipped", own_delivery="yes")

    tracking = stored(screen, order).tracking
    assert tracking is not None
    assert tracking.own_delivery


def test_a_form_without_its_reason_comes_back_open_with_the_error_beside_it(
    screen: Screen,
) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.move(order, "cancelled", reason=" ")

    assert answer.status == 400
    form = one(soup(answer), "details[data-to=cancelled][open]")
    assert "say why" in words(one(form, ".wrong"))
    assert one(form, "input[name=reason]")["aria-invalid"] == "true"
    assert stored(screen, order).stage is Stage.CONFIRMED


def test_half_of_a_tracking_comes_back_with_what_was_typed(screen: Screen) -> None:
    order = a_ready_order(Stage.PROCESSED)
    screen.have(order)

    answer = screen.move(order, "shipped", carrier="DTDC", link="https://dtdc.example")

    assert answer.status == 400
    form = one(soup(answer), "details[data-to=shipped][open]")
    assert one(form, "input[name=carrier]")["value"] == "DTDC"
    assert one(form, "input[name=link]")["value"] == "https://dtdc.example"
    assert "tracking number" in words(one(form, ".wrong"))


def test_a_move_that_a_guard_refuses_says_what_would_make_it_possible(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    answer = screen.move(order, "confirmed")

    assert answer.status == 409
    assert "complete address" in words(one(soup(answer), "#outcome"))
    assert stored(screen, order).stage is Stage.PLACED


def test_a_move_that_is_not_in_the_table_says_what_is_possible(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    answer = screen.move(order, "delivered")

    assert answer.status == 409
    assert "Possible now" in words(one(soup(answer), "#outcome"))


def test_a_lost_race_names_who_won_and_what_is_allowed_now(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    ravi = an_actor(id="ravi", name="Ravi Kumar", role=Role.PACKER)
    screen.somebody_moves(order, Stage.APPROVED, by=ravi)
    screen.now = NOW + timedelta(minutes=2)

    answer = screen.move(order, "rejected", reason="Out of stock")

    page = soup(answer)
    told = words(one(page, "#outcome[role=alert]"))
    assert answer.status == 409
    for each in (
        "not moved to Rejected",
        "Ravi Kumar (packer) was faster",
        "from Confirmed to Approved",
    ):
        assert each in told
    assert "2 min ago" in told
    assert "Mark as packed" in told
    assert offered(page) == {"processed", "on_hold", "cancelled", "confirmed"}
    assert {str(each["value"]) for each in page.select("#actions input[name=version]")} == {"2"}
    assert stored(screen, order).stage is Stage.APPROVED


def test_a_lost_race_keeps_what_was_typed_when_the_move_is_still_possible(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    screen.somebody_moves(order, Stage.APPROVED, by=an_actor(id="ravi", name="Ravi"))

    page = soup(screen.move(order, "cancelled", reason="Asked on the phone"))

    form = one(page, "details[data-to=cancelled][open]")
    assert one(form, "input[name=reason]")["value"] == "Asked on the phone"
    assert "still in the form" in words(one(page, "#outcome"))


def test_a_race_lost_to_the_customer_says_what_they_did(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    event = an_event(order, data={"address": "14 MG Road, Pune"})
    screen.orders.save(an_order(version=2), [event])

    told = words(one(soup(screen.move(order, "cancelled", reason="No answer")), "#outcome"))

    assert "Priya, in WhatsApp" in told
    assert "Address received" in told


def test_a_race_lost_to_oneself_says_so(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    screen.somebody_moves(order, Stage.APPROVED)

    told = words(one(soup(screen.move(order, "rejected", reason="Out of stock")), "#outcome"))

    assert "You changed this order elsewhere" in told


def test_a_race_lost_to_the_clock_names_it(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    screen.somebody_moves(order, Stage.ABANDONED, by=system("abandon_sweep"))

    answer = screen.move(order, "on_hold", reason_code="risk", until_choice="")

    page = soup(answer)
    assert "Orderdesk (timer) was faster" in words(one(page, "#outcome"))
    assert offered(page) == {"placed", "cancelled", "archived"}


def test_a_lost_race_keeps_every_field_of_the_form(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    screen.somebody_moves(order, Stage.APPROVED, by=an_actor(id="ravi", name="Ravi"))
    form = {"reason_code": "risk", "reason": "Call first", "until": "2026-11-25T09:30"}

    page = soup(screen.move(order, "on_hold", until_choice="at", **form))

    kept = one(page, "details[data-to=on_hold][open]")
    assert one(kept, "option[selected]")["value"] == "risk"
    assert one(kept, "input[name=reason]")["value"] == "Call first"
    assert one(kept, "input[name=until]")["value"] == "2026-11-25T09:30"


def test_a_lost_race_gives_back_what_was_typed_when_its_form_is_gone(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    screen.somebody_moves(order, Stage.CANCELLED, by=an_actor(id="ravi", name="Ravi"))

    page = soup(screen.move(order, "on_hold", reason="Call her at six", until_choice=""))

    assert page.select("details[data-to=on_hold]") == []
    assert "You had written: “Call her at six”" in words(one(page, "#outcome"))


@pytest.mark.parametrize("form", [{"reason_code": "risk"}, {"reason": "Call first"}])
def test_a_reason_arriving_twice_is_one_move(screen: Screen, form: dict[str, str]) -> None:
    order = a_ready_order()
    screen.have(order)

    answers = [screen.move(order, "on_hold", **form).status for _ in range(2)]

    assert answers == [303, 303]
    assert stored(screen, order).version == 2


def test_the_same_click_arriving_twice_is_one_move_and_no_conflict(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    first, second = screen.move(order, "approved"), screen.move(order, "approved")

    assert (first.status, second.status) == (303, 303)
    assert stored(screen, order).version == 2


@pytest.mark.parametrize("csrf", ["", "other", "csrf1é"])
def test_a_forged_form_is_refused(screen: Screen, csrf: str) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.move(order, "approved", csrf=csrf)

    assert answer.status == 403
    assert stored(screen, order).stage is Stage.CONFIRMED


def test_a_form_without_a_version_is_refused(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    for version in ("", "one", "-1", "²"):
        assert screen.move(order, "approved", version=version).status == 400
    assert stored(screen, order).version == 1


def test_a_stage_that_does_not_exist_is_refused(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    for stage in ("", "sold"):
        assert screen.move(order, stage).status == 400


def test_a_body_that_is_no_form_or_too_large_is_refused(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    address = f"/orders/{order.order_id}/moves"

    assert screen._ask("POST", address, b"{}", {"content-type": "application/json"}).status == 400
    assert screen.post(address, reason="x" * 40_000).status == 413


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ACCOUNTANT])
def test_the_server_refuses_what_the_role_is_not_offered(role: Role) -> None:
    screen = Screen(role)
    order = a_ready_order()
    screen.have(order)

    assert screen.move(order, "approved").status == 403
    assert stored(screen, order).stage is Stage.CONFIRMED


def test_an_agent_may_not_take_a_move_back() -> None:
    screen = Screen(Role.AGENT)
    order = a_ready_order(Stage.APPROVED)
    screen.have(order)

    assert screen.move(order, "confirmed", reason="Mistake").status == 403


def test_cancelling_a_paid_order_leaves_a_note_to_give_the_money_back(screen: Screen) -> None:
    order = a_ready_order(ledger=Ledger(currency="INR").book(a_capture(an_order())))
    screen.have(order)

    address = screen.move(order, "cancelled", reason="Asked").headers["location"]

    assert "has to go back to the customer" in words(screen.page(address))


def test_reloading_the_address_of_a_refused_form_shows_the_order(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)

    answer = screen.get(f"/orders/{order.order_id}/moves")

    assert answer.status == 303
    assert answer.headers["location"] == f"/orders/{order.order_id}"
