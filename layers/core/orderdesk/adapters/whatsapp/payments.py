"""WhatsApp's own payments as a gateway: the order_details message is the request.

A request is looked up by the number that sent it, the payment configuration and our reference, so
its id is made of the three and stays right when the shop changes its configuration.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from orderdesk.adapters.outgoing import Answer, call
from orderdesk.adapters.whatsapp.payment_models import PaymentPart
from orderdesk.adapters.whatsapp.payment_status import means_of, money_of
from orderdesk.adapters.whatsapp.refusals import refusal_of
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.money.money import Money, exponent_of
from orderdesk.usecases.payments.whatsapp_payment import payment_id_of
from orderdesk.usecases.ports import Payment, PaymentLink, Refund
from orderdesk.usecases.ports.payments import WHATSAPP

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from orderdesk.adapters.whatsapp.payment_models import MoneyBack, Transaction

REFUND_STATUS: Final = {"success": "processed", "processed": "processed", "failed": "failed"}
PAID: Final = payment_id_of("")


class WhatsappPayments:
    """`url` holds the version, as in https://graph.facebook.com/v26.0; `token` is asked each time.

    Meta makes no links, and takes no request back: it ends by the expiry in the message.
    """

    provider: Final = WHATSAPP

    def __init__(self, url: str, token: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._token = token
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
        """Nothing is asked of Meta: sending the message makes the request.

        Raises Invalid without a number and a payment configuration.
        """
        number, _, configuration = account.partition(":")
        if not (number and configuration):
            raise Invalid(
                "Name the payment configuration of WhatsApp Manager in the settings.",
                field="whatsapp_pay.configuration_name",
            )
        return PaymentLink(
            provider_id=f"{account}:{reference}",
            reference=reference,
            url="",
            status="created",
            amount=amount,
            amount_paid=Money(0, amount.currency),
            expires_at=expires_at,
        )

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when Meta knows no such request, as before its message went out.

        Raises Unavailable.
        """
        number, configuration, reference = _parts(provider_id)
        path = f"{number}/payments/{quote(configuration, safe='')}/{quote(reference, safe='')}"
        answer = self._ask("GET", path)
        part = _found(answer, reference) if answer.ok else None
        return self._link(provider_id, reference, part) if part else None

    def cancel_link(self, provider_id: str) -> None:
        """Meta cannot be asked to; an order_status message tells the customer."""

    def refund(
        self,
        payment_id: str,
        amount: Money,
        *,
        reference: str,
        booked: Collection[str] = (),
    ) -> Refund:
        """Meta keeps no reference of ours: a refund of this amount that is there and not `booked`
        is taken for the one that was asked for before. Raises Unavailable, Invalid.
        """
        number, configuration, request = _parts(payment_id.removesuffix(PAID))
        for known in self._refunds_of(payment_id):
            if known.amount == amount and not known.has_failed and known.refund_id not in booked:
                return known
        wanted = {
            "reference_id": request,
            "speed": "normal",
            "payment_config_id": configuration,
            "amount": {"currency": amount.currency, **_amount(amount)},
        }
        answer = self._ask("POST", f"{number}/payments_refund", wanted)
        if not answer.ok:
            raise Invalid(f"WhatsApp refused the refund: {_words(answer)}")
        refund_id = answer.body.get("id")
        if not isinstance(refund_id, str) or not refund_id:
            raise Unavailable("WhatsApp's answer names no refund.")
        return Refund(
            refund_id=refund_id,
            amount=amount,
            status=REFUND_STATUS.get(str(answer.body.get("status", "")).lower(), "pending"),
            payment_id=payment_id,
            at=self._now(),
        )

    def find_refund(self, payment_id: str, refund_id: str) -> Refund | None:
        """None when that payment has no such refund. Raises Unavailable."""
        made = self._refunds_of(payment_id)
        return next((each for each in made if each.refund_id == refund_id), None)

    def notes_of(self, payment_id: str) -> Mapping[str, str] | None:
        """Meta tells none; None for an unknown payment. Raises Unavailable."""
        link = self.find_link(payment_id.removesuffix(PAID))
        return {} if link and link.payments else None

    def _refunds_of(self, payment_id: str) -> tuple[Refund, ...]:
        link = self.find_link(payment_id.removesuffix(PAID))
        return link.refunds if link else ()

    def _link(self, provider_id: str, reference: str, part: PaymentPart) -> PaymentLink:
        amount = money_of(part.total_amount, part.currency) or money_of(part.amount, part.currency)
        if amount is None:
            raise Unavailable("WhatsApp's answer names no amount of the payment.")
        captured, paid = part.status.lower() == "captured", _attempt(part, "success")
        payment_id = payment_id_of(provider_id)
        payment = Payment(
            payment_id=payment_id, amount=amount, at=self._time(paid), means=_means(paid)
        )
        back = (*part.refunds, *(each for tried in part.transactions for each in tried.refunds))
        return PaymentLink(
            provider_id=provider_id,
            reference=reference,
            url="",
            status=_status(part),
            amount=amount,
            amount_paid=amount if captured else Money(0, amount.currency),
            payments=(payment,) if captured else (),
            refunds=tuple(self._refund(each, payment_id, part.currency) for each in back),
        )

    def _refund(self, back: MoneyBack, payment_id: str, currency: str) -> Refund:
        amount = money_of(back.amount, currency)
        if not back.id or amount is None:
            raise Unavailable("WhatsApp's answer has a refund without id or amount.")
        return Refund(
            refund_id=back.id,
            amount=amount,
            status=REFUND_STATUS.get(back.status.lower(), "pending"),
            payment_id=payment_id,
            at=back.updated_timestamp or back.created_timestamp or self._now(),
        )

    def _time(self, paid: Transaction | None) -> datetime:
        told = (paid.updated_timestamp or paid.created_timestamp) if paid else None
        return told or self._now()

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """A refusal of what was asked is an answer; anything else means to try again later."""
        headers = {"authorization": f"Bearer {self._token()}"}
        answer = call(method, f"{self._url}/{path}", headers=headers, body=body)
        if answer.ok:
            return answer
        error = answer.body.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        refusal = refusal_of(code if isinstance(code, int) else None, http_status=answer.status)
        if refusal.retry:
            raise Unavailable(f"WhatsApp answers {answer.status}: {_words(answer)}")
        return answer


