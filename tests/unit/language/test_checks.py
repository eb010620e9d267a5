"""What a shop may set of its speech, and what it is told when it may not."""

from dataclasses import replace
from typing import Any

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.domain.shop.policy import Store
from orderdesk.domain.shop.speech import CannedReply, Speech
from orderdesk.usecases.language.checks import check_speech
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.words import LANGUAGES, default_text
from tests.builders import a_store


def a_speaking_store(**speech: Any) -> Store:
    store = a_store()
    return replace(store, policy=replace(store.policy, speech=Speech(**speech)))


def refused(**speech: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        check_speech(a_speaking_store(**speech))
    return caught.value


def test_our_own_texts_may_be_set() -> None:
    texts = {f"{each}.{name}": default_text(each, name) for each in LANGUAGES for name in TEXTS}

    check_speech(a_speaking_store(languages=LANGUAGES, texts=texts))


def test_an_unknown_variable_is_refused_with_those_that_there_are() -> None:
    error = refused(texts={"hi.confirmed": "आपका ऑर्डर {nummer}"})

    assert error.details["field"] == "speech.texts.hi.confirmed"
    assert "{nummer}" in error.message
    assert "{number}" in error.message
    assert "{closed}" in error.message
    assert "{pix_key}" not in error.message


@pytest.mark.parametrize("text", ["Order {number", "Order number}", "Order {}", "Order {Number}"])
def test_braces_stand_around_the_name_of_a_variable_and_nowhere_else(text: str) -> None:
    error = refused(texts={"en.confirmed": text})

    assert error.details["field"] == "speech.texts.en.confirmed"
    assert "{number}" in error.message


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused(text: str) -> None:
    assert "empty" in refused(texts={"en.confirmed": text}).message


@pytest.mark.parametrize(
    ("name", "limit"), [("confirmed", 1024), ("ask_payment", 264), ("transfer", 4096)]
)
def test_a_text_is_as_long_as_whatsapp_takes_it_with_its_variables(name: str, limit: int) -> None:
    check_speech(a_speaking_store(texts={f"en.{name}": "x" * limit}))
    error = refused(texts={f"en.{name}": "x" * (limit - 3) + "{number}"})

    assert f"{limit} fit" in error.message


@pytest.mark.parametrize("key", ["confirmed", "fr.confirmed", "en.nothing", ""])
def test_a_text_is_named_by_language_and_name(key: str) -> None:
    assert refused(texts={key: "Hello"}).details["field"] == f"speech.texts.{key}"


@pytest.mark.parametrize("name", ["ask_address", "order_status", "payment_link", "verify_cash"])
def test_what_a_customer_waits_for_cannot_be_muted(name: str) -> None:
    error = refused(muted=(name,))

    assert error.details["field"] == "speech.muted"
    assert "shipped" in error.message


def test_stages_can_be_muted() -> None:
    check_speech(a_speaking_store(muted=("confirmed", "delivered", "on_hold")))


@pytest.mark.parametrize(
    ("speech", "field"),
    [
        ({"languages": ("en", "fr")}, "speech.languages"),
        ({"languages": ("en", "en")}, "speech.languages"),
        ({"languages": ("hi",), "language": "en"}, "speech.language"),
        ({"muted": ("nothing",)}, "speech.muted"),
        ({"templates": {"nothing": "order_shipped"}}, "speech.templates"),
        ({"templates": {"ask_payment": "ask_payment"}}, "speech.templates.ask_payment"),
        ({"templates": {"shipped": "Order Shipped"}}, "speech.templates.shipped"),
        (
            {"canned": (CannedReply("Hi", "Hello {total}"), CannedReply("hi ", "x"))},
            "speech.canned",
        ),
        ({"canned": (CannedReply("Hi", "Hello {contents}"),)}, "speech.canned.0.text"),
        ({"canned": (CannedReply(" ", "Hello"),)}, "speech.canned.0.name"),
    ],
)
def test_what_cannot_be_set_is_named(speech: dict[str, Any], field: str) -> None:
    assert refused(**speech).details["field"] == field
