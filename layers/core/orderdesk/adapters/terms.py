"""Terms of payment and price as plain JSON values, for orders and for settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.adapters.records import known
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.paying import PixKeyType, Transfer, WhatsappGateway, WhatsappPay
from orderdesk.domain.money.terms import (
    ConfirmOn,
    ConfirmRule,
    Discount,
    Offer,
    Shipping,
    Tax,
    Terms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from orderdesk.adapters.records import Record

type Records = Iterable[Mapping[str, Any]]


def terms_from_record(record: Mapping[str, Any]) -> Terms:
    """What an older writer did not know has its default."""
    read: dict[str, Callable[[Any], Any]] = {
        "shipping": shipping_from_record,
        "tax": tax_from_record,
        "discounts": discounts_from_records,
        "offers": offers_from_records,
        "confirm_rules": rules_from_records,
    }
    given: Record = known(record, Terms)
    return Terms(**{name: read[name](value) for name, value in given.items()})


def shipping_from_record(record: Mapping[str, Any]) -> Shipping:
    return Shipping(**known(record, Shipping))


def tax_from_record(record: Mapping[str, Any]) -> Tax:
    return Tax(**known(record, Tax))


def discounts_from_records(records: Records) -> tuple[Discount, ...]:
    return tuple(Discount(**known(each, Discount)) for each in records)


def offers_from_records(records: Records) -> tuple[Offer, ...]:
    return tuple(
        Offer(**{**known(each, Offer), "method": PaymentMethod(each["method"])}) for each in records
    )


def rules_from_records(records: Records) -> tuple[ConfirmRule, ...]:
    return tuple(
        ConfirmRule(
            method=PaymentMethod(each["method"]),
            on=ConfirmOn(each["on"]),
            from_total=int(each.get("from_total") or 0),
        )
        for each in records
    )


def whatsapp_pay_from_record(record: Mapping[str, Any]) -> WhatsappPay:
    given: Record = known(record, WhatsappPay)
    given["gateway"] = WhatsappGateway(given.get("gateway") or WhatsappGateway.RAZORPAY)
    return WhatsappPay(**given)


def transfer_from_record(record: Mapping[str, Any]) -> Transfer:
    given: Record = known(record, Transfer)
    given["pix_key_type"] = PixKeyType(given.get("pix_key_type") or PixKeyType.EVP)
    return Transfer(**given)
