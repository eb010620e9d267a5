"""Every language says everything, within what WhatsApp shows."""

from importlib import import_module
from typing import Any

import pytest

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import AFTER_HOURS, REASONS
from orderdesk.usecases.language.fill import variables_of
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.variables import DESCRIPTIONS, OF_ORDER, OF_SHOP, OWN
from orderdesk.usecases.language.words import (
    LANGUAGES,
    MODULES,
    Words,
    allowed_variables,
    default_text,
    name_of,
)
from orderdesk.usecases.messages.bodies import ROW_MAX, TITLE_MAX
from tests.builders import a_store

ENGLISH = import_module("orderdesk.usecases.language.en_parts")


def parts_of(language: str) -> Any:
    return import_module(f"orderdesk.usecases.language.{MODULES[language]}_parts")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_part_button_and_stage(language: str) -> None:
    texts = import_module(f"orderdesk.usecases.language.{MODULES[language]}_texts").TEXTS
    parts = parts_of(language)

    assert set(texts) == set(TEXTS)
    assert set(parts.PARTS) == set(ENGLISH.PARTS)
    assert set(parts.BUTTONS) == set(ENGLISH.BUTTONS)
    assert set(parts.STAGES) == set(ENGLISH.STAGES) >= set(Stage)
    assert (len(parts.WEEKDAYS), len(parts.MONTHS)) == (7, 12)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_the_variables_that_it_is_given_and_the_same_in_every_language(
    name: str, language: str
) -> None:
    used = set(variables_of(default_text(language, name)))

    assert used == set(variables_of(default_text("en", name)))
    assert used <= allowed_variables(name)
    assert set(TEXTS[name].own) <= used


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_have_the_same_variables_in_every_language(language: str) -> None:
    parts = parts_of(language).PARTS

    for name, part in ENGLISH.PARTS.items():
        ours, theirs = set(variables_of(part)), set(variables_of(parts[name]))
        assert theirs == ours, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_buttons_and_labels_fit_where_whatsapp_shows_them(language: str) -> None:
    parts = parts_of(language)
    labels = [each for name, each in parts.PARTS.items() if name.startswith("label_")]

    assert [each for each in (*parts.BUTTONS.values(), *labels) if len(each) > TITLE_MAX] == []
    assert len(parts.PARTS["form_save"]) <= TITLE_MAX
    assert len(name_of(language)) <= min(TITLE_MAX, ROW_MAX)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_our_reasons_are_translated(language: str) -> None:
    told = (Stage.REJECTED, Stage.CANCELLED, Stage.RETURNED)
    codes = {each.code for stage in told for each in REASONS[stage]}

    assert codes - {AFTER_HOURS} <= set(parts_of(language).REASONS)


def test_every_way_to_pay_and_to_get_the_goods_has_its_words() -> None:
    assert {each.value for each in PaymentMethod} <= set(ENGLISH.BUTTONS)
    assert {f"next_{each}" for each in Fulfilment} <= set(ENGLISH.PARTS)


def test_every_button_of_a_text_has_a_title() -> None:
    assert {button for text in TEXTS.values() for button in text.buttons} <= set(ENGLISH.BUTTONS)


def test_every_variable_is_described() -> None:
    assert set(DESCRIPTIONS) == {*OF_ORDER, *OF_SHOP}
    assert {name for text in TEXTS.values() for name in text.own} == set(OWN)


def test_a_language_that_we_do_not_speak_is_english() -> None:
    assert Words(a_store(), "fr").text("ask_payment") == "How would you like to pay?"
