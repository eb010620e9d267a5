"""The status webhook of a payment inside WhatsApp, of whatever gateway stands behind it.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.whatsapp.payment_models import PaymentPart
from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money
from orderdesk.usecases.intake.inbound import PaymentStatusIn, RefundIn

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.adapters.whatsapp.models import Entry, Status
    from orderdesk.adapters.whatsapp.payment_models import Amount, MoneyBack, Transaction

OFFSET: Final = 100
WORD_MAX: Final = 40
REASON_MAX: Final = 200


def payment_status(status: Status, entry: Entry) -> PaymentStatusIn:
    """Of a status whose type is payment and that names its reference."""
    paid, now = PaymentPart.model_validate(status.payment), entry.received_at
    made = paid.transaction
    at = made.updated_timestamp or made.created_timestamp or status.timestamp or now
    back = (*paid.refunds, *made.refunds)
    return PaymentStatusIn(
        phone_number_id=entry.phone_number_id,
        message_id=status.id,
        callback_data=status.biz_opaque_callback_data,
        reference=paid.reference_id,
        status=status.status.lower()[:WORD_MAX],
        at=min(at, now),
        order_id=paid.notes.order_id or paid.udf2,
        amount=money_of(paid.amount, paid.currency),
        transaction=made.status.lower()[:WORD_MAX],
        transaction_id=made.pg_transaction_id or made.id,
        means=means_of(made),
        failure=(made.error.reason or made.error.code)[:REASON_MAX],
        refunds=tuple(
            told for each in back if (told := _refund(each, paid.currency, now)) is not None
        ),
    )


def means_of(transaction: Transaction) -> str:
    """The method; some gateways name it where others name themselves."""
    return (transaction.method.type or transaction.type)[:WORD_MAX].lower()


def money_of(amount: Amount, currency: str) -> Money | None:
    """`value` over `offset` is in major units; None for what is no amount."""
    if amount.value is None or amount.value < 0:
        return None
    offset = amount.offset if amount.offset and amount.offset > 0 else Decimal(OFFSET)
    try:
        return Money.of_major(amount.value / offset, currency.upper())
    except Invalid:
        return None


def _refund(back: MoneyBack, currency: str, now: datetime) -> RefundIn | None:
    amount = money_of(back.amount, currency)
    if not back.id or amount is None:
        return None
    at = back.updated_timestamp or back.created_timestamp or now
    status = back.status.lower()[:WORD_MAX]
    return RefundIn(refund_id=back.id, amount=amount, status=status, at=min(at, now))
