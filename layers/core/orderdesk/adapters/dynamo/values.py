"""Records to DynamoDB's typed attribute values and back.

boto3 has a serializer, but importing it loads boto3's resource layer, which nothing here needs; and
ours packs long texts, so that a message as large as WhatsApp sends still fits into an item.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

import base64
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.adapters.records import Record

type Item = dict[str, Any]

LONG_TEXT: Final = 16_384  # bytes; shorter texts stay readable in the console


def to_item(record: Mapping[str, Any]) -> Item:
    """Without the fields that are None: an index key must be a text or not be there."""
    return {name: to_value(value) for name, value in record.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Record:
    """Also reads the items of a stream record, whose bytes are base64 text."""
    return {name: _from_value(value) for name, value in item.items()}


def to_value(value: object) -> dict[str, Any]:
    """TypeError for a float, which is never exact, and for anything else that JSON has not."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case str():
            return _text(value)
        case list() | tuple():
            return {"L": [to_value(each) for each in value]}
        case dict():
            return {"M": {str(name): to_value(each) for name, each in value.items()}}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be kept in the table")


def _text(text: str) -> dict[str, Any]:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark."""
    data = text.encode(errors="replace")
    if len(data) > LONG_TEXT:
        return {"B": zlib.compress(data)}
    return {"S": data.decode()}


def _from_value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return int(content) if content.lstrip("-").isdigit() else Decimal(content)
        case "NULL":
            return None
        case "L":
            return [_from_value(each) for each in content]
        case "M":
            return from_item(content)
        case "B":
            data = base64.b64decode(content) if isinstance(content, str) else bytes(content)
            return zlib.decompress(data).decode()
        case _:
            raise TypeError(f"an attribute of type {kind} is not ours")
