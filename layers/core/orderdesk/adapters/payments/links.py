"""Payment links and refunds of a gateway that speaks Razorpay's API.

https://razorpay.com/docs/api/payments/payment-links/
https://razorpay.com/docs/api/refunds/
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money
from orderdesk.usecases.ports import Payment, PaymentLink, Refund
from orderdesk.usecases.ports.payments import RAZORPAY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

MOST_REFUNDS: Final = 100  # in one answer
CAPTURED: Final = frozenset({"captured", "refunded"})
REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})


class PaymentLinkGateway:
    """`key` gives `key_id:key_secret`, and is asked at each call so that it can be renewed."""

    provider: Final = RAZORPAY

    def __init__(self, url: str, key: Callable[[], str]) -> None:
        self._links = f"{url.rstrip('/')}/v1/payment_links"
        self._payments = f"{url.rstrip('/')}/v1/payments"
        self._key = key

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
        """The gateway refuses a second link of one reference: then the first one is given.

        Raises Unavailable, Invalid; with `field` "reference" when the first one has other notes.
        """
        wanted: dict[str, object] = {
            "amount": amount.minor,
            "currency": amount.currency,
            "reference_id": reference,
            "description": description,
            "notes": notes,
            "expire_by": int(expires_at.timestamp()),
        }
        if return_url:
            wanted |= {"callback_url": return_url, "callback_method": "get"}
        answer = self._ask("POST", self._links, wanted)
        if answer.ok:
            return _link(answer.body)
        known = self._with_reference(reference)
        if known is None:
            raise Invalid(f"The payment gateway refused the link: {_words(answer)}")
        if known.get("notes") != notes:
            raise Invalid(
                f"The payment gateway knows {reference} of another order.", field="reference"
            )
        return _link(known)

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when the gateway knows no such link. Raises Unavailable."""
        answer = self._ask("GET", f"{self._links}/{quote(provider_id, safe='')}")
        if not answer.ok:
            return None
        link = _link(answer.body)
        back = [each for paid in link.payments for each in self._refunds_of(paid.payment_id)]
        return replace(link, refunds=tuple(back))

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to a link that is paid or closed already. Raises Unavailable."""
        self._ask("POST", f"{self._links}/{quote(provider_id, safe='')}/cancel", {})

    def refund(
        self, payment_id: str, amount: Money, *, reference: str, booked: Collection[str] = ()
    ) -> Refund:
        """Looked for first: how long the gateway remembers the key that makes a retry the same
        refund, is not said. What it refuses may have been made in the same moment, so it is looked
        for once more. Raises Unavailable, Invalid.

        https://razorpay.com/docs/api/refunds/normal-refunds-idempotent
        """
        if known := self._refund_with(payment_id, reference):
            return known
        wanted = {"amount": amount.minor, "receipt": reference}
        key = hashlib.sha256(f"{payment_id} {reference}".encode()).hexdigest()[:32]
        url = f"{self._payments}/{quote(payment_id, safe='')}/refund"
        answer = self._ask("POST", url, wanted, {"x-refund-idempotency": key})
        if answer.ok:
            return _refund(answer.body)
        if known := self._refund_with(payment_id, reference):
            return known
        raise Invalid(f"The payment gateway refused the refund: {_words(answer)}")

    def find_refund(self, payment_id: str, refund_id: str) -> Refund | None:
        """None when that payment has no such refund. Raises Unavailable."""
        url = f"{self._payments}/{quote(payment_id, safe='')}/refunds/{quote(refund_id, safe='')}"
        answer = self._ask("GET", url)
        return _refund(answer.body) if answer.ok else None

    def notes_of(self, payment_id: str) -> Mapping[str, str] | None:
        """A payment has the notes of its link; None for an unknown one. Raises Unavailable."""
        answer = self._ask("GET", f"{self._payments}/{quote(payment_id, safe='')}")
        if not answer.ok:
            return None
        notes = answer.body.get("notes")
        return {k: str(v) for k, v in notes.items()} if isinstance(notes, dict) else {}

    def _refund_with(self, payment_id: str, reference: str) -> Refund | None:
        made = self._refunds_of(payment_id)
        return next((each for each in made if each.reference == reference), None)

    def _refunds_of(self, payment_id: str) -> tuple[Refund, ...]:
        url = f"{self._payments}/{quote(payment_id, safe='')}/refunds?count={MOST_REFUNDS}"
        return tuple(_refund(each) for each in self._ask("GET", url).body.get("items") or ())

    def _with_reference(self, reference: str) -> Mapping[str, Any] | None:
        answer = self._ask("GET", f"{self._links}?{urlencode({'reference_id': reference})}")
        found = answer.body.get("payment_links") or ()
        return next((each for each in found if each.get("reference_id") == reference), None)

    def _ask(
        self,
        method: str,
        url: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A refusal of what was asked is an answer; anything else means to try again later."""
        basic = base64.b64encode(self._key().encode()).decode()
        sent = {"authorization": f"Basic {basic}", **(headers or {})}
        answer = call(method, url, headers=sent, body=body)
        if not answer.ok and answer.status not in REFUSED:
            raise Unavailable(f"The payment gateway answers {answer.status}: {_words(answer)}")
        return answer


def _link(body: Mapping[str, Any]) -> PaymentLink:
    try:
        currency = body["currency"]
        return PaymentLink(
            provider_id=body["id"],
            reference=body["reference_id"],
            url=body["short_url"],
            status=body["status"],
            amount=Money(body["amount"], currency),
            amount_paid=Money(body["amount_paid"], currency),
            payments=tuple(
                _payment(each, currency)
                for each in body.get("payments") or ()
                if each["status"] in CAPTURED
            ),
            expires_at=_time(body.get("expire_by")),
        )
    except (KeyError, TypeError) as error:
        raise Unavailable(f"The payment gateway's answer has no usable {error}.") from error


def _time(seconds: int | None) -> datetime | None:
    """Zero stands for never."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _payment(body: Mapping[str, Any], currency: str) -> Payment:
    return Payment(
        payment_id=body["payment_id"],
        amount=Money(body["amount"], currency),
        at=datetime.fromtimestamp(body["created_at"], UTC),
        means=body.get("method") or "",
    )


def _refund(body: Mapping[str, Any]) -> Refund:
    try:
        return Refund(
            refund_id=body["id"],
            amount=Money(body["amount"], body["currency"]),
            status=body["status"],
            payment_id=body["payment_id"],
            at=datetime.fromtimestamp(body["created_at"], UTC),
            reference=body.get("receipt") or "",
        )
    except (KeyError, TypeError) as error:
        raise Unavailable(f"The payment gateway's answer has no usable {error}.") from error


def _words(answer: Answer) -> str:
    error = answer.body.get("error")
    words = error.get("description") if isinstance(error, dict) else None
    return str(words or f"HTTP {answer.status}")
