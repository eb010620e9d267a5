"""Stripe's Checkout Sessions, payments and refunds, with Stripe's own objects, checks and events.

https://docs.stripe.com/api/checkout/sessions and https://docs.stripe.com/api/events/types
"""

import json
from collections.abc import Callable, Mapping

from dev.simulator.config import Settings
from dev.simulator.store import Json, Store
from dev.simulator.stripe_forms import (
    LONGEST_SECONDS,
    StripeError,
    amount_of,
    missing,
    nested,
    new_id,
    random_text,
)
from dev.simulator.webhooks import Courier
from dev.simulator.world import World

VERSION = "2024-06-20"
OPEN, COMPLETE, EXPIRED = "open", "complete", "expired"
DECLINED = "Your card was declined."


class Stripe:
    """Makes sessions, takes payments on them, and tells the application by webhook.

    A document holds a `session` with its `intent`, `charge`, `refunds` and `disputes`.
    """

    def __init__(self, settings: Settings, world: World, store: Store, courier: Courier) -> None:
        self._settings = settings
        self._world = world
        self._store = store
        self._courier = courier
        documents = store.documents("stripe")
        self.documents: dict[str, Json] = {each["session"]["id"]: each for each in documents}
        self._answers = {each["key"]: each for each in store.documents("stripe_key")}

    def reset(self) -> None:
        for kind in ("stripe", "stripe_key"):
            self._store.clear(kind)
        self.documents.clear()
        self._answers.clear()

    def once(
        self, key: str, wanted: Mapping[str, str], make: Callable[[], Json]
    ) -> tuple[Json, bool]:
        """What `make` answered when the key came first, and whether it is that one again.

        Raises StripeError when the key came with something else.
        """
        known = self._answers.get(key) if key else None
        if known is None:
            answer = make()
            if key:
                kept = {"key": key, "wanted": dict(wanted), "answer": answer}
                self._answers[key] = kept
                self._store.put("stripe_key", key, kept)
            return answer, False
        if known["wanted"] != dict(wanted):
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}'.",
                code="",
                kind="idempotency_error",
            )
        return dict(known["answer"]), True

    def create(self, wanted: Mapping[str, str]) -> Json:
        """Create a session; raises StripeError with Stripe's words when the input is refused."""
        now = int(self._world.now())
        expires_at = int(wanted.get("expires_at", now + LONGEST_SECONDS))
        amount = amount_of(wanted, expires_at=expires_at, now=now)
        session_id = f"cs_test_{random_text(58)}"
        metadata = nested(wanted, "metadata")
        session: Json = {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": amount,
            "amount_total": amount,
            "cancel_url": wanted.get("cancel_url"),
            "client_reference_id": wanted.get("client_reference_id"),
            "created": now,
            "currency": wanted["line_items[0][price_data][currency]"],
            "expires_at": expires_at,
            "livemode": False,
            "metadata": metadata,
            "mode": wanted["mode"],
            "payment_intent": None,
            "payment_method_types": ["card", "sepa_debit"],
            "payment_status": "unpaid",
            "status": OPEN,
            "success_url": wanted["success_url"],
            "ui_mode": "hosted",
            "url": f"{self._settings.base_url}/stripe/pay/{session_id}",
        }
        about = {
            "name": wanted["line_items[0][price_data][product_data][name]"],
            "intent_metadata": nested(wanted, "payment_intent_data[metadata]"),
        }
        self.save({"session": session, "about": about, "refunds": [], "disputes": []})
        return session

    def find(self, session_id: str) -> Json:
        """Return a document, expired first when its time is over; raises StripeError."""
        found = self.documents.get(session_id)
        if found is None:
            raise missing("checkout.session", session_id)
        session = found["session"]
        if session["status"] == OPEN and session["expires_at"] <= self._world.now():
            self.expire(session_id)
        return found

    def expire_those_whose_time_is_over(self) -> None:
        for session_id in list(self.documents):
            self.find(session_id)

    def expire(self, session_id: str) -> Json:
        """Close a session that is open; raises StripeError for another."""
        found = self.documents.get(session_id)
        if found is None:
            raise missing("checkout.session", session_id)
        if found["session"]["status"] != OPEN:
            raise StripeError(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
                f"Session has a status of {found['session']['status']}."
            )
        found["session"] |= {"status": EXPIRED, "url": None}
        self.save(found)
        self.tell("checkout.session.expired", found["session"])
        return dict(found["session"])

    def pay(self, session_id: str, *, method: str = "card", delayed: bool = False) -> Json:
        """Take the whole amount; `delayed`, the bank says days later whether it comes."""
        found = self._open(session_id)
        intent = self._intent(found)
        intent["status"] = "processing"
        self._charge(found, method)
        found["session"] |= {"status": COMPLETE, "url": None}
        if not delayed:
            self._capture(found)
        self.save(found)
        self.tell("checkout.session.completed", found["session"])
        if not delayed and self._world.switches.all_gateway_events:
            self.tell("payment_intent.succeeded", intent)
            self.tell("charge.succeeded", found["charge"])
        return dict(found["session"])

    def settle(self, session_id: str, *, arrives: bool) -> Json:
        """End a delayed payment; raises StripeError when none is under way."""
        found = self.find(session_id)
        if (found.get("intent") or {}).get("status") != "processing":
            raise StripeError("No payment of this session is under way.")
        if arrives:
            self._capture(found)
            self.tell("checkout.session.async_payment_succeeded", found["session"])
        else:
            self._refuse(found)
            self.tell("payment_intent.payment_failed", found["intent"])
            self.tell("checkout.session.async_payment_failed", found["session"])
        self.save(found)
        return dict(found["session"])

    def fail(self, session_id: str, *, method: str = "card") -> Json:
        """Let one attempt fail; the session stays open, as at Stripe."""
        found = self._open(session_id)
        self._intent(found)
        self._charge(found, method)
        self._refuse(found)
        self.save(found)
        self.tell("payment_intent.payment_failed", found["intent"])
        return dict(found["session"])

    def of_payment(self, payment_id: str) -> Json:
        """The document of a payment intent; raises StripeError when there is none."""
        for found in self.documents.values():
            if (found.get("intent") or {}).get("id") == payment_id:
                return found
        raise missing("payment_intent", payment_id)

    def _open(self, session_id: str) -> Json:
        found = self.find(session_id)
        if found["session"]["status"] != OPEN:
            raise StripeError(f"This Checkout Session is {found['session']['status']}.")
        return found

    def _intent(self, found: Json) -> Json:
        """The session's intent, made with the first attempt to pay."""
        session = found["session"]
        if not found.get("intent"):
            found["intent"] = {
                "id": new_id("pi"),
                "object": "payment_intent",
                "amount": session["amount_total"],
                "amount_received": 0,
                "created": int(self._world.now()),
                "currency": session["currency"],
                "last_payment_error": None,
                "latest_charge": None,
                "livemode": False,
                "metadata": found["about"]["intent_metadata"],
                "status": "requires_payment_method",
            }
            session["payment_intent"] = found["intent"]["id"]
        intent: Json = found["intent"]
        return intent

    def _charge(self, found: Json, method: str) -> None:
        intent = found["intent"]
        found["charge"] = {
            "id": new_id("ch"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "captured": False,
            "created": int(self._world.now()),
            "currency": intent["currency"],
            "disputed": False,
            "livemode": False,
            "metadata": intent["metadata"],
            "paid": False,
            "payment_intent": intent["id"],
            "payment_method_details": {"type": method},
            "refunded": False,
            "status": "pending",
        }
        intent["latest_charge"] = found["charge"]["id"]

    def _capture(self, found: Json) -> None:
        amount = found["intent"]["amount"]
        found["intent"] |= {"status": "succeeded", "amount_received": amount}
        paid = {"captured": True, "paid": True, "amount_captured": amount, "status": "succeeded"}
        found["charge"] |= paid
        found["session"]["payment_status"] = "paid"

    def _refuse(self, found: Json) -> None:
        error = {"type": "card_error", "code": "card_declined", "message": DECLINED}
        error["charge"] = found["charge"]["id"]
        status = {"status": "requires_payment_method", "last_payment_error": error}
        found["intent"] |= status
        found["charge"] |= {"status": "failed", "failure_message": DECLINED}

    def save(self, found: Json) -> None:
        """Keep a document that was made or changed."""
        session = found["session"]
        self.documents[session["id"]] = found
        self._store.put("stripe", session["id"], found)
        self._world.hub.publish("stripe", session)

    def tell(self, kind: str, thing: Json, previous: Json | None = None) -> None:
        """Send a signed webhook, written as Stripe writes it."""
        changed = {"previous_attributes": previous} if previous is not None else {}
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": VERSION,
            "created": int(self._world.now()),
            "data": {"object": thing} | changed,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self._courier.send_stripe_event(json.dumps(event, indent=2), kind)