def _parts(provider_id: str) -> tuple[str, str, str]:
    """Number, configuration and reference; a configuration may have colons of its own."""
    account, _, reference = provider_id.rpartition(":")
    number, _, configuration = account.partition(":")
    return number, configuration, reference


def _found(answer: Answer, reference: str) -> PaymentPart | None:
    listed = answer.body.get("payments")
    if not isinstance(listed, list):
        raise Unavailable("WhatsApp's answer holds no payments.")
    parts = [PaymentPart.model_validate(each) for each in listed if isinstance(each, dict)]
    return next((each for each in parts if each.reference_id in {"", reference}), None)


def _attempt(part: PaymentPart, status: str) -> Transaction | None:
    return next((each for each in part.transactions if each.status.lower() == status), None)


def _means(paid: Transaction | None) -> str:
    if paid is None:
        return ""
    return " ".join(filter(None, (means_of(paid), paid.pg_transaction_id or paid.id)))


def _status(part: PaymentPart) -> str:
    """Pending is open for another attempt, unless one is under way."""
    status = part.status.lower()
    if status == "pending":
        return "processing" if _attempt(part, "pending") else "created"
    return "paid" if status == "captured" else "cancelled"


def _amount(amount: Money) -> dict[str, int]:
    """The offset is 100 whatever the currency."""
    return {"value": amount.minor * 100 // 10 ** exponent_of(amount.currency), "offset": 100}


def _words(answer: Answer) -> str:
    error = answer.body.get("error")
    said = error if isinstance(error, dict) else {}
    data = said.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return str(details or said.get("message") or f"HTTP {answer.status}")
