"""The page that asks for an address, as its visitor meets it."""

from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.people.address import Address
from orderdesk.domain.people.customer import save_address
from orderdesk.domain.shop.places import Place
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.language.words import LANGUAGES as SPOKEN
from pages.words import LANGUAGES
from tests.builders import (
    CASH,
    NOW,
    STORE,
    a_customer,
    a_ready_order,
    a_store,
    an_address,
    rupees,
)
from tests.pages.browser import HOME, Browser, inputs_of, value_of, words_on

KEPT = Address(
    name="Priya",
    phone_number="+91 98765 43210",
    postal_code="411001",
    house_number="14",
    address="MG Road",
    city="Pune",
    country="IN",
)


def test_a_filled_in_form_is_the_address_of_the_order(browser: Browser) -> None:
    sent = browser.send(browser.form())

    assert sent.status == 303
    assert browser.order.address == KEPT
    [event] = browser.counter.orders.history(STORE, browser.order.order_id, after=1)
    assert (event.type, event.by.via) == (EventType.ADDRESS_RECEIVED, "page")


def test_the_answer_is_shown_and_not_sent_again_by_loading_it(browser: Browser) -> None:
    onward = browser.send(browser.form()).headers["location"]
    path, _, query = onward.partition("?")

    shown = browser.get(path, **{query.removesuffix("=1"): "1"})

    assert "14, MG Road Pune 411001" in words_on(shown)
    assert "go back to WhatsApp" in words_on(shown)


def test_the_customer_hears_the_same_in_the_chat(browser: Browser) -> None:
    browser.send(browser.form())

    browser.counter.tell_news()

    assert browser.counter.bubbles[0].startswith("We deliver order #1001 to:\nPriya, 14, MG Road")


def test_an_address_may_be_all_that_was_missing(browser: Browser) -> None:
    browser.change(ledger=CASH)

    browser.send(browser.form())

    assert browser.order.stage is Stage.CONFIRMED


def test_whoever_comes_late_by_the_page_is_a_customer_again(browser: Browser) -> None:
    browser.change(stage=Stage.ABANDONED)

    browser.send(browser.form())

    assert browser.order.stage is Stage.PLACED
    assert browser.order.address == KEPT


def test_a_place_that_is_not_delivered_to_is_said_at_its_field(browser: Browser) -> None:
    browser.delivers_to(Place(prefix="411"))

    shown = browser.send(browser.form(), HOME | {"postal_code": "744101"})

    assert shown.status == 400
    assert 'id="postal_code-wrong">Sorry, we do not deliver to this PIN code.' in str(shown.body)
    assert 'aria-describedby="postal_code-wrong"' in inputs_of(shown)["postal_code"]
    assert value_of(shown, "address") == "MG Road"
    assert browser.order.address is None


def test_a_place_that_is_delivered_to_has_its_fee(browser: Browser) -> None:
    browser.delivers_to(Place(prefix="411", shipping_fee=rupees(60)))

    browser.send(browser.form())

    assert browser.order.shipping_fee == rupees(60)
    assert browser.order.total == rupees(1560)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"postal_code": "41100"}, "postal_code", "A PIN code has six digits, like 411001."),
        ({"phone_number": "12"}, "phone_number", "A phone number has ten digits."),
        ({"address": "", "house_number": ""}, "address", "Please give the house and street."),
        ({"postal_code": "", "city": ""}, "postal_code", "Please give the PIN code."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_on_top(
    browser: Browser, wrong: dict[str, str], field: str, words: str
) -> None:
    shown = browser.send(browser.form(), HOME | wrong)

    assert f'id="{field}-wrong">{words}' in str(shown.body)
    assert f'<a href="#{field}">{words}</a>' in str(shown.body)
    assert "autofocus" in inputs_of(shown)[field]


def test_who_has_only_a_username_has_to_give_a_number(browser: Browser) -> None:
    nameless = Contact(customer_id="customer1", name="Priya")
    browser.change(customer=nameless)
    browser.counter.change_customer(phone="", username="priya")

    shown = browser.send(browser.form(), HOME | {"phone_number": ""})

    assert "Please give a phone number for the courier." in words_on(shown)
    assert "required" in inputs_of(shown)["phone_number"]


def test_the_form_knows_who_it_is_and_helps_the_phone_to_fill_it(browser: Browser) -> None:
    shown = browser.get(browser.form())

    fields = inputs_of(shown)
    assert value_of(shown, "name") == "Priya"
    assert value_of(shown, "phone_number") == "+919876543210"
    assert 'type="tel"' in fields["phone_number"]
    assert 'inputmode="numeric"' in fields["postal_code"]
    assert all('autocomplete="' in each for each in fields.values())
    assert all(f'<label for="{name}">' in str(shown.body) for name in fields)


def test_what_was_given_before_is_in_the_form(browser: Browser) -> None:
    browser.change(address=an_address(text="14 MG Road\nPune 411001", postal_code="411001"))

    shown = browser.get(browser.form())

    assert value_of(shown, "postal_code") == "411001"


def test_a_saved_address_is_one_tap(browser: Browser) -> None:
    customer = save_address(a_customer(), an_address(), now=NOW)
    browser.counter.meet(customer)
    shown = browser.get(browser.form())
    assert "Your addresses" in words_on(shown)

    browser.send(browser.form(), {"saved": customer.addresses[0].address_id})

    assert browser.order.address == an_address()


def test_a_saved_address_that_is_gone_is_not_taken(browser: Browser) -> None:
    shown = browser.send(browser.form(), {"saved": "gone"})

    assert shown.status == 400
    assert browser.order.address is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": Stage.CANCELLED}, "This order is closed"),
        ({"stage": Stage.DELIVERED}, "This order is closed"),
        ({"stage": Stage.SHIPPED}, "Your order is on its way"),
        ({"fulfilment": Fulfilment.PICKUP}, "No address needed"),
    ],
)
def test_an_address_that_comes_too_late_is_not_asked_for(
    browser: Browser, fields: dict[str, Any], words: str
) -> None:
    browser.has(a_ready_order(Stage.PLACED))
    browser.change(**fields)

    assert words in words_on(browser.get(browser.form()))
    assert words in words_on(browser.send(browser.form()))
    assert browser.order.address == an_address()


