"""The phone page: what it is made of, and that a person can order with it."""

import re
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.simulator.client import Simulator
from dev.simulator.phone import STATIC
from tests.simulator.harness import ASHA, Application, Running


def test_the_page_and_all_its_parts_are_served(simulator: Running) -> None:
    with urllib.request.urlopen(simulator.url) as response:
        page, headers = response.read().decode(), response.headers
    parts = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    parts |= {f"/static/{path.name}" for path in STATIC.iterdir()}

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert not re.findall(r'(?:href|src)="(?:https?:)?//', page)
    for part in sorted(parts):
        with urllib.request.urlopen(simulator.url + part) as response:
            assert response.status == 200


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    scripts = "\n".join(path.read_text() for path in STATIC.glob("*.js"))
    used = set(re.findall(r'\b(?:icon|action|entry|iconButton)\("(\w+)"', scripts))

    assert used
    assert used <= drawn


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


@pytest.mark.browser
def test_a_customer_fills_a_cart_and_sends_it(
    page: Page, phone: Simulator, application: Application
) -> None:
    page.locator("#open-catalog").click()
    page.get_by_role("button", name="Add Kaju katli, 250 g to the cart").click()
    page.get_by_role("button", name="One Kaju katli, 250 g more").click()
    page.get_by_role("button", name=re.compile("View cart · 2 items")).click()
    page.get_by_label("Note to the shop").fill("No nuts, please")
    page.get_by_role("button", name="Send to shop").click()

    order = page.get_by_role("article").filter(has_text="2 items")
    expect(order).to_contain_text("₹840 estimated total")
    expect(order.locator("[data-status=delivered]")).to_be_visible()
    phone.wait_until_idle()
    [message] = application.messages
    assert message["order"]["text"] == "No nuts, please"
    assert message["order"]["product_items"][0]["quantity"] == 2


@pytest.mark.browser
def test_messages_arrive_without_a_reload_and_are_read(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    buttons = [
        {"type": "reply", "reply": {"id": f"pay:{n}", "title": title}}
        for n, title in enumerate(("Pay online", "Cash on delivery"))
    ]
    content = {"type": "button", "body": {"text": "*How* will you pay?"}}
    content |= {"action": {"buttons": buttons}}
    simulator.send({"to": ASHA, "type": "interactive", "interactive": content})

    expect(page.locator(".bubble strong", has_text="How")).to_be_visible()
    page.get_by_role("button", name="Cash on delivery").click()

    expect(page.get_by_role("article").filter(has_text="Cash on delivery").last).to_be_visible()
    phone.wait_until_idle()
    assert application.messages[-1]["interactive"]["button_reply"]["id"] == "pay:1"
    assert "read" in {status["status"] for status in application.statuses}


@pytest.mark.browser
def test_the_address_form_shows_what_is_wrong_before_it_sends(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    parameters = {"country": "IN", "validation_errors": {"in_pin_code": "We cannot find this."}}
    action = {"name": "address_message", "parameters": parameters}
    content = {"type": "address_message", "body": {"text": "Where?"}, "action": action}
    simulator.send({"to": ASHA, "type": "interactive", "interactive": content})

    page.get_by_role("button", name="Provide address").click()
    expect(page.get_by_text("We cannot find this.")).to_be_visible()
    page.get_by_label("PIN code").fill("12")
    page.get_by_role("button", name="Send address").click()
    expect(page.get_by_text("A PIN code has six digits.")).to_be_visible()
    expect(page.get_by_text("City is needed.")).to_be_visible()
    page.get_by_label("PIN code").fill("560038")
    page.get_by_label("City").fill("Bengaluru")
    page.get_by_label("Street and area").fill("12th Main")
    page.get_by_role("button", name="Send address").click()

    expect(page.get_by_role("article").filter(has_text="12th Main, Bengaluru")).to_be_visible()
    phone.wait_until_idle()
    assert application.messages[-1]["interactive"]["nfm_reply"]["name"] == "address_message"


@pytest.mark.browser
def test_a_payment_link_opens_inside_the_phone(
    page: Page, simulator: Running, phone: Simulator, application: Application
) -> None:
    headers = {"Authorization": "Basic a2V5X2xvY2FsOmtleS1zZWNyZXQ="}
    _, link = simulator.call(
        "POST", "/payments/v1/payment_links", {"amount": 84000, "currency": "INR"}, headers
    )
    parameters = {"display_text": "Pay ₹840", "url": link["short_url"]}
    action = {"name": "cta_url", "parameters": parameters}
    content = {"type": "cta_url", "body": {"text": "Please pay"}, "action": action}
    simulator.send({"to": ASHA, "type": "interactive", "interactive": content})

    page.get_by_role("button", name="Pay ₹840").click()
    checkout = page.frame_locator("iframe")
    checkout.get_by_role("button", name="Let it fail").click()
    expect(checkout.get_by_role("alert")).to_contain_text("did not go through")
    checkout.get_by_role("button", name="Pay ₹840.00").click()
    expect(checkout.get_by_role("heading", name="Payment successful")).to_be_visible()
    checkout.get_by_role("link", name="Back to the chat").click()

    expect(page.locator("iframe")).to_have_count(0)
    phone.wait_until_idle()
    assert [event["event"] for event in application.payment_events] == [
        "payment.failed",
        "payment_link.paid",
    ]
