"""Making something usable of whatever stands where Meta documents a text, an object or a list."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import Any, Final

ID_LENGTH: Final = 256  # a wamid has less than 100; ids become keys in the table
# What no screen shows and no table key takes: controls but tab and newline, halves of surrogate
# pairs, noncharacters.
UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A list; one thing alone where a list belongs is a list of it."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def as_text(value: Any) -> str:
    """A text that can be shown and stored; numbers as they were written, anything else is empty."""
    if isinstance(value, str):
        return UNFIT.sub("\ufffd", value.replace("\r\n", "\n").replace("\x00", "")).strip()
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _digits(value)
    return ""


def as_id(value: Any) -> str:
    """An id fit for a key. A longer one than WhatsApp's ever are is replaced by its hash."""
    text = as_text(value).replace("\n", " ")
    if len(text) <= ID_LENGTH:
        return text
    return "sha256-" + hashlib.sha256(text.encode()).hexdigest()


def _digits(number: int | Decimal) -> str:
    """Ids and times were seen as numbers, also as 1.7e9."""
    if isinstance(number, int):
        return str(number)
    small = number.is_finite() and abs(number.adjusted()) < ID_LENGTH
    whole = small and number == number.to_integral_value()
    return f"{number:.0f}" if whole else str(number)
