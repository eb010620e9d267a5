"""A payment gateway's links and what becomes of them, with Razorpay's objects and events.

https://razorpay.com/docs/api/payments/payment-links/ and https://razorpay.com/docs/webhooks/
"""

import secrets
import string
from dataclasses import replace
from typing import Any

from dev.simulator.config import Settings
from dev.simulator.model import Link
from dev.simulator.store import Json
from dev.simulator.webhooks import Courier
from dev.simulator.world import World

LEAST_AMOUNT = 100
REFERENCE_MAX, DESCRIPTION_MAX, NOTES_MAX = 40, 2048, 15
EXPIRY_LEAST_SECONDS = 15 * 60
ACCOUNT_ID = "acc_OrderdeskDemo1"
ALPHABET = string.ascii_letters + string.digits
OPEN, PAID, CANCELLED, EXPIRED = "created", "paid", "cancelled", "expired"
METHODS = ("upi", "card", "netbanking")


class GatewayError(Exception):
    """A refused call, answered as Razorpay's BAD_REQUEST_ERROR with its description."""

    def __init__(
        self, description: str, *, field: str | None = None, http_status: int = 400
    ) -> None:
        super().__init__(description)
        self.field = field
        self.http_status = http_status

    def body(self) -> Json:
        error: Json = {
            "code": "BAD_REQUEST_ERROR",
            "description": str(self),
            "source": "business",
            "step": "payment_initiation",
            "reason": "input_validation_failed",
            "metadata": {},
        }
        return {"error": error | ({"field": self.field} if self.field else {})}


