"""The customer's page of an order: how it stands, what it costs, what is left to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.terms import Discount, Shipping, Tax, Terms
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Fulfilment, Tracking
from tests.builders import (
    CASH,
    NOW,
    a_capture,
    a_parcel,
    a_ready_order,
    an_address,
    an_order,
    rupees,
)
from tests.pages.browser import Browser, words_on

LINK = "https://pay.example/plink_1"


def asked(order: Order, **fields: Any) -> Order:
    entry = Entry(
        id="plink_1",
        kind=EntryKind.REQUESTED,
        amount=order.total,
        at=NOW,
        method=PaymentMethod.ONLINE,
        link=LINK,
        provider="razorpay",
    )
    ledger = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    return replace(order, ledger=ledger.book(replace(entry, **fields)))


def seen(browser: Browser, order: Order) -> str:
    browser.has(order)
    return words_on(browser.get(browser.order_page()))


def test_it_shows_what_was_ordered_and_how_it_stands(browser: Browser) -> None:
    said = seen(browser, a_ready_order())

    assert "Asha's kurtas" in said
    assert "#1001" in said
    assert "Ordered on 24 November 2026" in said
    assert "It is confirmed, and we get to work." in said
    assert "Cotton kurta, M 2 ₹750.00 ₹1,500.00" in said
    assert "14, MG Road Pune 411001" in said


def test_all_that_makes_up_the_total_is_on_it(browser: Browser) -> None:
    terms = Terms(
        shipping=Shipping(fee=6000),
        tax=Tax(rate=500, included=False, label="GST 5 %"),
        discounts=(Discount(label="Diwali", amount=10000),),
    )

    said = seen(browser, a_ready_order(terms=terms))

    assert (
        "Subtotal ₹1,500.00 Diwali −₹100.00 Shipping ₹60.00 GST 5 % ₹73.00 Total ₹1,533.00"
        " To pay in cash ₹1,533.00" in said
    )


def test_a_tax_that_the_prices_hold_is_named_below_the_total(browser: Browser) -> None:
    terms = Terms(tax=Tax(rate=500, included=True, label="GST 5 %"))

    said = seen(browser, a_ready_order(terms=terms))

    assert "Total ₹1,500.00 GST 5 % included in the total ₹71.43" in said
    assert "Subtotal" not in said


def test_what_is_paid_and_given_back_is_on_it(browser: Browser) -> None:
    order = a_ready_order(Stage.DELIVERED)
    paid = order.ledger.book(a_capture(order))
    refund = a_capture(
        order, id="rfnd_1", kind=EntryKind.REFUNDED, amount=rupees(500), reference="pay_1"
    )

    assert "Paid ₹1,500.00" in seen(browser, replace(order, ledger=paid))
    said = seen(browser, replace(order, ledger=paid.book(refund)))
    assert "Paid ₹1,500.00 Refunded −₹500.00" in said
    assert "To pay" not in said


@pytest.mark.parametrize(
    ("order", "has_link"),
    [
        (asked(an_order(address=an_address())), True),
        (asked(an_order(), expires_at=NOW + timedelta(minutes=1)), True),
        (asked(an_order(), expires_at=NOW), False),
        (asked(an_order(Stage.CANCELLED)), False),
        (asked(an_order(), link="javascript:alert(1)"), False),
        (asked(an_order(), link=""), False),
        (an_order(ledger=CASH), False),
    ],
    ids=["open", "open for a minute", "expired", "cancelled", "no web link", "none", "cash"],
)
def test_there_is_a_way_to_pay_while_it_can_be_used(
    browser: Browser, order: Order, *, has_link: bool
) -> None:
    browser.has(order)

    body = str(browser.get(browser.order_page()).body)

    assert (f'id="pay" href="{LINK}"' in body) is has_link
    assert ('id="pay"' in body) is has_link


def test_a_part_that_is_paid_leaves_the_rest_to_pay(browser: Browser) -> None:
    order = asked(an_order(address=an_address()))
    part = replace(order, ledger=order.ledger.book(a_capture(order, amount=rupees(400))))

    assert "Paid ₹400.00 To pay ₹1,100.00" in seen(browser, part)


def test_a_missing_address_can_be_given_from_here(browser: Browser) -> None:
    body = str(browser.get(browser.order_page()).body)

    path = body.partition('id="give-address" href="https://shop.example')[2].partition('"')[0]
    assert "Where should we deliver?" in words_on(browser.get(path))


def test_no_address_is_asked_for_what_goes_nowhere(browser: Browser) -> None:
    browser.change(fulfilment=Fulfilment.PICKUP)

    assert "give-address" not in str(browser.get(browser.order_page()).body)


def test_parcels_can_be_followed(browser: Browser) -> None:
    track = Tracking(carrier="Delhivery", number="DL1", link="https://track.example/DL1")
    own = a_parcel()
    order = a_ready_order(Stage.SHIPPED, parcels=(a_parcel(tracking=track), own))
    browser.has(order)

    shown = browser.get(browser.order_page())

    assert "Delhivery · Tracking number: DL1 Track parcel" in words_on(shown)
    assert 'href="https://track.example/DL1"' in str(shown.body)
    assert "We bring it ourselves." in words_on(shown)


def test_the_pickup_code_is_shown_while_it_is_of_use(browser: Browser) -> None:
    fields: Any = {"fulfilment": Fulfilment.PICKUP, "pickup_code": "4711"}

    assert "4711" in seen(browser, a_ready_order(Stage.PROCESSED, **fields))
    assert "4711" not in seen(browser, a_ready_order(Stage.DELIVERED, **fields))


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_sentence(browser: Browser, stage: Stage) -> None:
    browser.has(a_ready_order(stage))

    shown = browser.get(browser.order_page())

    assert shown.status == 200
    [stands] = [each.partition("</p>")[0] for each in str(shown.body).split('id="stands">')[1:]]
    assert stands.endswith(".")
    assert stands[0].isupper()


def test_money_of_any_exponent_is_written_as_it_is(browser: Browser) -> None:
    line = replace(an_order().lines[0], price=Money(12_500, "JPY"), quantity=1)
    order = an_order(lines=(line,), ledger=Ledger(currency="JPY"))

    assert "Total ¥12,500" in seen(browser, order)


def test_the_link_of_a_form_opens_no_order(browser: Browser) -> None:
    token = browser.form().rpartition("/")[2]

    assert browser.get(f"/o/{token}").status == 404


def test_an_order_page_cannot_be_posted_to(browser: Browser) -> None:
    assert browser.send(browser.order_page()).status == 405
