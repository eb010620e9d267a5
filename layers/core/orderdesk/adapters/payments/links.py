"""Payment links of a gateway that speaks Razorpay's API.

https://razorpay.com/docs/api/payments/payment-links/
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money import Money
from orderdesk.usecases.ports import Payment, PaymentLink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})


class PaymentLinkGateway:
    """`key` gives `key_id:key_secret`, and is asked at each call so that it can be renewed."""

    def __init__(self, url: str, key: Callable[[], str]) -> None:
        self._links = f"{url.rstrip('/')}/v1/payment_links"
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

    def _with_reference(self, reference: str) -> Mapping[str, Any] | None:
        answer = self._ask("GET", f"{self._links}?{urlencode({'reference_id': reference})}")
        found = answer.body.get("payment_links") or ()
        return next((each for each in found if each.get("reference_id") == reference), None)

    def _ask(self, method: str, url: str, body: Mapping[str, object] | None = None) -> Answer:
        """A refusal of what was asked is an answer; anything else means to try again later."""
        basic = base64.b64encode(self._key().encode()).decode()
        answer = call(method, url, headers={"authorization": f"Basic {basic}"}, body=body)
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


def _words(answer: Answer) -> str:
    error = answer.body.get("error")
    words = error.get("description") if isinstance(error, dict) else None
    return str(words or f"HTTP {answer.status}")
