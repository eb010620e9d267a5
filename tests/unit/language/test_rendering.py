"""Every text, in every language, of orders of all kinds."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.terms import Discount, Shipping, Tax, Terms
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Tracking
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.language.events import owed_back, stage_of, still_due
from orderdesk.usecases.language.fill import fill, variables_of
from orderdesk.usecases.language.samples import sample_of, sample_order
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.words import LANGUAGES, Words, default_text
from tests.builders import NOW, a_line, a_parcel, a_store, an_address, an_order

# What needs a courier's number is said of a courier's parcel only.
OF_A_COURIER = {name for name in TEXTS if "carrier" in variables_of(default_text("en", name))}

# What asks for money is said while there is some to ask for.
OF_A_DEBT = {"payment_link", "cash_chosen", "cash_chosen_for_pickup"}
MAY_BE_EMPTY = {"closed", "days", "instructions", "money_back", "new_total", "or_cash", "payee"} | {
    "pix_key",
    "reason",
    "still_due",
    "upi_id",
}

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=90)
amounts = st.integers(0, 10**9)
lines = st.builds(
    a_line,
    retailer_id=st.uuids().map(str),
    name=names,
    quantity=st.integers(1, 10_000),
    price=amounts.map(lambda minor: Money(minor, "INR")),
)
terms = st.builds(
    Terms,
    shipping=st.builds(Shipping, fee=st.integers(0, 10**6)),
    tax=st.builds(Tax, rate=st.integers(0, 3000), included=st.booleans(), label=st.just("GST")),
    discounts=st.lists(
        st.builds(Discount, label=st.just("Diwali " * 8), percent=st.integers(1, 9000)), max_size=1
    ).map(tuple),
)
trackings = st.one_of(
    st.just(Tracking(own_delivery=True)),
    st.builds(
        Tracking, carrier=names.filter(str.strip), number=st.text("AB01", min_size=1, max_size=90)
    ),
)
parcels = st.builds(
    a_parcel,
    goods=st.lists(
        st.builds(Goods, retailer_id=st.uuids().map(str), quantity=st.integers(1, 99)),
        min_size=1,
        max_size=30,
    ).map(tuple),
    tracking=trackings,
)


def a_ledger(method: PaymentMethod | None, paid: int) -> Ledger:
    entry = Entry(
        id="pay_1",
        kind=EntryKind.CAPTURED,
        amount=Money(paid, "INR"),
        at=NOW,
        method=method or PaymentMethod.ONLINE,
    )
    return Ledger(currency="INR", method=method, entries=(entry,) if paid else ())


orders = st.builds(
    an_order,
    stage=st.sampled_from(Stage),
    lines=st.lists(lines, min_size=1, max_size=40).map(tuple),
    customer=st.builds(Contact, customer_id=st.just("customer1"), name=names | st.just("")),
    ledger=st.builds(
        a_ledger,
        st.sampled_from([None, *PaymentMethod]),
        st.just(0) | st.integers(1, 10**9),
    ),
    terms=terms,
    address=st.none() | st.builds(an_address, name=names, address=names, text=names | st.just("")),
    fulfilment=st.sampled_from(Fulfilment),
    parcels=st.lists(parcels, max_size=2).map(tuple),
    pickup_code=st.sampled_from(["", "4821"]),
)


@pytest.mark.parametrize("language", LANGUAGES)
@given(order=orders, short=st.booleans())
@settings(deadline=timedelta(seconds=2), max_examples=30)
def test_a_text_of_any_order_is_whole_and_fits(language: str, order: Order, short: bool) -> None:
    words = Words(a_store(name="Asha's  kurtas " * 8), language)
    for name, text in TEXTS.items():
        if name in OF_A_COURIER and not _has_courier(order):
            continue
        if name in OF_A_DEBT and order.amount_due.minor <= 0:
            continue
        given = set(text.own) - (MAY_BE_EMPTY if short else set())
        own = {each: sample_of(words, each, order) for each in given}

        said = words.text(name, order, **own)

        assert 0 < len(said) <= text.limit
        assert_nothing_dangles(said)


def _has_courier(order: Order) -> bool:
    tracking = order.tracking
    return tracking is not None and not tracking.own_delivery and bool(tracking.carrier.split())


def assert_nothing_dangles(said: str) -> None:
    rows = said.split("\n")
    assert said == said.strip()
    assert not any(before == after == "" for before, after in pairwise(rows))
    assert all(row == row.strip() for row in rows)
    assert "  " not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_with_all_its_variables_leaves_none_of_them_open(name: str, language: str) -> None:
    words, order = Words(a_store(), language), sample_order(a_store())
    own = {each: sample_of(words, each) for each in TEXTS[name].own}

    said = words.text(name, order, **own)

    assert "{" not in said
    assert all(value in said for value in own.values() if "\n" not in value)
    # A label whose value is missing would stand at the end of its line.
    last = [row for row in said.split("\n") if row.endswith(":")]
    assert last == [] or said.split("\n")[-1] not in last


@pytest.mark.parametrize(
    ("language", "stage", "fulfilment"), list(product(LANGUAGES, Stage, Fulfilment))
)
def test_where_an_order_is_can_be_told_of_every_order(
    language: str, stage: Stage, fulfilment: Fulfilment
) -> None:
    words, order = Words(a_store(), language), an_order(stage, fulfilment=fulfilment)

    own = {"stage": stage_of(words, order), "still_due": still_due(words, order)}
    said = words.text("order_status", order, **own)

    assert own["stage"] in said
    assert owed_back(words, order) == "" or stage in {
        Stage.CANCELLED,
        Stage.REJECTED,
        Stage.RETURNED,
    }


def a_speaking_store(**speech: Any) -> Any:
    store = a_store()
    return replace(store, policy=replace(store.policy, speech=Speech(**speech)))


def test_a_shop_says_it_in_its_own_words_and_only_in_that_language() -> None:
    store = a_speaking_store(
        texts={"hi.confirmed": "{first_name} जी, ऑर्डर {number} पक्का।\n{closed}"}
    )
    order = an_order()

    assert Words(store, "hi").text("confirmed", order) == "Priya जी, ऑर्डर #1001 पक्का।"
    assert Words(store).text("confirmed", order).startswith("Your order #1001 is confirmed.")


def test_an_own_text_with_a_variable_that_is_no_more_gives_way_to_ours() -> None:
    store = a_speaking_store(texts={"en.confirmed": "Order {nummer}"})

    assert Words(store).text("confirmed", an_order()).startswith("Your order #1001")


def test_a_muted_text_is_not_said_and_one_that_cannot_be_is() -> None:
    words = Words(a_speaking_store(muted=("delivered", "ask_payment")))

    assert words.optional("delivered", an_order()) == ""
    assert words.optional("ask_payment", an_order()) == "How would you like to pay?"


def test_people_cannot_write_a_template_into_a_message() -> None:
    order = an_order(
        customer=Contact(customer_id="c", name="{total} {x}"),
        lines=(a_line(name="{number}\n\nPay"),),
    )

    said = Words(a_store()).text("order_received", order)

    assert said.startswith("Thank you, {total}! We have your order, #1001:\n2 × {number} Pay: ₹")


def test_a_long_cart_keeps_its_total_and_says_how_many_more_there_are() -> None:
    order = an_order(lines=tuple(a_line(f"sku-{n}", name="A long name " * 5) for n in range(40)))

    said = Words(a_store()).text("order_received", order)

    assert re.search(r"… and \d+ more\nTotal: ₹60,000\.00$", said)


def test_what_is_charged_beside_the_goods_stands_line_by_line() -> None:
    order = an_order(
        terms=Terms(
            shipping=Shipping(fee=5000),
            tax=Tax(rate=500, included=False, label="GST"),
            discounts=(Discount(label="Diwali", percent=1000),),
        )
    )

    said = Words(a_store()).text("order_received", order)

    assert said.split("\n")[2:] == [
        "Diwali: −₹150.00",
        "Shipping: ₹50.00",
        "GST: ₹70.00",
        "Total: ₹1,470.00",
    ]


def test_a_variable_can_be_asked_for_by_itself() -> None:
    words, order = Words(a_store(), "hi"), an_order()

    assert words.value("total", order) == "₹1,500.00"
    assert words.value("greeting", order) == "धन्यवाद, Priya!"
    assert words.value("total", order, total="own") == "own"
    assert (words.value("total"), words.value("nothing", order)) == ("", "")


def test_filling_never_needs_more_than_it_is_given() -> None:
    assert fill("{a}{b} {c}!", lambda name: "") == ""
