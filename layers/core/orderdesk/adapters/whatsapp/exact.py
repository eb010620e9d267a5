"""JSON whose numbers stay what was written: no price ever passes through a float.

Plain ASCII comes out, whatever went in, so that a queue takes it as it is: half a surrogate pair
and U+0000, which customers' texts do hold, stay escapes.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS_OF_INT: Final = 4000  # Python refuses to read longer ones, to be safe from slow arithmetic


def loads(text: str | bytes) -> Any:
    """Numbers become int and Decimal; NaN and Infinity, which JSON does not know, their names.

    A name that an object holds twice: lists are joined, so that nothing is lost; else the last
    one counts. Raises ValueError for what is not JSON, RecursionError for too deep a nesting.
    """
    return json.loads(
        text,
        parse_int=_integer,
        parse_float=_decimal,
        parse_constant=str,
        object_pairs_hook=_object,
    )


def dumps(value: Any) -> str:
    """The same numbers, digit for digit. Raises RecursionError for too deep a nesting."""
    if isinstance(value, dict):
        return "{" + ",".join([f"{json.dumps(key)}:{dumps(value[key])}" for key in value]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([dumps(each) for each in value]) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _integer(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= DIGITS_OF_INT else Decimal(literal)


def _decimal(literal: str) -> Decimal | str:
    try:
        return Decimal(literal)
    except InvalidOperation:  # an exponent beyond all measure
        return literal


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    merged: dict[str, Any] = {}
    for name, value in pairs:
        before = merged.get(name)
        if isinstance(before, list) and isinstance(value, list):
            merged[name] = [*before, *value]
        else:
            merged[name] = value
    return merged
