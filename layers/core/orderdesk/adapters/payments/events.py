"""What Razorpay's webhooks say.

https://razorpay.com/docs/webhooks/payloads/payment-links/
https://razorpay.com/docs/webhooks/refunds/
https://razorpay.com/docs/webhooks/disputes/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.payments.reading import opened
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.usecases.payments.pay import PaymentNews
from orderdesk.usecases.ports import Payment
from orderdesk.usecases.ports.payments import RAZORPAY, WHATSAPP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.adapters.payments.reading import Part

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
DISPUTES: Final = {
    "payment.dispute.created": "opened",
    "payment.dispute.won": "won",
    "payment.dispute.lost": "lost",
}


def parse(body: bytes, *, event_id: str) -> PaymentNews:
    """News to book, or with `kind` None when there is nothing to book. Raises Unreadable."""
    event = opened(body)
    name = event.text("event")
    news = PaymentNews(event=name, event_id=event_id, provider=RAZORPAY)
    if name not in TELLS and name not in DISPUTES:
        return replace(news, reason="This event moves no money.")
    payload = event.part("payload")
    payment, link = _entity(payload, "payment"), _entity(payload, "payment_link")
    notes = (payment.notes("notes") if payment else {}) | (link.notes("notes") if link else {})
    if notes.get("provider") == WHATSAPP:
        return replace(news, reason="WhatsApp tells of this payment itself.")
    if name in DISPUTES:
        return _dispute(news, _named(payload, "dispute", name), notes)
    if name.startswith("refund."):
        return _refund(news, _named(payload, "refund", name), payment, notes)
    return _payment(news, _named(payload, "payment", name), notes)


def _entity(payload: Part, name: str) -> Part | None:
    found = payload.find(name)
    return found.part("entity") if found else None


def _named(payload: Part, name: str, event: str) -> Part:
    entity = _entity(payload, name)
    if entity is None:
        raise Unreadable("payment_event", f"{event} names no {name}.")
    return entity


def _payment(news: PaymentNews, paid: Part, notes: Mapping[str, str]) -> PaymentNews:
    return replace(
        _of_order(news, notes),
        kind=TELLS[news.event],
        payment=_told(paid, means=paid.words("method")),
        reference=notes.get("reference", ""),
        failure=paid.words("error_description"),
    )


def _refund(
    news: PaymentNews, back: Part, payment: Part | None, notes: dict[str, str]
) -> PaymentNews:
    """A refund under its own id, found by the notes of its payment, which the link gave it.

    What the gateway gives back by itself, because it was never captured, was never booked either.
    """
    if payment and payment.fields.get("captured") is False:
        return replace(news, reason="What is given back was never captured.")
    return replace(
        _of_order(news, back.notes("notes") | notes),
        kind=TELLS[news.event],
        payment=_told(back),
        reference=back.text("payment_id"),
    )


def _dispute(news: PaymentNews, dispute: Part, notes: Mapping[str, str]) -> PaymentNews:
    """One that is lost is money that the bank has given back: a refund under the dispute's id."""
    outcome = DISPUTES[news.event]
    return replace(
        _of_order(news, notes),
        kind=EntryKind.REFUNDED if outcome == "lost" else None,
        payment=_told(dispute, means="dispute"),
        reference=dispute.text("payment_id"),
        failure=dispute.words("reason_code"),
        dispute=outcome,
    )


def _of_order(news: PaymentNews, notes: Mapping[str, str]) -> PaymentNews:
    return replace(news, store_id=notes.get("store_id", ""), order_id=notes.get("order_id", ""))


def _told(entity: Part, *, means: str = "") -> Payment:
    return Payment(
        payment_id=entity.text("id"),
        amount=entity.money(entity.whole("amount"), entity.text("currency")),
        at=entity.time("created_at"),
        means=means,
    )
