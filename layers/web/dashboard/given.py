"""A form that comes back: what was typed is still in it, and what is wrong with it beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN: Final = frozenset({"csrf", "version", "to", "do", "item"})


@dataclass(frozen=True, slots=True)
class Given:
    """`form` names one form of the page: a move by its target stage, an edit as edits.py does."""

    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    def of(self, form: str) -> Given:
        """This, when it is of that form; else an untouched one."""
        return self if self.form == form else UNTOUCHED

    def text(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)

    @property
    def touched(self) -> bool:
        return bool(self.form)

    @property
    def typed(self) -> bool:
        """Whether there is something in it that a person would have to write again."""
        return any(value for name, value in self.fields.items() if name not in HIDDEN)


UNTOUCHED: Final = Given()
