"""The phone page: paying inside the chat, forms, templates, and what the panel changes."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.simulator.client import Simulator
from tests.simulator.bodies import (
    PIX,
    UPI_LINK,
    amount,
    flow,
    flow_json,
    order_details,
    order_status,
)
from tests.simulator.harness import ASHA, Application, Clock, Running

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, simulator: Running) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(f"{simulator.url}/?customer=asha")
    expect(page.get_by_role("heading", name="Saffron Lane", exact=True)).to_be_visible()
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def wide(browser: Browser, simulator: Running) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(f"{simulator.url}/?customer=asha")
    expect(page.get_by_role("heading", name="Saffron Lane", exact=True)).to_be_visible()
    yield page
    context.close()


def test_a_customer_reviews_an_order_fails_once_and_pays(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"to": ASHA} | order_details())

    page.get_by_role("button", name="Review and pay").click()
    details = page.get_by_role("dialog", name="Order details")
    expect(details).to_contain_text("Ladoo")
    expect(details.locator(".total")).to_contain_text("₹240")
    page.get_by_role("button", name="Continue · ₹240").click()
    page.get_by_role("button", name="Let it fail").click()
    expect(details).to_contain_text("The last payment failed")
    page.get_by_role("button", name="Continue · ₹240").click()
    page.get_by_text("Card", exact=True).click()
    page.get_by_role("button", name="Pay ₹240").click()
    expect(details.get_by_text("Paid", exact=True)).to_be_visible()

    phone.wait_until_idle()
    captured = [one for one in application.statuses if one["status"] == "captured"]
    assert captured[0]["payment"]["transaction"]["method"] == {"type": "card"}


def test_the_orders_page_follows_its_status(
    page: Page, simulator: Running, phone: Simulator
) -> None:
    simulator.send({"to": ASHA} | order_details())
    page.get_by_role("button", name="Review and pay").click()
    details = page.get_by_role("dialog", name="Order details")
    expect(details.get_by_text("Payment due")).to_be_visible()

    news = order_status("shipped", order={"status": "shipped", "description": "With Bluebird"})
    simulator.send({"to": ASHA} | news)

    expect(details.get_by_text("Shipped", exact=True)).to_be_visible()
    expect(details.get_by_text("With Bluebird")).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "way", "words"),
    [("upi", "by UPI", "shop@bank"), ("br", "Pay with Pix", "br.gov.bcb.pix")],
)
def test_what_is_paid_at_the_bank_is_shown_by_a_screenshot(
    page: Page,
    simulator: Running,
    phone: Simulator,
    application: Application,
    *,
    kind: str,
    way: str,
    words: str,
) -> None:
    settings = [UPI_LINK if kind == "upi" else PIX]
    currency = "INR" if kind == "upi" else "BRL"
    message = order_details(payment_type=kind, currency=currency, payment_settings=settings)
    simulator.send({"to": ASHA} | message)

    page.get_by_role("button", name="Review and pay").click()
    page.get_by_role("button", name=re.compile(way)).click()
    expect(page.get_by_text(words).last).to_be_visible()
    page.get_by_role("button", name=re.compile("in my bank’s app")).click()
    page.get_by_role("button", name="Send a screenshot").click()

    expect(page.get_by_text("Paid at your bank", exact=True).last).to_be_visible()
    phone.wait_until_idle()
    assert [one for one in application.statuses if one.get("type") == "payment"] == []
    assert application.messages[-1]["image"]["mime_type"] == "image/png"


def test_a_flow_is_drawn_from_its_json_and_sent(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    definition = flow_json()
    form = definition["screens"][0]["layout"]["children"][0]["children"]
    form[0] |= {"label": "${data.city}", "min-chars": 3}
    form[-1]["on-click-action"] = {"name": "complete", "payload": {"town": "${form.city}"}}
    phone.set_flow("123456789012345", definition)
    payload = {"screen": "ADDRESS", "data": {"city": "Which town?"}}
    simulator.send({"to": ASHA} | flow(flow_action_payload=payload))

    page.get_by_role("button", name="Give the address").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Which town? is needed.")).to_be_visible()
    page.get_by_label("Which town?").fill("Pu")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_text("At least 3 characters.")).to_be_visible()
    page.get_by_label("Which town?").fill("Pune")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    expect(page.get_by_role("article").filter(has_text="Form sent")).to_contain_text("Pune")
    phone.wait_until_idle()
    reply = json.loads(application.messages[-1]["interactive"]["nfm_reply"]["response_json"])
    assert reply == {"town": "Pune", "flow_token": "token-1"}


def test_a_flow_that_is_not_known_asks_for_a_plain_address(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"to": ASHA} | flow())

    page.get_by_role("button", name="Give the address").click()
    expect(page.get_by_label("Full name")).to_have_value("Asha Verma")
    for label, value in {
        "House or flat": "27",
        "Street and area": "12th Main",
        "City": "Bengaluru",
        "PIN code": "560038",
    }.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    expect(page.get_by_role("article").filter(has_text="Form sent")).to_be_visible()
    phone.wait_until_idle()
    reply = json.loads(application.messages[-1]["interactive"]["nfm_reply"]["response_json"])
    assert (reply["city"], reply["in_pin_code"]) == ("Bengaluru", "560038")


def test_a_templates_buttons_are_links_and_answers(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    words = {"type": "BODY", "text": "Your order is on its way"}
    link = {"type": "URL", "text": "Track it", "url": "https://shop.example/track"}
    reply = {"type": "QUICK_REPLY", "text": "Cancel it"}
    buttons = {"type": "BUTTONS", "buttons": [link, reply]}
    phone.set_template("shipped", language="en", components=[words, buttons])
    template = {"name": "shipped", "language": {"code": "en"}}
    simulator.send({"to": ASHA, "type": "template", "template": template})

    expect(page.get_by_role("button", name="Track it")).to_be_visible()
    page.get_by_role("button", name="Cancel it").click()

    expect(page.get_by_role("article").filter(has_text="Cancel it").last).to_be_visible()
    phone.wait_until_idle()
    assert application.messages[-1]["button"]["text"] == "Cancel it"


def test_a_customer_sends_the_screenshot_of_a_payment(
    page: Page, phone: Simulator, application: Application
) -> None:
    page.get_by_role("button", name="Share something").click()
    page.get_by_role("menuitem", name="Payment screenshot").click()
    page.get_by_label("Amount").fill("₹840")
    page.get_by_role("button", name="Send screenshot").click()

    expect(page.get_by_role("article").locator("img.picture")).to_be_visible()
    phone.wait_until_idle()
    assert application.messages[-1]["type"] == "image"


def test_the_panel_changes_what_a_phone_can_show(
    wide: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    wide.get_by_role("button", name="Customer", exact=True).click()
    wide.get_by_label("Opens Flows").click()
    expect(wide.get_by_label("Opens Flows")).not_to_be_checked()

    simulator.send({"to": ASHA} | flow())
    phone.wait_until_idle()

    assert phone.customer("asha")["cannot_show"] == ["flow"]
    assert application.statuses[0]["errors"][0]["code"] == 1026


def test_the_panel_changes_prices_and_settles_money(
    wide: Page, simulator: Running, phone: Simulator, clock: Clock
) -> None:
    simulator.send({"to": ASHA} | order_details())
    wide.get_by_role("button", name="Catalog", exact=True).click()
    price = wide.get_by_label("Price of Kaju katli, 250 g in INR")
    price.fill("450")
    price.press("Tab")
    expect(wide.get_by_label("Price of Kaju katli, 250 g in INR")).to_have_value("450.00")

    wide.get_by_role("button", name="Money", exact=True).click()
    wide.get_by_role("button", name="Pending", exact=True).click()
    wide.get_by_role("button", name="Capture", exact=True).click()

    expect(wide.get_by_text("captured", exact=True)).to_be_visible()
    assert phone.whatsapp_orders()[0]["payment"] == "captured"
    assert phone.whatsapp_orders()[0]["transactions"][0]["amount"] == amount(24000)
    assert {one["retailer_id"]: one["price"] for one in phone.products()}["SL-KAJU-250"] == 45000


def test_the_panel_lets_meta_be_down_for_a_while(wide: Page, simulator: Running) -> None:
    wide.get_by_role("button", name="Trouble", exact=True).click()
    wide.get_by_role("button", name="Begin", exact=True).click()
    expect(wide.get_by_text(re.compile("Down for"))).to_be_visible()

    assert simulator.send({"to": ASHA, "type": "text", "text": {"body": "Hello"}})[0] == 500
    wide.get_by_role("button", name="End it").click()
    expect(wide.get_by_role("button", name="Begin", exact=True)).to_be_visible()
    assert simulator.send({"to": ASHA, "type": "text", "text": {"body": "Hello"}})[0] == 200
