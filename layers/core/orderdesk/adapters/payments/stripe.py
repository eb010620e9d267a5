"""Stripe: a Checkout Session is the link, its payment intent the payment.

https://docs.stripe.com/api/checkout/sessions
https://docs.stripe.com/api/refunds
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.adapters.payments.minor_units import from_stripe, to_stripe
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import Payment, PaymentLink, Refund
from orderdesk.usecases.ports.payments import STRIPE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

# Answers keep this shape, whatever version the account is set to.
VERSION: Final = "2024-06-20"
# A session lives 30 minutes to 24 hours; the minute is for clocks that differ.
SHORTEST: Final = timedelta(minutes=31)
LONGEST: Final = timedelta(hours=23, minutes=59)
# Stripe leads every customer somewhere: without an address of ours, back into WhatsApp.
RETURN_URL: Final = "https://wa.me/"
MOST_REFUNDS: Final = 100  # in one answer
REFUSED: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND}
)
REFUND_STATUS: Final = {"succeeded": "processed", "failed": "failed", "canceled": "failed"}


class StripeCheckout:
    """`key` gives the secret key, and is asked at each call so that it can be renewed; `now` gives
    the time, since what Stripe allows counts from it.
    """

    provider: Final = STRIPE

    def __init__(self, url: str, key: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._url = f"{url.rstrip('/')}/v1"
        self._key = key
        self._now = now

    def create_link(
        self,
        *,
        reference: str,
        amount: Money,
        description: str,
        notes: dict[str, str],
        expires_at: datetime,
        account: str = "",
        return_url: str = "",
    ) -> PaymentLink:
        """The key makes a retry the same session; orders of one reference never share a key.

        A retry that asks for something else is refused by the key. Then another session is made:
        nobody has the address of the first, because only a link that is booked is told.
        Raises Unavailable, Invalid.
        """
        wanted = {
            "mode": "payment",
            "client_reference_id": reference,
            "metadata": notes,
            # Events of the intent, its charge and the charge's refund carry these.
            "payment_intent_data": {"metadata": notes, "description": description},
            "line_items": [_line(amount, description)],
            "success_url": return_url or RETURN_URL,
            "cancel_url": return_url or RETURN_URL,
        } | self._ending(expires_at)
        form = list(_form(wanted))
        names = (notes.get("store_id", ""), notes.get("order_id", ""), reference)
        answer = self._ask("POST", "/checkout/sessions", form, key=_key(*names))
        if _key_is_taken(answer):
            key = _key(*names, str(form))
            answer = self._ask("POST", "/checkout/sessions", form, key=key)
        if not answer.ok:
            raise Invalid(f"Stripe refused the link: {_words(answer)}")
        link = _link(answer.body)
        # What is told again is the session as it was then.
        return self.find_link(link.provider_id) or link if _is_replay(answer) else link

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when Stripe knows no such session. Raises Unavailable."""
        expand = urlencode({"expand[]": "payment_intent.latest_charge"})
        answer = self._ask("GET", f"/checkout/sessions/{quote(provider_id, safe='')}?{expand}")
        if not answer.ok:
            return None
        link = _link(answer.body)
        back = [each for paid in link.payments for each in self._refunds_of(paid.payment_id)]
        return replace(link, refunds=tuple(back))

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to one that is completed or expired already. Raises Unavailable."""
        self._ask("POST", f"/checkout/sessions/{quote(provider_id, safe='')}/expire", ())

    def refund(
        self, payment_id: str, amount: Money, *, reference: str, booked: Collection[str] = ()
    ) -> Refund:
        """Looked for first: Stripe forgets the key that makes a retry the same refund after a day.

        Raises Unavailable, Invalid.
        """
        if known := self._refund_with(payment_id, reference):
            return known
        wanted = {
            "payment_intent": payment_id,
            "amount": to_stripe(amount),
            "metadata": {"reference": reference},
        }
        key = _key("refund", payment_id, reference)
        answer = self._ask("POST", "/refunds", list(_form(wanted)), key=key)
        if answer.ok:
            return _refund(answer.body)
        if known := self._refund_with(payment_id, reference):
            return known
        raise Invalid(f"Stripe refused the refund: {_words(answer)}")

    def find_refund(self, payment_id: str, refund_id: str) -> Refund | None:
        """None when that payment has no such refund. Raises Unavailable."""
        answer = self._ask("GET", f"/refunds/{quote(refund_id, safe='')}")
        found = _refund(answer.body) if answer.ok else None
        return found if found and found.payment_id == payment_id else None

    def notes_of(self, payment_id: str) -> Mapping[str, str] | None:
        """An intent has the notes of its session; None for an unknown one. Raises Unavailable."""
        answer = self._ask("GET", f"/payment_intents/{quote(payment_id, safe='')}")
        return dict(answer.body.get("metadata") or {}) if answer.ok else None

    def _refund_with(self, payment_id: str, reference: str) -> Refund | None:
        made = self._refunds_of(payment_id)
        return next((each for each in made if each.reference == reference), None)

    def _refunds_of(self, payment_id: str) -> tuple[Refund, ...]:
        query = urlencode({"payment_intent": payment_id, "limit": MOST_REFUNDS})
        answer = self._ask("GET", f"/refunds?{query}")
        return tuple(_refund(each) for each in answer.body.get("data") or ())

    def _ending(self, expires_at: datetime) -> dict[str, object]:
        """Without an end of ours, Stripe's own: 24 hours."""
        now = self._now()
        if expires_at > now + LONGEST:
            return {}
        return {"expires_at": int(max(expires_at, now + SHORTEST).timestamp())}

    def _ask(
        self,
        method: str,
        path: str,
        form: list[tuple[str, str]] | tuple[()] | None = None,
        *,
        key: str = "",
    ) -> Answer:
        """A refusal of what was asked is an answer; anything else means to try again later."""
        sent = {"authorization": f"Bearer {self._key()}", "stripe-version": VERSION}
        if key:
            sent["idempotency-key"] = key
        answer = call(method, self._url + path, headers=sent, form=form)
        if not answer.ok and answer.status not in REFUSED:
            raise Unavailable(f"Stripe answers {answer.status}: {_words(answer)}")
        return answer


