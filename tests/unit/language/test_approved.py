"""Templates at Meta that stand for our texts: made of the same lines and the same values."""

import re
from dataclasses import replace
from typing import Any

import pytest

from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.language.approved import (
    TEMPLATED,
    definition,
    template_of,
    template_variables,
)
from orderdesk.usecases.language.spoken import Spoken
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.words import LANGUAGES, Words
from tests.builders import a_line, a_parcel, a_ready_order, a_store

PARCEL = a_parcel(tracking=Tracking(carrier="Blue Dart", number="BD 1"))


def words_with(language: str = "en", **templates: str) -> Words:
    store = a_store()
    speech = Speech(templates=templates)
    return Words(replace(store, policy=replace(store.policy, speech=speech)), language)


def sent(name: str, order: Order, language: str = "en", **own: str) -> dict[str, Any]:
    words = words_with(language, **{name: f"our_{name}"})
    body: Any = template_of(words, Spoken(name, {"type": "text"}, own), order)
    return dict(body["template"])


def filled(template: dict[str, Any]) -> dict[str, str]:
    [body] = template["components"]
    return {each["parameter_name"]: each["text"] for each in body["parameters"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATED)
def test_a_definition_is_one_that_meta_takes(name: str, language: str) -> None:
    made = definition(words_with(language), name, f"our_{name}")

    [body] = made["components"]
    text, told = body["text"], body.get("example", {}).get("body_text_named_params", [])
    used = re.findall(r"\{\{([a-z_]+)\}\}", text)
    assert text
    assert not text.startswith("{{")
    assert not text.endswith(("}}", ":"))
    assert set(used) == {each["param_name"] for each in told} == set(template_variables(name))
    assert all(each["example"] and "\n" not in each["example"] for each in told)
    assert len(text) <= 1024
    assert (made["language"], made["category"]) == (language, TEXTS[name].category.upper())
    # Meta wants more words than variables: error 2388293.
    assert len(text.split()) > 2 * len(used) + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATED)
def test_what_is_sent_fills_every_variable_of_the_definition(name: str, language: str) -> None:
    order = a_ready_order(parcels=(PARCEL,), pickup_code="4821")
    made = definition(words_with(language), name, "x")["components"][0]
    own = {each: f"<{each}>" for each in TEXTS[name].own}

    template = sent(name, order, language, **own)

    given = filled(template) if template_variables(name) else {}
    assert set(given) == set(re.findall(r"\{\{([a-z_]+)\}\}", made["text"]))
    assert template["language"] == {"code": language}


def test_values_are_those_of_the_text() -> None:
    order = a_ready_order(parcels=(PARCEL,))

    template = sent("shipped", order, carrier="Blue Dart", tracking_number="BD 1")

    assert template["name"] == "our_shipped"
    assert filled(template) == {
        "number": "#1001",
        "carrier": "Blue Dart",
        "tracking_number": "BD 1",
    }


def test_a_list_stands_on_one_line_and_nothing_is_left_empty() -> None:
    order = a_ready_order(lines=(a_line(), a_line("scarf", name="Silk scarf", quantity=1)))

    lines = filled(sent("lines_changed", order))["lines"]
    reason = filled(sent("cancelled", order, reason=""))["reason"]

    assert lines == "2 × Cotton kurta, M: ₹1,500.00, 1 × Silk scarf: ₹750.00"
    assert reason == "–"


def test_a_text_without_a_template_of_the_shop_has_none() -> None:
    spoken = Spoken("delivered", {"type": "text"})

    assert template_of(words_with(shipped="our_shipped"), spoken, a_ready_order()) is None
