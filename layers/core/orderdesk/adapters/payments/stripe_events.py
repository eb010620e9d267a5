"""What Stripe's webhooks say, of any API version that an endpoint may be set to.

https://docs.stripe.com/payments/checkout/fulfill-orders
https://docs.stripe.com/api/events/types
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.payments.minor_units import from_stripe
from orderdesk.adapters.payments.reading import opened
from orderdesk.domain.errors import Invalid, Unreadable
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.usecases.payments.pay import PaymentNews
from orderdesk.usecases.ports import Payment
from orderdesk.usecases.ports.payments import STRIPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from orderdesk.adapters.payments.reading import Part
    from orderdesk.domain.money.money import Money

FAILED: Final = frozenset({"failed", "canceled"})
DELAYED: Final = "The bank has refused a payment that was under way."


def parse(body: bytes) -> PaymentNews:
    """News to book, or with `kind` None and the reason. Raises Unreadable."""
    event = opened(body)
    name = event.text("type")
    news = PaymentNews(event=name, event_id=event.words("id"), provider=STRIPE)
    read = READERS.get(name)
    if read is None:
        return replace(news, reason="This event moves no money.")
    return read(news, event)


def _session_paid(news: PaymentNews, event: Part) -> PaymentNews:
    """Completed is not paid: the money of some methods comes days later, or never."""
    session = _object(event)
    if session.words("payment_status") != "paid" or session.words("mode") != "payment":
        return replace(news, reason="The session is completed, but nothing was paid yet.")
    return _of_session(news, session, event.time("created"), EntryKind.CAPTURED)


def _session_failed(news: PaymentNews, event: Part) -> PaymentNews:
    failed = _of_session(news, _object(event), event.time("created"), EntryKind.FAILED)
    return replace(failed, failure=DELAYED) if failed.kind else failed


def _of_session(news: PaymentNews, session: Part, at: datetime, kind: EntryKind) -> PaymentNews:
    payment_id = _id(session, "payment_intent")
    if not payment_id:
        return replace(news, reason="The session took no money: there is no payment in it.")
    notes = session.notes("metadata")
    return replace(
        _of_order(news, notes),
        kind=kind,
        payment=Payment(payment_id=payment_id, amount=_money(session, "amount_total"), at=at),
        reference=session.words("client_reference_id") or notes.get("reference", ""),
    )


def _paid(news: PaymentNews, event: Part) -> PaymentNews:
    intent = _object(event)
    notes = intent.notes("metadata")
    return replace(
        _of_order(news, notes),
        kind=EntryKind.CAPTURED,
        payment=Payment(
            payment_id=intent.text("id"),
            amount=_money(intent, "amount_received"),
            at=event.time("created"),
        ),
        reference=notes.get("reference", ""),
    )


def _failed(news: PaymentNews, event: Part) -> PaymentNews:
    """The session stays open: the customer may try again, with the same payment id."""
    intent = _object(event)
    notes, problem = intent.notes("metadata"), intent.find("last_payment_error")
    return replace(
        _of_order(news, notes),
        kind=EntryKind.FAILED,
        payment=Payment(
            payment_id=intent.text("id"),
            amount=_money(intent, "amount"),
            at=event.time("created"),
        ),
        reference=notes.get("reference", ""),
        failure=problem.words("message") if problem else "",
    )


def _charge_refunded(news: PaymentNews, event: Part) -> PaymentNews:
    """Up to version 2022-08-01 the refunds are in the charge, the newest first; since then only
    the sum is, and refund.created tells the refund under its id.
    """
    charge = _object(event)
    listed = charge.find("refunds")
    before = event.part("data").find("previous_attributes")
    known = before.find("refunds") if before else None
    old = {each.words("id") for each in known.parts("data")} if known else set[str]()
    made = [each for each in listed.parts("data") if each.words("id") not in old] if listed else []
    if not made:
        return replace(news, reason="The refund comes under its own id with refund.created.")
    notes = charge.notes("metadata")
    return _of_refund(news, made[0], notes, payment_id=_id(charge, "payment_intent"))


def _refund(news: PaymentNews, event: Part) -> PaymentNews:
    refund = _object(event)
    return _of_refund(news, refund, {}, payment_id=_id(refund, "payment_intent"))


def _of_refund(
    news: PaymentNews, refund: Part, notes: Mapping[str, str], *, payment_id: str
) -> PaymentNews:
    """One of the dashboard has no notes of its own: its payment has to be asked for them."""
    if not payment_id:
        return replace(news, reason="The charge was made without a payment intent: not by us.")
    has_failed = refund.words("status") in FAILED or news.event == "refund.failed"
    return replace(
        _of_order(news, notes or refund.notes("metadata")),
        kind=EntryKind.REFUND_FAILED if has_failed else EntryKind.REFUNDED,
        payment=Payment(
            payment_id=refund.text("id"),
            amount=_money(refund, "amount"),
            at=refund.time("created"),
        ),
        reference=payment_id,
        failure=refund.words("failure_reason"),
    )


def _dispute(news: PaymentNews, event: Part) -> PaymentNews:
    """One that is lost is money that the bank has given back: a refund under the dispute's id."""
    dispute = _object(event)
    payment_id = _id(dispute, "payment_intent")
    if not payment_id:
        return replace(news, reason="The charge was made without a payment intent: not by us.")
    closed = news.event == "charge.dispute.closed"
    outcome = dispute.words("status") if closed else "opened"
    if outcome not in {"opened", "won", "lost"}:
        return replace(news, reason="An inquiry was closed without money moving.")
    return replace(
        _of_order(news, dispute.notes("metadata")),
        kind=EntryKind.REFUNDED if outcome == "lost" else None,
        payment=Payment(
            payment_id=dispute.text("id"),
            amount=_money(dispute, "amount"),
            at=event.time("created"),
            means="dispute",
        ),
        reference=payment_id,
        failure=dispute.words("reason"),
        dispute=outcome,
    )


def _of_order(news: PaymentNews, notes: Mapping[str, str]) -> PaymentNews:
    return replace(news, store_id=notes.get("store_id", ""), order_id=notes.get("order_id", ""))


def _object(event: Part) -> Part:
    return event.part("data").part("object")


def _id(part: Part, name: str) -> str:
    """Of something that is named by its id, or is there as a whole; empty for neither."""
    whole = part.find(name)
    return whole.words("id") if whole else part.words(name)


def _money(part: Part, name: str) -> Money:
    try:
        return from_stripe(part.whole(name), part.text("currency"))
    except Invalid as error:
        raise Unreadable("payment_event", f"{part.at(name)}: {error.message}") from error


READERS: Final[dict[str, Callable[[PaymentNews, Part], PaymentNews]]] = {
    "checkout.session.completed": _session_paid,
    "checkout.session.async_payment_succeeded": _session_paid,
    "checkout.session.async_payment_failed": _session_failed,
    "payment_intent.succeeded": _paid,
    "payment_intent.payment_failed": _failed,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.closed": _dispute,
}
