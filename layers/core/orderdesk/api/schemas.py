"""The shapes of the OpenAPI document, built from the same enumerations that the code obeys."""

from __future__ import annotations

from orderdesk.api.settings_schemas import settings_schemas
from orderdesk.api.shapes import (
    CODE,
    REASON,
    TEXT,
    TIME,
    VERSION,
    WHOLE,
    YES_NO,
    Schema,
    choice,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.money.ledger import EntryKind, PaymentStatus
from orderdesk.domain.orders.actor import ActorKind, Role
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import MoveClass, Need, Stage
from orderdesk.domain.orders.parcels import Fulfilment, ParcelState
from orderdesk.domain.orders.returns import ReturnKind, ReturnState
from orderdesk.domain.people.address import AddressStatus


def schemas() -> Schema:
    return {
        "Money": objects(minor=WHOLE, currency=TEXT | {"minLength": 3, "maxLength": 3}),
        "Error": objects(error=objects(code=TEXT, message=TEXT, details={"type": "object"})),
        **_parts(),
        **_orders(),
        **_histories(),
        **_bodies(),
        **_stock(),
        **settings_schemas(),
    }


def _parts() -> Schema:
    goods = objects(retailer_id=TEXT, quantity=VERSION)
    tracking = objects(carrier=CODE, number=CODE, link=REASON, own_delivery=YES_NO)
    parcel = objects(
        parcel_id=TEXT,
        goods=many(ref("Goods")),
        tracking=ref("Tracking"),
        shipped_at=TIME,
        state=choice(ParcelState),
        scanned_at=or_null(TIME),
    )
    case = objects(
        return_id=TEXT,
        kind=choice(ReturnKind),
        goods=many(ref("Goods")),
        opened_at=TIME,
        reason_code=TEXT,
        reason=TEXT,
        state=choice(ReturnState),
        received_at=or_null(TIME),
        restock=YES_NO,
        note=TEXT,
    )
    return {
        "Line": objects(
            retailer_id=TEXT,
            name=TEXT,
            quantity=WHOLE,
            price=ref("Money"),
            picture=TEXT,
            list_price=or_null(ref("Money")),
            said_price=or_null(ref("Money")),
        ),
        "Amounts": objects(
            **dict.fromkeys(
                ("subtotal", "discount", "shipping", "tax", "included_tax", "total"), ref("Money")
            ),
            discount_label=TEXT,
            tax_label=TEXT,
        ),
        "Goods": goods,
        # Either a carrier with its number, or own delivery.
        "Tracking": tracking | {"required": [], "additionalProperties": False},
        "Parcel": parcel,
        "Return": case,
        "Attention": objects(reason=TEXT, text=TEXT, at=TIME),
        "Entry": objects(kind=choice(EntryKind), amount=ref("Money"), at=TIME),
        "Reason": objects(code=TEXT, label=TEXT),
    }


def _orders() -> Schema:
    order = objects(
        store_id=TEXT,
        order_id=TEXT,
        number=WHOLE,
        version=WHOLE,
        stage=choice(Stage),
        stage_since=TIME,
        placed_at=TIME,
        lines=many(ref("Line")),
        fulfilment=choice(Fulfilment),
        parcels=many(ref("Parcel")),
        returns=many(ref("Return")),
        attention=many(ref("Attention")),
        amounts=ref("Amounts"),
        amount_due=ref("Money"),
        payment_status=choice(PaymentStatus),
    )
    summary = objects(
        order_id=TEXT,
        number=WHOLE,
        version=WHOLE,
        stage=choice(Stage),
        placed_at=TIME,
        customer_name=TEXT,
        total=ref("Money"),
        address_status=choice(AddressStatus),
        payment_status=choice(PaymentStatus),
    )
    move = objects(
        id=TEXT,
        to=choice(Stage),
        label=TEXT,
        needs=many(choice(Need)),
        takes=many(choice(Need)),
        reasons=many(ref("Reason")),
        allowed=YES_NO,
        refusals=many(objects(reason=TEXT, remedy=TEXT)),
        **{"class": choice(MoveClass)},
    )
    answered = objects(order=ref("Order"), moves=many(ref("AllowedMove")))
    answered["properties"]["history"] = many(ref("Event"))
    return {
        "Order": order,
        "Summary": summary,
        "AllowedMove": move,
        "OrderPage": objects(orders=many(ref("Summary")), cursor=or_null(TEXT)),
        "OrderWithMoves": answered,
    }


def _histories() -> Schema:
    actor = objects(
        kind=choice(ActorKind), id=TEXT, name=TEXT, via=TEXT, role=or_null(choice(Role))
    )
    leaf: Schema = {"type": ["string", "integer", "boolean", "null"]}
    event = objects(
        event_id=TEXT,
        type=choice(EventType),
        version=WHOLE,
        at=TIME,
        by=ref("Actor"),
        reason=TEXT,
        reason_code=TEXT,
        changes=many(ref("Change")),
        previous=TEXT,
        hash=TEXT,
    )
    return {
        "Actor": actor,
        "Change": objects(field=TEXT, before=leaf, after=leaf),
        "Event": event,
        "Verification": objects(
            order_id=TEXT,
            version=WHOLE,
            holds=YES_NO,
            flaws=many(objects(version=WHOLE, problem=TEXT)),
            proven_from=WHOLE,
            last_hash=TEXT,
            erased=many(WHOLE),
        ),
    }


def _bodies() -> Schema:
    lines = many(ref("Goods")) | {"minItems": 1, "maxItems": 100}
    reasons = {"reason_code": CODE, "reason": REASON}
    move = {
        "to": choice(Stage),
        **reasons,
        "until": or_null(TIME),
        "tracking": {"anyOf": [ref("Tracking"), {"type": "null"}]},
        "pickup_code": TEXT | {"maxLength": 20},
        "restock": or_null(YES_NO),
    }
    return {
        "Move": _body(move, "to"),
        "NewParcel": _body({"lines": lines, "tracking": ref("Tracking")}, "lines", "tracking"),
        "ParcelChange": _body({"tracking": ref("Tracking")}, "tracking"),
        "NewReturn": _body({"lines": lines, **reasons}, "lines"),
        "ReturnReceived": _body({"restock": YES_NO, "note": REASON}, "restock"),
        "Note": _body({"note": REASON}),
        "FulfilmentChoice": _body({"fulfilment": choice(Fulfilment)}, "fulfilment"),
        "RefundWaiver": _body({"reason": REASON | {"minLength": 1}}, "reason"),
    }


def _stock() -> Schema:
    available = or_null(WHOLE | {"minimum": 0, "maximum": 1_000_000})
    return {
        "Stock": objects(retailer_id=TEXT, available=available),
        "StockList": objects(stock=many(ref("Stock"))),
        "StockCount": only(available=available),
    }


def _body(properties: Schema, *required: str) -> Schema:
    """Of a change: every one says which version it was decided on."""
    return {
        "type": "object",
        "properties": {"expected_version": VERSION, **properties},
        "required": ["expected_version", *required],
        "additionalProperties": False,
    }
