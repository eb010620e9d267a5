"""How a shop speaks to its customers: languages, own texts, what is not said, templates."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class CannedReply:
    """Words that staff send often; `text` may hold the variables of an order."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """`texts` replace ours, under `<language>.<name>`; `muted` are names of texts that are not
    sent; `templates` are the approved ones at Meta, by the name of the text that they stand for.
    """

    language: str = ENGLISH
    languages: tuple[str, ...] = (ENGLISH,)
    texts: Mapping[str, str] = MappingProxyType({})
    muted: tuple[str, ...] = ()
    templates: Mapping[str, str] = MappingProxyType({})
    canned: tuple[CannedReply, ...] = ()
