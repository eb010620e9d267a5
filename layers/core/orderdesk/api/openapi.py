"""The OpenAPI document, built from the same enumerations that the code obeys."""

from __future__ import annotations

from typing import Any

from orderdesk.domain.address import AddressStatus
from orderdesk.domain.event import EventType
from orderdesk.domain.ledger import EntryKind, PaymentStatus
from orderdesk.domain.lifecycle import MoveClass, Need, Stage
from orderdesk.usecases.ports import Sort

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}


def document() -> dict[str, Any]:
    """OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.0"""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orderdesk",
            "version": "1",
            "summary": "Orders of a shop that sells through WhatsApp",
        },
        "security": [{"api_key": []}],
        "paths": {
            "/api/orders": {"get": _list_orders()},
            "/api/orders/{order_id}": {"get": _get_order()},
            "/api/orders/{order_id}/moves": {"post": _move_order()},
        },
        "components": {
            "securitySchemes": {"api_key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": {"error": _response("What went wrong and what to do", "Error")},
        },
    }


def _list_orders() -> Schema:
    return {
        "operationId": "listOrders",
        "summary": "List orders of all stages but archived, or of one stage",
        "description": "`from` and `to` are days of the shop, both in the list; only with "
        "`sort=order_date`.",
        "parameters": [
            _query("stage", _enum(Stage)),
            _query("sort", _enum(Sort) | {"default": Sort.ORDER_DATE.value}),
            _query("direction", {"type": "string", "enum": ["asc", "desc"], "default": "desc"}),
            _query("from", DAY),
            _query("to", DAY),
            _query("limit", WHOLE | {"minimum": 1, "maximum": 100, "default": 25}),
            _query("cursor", TEXT | {"maxLength": 2000}),
        ],
        "responses": _responses("A page of orders", "OrderPage", "400", "401", "403"),
    }


def _get_order() -> Schema:
    return {
        "operationId": "getOrder",
        "summary": "One order with its history and what may be done with it now",
        "parameters": [_order_id()],
        "responses": _responses("The order", "OrderWithMoves", "401", "403", "404"),
    }


def _move_order() -> Schema:
    key = {"name": "Idempotency-Key", "in": "header", "schema": TEXT | {"maxLength": 200}}
    return {
        "operationId": "moveOrder",
        "summary": "Move an order to another stage",
        "description": "409 tells who was faster (`stale`), what is allowed instead "
        "(`not_allowed`) or what would make the move possible (`blocked`).",
        "parameters": [_order_id(), key],
        "requestBody": {"required": True, "content": _json("Move")},
        "responses": _responses(
            "The order in its new stage", "OrderWithMoves", "400", "401", "403", "404", "409"
        ),
    }


def _schemas() -> Schema:
    money = _object(minor=WHOLE, currency=TEXT | {"minLength": 3, "maxLength": 3})
    line = _object(retailer_id=TEXT, name=TEXT, quantity=WHOLE, price=_ref("Money"), picture=TEXT)
    refusal = _object(reason=TEXT, remedy=TEXT)
    return {
        "Money": money,
        "Line": line,
        "Tracking": _object(carrier=TEXT, number=TEXT, link=TEXT, own_delivery={"type": "boolean"}),
        "Entry": _object(kind=_enum(EntryKind), amount=_ref("Money"), at=TIME),
        "Order": _order_schema(),
        "Summary": _summary_schema(),
        "Event": _object(event_id=TEXT, type=_enum(EventType), version=WHOLE, at=TIME, reason=TEXT),
        "AllowedMove": _object(
            id=TEXT,
            to=_enum(Stage),
            label=TEXT,
            needs=_list(_enum(Need)),
            allowed={"type": "boolean"},
            refusals=_list(refusal),
            **{"class": _enum(MoveClass)},
        ),
        "Move": _move_schema(),
        "OrderPage": _object(orders=_list(_ref("Summary")), cursor={"type": ["string", "null"]}),
        "OrderWithMoves": _object(order=_ref("Order"), moves=_list(_ref("AllowedMove")))
        | {"properties": _with_history()},
        "Error": _object(error=_object(code=TEXT, message=TEXT, details={"type": "object"})),
    }


def _order_schema() -> Schema:
    return _object(
        store_id=TEXT,
        order_id=TEXT,
        number=WHOLE,
        version=WHOLE,
        stage=_enum(Stage),
        stage_since=TIME,
        placed_at=TIME,
        lines=_list(_ref("Line")),
    )


def _summary_schema() -> Schema:
    return _object(
        order_id=TEXT,
        number=WHOLE,
        version=WHOLE,
        stage=_enum(Stage),
        placed_at=TIME,
        customer_name=TEXT,
        total=_ref("Money"),
        address_status=_enum(AddressStatus),
        payment_status=_enum(PaymentStatus),
    )


def _move_schema() -> Schema:
    schema = _object(to=_enum(Stage), expected_version=WHOLE | {"minimum": 1})
    schema["properties"] |= {
        "reason": TEXT | {"maxLength": 500},
        "tracking": {"anyOf": [_ref("Tracking") | {}, {"type": "null"}]},
    }
    return schema | {"additionalProperties": False}


def _with_history() -> Schema:
    return {
        "order": _ref("Order"),
        "moves": _list(_ref("AllowedMove")),
        "history": _list(_ref("Event")),
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _enum(values: type[Stage | Sort | PaymentStatus | AddressStatus | Any]) -> Schema:
    return {"type": "string", "enum": [each.value for each in values]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def _order_id() -> Schema:
    return {"name": "order_id", "in": "path", "required": True, "schema": TEXT}


def _json(name: str) -> Schema:
    return {"application/json": {"schema": _ref(name)}}


def _response(description: str, name: str) -> Schema:
    return {"description": description, "content": _json(name)}


def _responses(description: str, name: str, *failures: str) -> Schema:
    found = {"200": _response(description, name)}
    return found | {code: {"$ref": "#/components/responses/error"} for code in failures}
