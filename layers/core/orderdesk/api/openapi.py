"""The OpenAPI document: what can be asked, and how. Its shapes: schemas.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.api.schemas import schemas
from orderdesk.api.shapes import DAY, TEXT, WHOLE, choice, ref
from orderdesk.domain.lifecycle import Stage
from orderdesk.usecases.ports import Sort

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema

ORDER: Final = "/api/orders/{order_id}"
WRITE_FAILURES: Final = ("400", "401", "403", "404", "409")
CONFLICT: Final = (
    "409 tells who was faster (`stale`), what is allowed instead (`not_allowed`) or what would "
    "make it possible (`blocked`)."
)


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
        "paths": {**_reading(), **_changing(), **_stock(), **_settings()},
        "components": {
            "securitySchemes": {"api_key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(),
            "responses": {"error": _response("What went wrong and what to do", "Error")},
        },
    }


def _reading() -> Schema:
    proof = _responses("Whether the history holds", "Verification", "401", "403", "404")
    return {
        "/api/orders": {"get": _list_orders()},
        ORDER: {
            "get": {
                "operationId": "getOrder",
                "summary": "One order with its history and what may be done with it now",
                "parameters": [_part("order_id")],
                "responses": _responses("The order", "OrderWithMoves", "401", "403", "404"),
            }
        },
        f"{ORDER}/verification": {
            "get": {
                "operationId": "verifyOrder",
                "summary": "Prove the order's history: nothing changed, nothing missing",
                "parameters": [_part("order_id")],
                "responses": proof,
            }
        },
    }


def _list_orders() -> Schema:
    return {
        "operationId": "listOrders",
        "summary": "List orders of all stages but archived, or of one stage",
        "description": "`from` and `to` are days of the shop, both in the list; only with "
        "`sort=order_date`.",
        "parameters": [
            _query("stage", choice(Stage)),
            _query("sort", choice(Sort) | {"default": Sort.ORDER_DATE.value}),
            _query("direction", {"type": "string", "enum": ["asc", "desc"], "default": "desc"}),
            _query("from", DAY),
            _query("to", DAY),
            *_page_parameters(),
        ],
        "responses": _responses("A page of orders", "OrderPage", "400", "401", "403"),
    }


def _changing() -> Schema:
    parcel, case = f"{ORDER}/parcels/{{parcel_id}}", f"{ORDER}/returns/{{return_id}}"
    return {
        f"{ORDER}/moves": {"post": _change("moveOrder", "Move an order to another stage", "Move")},
        f"{ORDER}/parcels": {
            "post": _change("shipParcel", "Ship a part of a packed order", "NewParcel")
        },
        parcel: {
            "patch": _change(
                "changeParcel", "Correct a parcel's tracking", "ParcelChange", "parcel_id"
            )
        },
        f"{ORDER}/returns": {
            "post": _change("openReturn", "The customer sends goods back", "NewReturn")
        },
        f"{case}/receive": {
            "post": _change(
                "receiveReturn",
                "The goods came in; with the last ones the order is Returned",
                "ReturnReceived",
                "return_id",
            )
        },
        f"{case}/close": {
            "post": _change("closeReturn", "The goods do not come back", "Note", "return_id")
        },
        f"{ORDER}/fulfilment": {
            "put": _change("chooseFulfilment", "How the goods leave", "FulfilmentChoice")
        },
        f"{ORDER}/attention/{{reason}}/resolve": {
            "post": _change("resolveAttention", "Somebody has looked", "Note", "reason")
        },
        f"{ORDER}/refund-waiver": {
            "post": _change("waiveRefund", "The shop keeps the money", "RefundWaiver")
        },
    }


def _stock() -> Schema:
    ids = _query("ids", TEXT | {"minLength": 1})
    return {
        "/api/stock": {
            "get": {
                "operationId": "getStock",
                "summary": "How many pieces of some products can still be sold",
                "description": "`ids` are up to 100 retailer ids with commas between them.",
                "parameters": [ids | {"required": True}],
                "responses": _responses("The stock", "StockList", "400", "401", "403"),
            },
            "put": {
                "operationId": "countStockOfSeveral",
                "summary": "Count several products, of whatever id, one after the other",
                "requestBody": {"required": True, "content": _json("StockList")},
                "responses": _responses("As it is now", "StockList", "400", "401", "403"),
            },
        },
        "/api/products/{retailer_id}/stock": {
            "put": {
                "operationId": "countStock",
                "summary": "Set how many pieces can still be sold, or stop counting",
                "description": "What orders hold already is not part of it.",
                "parameters": [_part("retailer_id")],
                "requestBody": {"required": True, "content": _json("StockCount")},
                "responses": _responses("As it is now", "Stock", "400", "401", "403"),
            }
        },
    }


def _settings() -> Schema:
    return {
        "/api/settings": {
            "get": {
                "operationId": "getSettings",
                "summary": "The shop's settings, their version and their defaults",
                "responses": _responses("The settings", "SettingsAnswer", "401", "403"),
            },
            "put": _settings_change("putSettings", "Replace all settings", "Settings"),
        },
        "/api/settings/reset": {
            "post": _settings_change(
                "resetSettings", "Set some settings, or all, to their defaults", "SettingsReset"
            )
        },
        "/api/settings/history": {
            "get": {
                "operationId": "listSettingsChanges",
                "summary": "Who changed the settings, when and what, newest first",
                "parameters": _page_parameters(),
                "responses": _responses("A page", "SettingsHistory", "400", "401", "403"),
            }
        },
    }


def _settings_change(operation: str, summary: str, body: str) -> Schema:
    seen = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}
    return {
        "operationId": operation,
        "summary": summary,
        "description": "If-Match is the ETag of the settings that you saw; 412 when they changed.",
        "parameters": [seen],
        "requestBody": {"required": True, "content": _json(body)},
        "responses": _responses("The settings now", "SettingsAnswer", "400", "401", "403", "412"),
    }


def _change(operation: str, summary: str, body: str, *parts: str) -> Schema:
    key = {"name": "Idempotency-Key", "in": "header", "schema": TEXT | {"maxLength": 200}}
    return {
        "operationId": operation,
        "summary": summary,
        "description": CONFLICT,
        "parameters": [*(_part(name) for name in ("order_id", *parts)), key],
        "requestBody": {"required": True, "content": _json(body)},
        "responses": _responses("The order as it is now", "OrderWithMoves", *WRITE_FAILURES),
    }


def _page_parameters() -> list[Schema]:
    return [
        _query("limit", WHOLE | {"minimum": 1, "maximum": 100, "default": 25}),
        _query("cursor", TEXT | {"maxLength": 2000}),
    ]


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def _part(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _json(name: str) -> Schema:
    return {"application/json": {"schema": ref(name)}}


def _response(description: str, name: str) -> Schema:
    return {"description": description, "content": _json(name)}


def _responses(description: str, name: str, *failures: str) -> Schema:
    found = {"200": _response(description, name)}
    return found | {code: {"$ref": "#/components/responses/error"} for code in failures}
