"""What a shop may set of its speech, checked when it is set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.usecases.language.approved import TEMPLATED
from orderdesk.usecases.language.fill import VARIABLE, fill, variables_of
from orderdesk.usecases.language.samples import sample_of
from orderdesk.usecases.language.texts import MAY_MUTE, TEXTS
from orderdesk.usecases.language.variables import OF_ORDER, OF_SHOP
from orderdesk.usecases.language.words import LANGUAGES, Words, allowed_variables
from orderdesk.usecases.messages.bodies import TEXT_MAX

if TYPE_CHECKING:
    from orderdesk.domain.shop.policy import Store
    from orderdesk.domain.shop.speech import Speech

# https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
TEMPLATE_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
NAME_MAX: Final = 60
SEPARATOR: Final = "."
# A change is kept with what there was before, in one item: of 400 kB, and Hindi takes three each.
ALL_TEXTS_MAX: Final = 50_000


def check_speech(store: Store) -> None:
    """Raises Invalid, naming the field and what is allowed."""
    speech = store.policy.speech
    _check_languages(speech)
    if sum(len(each) for each in speech.texts.values()) > ALL_TEXTS_MAX:
        remedy = f"All texts together have at most {ALL_TEXTS_MAX} characters."
        raise Invalid(remedy, field="speech.texts")
    for key, text in speech.texts.items():
        language, name = _place_of(key)
        check_text(text, name, Words(store, language), field=f"speech.texts.{key}")
    for name in speech.muted:
        _check_name(name, "speech.muted")
        if name not in MAY_MUTE:
            known = ", ".join(sorted(MAY_MUTE))
            remedy = f"{name} cannot be muted: a customer waits for it. These can: {known}."
            raise Invalid(remedy, field="speech.muted")
    for name, template in speech.templates.items():
        _check_name(name, "speech.templates")
        if name not in TEMPLATED:
            remedy = f"{name} is only said to who has just written. Templates stand for: "
            raise Invalid(remedy + ", ".join(TEMPLATED), field=f"speech.templates.{name}")
        if not TEMPLATE_NAME.fullmatch(template):
            remedy = "A template's name has small letters, digits and underscores."
            raise Invalid(remedy, field=f"speech.templates.{name}")
    _check_canned(speech)


def check_text(text: str, name: str, words: Words, *, field: str) -> None:
    """One text of the shop's own in place of ours. Raises Invalid."""
    allowed = allowed_variables(name)
    _check_template(text, allowed, field)
    limit = TEXTS[name].limit
    length = len(fill(text, lambda each: sample_of(words, each)))
    if max(len(text) - _brackets(text), length) > limit:
        raise Invalid(
            f"It has {length} characters with its variables filled in, and {limit} fit.",
            field=field,
        )


def _check_languages(speech: Speech) -> None:
    ours = ", ".join(LANGUAGES)
    for each in speech.languages:
        if each not in LANGUAGES:
            raise Invalid(f"We do not speak {each!r}: choose of {ours}.", field="speech.languages")
    if len(set(speech.languages)) != len(speech.languages) or not speech.languages:
        raise Invalid("Name at least one language, each once.", field="speech.languages")
    if speech.language not in speech.languages:
        spoken = ", ".join(speech.languages)
        raise Invalid(f"Choose one of the shop's languages: {spoken}.", field="speech.language")


def _place_of(key: str) -> tuple[str, str]:
    language, _, name = key.partition(SEPARATOR)
    field = f"speech.texts.{key}"
    if language not in LANGUAGES:
        ours = ", ".join(LANGUAGES)
        raise Invalid(f"Name a text like hi.confirmed; languages are {ours}.", field=field)
    _check_name(name, field)
    return language, name


def _check_name(name: str, field: str) -> None:
    if name not in TEXTS:
        raise Invalid(f"There is no text {name!r}: choose of {', '.join(TEXTS)}.", field=field)


def _check_template(text: str, allowed: frozenset[str], field: str) -> None:
    if not text.strip():
        raise Invalid("It is empty: write something, or take it out to use ours.", field=field)
    told = ", ".join(f"{{{each}}}" for each in sorted(allowed))
    for each in variables_of(text):
        if each not in allowed:
            remedy = f"There is no variable {{{each}}} here: choose of {told}."
            raise Invalid(remedy, field=field)
    left = VARIABLE.sub("", text)
    if "{" in left or "}" in left:
        remedy = f"Braces stand around the name of a variable, like {{number}}. There are {told}."
        raise Invalid(remedy, field=field)


def _brackets(text: str) -> int:
    """Characters that are not said: the variables."""
    return sum(len(each[0]) for each in VARIABLE.finditer(text))


def _check_canned(speech: Speech) -> None:
    names = [each.name.strip().casefold() for each in speech.canned]
    if len(set(names)) != len(names):
        raise Invalid("Each canned reply has a name of its own.", field="speech.canned")
    allowed = frozenset((*OF_SHOP, *OF_ORDER))
    for place, each in enumerate(speech.canned):
        field = f"speech.canned.{place}"
        if not 0 < len(each.name.strip()) <= NAME_MAX:
            raise Invalid(f"A name has 1 to {NAME_MAX} characters.", field=f"{field}.name")
        _check_template(each.text, allowed, f"{field}.text")
        if len(each.text) > TEXT_MAX:
            raise Invalid(f"At most {TEXT_MAX} characters.", field=f"{field}.text")
