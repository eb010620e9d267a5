"""What an order goes through, by the forms of its page, in a real browser on the deployed stack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment, Goods
from tests.shop import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from orderdesk.domain.orders.order import Order
    from tests.browser.conftest import SignIn
    from tests.shop import Shop

pytestmark = pytest.mark.browser

BARFI = "SL-KAJU-250"
LADOO = "SL-BESAN-12"


def confirmed(shop: Shop, name: str) -> Order:
    """Two of one product and one of another, with an address, to be paid in cash."""
    customer = shop.customer(name)
    order = shop.order_of(shop.phone.cart(customer, {BARFI: 2, LADOO: 1}))
    ask = shop.phone.wait_for_message(customer)
    shop.phone.fill_address(customer, ask["id"])
    button = f"pay:cash_on_delivery:{order.order_id}"
    question = shop.wait_for_text(customer, button)
    shop.phone.tap(customer, question["id"], button)
    return shop.wait_for_stage(order, Stage.CONFIRMED)


def in_stage(shop: Shop, name: str, *way: Stage) -> Order:
    order = confirmed(shop, name)
    for stage in way:
        more = {"tracking": {"own_delivery": True}} if stage is Stage.SHIPPED else {}
        order = shop.move(order, stage, **more)
    return order


def opened(sign_in: SignIn, order: Order, role: str = "manager") -> Page:
    page = sign_in(role)
    page.goto(f"/orders/{order.order_id}")
    return page


def test_a_hold_ends_when_staff_say(sign_in: SignIn, shop: Shop) -> None:
    order = shop.order_of(shop.phone.cart(shop.customer("Held Until"), {BARFI: 1}))
    page = opened(sign_in, order)

    page.locator("details[data-to=on_hold] > summary").click()
    form = page.locator("details[data-to=on_hold] form")
    form.locator("select[name=reason_code]").select_option("address_check")
    expect(form.locator("input[name=until]")).to_be_hidden()
    form.get_by_label("Tomorrow").check()
    form.locator(".go").click()

    expect(page.locator("#hold")).to_contain_text("Address to be checked")
    expect(page.locator("#hold")).to_contain_text("Goes on by itself: Tomorrow")
    hold = shop.wait_for_stage(order, Stage.ON_HOLD).hold
    assert hold is not None
    assert hold.until is not None
    assert timedelta() < hold.until - datetime.now(UTC) < timedelta(days=3)


def test_a_time_of_ones_own_needs_no_second_press(sign_in: SignIn, shop: Shop) -> None:
    order = shop.order_of(shop.phone.cart(shop.customer("Own Time"), {BARFI: 1}))
    page = opened(sign_in, order)
    until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT10:30")

    page.locator("details[data-to=on_hold] > summary").click()
    form = page.locator("details[data-to=on_hold] form")
    form.locator("input[name=reason]").fill("On holiday until then")
    form.get_by_label("Another time").check()
    form.locator("input[name=until]").fill(until)
    form.locator(".go").click()

    expect(page.locator("#hold")).to_contain_text("10:30")
    hold = shop.wait_for_stage(order, Stage.ON_HOLD).hold
    assert hold is not None
    assert hold.until == datetime.fromisoformat(f"{until}+05:30")


def test_a_part_leaves_first_and_the_rest_with_the_move(sign_in: SignIn, shop: Shop) -> None:
    order = in_stage(shop, "Two Parcels", Stage.APPROVED, Stage.PROCESSED)
    page = opened(sign_in, order, "packer")

    page.locator("#form-part > summary").click()
    part = page.locator("#form-part form")
    part.locator(f"input[name='goods:{BARFI}']").fill("1")
    part.locator("input[name=carrier]").fill("Delhivery")
    part.locator("input[name=number]").fill("DL55001")
    part.locator("input[name=link]").fill("https://track.example/DL55001")
    part.locator(".go").click()
    parcel = page.locator("#parcel-p1")
    expect(parcel.locator("a")).to_have_attribute("href", "https://track.example/DL55001")
    assert shop.reload(order).stage is Stage.PROCESSED

    page.locator("details[data-to=shipped] > summary").click()
    rest = page.locator("details[data-to=shipped] form")
    expect(rest.locator(".left")).to_contain_text("This takes the rest: 1 ×")
    rest.locator("input[name=own_delivery]").check()
    rest.locator(".go").click()

    expect(page.locator("#parcel-p2")).to_contain_text("Delivered by the shop itself")
    shipped = shop.wait_for_stage(order, Stage.SHIPPED)
    assert [sum(goods.quantity for goods in each.goods) for each in shipped.parcels] == [1, 2]


def test_a_part_of_nothing_comes_back_with_what_was_typed(sign_in: SignIn, shop: Shop) -> None:
    order = in_stage(shop, "Empty Parcel", Stage.APPROVED, Stage.PROCESSED)
    page = opened(sign_in, order, "packer")

    page.locator("#form-part > summary").click()
    part = page.locator("#form-part form")
    part.locator("input[name=carrier]").fill("Delhivery")
    part.locator("input[name=number]").fill("DL55002")
    part.locator(".go").click()

    expect(page.locator("#outcome")).to_contain_text("Say what is in the parcel")
    expect(page.locator("#form-part input[name=number]")).to_have_value("DL55002")
    assert shop.reload(order).parcels == ()


def test_one_line_comes_back_and_is_received(sign_in: SignIn, shop: Shop) -> None:
    order = in_stage(
        shop, "Sends Back", Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED
    )
    page = opened(sign_in, order)

    page.locator("#form-return > summary").click()
    form = page.locator("#form-return form")
    form.locator(f"input[name='goods:{LADOO}']").fill("1")
    form.locator("select[name=reason_code]").select_option("damaged")
    form.locator(".go").click()
    expect(page.locator("#return-r1")).to_contain_text("On its way back")

    page.locator("#form-receive-r1 > summary").click()
    page.locator("#form-receive-r1 input[type=checkbox]").check()
    page.locator("#form-receive-r1 .go").click()

    expect(page.locator("#return-r1")).to_contain_text("Back on the shelf")
    expect(page.locator("#attention")).to_contain_text("has to go back")
    [case] = shop.reload(order).returns
    assert case.goods == (Goods(retailer_id=LADOO, quantity=1),)
    assert case.restock
    assert shop.reload(order).stage is Stage.DELIVERED


def test_a_pickup_is_handed_over_for_its_code(sign_in: SignIn, shop: Shop) -> None:
    order = confirmed(shop, "Picks Up")
    body = {"fulfilment": Fulfilment.PICKUP, "expected_version": shop.reload(order).version}
    answer = shop.api.put(f"/api/orders/{order.order_id}/fulfilment", json=body)
    assert answer.status_code == 200, answer.text
    shop.move(order, Stage.APPROVED)
    code = shop.move(order, Stage.PROCESSED).pickup_code
    page = opened(sign_in, order, "packer")
    hand_over = page.locator("details[data-to=delivered]")

    hand_over.locator("summary").click()
    hand_over.locator("input[name=pickup_code]").fill("000000" if code != "000000" else "000001")
    hand_over.locator(".go").click()
    expect(hand_over.locator(".wrong")).to_contain_text("not the code")
    hand_over.locator("input[name=pickup_code]").fill(code)
    hand_over.locator(".go").click()

    expect(page.locator("#outcome")).to_contain_text("now Delivered")
    assert shop.reload(order).stage is Stage.DELIVERED


def test_a_push_does_not_wipe_a_form_that_somebody_fills_in(sign_in: SignIn, shop: Shop) -> None:
    order = in_stage(shop, "Being Written", Stage.APPROVED, Stage.PROCESSED)
    page = opened(sign_in, order)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.locator("#form-part > summary").click()
    number = page.locator("#form-part input[name=number]")
    number.fill("DL55003")

    shop.move(order, Stage.ON_HOLD, reason="Call first")

    expect(page.locator("#news a")).to_be_visible()
    expect(number).to_have_value("DL55003")
    page.locator("#form-part .go").click()
    expect(page.locator("#outcome")).to_contain_text("was faster: no parcel was sent")
    expect(page.locator("#hold")).to_contain_text("Call first")


def test_the_forms_work_without_javascript_and_fit_a_small_phone(
    sign_in: SignIn, shop: Shop
) -> None:
    order = in_stage(shop, "No Script Here", Stage.APPROVED, Stage.PROCESSED)
    signed_in = sign_in("packer")
    browser = signed_in.context.browser
    assert browser is not None
    plain = browser.new_context(
        java_script_enabled=False,
        base_url=shop.stack.url,
        storage_state=signed_in.context.storage_state(),
        viewport={"width": 360, "height": 800},
    )
    page = plain.new_page()
    page.goto(f"/orders/{order.order_id}")
    page.locator("#form-part > summary").click()
    part = page.locator("#form-part form")
    part.locator(f"input[name='goods:{BARFI}']").fill("2")
    part.locator(".go").click()
    expect(page.locator("#outcome")).to_contain_text("Give the carrier")
    shown = page.locator("#form-part").bounding_box()
    assert shown is not None
    assert shown["x"] + shown["width"] <= 360
    part.locator("input[name=own_delivery]").check()
    part.locator(".go").click()

    expect(page.locator("#parcel-p1")).to_contain_text("2 ×")
    plain.close()
    assert len(shop.reload(order).parcels) == 1


def test_the_history_is_proven_and_shows_what_changed(sign_in: SignIn, shop: Shop) -> None:
    order = in_stage(shop, "Trusted", Stage.APPROVED)
    page = opened(sign_in, order, "viewer")

    def is_proven() -> bool:
        page.reload()
        return "unbroken" in page.locator("#proof").inner_text()

    wait_for(is_proven, "a proven history")
    fold = page.locator(".event", has_text="Address received").locator("details.fold")
    fold.locator("summary").click()
    expect(fold.locator("table")).to_contain_text("Address: city")
