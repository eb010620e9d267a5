"""How a shop speaks to its customers: languages, own texts, what is not said, templates."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store

ENGLISH: Final = "en"
# The script of a language that is the only one of ours with it, from its first letter to its last.
# https://www.unicode.org/charts/PDF/U0900.pdf
SCRIPTS: Final = {"hi": ("\u0900", "\u097f")}


@dataclass(frozen=True, slots=True)
class CannedReply:
    """Words that staff send often; `text` may hold the variables of an order."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """`texts` replace ours, under `<language>.<name>`; `muted` are names of texts that are not
    sent; `templates` are the approved ones at Meta, by the name of the text that they stand for.

    Languages are Meta's codes (`en`, `hi`, `pt_BR`). What a shop may set is checked when it is set
    (usecases/language/checks.py), so that older settings stay readable.
    """

    language: str = ENGLISH
    languages: tuple[str, ...] = (ENGLISH,)
    texts: Mapping[str, str] = MappingProxyType({})
    muted: tuple[str, ...] = ()
    templates: Mapping[str, str] = MappingProxyType({})
    canned: tuple[CannedReply, ...] = ()


def language_of(customer: Customer, store: Store) -> str:
    """What they chose or write in, if the shop speaks it; else the shop's own."""
    speech = store.policy.speech
    return customer.language if customer.language in speech.languages else speech.language


def language_written(text: str, speech: Speech) -> str:
    """The shop's language that a text is surely in, by its script; empty when that is not sure.

    Hindi in Latin letters looks like English, and so does Portuguese in a short message.
    """
    words = [each for each in text.split() if any(letter.isalpha() for letter in each)]
    for language, (first, last) in SCRIPTS.items():
        of_script = sum(any(first <= letter <= last for letter in word) for word in words)
        if language in speech.languages and 2 * of_script > len(words):
            return language
    return ""
