"""Payments inside WhatsApp: what Meta's status of one means for an order's books.

One request is paid at most once, so its payment is booked under an id made of the request's. Meta
does not always tell the gateway's own id, and money that is told twice must have one name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.money.ledger import EntryKind
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.pay import PaymentNews, Receipt
from orderdesk.usecases.ports import Payment
from orderdesk.usecases.ports.payments import WHATSAPP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.inbound import PaymentStatusIn, RefundIn
    from orderdesk.usecases.ports import Conversations, Orders, Stores


def payment_id_of(request_id: str) -> str:
    """The id of what a request was paid with."""
    return f"{request_id}:paid"


def order_of(
    status: PaymentStatusIn, store_id: str, *, orders: Orders, conversations: Conversations
) -> Order | None:
    """The order that is named in our own notes, or that our message was about."""
    order = orders.find(store_id, status.order_id) if status.order_id else None
    for message_id in filter(None, (status.message_id, status.callback_data)):
        if order is None and (message := conversations.find(store_id, message_id)):
            order = orders.find(store_id, message.order_id) if message.order_id else None
    return order


def hear_status(
    status: PaymentStatusIn, order: Order, *, orders: Orders, stores: Stores, now: datetime
) -> Receipt:
    """Book what Meta tells of a request of this order; told again, it is booked already.

    Raises Stale after five lost races.
    """
    requested = (each for each in order.ledger.entries if each.kind is EntryKind.REQUESTED)
    request = next((each for each in requested if each.reference == status.reference), None)
    if request is None:
        return Receipt.UNKNOWN_ORDER
    receipt = Receipt.NOT_OURS
    for news in news_of(status, order, request):
        receipt = pay.receive(news, orders=orders, stores=stores, now=now)
    return receipt


def news_of(status: PaymentStatusIn, order: Order, request: Entry) -> Iterator[PaymentNews]:
    """The capture, or the attempt that failed, and then each refund of it."""
    if status.status == "captured":
        yield _captured(status, order, request)
    elif "failed" in {status.status, status.transaction}:
        yield _failed(status, order, request)
    for refund in status.refunds:
        yield _refunded(status, refund, order, request)


def _captured(status: PaymentStatusIn, order: Order, request: Entry) -> PaymentNews:
    means = " ".join(filter(None, (status.means, status.transaction_id)))
    return PaymentNews(
        event="payment captured",
        event_id=status.message_id,
        provider=WHATSAPP,
        kind=EntryKind.CAPTURED,
        payment=Payment(
            payment_id=payment_id_of(request.id),
            amount=status.amount or request.amount,
            at=status.at,
            means=means,
        ),
        store_id=order.store_id,
        order_id=order.order_id,
        reference=request.reference,
    )


def _failed(status: PaymentStatusIn, order: Order, request: Entry) -> PaymentNews:
    """Every attempt fails under its own id; the customer may try again."""
    attempt = status.transaction_id or f"{request.id}:{int(status.at.timestamp())}"
    return PaymentNews(
        event="payment failed",
        event_id=status.message_id,
        provider=WHATSAPP,
        kind=EntryKind.FAILED,
        payment=Payment(payment_id=attempt, amount=status.amount or request.amount, at=status.at),
        store_id=order.store_id,
        order_id=order.order_id,
        reference=request.reference,
        failure=status.failure,
    )


def _refunded(
    status: PaymentStatusIn, refund: RefundIn, order: Order, request: Entry
) -> PaymentNews:
    has_failed = refund.status == "failed"
    return PaymentNews(
        event="payment refund",
        event_id=status.message_id,
        provider=WHATSAPP,
        kind=EntryKind.REFUND_FAILED if has_failed else EntryKind.REFUNDED,
        payment=Payment(payment_id=refund.refund_id, amount=refund.amount, at=refund.at),
        store_id=order.store_id,
        order_id=order.order_id,
        reference=payment_id_of(request.id),
    )
