"""The shapes of the OpenAPI document, built from the same enumerations that the code obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.actor import ActorKind, Role
from orderdesk.domain.address import AddressStatus
from orderdesk.domain.event import EventType
from orderdesk.domain.ledger import EntryKind, PaymentStatus
from orderdesk.domain.lifecycle import MoveClass, Need, Stage
from orderdesk.domain.parcels import Fulfilment, ParcelState
from orderdesk.domain.policy import BOUNDS, LONGEST, AfterHours, ApprovePayment
from orderdesk.domain.returns import ReturnKind, ReturnState
from orderdesk.domain.settings import SETTINGS

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
DURATIONS: Final = tuple(name for name, _, _ in BOUNDS)


def schemas() -> Schema:
    return {
        "Money": objects(minor=WHOLE, currency=TEXT | {"minLength": 3, "maxLength": 3}),
        "Error": objects(error=objects(code=TEXT, message=TEXT, details={"type": "object"})),
        **_parts(),
        **_orders(),
        **_histories(),
        **_bodies(),
        **_stock(),
        **_settings(),
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
            retailer_id=TEXT, name=TEXT, quantity=WHOLE, price=ref("Money"), picture=TEXT
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
        "StockCount": _only(available=available),
    }


def _settings() -> Schema:
    interval = _only(opens=CLOCK, closes=CLOCK)
    intervals = many(ref("Interval"))
    holiday = _only(date=DAY, name=CODE, intervals=intervals) | {"required": ["date"]}
    hours = _only(weekdays=many(intervals), holidays=many(ref("Holiday")))
    auto_approve = _only(
        enabled=YES_NO,
        payment=choice(ApprovePayment),
        up_to=or_null(WHOLE | {"minimum": 0}),
        known_customer=YES_NO,
    )
    settings = _only(
        name=CODE | {"minLength": 1},
        currency=TEXT | {"pattern": "^[A-Z]{3}$"},
        country=TEXT | {"pattern": "^[A-Z]{2}$"},
        time_zone=CODE | {"minLength": 1},
        **dict.fromkeys(DURATIONS, SECONDS),
        reminders=many(SECONDS),
        customer_cancel_until=choice(Stage),
        hours=ref("Hours"),
        after_hours=choice(AfterHours),
        escalate_after=_by_stage(SECONDS),
        auto_approve=ref("AutoApprove"),
        refund_automatically=YES_NO,
        fulfilments=many(choice(Fulfilment)),
        reasons=_by_stage(many(ref("Reason"))),
    )
    return {
        "Interval": interval,
        "Holiday": holiday,
        "Hours": hours,
        "AutoApprove": auto_approve,
        "Settings": settings,
        "SettingsAnswer": objects(
            version=WHOLE,
            settings=ref("Settings"),
            defaults=ref("Settings"),
            at_default=many(choice_of(SETTINGS)),
        ),
        "SettingsReset": _only(fields=or_null(many(choice_of(SETTINGS)))) | {"required": []},
        "SettingsChange": objects(
            store_id=TEXT, version=WHOLE, at=TIME, by=ref("Actor"), changes=many(ref("Change"))
        ),
        "SettingsHistory": objects(changes=many(ref("SettingsChange")), cursor=or_null(TEXT)),
    }


def _by_stage(schema: Schema) -> Schema:
    return {
        "type": "object",
        "propertyNames": choice(Stage),
        "additionalProperties": schema,
    }


def _only(**properties: Schema) -> Schema:
    """Other fields are refused."""
    return objects(**properties) | {"additionalProperties": False}


def _body(properties: Schema, *required: str) -> Schema:
    """Of a change: every one says which version it was decided on."""
    return {
        "type": "object",
        "properties": {"expected_version": VERSION, **properties},
        "required": ["expected_version", *required],
        "additionalProperties": False,
    }


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
