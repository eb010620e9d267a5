"""The customers' pages on a phone without scripts, as the chat's link opens them, on the stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from orderdesk.adapters.dynamo.places import DynamoPlaces
from orderdesk.domain.people.address import AddressStatus
from orderdesk.domain.shop.places import ANYWHERE, Place
from tests.browser.conftest import PATIENCE_MS
from tests.shop import STORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.shop import Shop

pytestmark = pytest.mark.browser

BARFI = "SL-KAJU-250"
FAR = "744101"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small screen, a finger, and no scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def _islands_are_too_far(shop: Shop) -> Iterator[None]:
    places = DynamoPlaces(shop.stack.client("dynamodb"), shop.stack.outputs["TableName"])
    places.put(STORE, [Place(prefix=ANYWHERE), Place(prefix="744", deliverable=False)])
    yield
    places.delete(STORE, [ANYWHERE, "744"])


def link_in(message: dict[str, Any]) -> str:
    [url] = re.findall(r'"(https?://[^"]+/[ao]/[^"]+)"', str(message["content"]).replace("'", '"'))
    return str(url)


@pytest.mark.usefixtures("_islands_are_too_far")
def test_an_address_is_given_on_the_page_and_confirmed_in_the_chat(phone: Page, shop: Shop) -> None:
    customer = shop.customer("Far Away", cannot_show=["flow"], phone="447700900177")
    order = shop.order_of(shop.phone.cart(customer, {BARFI: 2}))
    phone.goto(link_in(shop.wait_for_text(customer, "/a/")))

    expect(phone.get_by_label("Name")).to_have_value("Far Away")
    phone.get_by_label("Flat or house number").fill("3")
    phone.get_by_label("Street and area").fill("Port Road")
    phone.get_by_label("City").fill("Port Blair")
    phone.get_by_label("PIN code").fill(FAR)
    phone.get_by_role("button", name="Deliver here").tap()

    pin = phone.get_by_label("PIN code")
    expect(pin).to_have_attribute("aria-invalid", "true")
    expect(pin).to_have_accessible_description("Sorry, we do not deliver to this PIN code.")
    expect(pin).to_be_focused()
    expect(phone.get_by_label("Street and area")).to_have_value("Port Road")
    assert shop.reload(order).address is None

    pin.fill("411001")
    phone.get_by_role("button", name="Deliver here").tap()

    expect(phone.locator("#kept")).to_contain_text("3, Port Road")
    assert shop.reload(order).address_status is AddressStatus.COMPLETE
    shop.wait_for_text(customer, "How would you like to pay?")


def test_nothing_is_wider_than_the_phone(phone: Page, shop: Shop) -> None:
    customer = shop.customer("Narrow", cannot_show=["flow"], phone="447700900178")
    shop.order_of(shop.phone.cart(customer, {BARFI: 1}))

    phone.goto(link_in(shop.wait_for_text(customer, "/a/")))

    widest = max(
        box["x"] + box["width"]
        for each in phone.locator("body *").all()
        if (box := each.bounding_box())
    )
    assert widest <= 360
