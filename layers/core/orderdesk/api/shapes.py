"""What the OpenAPI document's schemas are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.domain.money.money import LARGEST
from orderdesk.domain.money.terms import LONGEST_LABEL
from orderdesk.domain.money.terms import WHOLE as WHOLE_POINTS
from orderdesk.domain.shop.policy import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
VERSION: Schema = WHOLE | {"minimum": 1}
REASON: Schema = TEXT | {"maxLength": 500}
CODE: Schema = TEXT | {"maxLength": 100}
CLOCK: Schema = TEXT | {"pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
SECONDS: Schema = WHOLE | {"minimum": 0, "maximum": int(LONGEST.total_seconds())}
AMOUNT: Schema = WHOLE | {"minimum": 0, "maximum": LARGEST}
BASIS_POINTS: Schema = WHOLE | {"minimum": 0, "maximum": WHOLE_POINTS}
LABEL: Schema = TEXT | {"minLength": 1, "maxLength": LONGEST_LABEL}


def objects(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def choice(values: type[StrEnum]) -> Schema:
    return choice_of([each.value for each in values])


def choice_of(words: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(words)}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def only(**properties: Schema) -> Schema:
    """Other fields are refused."""
    return objects(**properties) | {"additionalProperties": False}