def test_a_change_under_the_packers_hands_calls_a_person(browser: Browser) -> None:
    browser.has(a_ready_order(Stage.PROCESSED))

    browser.send(browser.form())

    assert browser.order.address == KEPT
    assert [each.reason for each in browser.order.attention] == ["address_changed"]


def test_an_expired_link_says_what_to_do(browser: Browser) -> None:
    path = browser.form(NOW + timedelta(hours=1))
    browser.now = NOW + timedelta(hours=2)

    shown = browser.get(path)

    assert shown.status == 410
    assert "This link has expired" in words_on(shown)
    assert "Asha's kurtas" in words_on(shown)
    assert browser.send(path).status == 410
    assert browser.order.address is None


@pytest.mark.parametrize("change", [lambda path: path[:-2] + "AA", lambda path: "/a/x"])
def test_a_link_that_is_not_ours_opens_nothing(browser: Browser, change: Any) -> None:
    shown = browser.get(change(browser.form()))

    assert shown.status == 404
    assert "This link does not work" in words_on(shown)


def test_the_link_of_an_order_page_opens_no_form(browser: Browser) -> None:
    token = browser.order_page().rpartition("/")[2]

    assert browser.get(f"/a/{token}").status == 404
    assert browser.send(f"/a/{token}").status == 404


def test_nothing_is_shown_of_who_was_erased(browser: Browser) -> None:
    path = browser.form()
    browser.counter.change_customer(erased_at=NOW)

    assert browser.get(path).status == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"headers": {"content-type": "application/json"}},
        {"headers": {}},
        {"body": b"\xff\xfe=1"},
        {"body": b"a=1&" * 50},
        {"body": b"name=" + b"x" * 20_000},
    ],
)
def test_what_is_no_form_is_answered_in_words(browser: Browser, fields: dict[str, Any]) -> None:
    shown = browser.send(browser.form(), **fields)

    assert shown.status == 400
    assert "We could not read the form" in words_on(shown)


def test_what_customers_write_is_text(browser: Browser) -> None:
    shown = browser.send(
        browser.form(), HOME | {"name": '"><script>alert(1)</script>', "postal_code": "1"}
    )

    assert "<script" not in str(shown.body)
    assert value_of(shown, "name") == '"><script>alert(1)</script>'


def test_pages_are_private_and_run_nothing(browser: Browser) -> None:
    for shown in (browser.get(browser.form()), browser.get("/a/x"), browser.get("/nowhere")):
        policy = shown.headers["content-security-policy"]
        assert "script" not in policy
        assert "'unsafe-inline'" not in policy
        assert "default-src 'none'" in policy
        assert shown.headers["referrer-policy"] == "no-referrer"
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["x-robots-tag"] == "noindex, nofollow"
        assert "src=" not in str(shown.body)


def test_a_page_is_one_small_response(browser: Browser) -> None:
    assert len(str(browser.get(browser.form()).body).encode()) < 16_000


@pytest.mark.parametrize(
    ("language", "title", "label"),
    [
        ("hi", "हम कहाँ डिलीवर करें?", "पिन कोड"),
        ("pt_BR", "Onde devemos entregar?", "Rua e bairro"),
        ("en", "Where should we deliver?", "PIN code"),
    ],
)
def test_the_form_speaks_the_customers_language(
    browser: Browser, language: str, title: str, label: str
) -> None:
    speech = Speech(languages=("en", "hi", "pt_BR"))
    browser.counter.stores.put(a_store(policy=Policy(speech=speech)))
    browser.counter.change_customer(language=language)

    shown = browser.get(browser.form())

    assert title in words_on(shown)
    assert f'lang="{language.replace("_", "-")}"' in str(shown.body)
    assert label in words_on(shown)


def test_all_languages_say_the_same_things() -> None:
    assert set(LANGUAGES) == set(SPOKEN)
    assert len({frozenset(texts) for texts in LANGUAGES.values()}) == 1
