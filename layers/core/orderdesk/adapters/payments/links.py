"""Payment links and refunds of a gateway that speaks Razorpay's API.

https://razorpay.com/docs/api/payments/payment-links/
https://razorpay.com/docs/api/refunds/
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money import Money
from orderdesk.usecases.ports import Payment, PaymentLink, Refund

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_REFUNDS: Final = 100  # in one answer
REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})


class PaymentLinkGateway:
    """`key` gives `key_id:key_secret`, and is asked at each call so that it can be renewed."""

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
    ) -> PaymentLink:
        """The gateway refuses a second link of one reference: then the first one is given.

        Raises Unavailable, Invalid; with `field` "reference" when the first one has other notes.
        """
        wanted = {
            "amount": amount.minor,
            "currency": amount.currency,
            "reference_id": reference,
            "description": description,
            "notes": notes,
            "expire_by": int(expires_at.timestamp()),
        }
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
        return _link(answer.body) if answer.ok else None

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to a link that is paid or closed already. Raises Unavailable."""
        self._ask("POST", f"{self._links}/{quote(provider_id, safe='')}/cancel", {})

    def refund(self, payment_id: str, amount: Money, *, reference: str) -> Refund:
        """The key makes a retry the same refund; how long the gateway remembers it is not said, so
        what it refuses is looked for among the payment's refunds. Raises Unavailable, Invalid.

        https://razorpay.com/docs/api/refunds/normal-refunds-idempotent
        """
        url = f"{self._payments}/{quote(payment_id, safe='')}"
        wanted = {"amount": amount.minor, "receipt": reference}
        key = hashlib.sha256(f"{payment_id} {reference}".encode()).hexdigest()[:32]
        answer = self._ask("POST", f"{url}/refund", wanted, {"x-refund-idempotency": key})
        if answer.ok:
            return _refund(answer.body, amount.currency)
        made = self._ask("GET", f"{url}/refunds?count={MOST_REFUNDS}").body.get("items") or ()
        known = next((each for each in made if each.get("receipt") == reference), None)
        if known is None:
            raise Invalid(f"The payment gateway refused the refund: {_words(answer)}")
        return _refund(known, amount.currency)

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
                if each["status"] == "captured"
            ),
        )
    except (KeyError, TypeError) as error:
        raise Unavailable(f"The payment gateway's answer has no usable {error}.") from error


def _payment(body: Mapping[str, Any], currency: str) -> Payment:
    return Payment(
        payment_id=body["payment_id"],
        amount=Money(body["amount"], currency),
        at=datetime.fromtimestamp(body["created_at"], UTC),
        means=body.get("method") or "",
    )


def _refund(body: Mapping[str, Any], currency: str) -> Refund:
    try:
        amount = Money(body["amount"], body.get("currency") or currency)
        return Refund(refund_id=body["id"], amount=amount, status=body["status"])
    except (KeyError, TypeError) as error:
        raise Unavailable(f"The payment gateway's answer has no usable {error}.") from error


def _words(answer: Answer) -> str:
    error = answer.body.get("error")
    words = error.get("description") if isinstance(error, dict) else None
    return str(words or f"HTTP {answer.status}")
