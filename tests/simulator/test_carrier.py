"""The carrier: scans in two shapes, each proven in its own way."""

import hashlib
import hmac
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.simulator.carrier import STATUSES
from dev.simulator.client import Refused, Simulator
from orderdesk.adapters.couriers.scans import parse
from orderdesk.adapters.couriers.signature import check
from tests.simulator.harness import COURIER_SECRET, Application, Running


def test_a_scan_is_told_in_our_shape_and_signed_over_its_bytes(
    phone: Simulator, application: Application
) -> None:
    delivery = phone.courier_scan("DL77001", "out_for_delivery", note="दरवाज़े पर")

    [received] = application.of("/courier")
    signature = hmac.new(COURIER_SECRET.encode(), received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-orderdesk-signature"] == f"sha256={signature}"
    assert received.json["tracking_number"] == "DL77001"
    assert received.json["note"] == "दरवाज़े पर"
    assert delivery["attempts"][0]["status"] == 200


def test_a_scan_in_shiprockets_shape_carries_the_token(
    phone: Simulator, application: Application
) -> None:
    phone.courier_scan("19041424751540", "returned", shape="shiprocket")

    [received] = application.of("/courier")
    assert received.headers["x-api-key"] == COURIER_SECRET
    assert "x-orderdesk-signature" not in received.headers
    assert received.json["shipment_status"] == "RTO DELIVERED"


@pytest.mark.parametrize("shape", ["scans", "shiprocket"])
@pytest.mark.parametrize("status", STATUSES)
def test_the_application_believes_and_understands_every_scan(
    phone: Simulator, application: Application, status: str, shape: str
) -> None:
    phone.courier_scan("DL 7700-1", status, shape=shape)

    [received] = application.of("/courier")
    check(received.body, received.headers, (COURIER_SECRET,))
    scan = parse(received.body)
    assert (scan.state, scan.tracking_number) == (status, "DL77001")
    assert scan.at is not None


@pytest.mark.parametrize("shape", ["scans", "shiprocket"])
def test_a_scan_with_a_wrong_secret_can_be_asked_for(
    phone: Simulator, application: Application, shape: str
) -> None:
    phone.switch(wrong_signature=True)

    phone.courier_scan("DL77001", "delivered", shape=shape)

    [received] = application.of("/courier")
    assert COURIER_SECRET not in str(received.headers)
    signature = hmac.new(COURIER_SECRET.encode(), received.body, hashlib.sha256).hexdigest()
    assert signature not in str(received.headers)


def test_a_scan_is_told_until_the_application_takes_it(
    phone: Simulator, application: Application
) -> None:
    application.answers = [503]

    first = phone.courier_scan("DL77001", "delivered")
    phone.wait_until_idle()

    [delivery] = phone.deliveries("scans")
    assert first["id"] == delivery["id"]
    assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 200]


def test_a_scan_needs_a_number_a_status_and_a_shape_that_there_is(phone: Simulator) -> None:
    with pytest.raises(Refused, match="shape is scans or shiprocket"):
        phone.courier_scan("DL77001", "delivered", shape="fax")
    with pytest.raises(Refused, match="unknown or missing: tracking_number"):
        phone._call("POST", "/control/scans", {"status": "delivered"})


@pytest.fixture
def page(browser: Browser, simulator: Running) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(simulator.url)
    yield page
    context.close()
    assert problems == []


@pytest.mark.browser
def test_a_parcel_is_scanned_on_the_page(
    page: Page, phone: Simulator, application: Application
) -> None:
    page.get_by_role("button", name="Parcels").click()
    page.get_by_label("Tracking number").fill("DL77001")
    page.get_by_label("What it finds").select_option("Back at the shop")
    page.get_by_role("button", name="Scan").click()

    expect(page.get_by_text("the app was told")).to_be_visible()
    [received] = application.of("/courier")
    assert (received.json["tracking_number"], received.json["status"]) == ("DL77001", "returned")