class Gateway:
    """Creates payment links, takes payments on them, and tells the application by webhook."""

    def __init__(self, settings: Settings, world: World, courier: Courier) -> None:
        self._settings = settings
        self._world = world
        self._courier = courier

    def create(self, wanted: Json) -> Link:
        """Create a link; raises GatewayError with Razorpay's words when the input is refused."""
        self._check(wanted)
        now, link_id = int(self._world.now()), new_id("plink")
        given = ("reference_id", "description", "callback_url", "callback_method")
        entity: Json = {
            "accept_partial": False,
            "amount": wanted["amount"],
            "amount_paid": 0,
            "cancelled_at": 0,
            "created_at": now,
            "currency": wanted.get("currency", "INR"),
            "customer": wanted.get("customer") or {},
            "expire_by": wanted.get("expire_by") or 0,
            "expired_at": 0,
            "first_min_partial_amount": 0,
            "id": link_id,
            # The gateway answers an empty list, not an object, when there are no notes.
            "notes": wanted.get("notes") or [],
            "notify": wanted.get("notify") or {"email": False, "sms": False, "whatsapp": False},
            "reminder_enable": bool(wanted.get("reminder_enable")),
            "reminders": [],
            "short_url": f"{self._settings.base_url}/payments/pay/{link_id}",
            "status": OPEN,
            "updated_at": now,
            "upi_link": bool(wanted.get("upi_link")),
            "user_id": "",
            "whatsapp_link": False,
        } | {name: str(wanted.get(name) or "") for name in given}
        return self._world.save_link(Link(id=link_id, order_id=new_id("order"), entity=entity))

    def _check(self, wanted: Json) -> None:
        amount = wanted.get("amount")
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise GatewayError("The amount must be an integer.", field="amount")
        if amount < LEAST_AMOUNT:
            raise GatewayError(f"The amount must be atleast {LEAST_AMOUNT}.", field="amount")
        reference = str(wanted.get("reference_id") or "")
        if len(reference) > REFERENCE_MAX:
            description = f"The reference id may not be greater than {REFERENCE_MAX} characters."
            raise GatewayError(description, field="reference_id")
        if reference and self.with_reference(reference):
            description = f"payment link with given reference_id ({reference}) already exists."
            raise GatewayError(description, field="reference_id")
        if len(str(wanted.get("description") or "")) > DESCRIPTION_MAX:
            raise GatewayError("The description is too long.", field="description")
        if len(wanted.get("notes") or {}) > NOTES_MAX:
            raise GatewayError("Number of fields in notes should be less than or equal to 15")
        expire_by = wanted.get("expire_by")
        if expire_by and expire_by < self._world.now() + EXPIRY_LEAST_SECONDS:
            raise GatewayError(
                "expire_by should be at least 15 minutes after current time", field="expire_by"
            )

    def find(self, link_id: str) -> Link:
        """Return a link, expired first when its time is over; raises GatewayError when unknown."""
        link = self._world.links.get(link_id)
        if link is None:
            raise GatewayError("The id provided does not exist", http_status=400)
        expire_by = link.entity["expire_by"]
        if link.entity["status"] == OPEN and 0 < expire_by <= self._world.now():
            return self.expire(link_id)
        return link

    def with_reference(self, reference_id: str) -> list[Link]:
        links = self._world.links.values()
        return [link for link in links if link.entity["reference_id"] == reference_id]

    def pay(self, link_id: str, *, method: str = "upi") -> Json:
        """Take the whole amount; returns the payment. A link that is not open is refused."""
        link = self._open(link_id)
        payment = self._payment(link, method) | {"status": "captured", "captured": True}
        entity = link.entity | {"status": PAID, "amount_paid": link.entity["amount"]}
        paid = self._save(link, entity, payment)
        if self._world.switches.all_gateway_events:
            self.tell("payment.authorized", payment=payment | {"status": "authorized"})
            self.tell("payment.captured", payment=payment)
            self.tell("order.paid", payment=payment, order=self._order(paid))
        self.tell(
            "payment_link.paid",
            payment_link=self.described(paid),
            order=self._order(paid),
            payment=payment,
        )
        return payment

    def fail(self, link_id: str, *, method: str = "upi") -> Json:
        """Let one attempt fail; the link stays open, as at a real gateway."""
        link = self._open(link_id)
        failure = {
            "status": "failed",
            "error_code": "BAD_REQUEST_ERROR",
            "error_description": "Your payment didn't go through as it was declined by the bank. "
            "Try another payment method or contact your bank.",
            "error_source": "bank",
            "error_step": "payment_authorization",
            "error_reason": "payment_failed",
            "fee": None,
            "tax": None,
        }
        payment = self._payment(link, method) | failure
        self._save(link, link.entity, payment)
        self.tell("payment.failed", payment=payment)
        return payment

    def expire(self, link_id: str) -> Link:
        link = self._world.links[link_id]
        return self._close(link, EXPIRED, at="expired_at")

    def cancel(self, link_id: str) -> Link:
        link = self.find(link_id)
        if link.entity["status"] == PAID:
            raise GatewayError("Payment link in paid status can't be cancelled")
        if link.entity["status"] != OPEN:
            raise GatewayError(f"Payment Link is already {link.entity['status']}")
        return self._close(link, CANCELLED, at="cancelled_at")

    def described(self, link: Link) -> Json:
        """Return the link as the API answers it, with its payments."""
        payments = [
            {
                "amount": payment["amount"],
                "created_at": payment["created_at"],
                "method": payment["method"],
                "payment_id": payment["id"],
                "plink_id": link.id,
                "status": payment["status"],
                "updated_at": payment["created_at"],
            }
            for payment in link.payments
            if payment["captured"]
        ]
        return link.entity | {"order_id": link.order_id, "payments": payments or None}

    def _open(self, link_id: str) -> Link:
        link = self.find(link_id)
        if link.entity["status"] != OPEN:
            raise GatewayError(f"This payment link is {link.entity['status']}.")
        return link

    def _close(self, link: Link, status: str, *, at: str) -> Link:
        now = int(self._world.now())
        closed = replace(link, entity=link.entity | {"status": status, at: now, "updated_at": now})
        self._world.save_link(closed)
        self.tell(f"payment_link.{status}", payment_link=closed.entity)
        return closed

    def _save(self, link: Link, entity: Json, payment: Json) -> Link:
        entity = entity | {"updated_at": int(self._world.now())}
        return self._world.save_link(
            replace(link, entity=entity, payments=[*link.payments, payment])
        )

    def _payment(self, link: Link, method: str) -> Json:
        if method not in METHODS:
            raise GatewayError(f"method must be one of {', '.join(METHODS)}", field="method")
        entity = link.entity
        fee = entity["amount"] * 2 // 100
        return {
            "id": new_id("pay"),
            "entity": "payment",
            "amount": entity["amount"],
            "currency": entity["currency"],
            "order_id": link.order_id,
            "invoice_id": None,
            "international": False,
            "method": method,
            "amount_refunded": 0,
            "refund_status": None,
            "captured": False,
            "description": f"#{link.id.removeprefix('plink_')}",
            "card_id": new_id("card") if method == "card" else None,
            "bank": "HDFC" if method == "netbanking" else None,
            "wallet": None,
            "vpa": "customer@upi" if method == "upi" else None,
            "email": entity["customer"].get("email", "void@example.com"),
            "contact": entity["customer"].get("contact", ""),
            "notes": entity["notes"],
            "fee": fee,
            "tax": fee * 18 // 118,
            "error_code": None,
            "error_description": None,
            "error_source": None,
            "error_step": None,
            "error_reason": None,
            "acquirer_data": {"rrn": str(secrets.randbelow(9 * 10**11) + 10**11)},
            "created_at": int(self._world.now()),
        }

    def _order(self, link: Link) -> Json:
        entity = link.entity
        return {
            "id": link.order_id,
            "entity": "order",
            "amount": entity["amount"],
            "amount_paid": entity["amount_paid"],
            "amount_due": entity["amount"] - entity["amount_paid"],
            "currency": entity["currency"],
            "receipt": entity["reference_id"],
            "offer_id": None,
            "status": "paid" if entity["status"] == PAID else "attempted",
            "attempts": len(link.payments),
            "notes": entity["notes"],
            "created_at": entity["created_at"],
        }

    def tell(self, event: str, **entities: Any) -> None:
        """Send a signed webhook with these entities."""
        body = {
            "entity": "event",
            "account_id": ACCOUNT_ID,
            "event": event,
            "contains": list(entities),
            "payload": {name: {"entity": entity} for name, entity in entities.items()},
            "created_at": int(self._world.now()),
        }
        self._courier.send_payment_event(body, event)


def new_id(kind: str) -> str:
    """Return an id shaped like the gateway's, e.g. plink_NVcLFj7FEEzhOA."""
    return f"{kind}_" + "".join(secrets.choice(ALPHABET) for _ in range(14))
