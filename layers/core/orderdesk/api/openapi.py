"""The OpenAPI document: what can be asked, and how. Its shapes: schemas.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.api.conversation_documents import conversation_paths, conversation_schemas
from orderdesk.api.customer_documents import customer_paths, customer_schemas
from orderdesk.api.list_documents import list_paths, list_schemas
from orderdesk.api.operations import (
    ORDER,
    change,
    content,
    page_parameters,
    part,
    query,
    response,
    responses,
)
from orderdesk.api.payment_documents import payment_paths, payment_schemas
from orderdesk.api.schemas import schemas
from orderdesk.api.shapes import DAY, TEXT, choice
from orderdesk.api.text_documents import text_paths, text_schemas
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.ports import Sort

if TYPE_CHECKING:
    from orderdesk.api.shapes import Schema


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
            **_reading(),
            **_changing(),
            **payment_paths(),
            **customer_paths(),
            **conversation_paths(),
            **list_paths(),
            **_stock(),
            **_settings(),
            **text_paths(),
        },
        "components": {
            "securitySchemes": {"api_key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **schemas(),
                **payment_schemas(),
                **customer_schemas(),
                **conversation_schemas(),
                **list_schemas(),
                **text_schemas(),
            },
            "responses": {"error": response("What went wrong and what to do", "Error")},
        },
    }


def _reading() -> Schema:
    proof = responses("Whether the history holds", "Verification", "401", "403", "404")
    return {
        "/api/orders": {"get": _list_orders()},
        ORDER: {
            "get": {
                "operationId": "getOrder",
                "summary": "One order with its history and what may be done with it now",
                "parameters": [part("order_id")],
                "responses": responses("The order", "OrderWithMoves", "401", "403", "404"),
            }
        },
        f"{ORDER}/verification": {
            "get": {
                "operationId": "verifyOrder",
                "summary": "Prove the order's history: nothing changed, nothing missing",
                "parameters": [part("order_id")],
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
            query("stage", choice(Stage)),
            query("sort", choice(Sort) | {"default": Sort.ORDER_DATE.value}),
            query("direction", {"type": "string", "enum": ["asc", "desc"], "default": "desc"}),
            query("from", DAY),
            query("to", DAY),
            *page_parameters(),
        ],
        "responses": responses("A page of orders", "OrderPage", "400", "401", "403"),
    }


def _changing() -> Schema:
    parcel, case = f"{ORDER}/parcels/{{parcel_id}}", f"{ORDER}/returns/{{return_id}}"
    return {
        f"{ORDER}/moves": {"post": change("moveOrder", "Move an order to another stage", "Move")},
        f"{ORDER}/parcels": {
            "post": change("shipParcel", "Ship a part of a packed order", "NewParcel")
        },
        parcel: {
            "patch": change(
                "changeParcel", "Correct a parcel's tracking", "ParcelChange", "parcel_id"
            )
        },
        f"{ORDER}/returns": {
            "post": change("openReturn", "The customer sends goods back", "NewReturn")
        },
        f"{case}/receive": {
            "post": change(
                "receiveReturn",
                "The goods came in; with the last ones the order is Returned",
                "ReturnReceived",
                "return_id",
            )
        },
        f"{case}/close": {
            "post": change("closeReturn", "The goods do not come back", "Note", "return_id")
        },
        f"{ORDER}/fulfilment": {
            "put": change("chooseFulfilment", "How the goods leave", "FulfilmentChoice")
        },
        f"{ORDER}/attention/{{reason}}/resolve": {
            "post": change("resolveAttention", "Somebody has looked", "Note", "reason")
        },
        f"{ORDER}/refund-waiver": {
            "post": change("waiveRefund", "The shop keeps the money", "RefundWaiver")
        },
    }


def _stock() -> Schema:
    ids = query("ids", TEXT | {"minLength": 1})
    return {
        "/api/stock": {
            "get": {
                "operationId": "getStock",
                "summary": "How many pieces of some products can still be sold",
                "description": "`ids` are up to 100 retailer ids with commas between them.",
                "parameters": [ids | {"required": True}],
                "responses": responses("The stock", "StockList", "400", "401", "403"),
            },
            "put": {
                "operationId": "countStockOfSeveral",
                "summary": "Count several products, of whatever id, one after the other",
                "requestBody": {"required": True, "content": content("StockList")},
                "responses": responses("As it is now", "StockList", "400", "401", "403"),
            },
        },
        "/api/products/{retailer_id}/stock": {
            "put": {
                "operationId": "countStock",
                "summary": "Set how many pieces can still be sold, or stop counting",
                "description": "What orders hold already is not part of it.",
                "parameters": [part("retailer_id")],
                "requestBody": {"required": True, "content": content("StockCount")},
                "responses": responses("As it is now", "Stock", "400", "401", "403"),
            }
        },
    }


def _settings() -> Schema:
    return {
        "/api/settings": {
            "get": {
                "operationId": "getSettings",
                "summary": "The shop's settings, their version and their defaults",
                "responses": responses("The settings", "SettingsAnswer", "401", "403"),
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
                "parameters": page_parameters(),
                "responses": responses("A page", "SettingsHistory", "400", "401", "403"),
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
        "requestBody": {"required": True, "content": content(body)},
        "responses": responses("The settings now", "SettingsAnswer", "400", "401", "403", "412"),
    }
