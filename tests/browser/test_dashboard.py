"""The staff's day in a real browser: sign in, see a cart arrive, move it, lose a race."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from orderdesk.domain.orders.lifecycle import Stage
from tests.shop import wait_for

if TYPE_CHECKING:
    from dev.stack import LocalStack
    from orderdesk.domain.orders.order import Order
    from tests.browser.conftest import SignIn
    from tests.shop import Shop

pytestmark = pytest.mark.browser


def a_placed_order(shop: Shop, name: str) -> Order:
    return shop.order_of(shop.phone.cart(shop.customer(name), {"SL-KAJU-250": 1}))


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def test_nobody_sees_an_order_without_signing_in(sign_in: SignIn, stack: LocalStack) -> None:
    page = sign_in("agent")
    page.context.clear_cookies()

    answer = page.goto("/orders")

    assert answer is not None
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_cart_appears_on_the_open_dashboard_without_a_reload(sign_in: SignIn, shop: Shop) -> None:
    page = sign_in("agent")
    page.evaluate("window.sameDocument = true")
    is_live(page)

    order = a_placed_order(shop, "Arriving Live")

    news = page.locator("#news a")
    expect(news).to_have_text("1 new order – show")
    card = page.locator(f"[data-order='{order.order_id}']")
    expect(card).to_have_count(0)
    news.click()
    expect(card).to_contain_text("Arriving Live")
    expect(card).to_contain_text("Placed")
    assert page.evaluate("window.sameDocument") is True


def test_an_open_card_follows_its_order(sign_in: SignIn, shop: Shop) -> None:
    order = a_placed_order(shop, "Followed")
    page = sign_in("agent")
    card = page.locator(f"[data-order='{order.order_id}']")
    expect(card).to_contain_text("Placed")
    is_live(page)

    shop.move(order, Stage.ON_HOLD, reason="Call first")

    expect(card).to_contain_text("On Hold")


def test_staff_move_an_order_by_the_buttons_that_it_offers(sign_in: SignIn, shop: Shop) -> None:
    order = a_placed_order(shop, "Moved By Hand")
    page = sign_in("manager")
    page.goto(f"/orders/{order.order_id}")

    expect(page.get_by_role("button", name="Confirm", exact=True)).to_be_disabled()
    expect(page.locator("#why-confirmed")).to_contain_text("address")
    page.locator("details[data-to=on_hold] > summary").click()
    page.locator("#reason-on_hold").fill("Call first")
    page.locator("details[data-to=on_hold] .go").click()

    expect(page.locator("#content")).to_contain_text("On Hold")
    expect(page.locator("#content")).to_contain_text("Call first")
    assert shop.wait_for_stage(order, Stage.ON_HOLD).hold is not None


def test_whoever_loses_a_race_is_told_who_won_and_what_is_possible_now(
    sign_in: SignIn, shop: Shop
) -> None:
    order = a_placed_order(shop, "Raced For")
    slow = sign_in("agent")
    slow.route("**/live-ticket", lambda route: route.abort())
    slow.goto(f"/orders/{order.order_id}")
    slow.locator("details[data-to=rejected] > summary").click()
    slow.locator("#reason-code-rejected").select_option("out_of_stock")
    slow.locator("#reason-rejected").fill("Sold out since this morning")
    shop.move(order, Stage.ON_HOLD, reason="Call first")

    slow.locator("details[data-to=rejected] .go").click()

    told = slow.locator("#outcome")
    expect(told).to_contain_text("was faster: this order was not moved to Rejected")
    expect(told).to_contain_text("End to end")
    expect(told).to_contain_text("from Placed to On Hold")
    expect(slow.locator("#reason-rejected")).to_have_value("Sold out since this morning")
    expect(slow.locator("#reason-code-rejected")).to_have_value("out_of_stock")
    expect(slow.locator("details[data-to=placed], form[data-to=placed]").first).to_be_visible()
    assert shop.reload(order).stage is Stage.ON_HOLD


def test_a_viewer_sees_everything_and_no_button(sign_in: SignIn, shop: Shop) -> None:
    order = a_placed_order(shop, "Only Looked At")
    page = sign_in("viewer")
    page.goto(f"/orders/{order.order_id}")

    expect(page.locator("#content")).to_contain_text("Only Looked At")
    expect(page.locator("#actions .go")).to_have_count(0)


def test_the_pages_work_without_javascript(sign_in: SignIn, shop: Shop) -> None:
    order = a_placed_order(shop, "No Script")
    signed_in = sign_in("agent")
    browser = signed_in.context.browser
    assert browser is not None
    plain = browser.new_context(
        java_script_enabled=False,
        base_url=shop.stack.url,
        storage_state=signed_in.context.storage_state(),
    )
    page = plain.new_page()
    page.goto(f"/orders/{order.order_id}")
    page.locator("details[data-to=cancelled] > summary").click()
    page.locator("#reason-cancelled").fill("Asked on the phone")
    page.locator("details[data-to=cancelled] .go").click()

    expect(page.locator("#content")).to_contain_text("Cancelled")
    plain.close()
    assert shop.reload(order).stage is Stage.CANCELLED


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_its_screen(sign_in: SignIn, shop: Shop, width: int) -> None:
    order = a_placed_order(shop, "A Customer With A Remarkably Long Name Who Never Shortens It")
    page = sign_in("agent")
    page.set_viewport_size({"width": width, "height": 800})

    for path in ("/orders", "/orders?as=table", f"/orders/{order.order_id}"):
        page.goto(path)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, path


def test_a_long_conversation_scrolls_by_itself(sign_in: SignIn, shop: Shop) -> None:
    customer = shop.customer("Talkative")
    order = shop.order_of(shop.phone.cart(customer, {"SL-KAJU-250": 1}))
    for number in range(8):
        shop.phone.text(customer, f"One more thing, {number}\nand then\nanother one")
    page = sign_in("agent")
    page.set_viewport_size({"width": 360, "height": 800})

    def all_are_shown() -> bool:
        page.goto(f"/orders/{order.order_id}")
        return page.locator(".bubble.theirs").count() == 9

    wait_for(all_are_shown, "every message of the customer")
    below = page.evaluate(
        "document.documentElement.scrollHeight"
        " - document.querySelector('.shell').getBoundingClientRect().bottom - scrollY"
    )
    assert below <= 0


def test_what_a_customer_writes_is_shown_as_text(sign_in: SignIn, shop: Shop) -> None:
    hostile = '<img src=x onerror="window.owned = true">'
    cart = shop.phone.cart(shop.customer(hostile), {"SL-KAJU-250": 1}, note=hostile)
    order = shop.order_of(cart)
    page = sign_in("agent")

    page.goto(f"/orders/{order.order_id}")

    expect(page.locator("#content")).to_contain_text(hostile)
    assert page.evaluate("window.owned") is None
    assert page.locator("img[src=x]").count() == 0


def test_the_keyboard_reaches_an_order_and_its_moves(sign_in: SignIn, shop: Shop) -> None:
    order = a_placed_order(shop, "By Keyboard")
    page = sign_in("agent")
    page.locator(f"[data-order='{order.order_id}'] a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(order.order_id))

    page.locator("details[data-to=on_hold] > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#reason-code-on_hold")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Call first")
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_contain_text("On Hold")
