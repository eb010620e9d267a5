"""A form that comes back: what was typed is still in it, and what is wrong with it beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.errors import OrderdeskError

WRITTEN: Final = ("reason", "carrier", "number", "link", "until", "note")


@dataclass(frozen=True, slots=True)
class Given:
    """`form` names one form of the page: a move by its target stage, an edit as edits.py does.
    `field` is the one that the error is about, as errors name it.
    """

    form: str = ""
    fields: Mapping[str, str] = MappingProxyType({})
    error: str = ""
    field: str = ""

    def of(self, form: str) -> Given:
        """This, when it is of that form; else an untouched one."""
        return self if self.form == form else UNTOUCHED

    def text(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)

    @property
    def touched(self) -> bool:
        return bool(self.form)

    @property
    def typed(self) -> tuple[str, ...]:
        """What a person would have to write again."""
        return tuple(self.fields[name] for name in WRITTEN if self.fields.get(name))

    def is_wrong(self, field: str) -> bool:
        """Whether the error is about that field, or one of its parts."""
        return bool(self.error) and self.field.startswith(field)

    def refused(self, error: OrderdeskError) -> Given:
        """With what is wrong, as the error says it."""
        field = str(error.details.get("field", ""))
        return replace(self, error=error.message, field=field)


UNTOUCHED: Final = Given()
