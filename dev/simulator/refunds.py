"""What goes back at the payment gateway: refunds, and disputes that banks open.

https://razorpay.com/docs/api/refunds/ and https://razorpay.com/docs/webhooks/disputes/
"""

from dataclasses import replace

from dev.simulator.gateway import Gateway, GatewayError, new_id
from dev.simulator.model import Link
from dev.simulator.store import Json
from dev.simulator.world import World

LEAST_REFUND = 100
SHORTEST_KEY = 10
FAILED, PROCESSED = "failed", "processed"
OUTCOMES = {"created": "open", "won": "won", "lost": "lost"}


class Refunds:
    """Sends money of captured payments back; each refund is processed at once."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def create(self, payment_id: str, wanted: Json, key: str = "") -> Json:
        """Refund `amount`, or the rest without one; a known `key` answers with its first refund.

        Raises GatewayError in the gateway's words, 404 for an unknown payment.
        """
        link, payment = self._payment(payment_id)
        known = self._with_key(link, key)
        if known:
            if known["body"] != wanted:
                raise GatewayError(
                    "Different request with the same idempotency key has already been processed."
                )
            return dict(known["entity"])
        amount = wanted.get("amount", payment["amount"] - payment["amount_refunded"])
        self._check(payment, amount)
        entity = self._entity(payment, amount, wanted)
        link = replace(link, refunds=[*link.refunds, self._kept(entity, wanted, key)])
        self._change(link, payment, amount)
        self._tell("refund.created", entity)
        self._tell("refund.processed", entity)
        return entity

    def payment(self, payment_id: str) -> Json:
        """A payment as the API answers it; raises GatewayError for an unknown one."""
        _, payment = self._payment(payment_id)
        return payment

    def of(self, payment_id: str) -> list[Json]:
        """A payment's refunds, newest first; raises GatewayError for an unknown payment."""
        link, _ = self._payment(payment_id)
        entities = [each["entity"] for each in link.refunds]
        return [each for each in reversed(entities) if each["payment_id"] == payment_id]

    def fail(self, refund_id: str) -> Json:
        """The bank refuses it after all: the money is the shop's again."""
        link, kept = self._refund(refund_id)
        if kept["entity"]["status"] == FAILED:
            raise GatewayError(f"The refund {refund_id} has failed already.")
        entity: Json = kept["entity"] | {"status": FAILED}
        others = [each for each in link.refunds if each is not kept]
        link = replace(link, refunds=[*others, kept | {"entity": entity}])
        _, payment = self._payment(entity["payment_id"])
        self._change(link, payment, -entity["amount"])
        self._tell("refund.failed", entity)
        return entity

    def dispute(self, payment_id: str, outcome: str) -> Json:
        """Let the customer's bank dispute a payment: outcome created, won or lost."""
        if outcome not in OUTCOMES:
            raise GatewayError(f"outcome must be one of {', '.join(OUTCOMES)}", field="outcome")
        link, payment = self._payment(payment_id)
        known = next((e for e in link.disputes if e["payment_id"] == payment_id), None)
        dispute = (known or self._dispute(payment)) | {"status": OUTCOMES[outcome]}
        if outcome == "lost":
            dispute["amount_deducted"] = dispute["amount"]
        others = [each for each in link.disputes if each is not known]
        self._world.save_link(replace(link, disputes=[*others, dispute]))
        self._gateway.tell(f"payment.dispute.{outcome}", payment=payment, dispute=dispute)
        return dispute

    def _dispute(self, payment: Json) -> Json:
        now = int(self._world.now())
        return {
            "id": new_id("disp"),
            "entity": "dispute",
            "payment_id": payment["id"],
            "amount": payment["amount"],
            "currency": payment["currency"],
            "amount_deducted": 0,
            "reason_code": "goods_not_received",
            "respond_by": now + 7 * 24 * 3600,
            "status": "open",
            "phase": "chargeback",
            "created_at": now,
        }

    def _payment(self, payment_id: str) -> tuple[Link, Json]:
        for link in self._world.links.values():
            for payment in link.payments:
                if payment["id"] == payment_id:
                    return link, payment
        raise GatewayError("The id provided does not exist")

    def _refund(self, refund_id: str) -> tuple[Link, Json]:
        for link in self._world.links.values():
            for kept in link.refunds:
                if kept["entity"]["id"] == refund_id:
                    return link, kept
        raise GatewayError("The id provided does not exist")

    def _with_key(self, link: Link, key: str) -> Json | None:
        if not key:
            return None
        well_formed = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
        if len(key) < SHORTEST_KEY or not well_formed:
            raise GatewayError("The idempotency key is invalid.")
        return next((each for each in link.refunds if each["key"] == key), None)

    def _check(self, payment: Json, amount: object) -> None:
        if not payment["captured"]:
            raise GatewayError("The payment status should be captured for action to be taken")
        if payment["amount_refunded"] == payment["amount"]:
            raise GatewayError("The payment has been fully refunded already")
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise GatewayError("The amount must be an integer.", field="amount")
        if amount < LEAST_REFUND:
            raise GatewayError("The amount must be atleast INR 1.00", field="amount")
        if amount > payment["amount"]:
            raise GatewayError("The refund amount provided is greater than amount captured")
        if amount + payment["amount_refunded"] > payment["amount"]:
            raise GatewayError("The total refund amount is greater than the refund payment amount")

    def _entity(self, payment: Json, amount: int, wanted: Json) -> Json:
        return {
            "id": new_id("rfnd"),
            "entity": "refund",
            "amount": amount,
            "currency": payment["currency"],
            "payment_id": payment["id"],
            "notes": wanted.get("notes") or [],
            "receipt": wanted.get("receipt"),
            "acquirer_data": {"arn": None},
            "created_at": int(self._world.now()),
            "batch_id": None,
            "status": PROCESSED,
            "speed_processed": "normal",
            "speed_requested": wanted.get("speed") or "normal",
        }

    def _kept(self, entity: Json, wanted: Json, key: str) -> Json:
        return {"entity": entity, "body": wanted, "key": key}

    def _change(self, link: Link, payment: Json, amount: int) -> None:
        refunded = payment["amount_refunded"] + amount
        whole = refunded == payment["amount"]
        after = payment | {
            "amount_refunded": refunded,
            "refund_status": ("full" if whole else "partial") if refunded else None,
            "status": "refunded" if whole else "captured",
        }
        payments = [after if each["id"] == payment["id"] else each for each in link.payments]
        self._world.save_link(replace(link, payments=payments))

    def _tell(self, event: str, entity: Json) -> None:
        _, payment = self._payment(entity["payment_id"])
        self._gateway.tell(event, refund=entity, payment=payment)
