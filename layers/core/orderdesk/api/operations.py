"""What the operations of the OpenAPI document are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.api.shapes import TEXT, WHOLE, ref

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema

ORDER: Final = "/api/orders/{order_id}"
WRITE_FAILURES: Final = ("400", "401", "403", "404", "409")
CONFLICT: Final = (
    "409 tells who was faster (`stale`), what is allowed instead (`not_allowed`) or what would "
    "make it possible (`blocked`)."
)


def change(operation: str, summary: str, body: str, *parts: str) -> Schema:
    key = {"name": "Idempotency-Key", "in": "header", "schema": TEXT | {"maxLength": 200}}
    return {
        "operationId": operation,
        "summary": summary,
        "description": CONFLICT,
        "parameters": [*(part(name) for name in ("order_id", *parts)), key],
        "requestBody": {"required": True, "content": content(body)},
        "responses": responses("The order as it is now", "OrderWithMoves", *WRITE_FAILURES),
    }


def page_parameters() -> list[Schema]:
    return [
        query("limit", WHOLE | {"minimum": 1, "maximum": 100, "default": 25}),
        query("cursor", TEXT | {"maxLength": 2000}),
    ]


def query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def part(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def content(name: str) -> Schema:
    return {"application/json": {"schema": ref(name)}}


def response(description: str, name: str) -> Schema:
    return {"description": description, "content": content(name)}


def responses(description: str, name: str, *failures: str) -> Schema:
    found = {"200": response(description, name)}
    return found | {code: {"$ref": "#/components/responses/error"} for code in failures}