def _line(amount: Money, description: str) -> dict[str, object]:
    price = {
        "currency": amount.currency.lower(),
        "unit_amount": to_stripe(amount),
        "product_data": {"name": description},
    }
    return {"quantity": 1, "price_data": price}


def _form(fields: Mapping[str, object], within: str = "") -> Iterator[tuple[str, str]]:
    """Nested fields as Stripe reads them: `line_items[0][quantity]=1`."""
    for name, value in fields.items():
        path = f"{within}[{name}]" if within else name
        if isinstance(value, dict):
            yield from _form(value, path)
        elif isinstance(value, list):
            yield from _form({str(count): each for count, each in enumerate(value)}, path)
        else:
            yield path, str(value)


def _key(*names: str) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _key_is_taken(answer: Answer) -> bool:
    error = answer.body.get("error")
    return isinstance(error, dict) and error.get("type") == "idempotency_error"


def _is_replay(answer: Answer) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


def _link(body: Mapping[str, Any]) -> PaymentLink:
    try:
        amount = from_stripe(body["amount_total"], body["currency"])
        payments = tuple(_payments(body))
        return PaymentLink(
            provider_id=body["id"],
            reference=body["client_reference_id"] or "",
            url=body["url"] or "",
            status=_status(body),
            amount=amount,
            amount_paid=sum((each.amount for each in payments), Money(0, amount.currency)),
            payments=payments,
            expires_at=datetime.fromtimestamp(body["expires_at"], UTC),
        )
    except (KeyError, TypeError, Invalid) as error:
        raise Unavailable(f"Stripe's answer has no usable {error}.") from error


def _status(body: Mapping[str, Any]) -> str:
    """Completed with the money still to come is processing; refused by the bank it stays unpaid,
    and nobody can pay with it any more.
    """
    if body["status"] != "complete":
        return {"open": "created", "expired": "expired"}[body["status"]]
    if body["payment_status"] == "paid":
        return "paid"
    intent = body.get("payment_intent")
    is_under_way = not isinstance(intent, dict) or intent["status"] == "processing"
    return "processing" if is_under_way else "cancelled"


def _payments(body: Mapping[str, Any]) -> Iterator[Payment]:
    intent = body.get("payment_intent")
    if body["payment_status"] != "paid" or not isinstance(intent, dict):
        return
    charge = intent.get("latest_charge")
    paid = charge if isinstance(charge, dict) else {}
    method = paid.get("payment_method_details") or {}
    yield Payment(
        payment_id=intent["id"],
        amount=from_stripe(intent["amount_received"], intent["currency"]),
        at=datetime.fromtimestamp(paid.get("created") or intent["created"], UTC),
        means=method.get("type") or "",
    )


def _refund(body: Mapping[str, Any]) -> Refund:
    try:
        return Refund(
            refund_id=body["id"],
            amount=from_stripe(body["amount"], body["currency"]),
            status=REFUND_STATUS.get(body["status"], "pending"),
            payment_id=body["payment_intent"] or "",
            at=datetime.fromtimestamp(body["created"], UTC),
            reference=(body.get("metadata") or {}).get("reference", ""),
        )
    except (KeyError, TypeError, Invalid) as error:
        raise Unavailable(f"Stripe's answer has no usable {error}.") from error


def _words(answer: Answer) -> str:
    error = answer.body.get("error")
    words = error.get("message") if isinstance(error, dict) else None
    return str(words or f"HTTP {answer.status}")
