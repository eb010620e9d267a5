"""The shapes of a shop's settings in the OpenAPI document."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from orderdesk.api.shapes import (
    AMOUNT,
    BASIS_POINTS,
    CLOCK,
    CODE,
    DAY,
    LABEL,
    SECONDS,
    TEXT,
    TIME,
    WHOLE,
    YES_NO,
    Schema,
    choice,
    choice_of,
    many,
    objects,
    only,
    or_null,
    ref,
)
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.paying import (
    PixKeyType,
    Provider,
    Transfer,
    WhatsappGateway,
    WhatsappPay,
)
from orderdesk.domain.money.terms import ConfirmOn
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.shop.policy import BOUNDS, AfterHours, ApprovePayment
from orderdesk.domain.shop.settings import SETTINGS

# One of the bounds is told by itself.
DURATIONS: Final = tuple(name for name, _, _ in BOUNDS if name != "ask_about_carts_within")


def settings_schemas() -> Schema:
    """Of the whole document, and of what is answered about it."""
    interval = only(opens=CLOCK, closes=CLOCK)
    intervals = many(ref("Interval"))
    holiday = only(date=DAY, name=CODE, intervals=intervals) | {"required": ["date"]}
    hours = only(weekdays=many(intervals), holidays=many(ref("Holiday")))
    auto_approve = only(
        enabled=YES_NO,
        payment=choice(ApprovePayment),
        up_to=or_null(WHOLE | {"minimum": 0}),
        known_customer=YES_NO,
    )
    settings = only(
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
        **_money_settings(),
        **_speech_settings(),
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
        "SettingsReset": only(fields=or_null(many(choice_of(SETTINGS)))) | {"required": []},
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


def _money_settings() -> Schema:
    shipping = only(fee=AMOUNT, free_from=or_null(AMOUNT))
    tax = only(rate=BASIS_POINTS, included=YES_NO, label=LABEL)
    discount = only(label=LABEL, percent=BASIS_POINTS, amount=AMOUNT, from_subtotal=AMOUNT)
    method = choice(PaymentMethod)
    offer = only(method=method, at_least=AMOUNT, at_most=or_null(AMOUNT))
    rule = only(method=method, on=choice(ConfirmOn), from_total=AMOUNT)
    texts = {each.name: TEXT for each in fields(WhatsappPay) if each.name != "gateway"}
    transfer = {each.name: TEXT for each in fields(Transfer) if each.name != "pix_key_type"}
    return {
        "shipping": shipping,
        "tax": tax,
        "discounts": many(discount | {"required": ["label"]}),
        "price_tolerance": BASIS_POINTS,
        "offers": many(offer | {"required": ["method"]}),
        "confirm_rules": many(rule | {"required": ["method", "on"]}),
        "online_provider": choice(Provider),
        "whatsapp_pay": only(gateway=choice(WhatsappGateway), **texts),
        "transfer": only(**transfer, pix_key_type=choice(PixKeyType)),
        "refund_limit": or_null(AMOUNT),
        "ask_about_carts_within": SECONDS,
        "flow_id": TEXT,
    }


def _speech_settings() -> Schema:
    speech = only(
        language=TEXT,
        languages=many(TEXT),
        texts=_by_name(TEXT),
        muted=many(TEXT),
        templates=_by_name(TEXT),
        canned=many(only(name=LABEL, text=TEXT)),
    )
    budget = only(
        currency=TEXT | {"pattern": "^[A-Z]{3}$"},
        rates=_by_name(_by_name(AMOUNT)),
        free_service_messages=AMOUNT,
        monthly_cap=or_null(AMOUNT),
    )
    return {"speech": speech, "budget": budget}


def _by_name(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}
