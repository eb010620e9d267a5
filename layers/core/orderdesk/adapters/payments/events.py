"""What the payment gateway's webhooks say.

https://razorpay.com/docs/webhooks/payloads/payment-links/
https://razorpay.com/docs/webhooks/refunds/
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from orderdesk.domain.errors import Invalid, Unreadable
from orderdesk.domain.ledger import EntryKind
from orderdesk.domain.money import Money
from orderdesk.usecases.pay import PaymentNews
from orderdesk.usecases.ports import Payment

# One payment is told several times over: all of these carry it, under one payment id.
TELLS: Final = {
    "payment.captured": EntryKind.CAPTURED,
    "order.paid": EntryKind.CAPTURED,
    "payment_link.paid": EntryKind.CAPTURED,
    "payment_link.partially_paid": EntryKind.CAPTURED,
    "payment.failed": EntryKind.FAILED,
    "refund.processed": EntryKind.REFUNDED,
    "refund.failed": EntryKind.REFUND_FAILED,
}
YEAR_10000: Final = 253_402_300_800


def _notes(value: object) -> object:
    """Notes are an object, but an empty list when there are none."""
    return value if isinstance(value, dict) else {}


type Notes = Annotated[dict[str, str | int | float | bool | None], BeforeValidator(_notes)]


class _Payment(BaseModel):
    id: str
    amount: int = Field(strict=True, ge=0)
    currency: str
    created_at: int = Field(ge=0, lt=YEAR_10000)
    method: str | None = None
    notes: Notes = {}
    error_description: str | None = None
    captured: bool = True


class _Refund(BaseModel):
    id: str
    payment_id: str
    amount: int = Field(strict=True, ge=0)
    currency: str
    created_at: int = Field(ge=0, lt=YEAR_10000)
    notes: Notes = {}


class _Link(BaseModel):
    reference_id: str | None = None
    notes: Notes = {}


class _PaymentEntity(BaseModel):
    entity: _Payment


class _LinkEntity(BaseModel):
    entity: _Link


class _RefundEntity(BaseModel):
    entity: _Refund


class _Payload(BaseModel):
    payment: _PaymentEntity | None = None
    refund: _RefundEntity | None = None
    payment_link: _LinkEntity | None = None


class _Name(BaseModel):
    event: str


class _Event(_Name):
    payload: _Payload


def parse(body: bytes, *, event_id: str) -> PaymentNews:
    """News to book, or with `kind` None when the event is none of ours. Raises Unreadable."""
    try:
        name = _Name.model_validate_json(body).event
        if name not in TELLS:
            return PaymentNews(event=name, event_id=event_id)
        event = _Event.model_validate_json(body)
        is_refund = name.startswith("refund.")
        return _refund_news(event, event_id) if is_refund else _news(event, event_id)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise Unreadable("payment_event", f"{place}: {first['msg']}") from error


def _news(event: _Event, event_id: str) -> PaymentNews:
    payment, link = event.payload.payment, event.payload.payment_link
    if payment is None:
        raise Unreadable("payment_event", f"{event.event} names no payment.")
    paid = payment.entity
    notes = paid.notes | (link.entity.notes if link else {})
    return PaymentNews(
        event=event.event,
        event_id=event_id,
        kind=TELLS[event.event],
        payment=Payment(
            payment_id=paid.id,
            amount=_money(paid),
            at=datetime.fromtimestamp(paid.created_at, UTC),
            means=paid.method or "",
        ),
        store_id=str(notes.get("store_id") or ""),
        order_id=str(notes.get("order_id") or ""),
        reference=str(notes.get("reference") or ""),
        failure=paid.error_description or "",
    )


def _refund_news(event: _Event, event_id: str) -> PaymentNews:
    """A refund under its own id, found by the notes of its payment, which the link gave it.

    What the gateway gives back by itself, because it was never captured, was never booked either.
    """
    payment, refund = event.payload.payment, event.payload.refund
    if refund is None:
        raise Unreadable("payment_event", f"{event.event} names no refund.")
    if payment and not payment.entity.captured:
        return PaymentNews(event=event.event, event_id=event_id)
    back = refund.entity
    notes = back.notes | (payment.entity.notes if payment else {})
    return PaymentNews(
        event=event.event,
        event_id=event_id,
        kind=TELLS[event.event],
        payment=Payment(
            payment_id=back.id,
            amount=_money(back),
            at=datetime.fromtimestamp(back.created_at, UTC),
        ),
        store_id=str(notes.get("store_id") or ""),
        order_id=str(notes.get("order_id") or ""),
        reference=back.payment_id,
    )


def _money(paid: _Payment | _Refund) -> Money:
    try:
        return Money(paid.amount, paid.currency)
    except Invalid as error:
        raise Unreadable("payment_event", error.message) from error
