"""What goes back at Stripe: refunds, and disputes that banks open.

https://docs.stripe.com/api/refunds and https://docs.stripe.com/disputes/how-disputes-work
"""

from collections.abc import Iterator, Mapping

from dev.simulator.store import Json
from dev.simulator.stripe import Stripe
from dev.simulator.stripe_forms import StripeError, missing, nested, new_id
from dev.simulator.world import World

SUCCEEDED, FAILED = "succeeded", "failed"


class StripeRefunds:
    """Sends money of payments back; each refund succeeds at once, as a card's does."""

    def __init__(self, world: World, stripe: Stripe) -> None:
        self._world = world
        self._stripe = stripe

    def create(self, wanted: Mapping[str, str]) -> Json:
        """Refund `amount`, or the rest without one; raises StripeError in Stripe's words."""
        found = self._stripe.of_payment(wanted.get("payment_intent", ""))
        charge = found["charge"]
        if not charge["captured"]:
            raise StripeError(f"This PaymentIntent ({wanted['payment_intent']}) has no charge.")
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(wanted.get("amount", left))
        if left == 0:
            text = f"Charge {charge['id']} has already been refunded."
            raise StripeError(text, code="charge_already_refunded")
        if amount < 1:
            raise StripeError("This value must be greater than or equal to 1.", param="amount")
        if amount > left:
            raise StripeError(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        refund: Json = {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": int(self._world.now()),
            "currency": charge["currency"],
            "metadata": nested(wanted, "metadata"),
            "payment_intent": charge["payment_intent"],
            "reason": wanted.get("reason"),
            "status": SUCCEEDED,
        }
        found["refunds"].insert(0, refund)
        before = self._change(found, amount)
        self._stripe.tell("charge.refunded", charge, before)
        self._stripe.tell("refund.created", refund)
        return refund

    def of(self, payment_id: str) -> list[Json]:
        """A payment's refunds, newest first; raises StripeError for an unknown payment."""
        return list(self._stripe.of_payment(payment_id)["refunds"])

    def find(self, refund_id: str) -> Json:
        return self._find(refund_id)[1]

    def fail(self, refund_id: str) -> Json:
        """The bank refuses it after all: the money is the shop's again."""
        found, refund = self._find(refund_id)
        if refund["status"] == FAILED:
            raise StripeError(f"The refund {refund_id} has failed already.")
        refund |= {"status": FAILED, "failure_reason": "lost_or_stolen_card"}
        self._change(found, -refund["amount"])
        self._stripe.tell("refund.updated", refund, {"status": SUCCEEDED})
        self._stripe.tell("refund.failed", refund)
        return refund

    def dispute(self, payment_id: str, outcome: str) -> Json:
        """Let the customer's bank dispute a payment: outcome opened, won or lost."""
        found = self._stripe.of_payment(payment_id)
        if not found["disputes"]:
            found["disputes"].append(self._dispute(found["charge"]))
            self._stripe.tell("charge.dispute.created", found["disputes"][0])
        dispute: Json = found["disputes"][0]
        if outcome != "opened":
            dispute["status"] = outcome
            self._stripe.tell("charge.dispute.closed", dispute)
        self._stripe.save(found)
        return dispute

    def _dispute(self, charge: Json) -> Json:
        return {
            "id": new_id("dp"),
            "object": "dispute",
            "amount": charge["amount"],
            "charge": charge["id"],
            "created": int(self._world.now()),
            "currency": charge["currency"],
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": "product_not_received",
            "status": "needs_response",
        }

    def _find(self, refund_id: str) -> tuple[Json, Json]:
        for found, refund in self._every():
            if refund["id"] == refund_id:
                return found, refund
        raise missing("refund", refund_id)

    def _every(self) -> Iterator[tuple[Json, Json]]:
        for found in self._stripe.documents.values():
            for refund in found["refunds"]:
                yield found, refund

    def _change(self, found: Json, amount: int) -> Json:
        charge = found["charge"]
        before = {name: charge[name] for name in ("amount_refunded", "refunded")}
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._stripe.save(found)
        return before
