"""The client's half that is about Meta: its bad days, its catalog, and what it took."""

from typing import Any, Protocol
from urllib.parse import quote, urlencode

from dev.simulator.store import Json


class Caller(Protocol):
    """Who can call the control API."""

    def _call(self, method: str, path: str, body: Json | bytes | None = None) -> Json: ...


class MetaClient:
    """What a test has Meta do, and what it asks Meta afterwards."""

    def fail_next_sends(
        self: Caller,
        code: int,
        count: int = 1,
        *,
        after_accepting: bool = False,
        http_status: int = 0,
    ) -> None:
        """Refuse the next sends; `after_accepting` the message goes out and the answer is lost."""
        wanted = {"code": code, "count": count, "after_accepting": after_accepting}
        self._call("POST", "/control/failures", wanted | {"http_status": http_status})

    def outage(self: Caller, seconds: float, mode: str = "error", share: int = 100) -> Json:
        """Let the Graph API fail for a while.

        The mode is error (500), unavailable (503), rate_limit (429), timeout, disconnect, or
        lost_answer: what was sent is taken, and the connection ends without an answer.
        """
        wanted = {"seconds": seconds, "mode": mode, "share": share}
        return self._call("POST", "/control/outage", wanted)

    def end_outage(self: Caller) -> None:
        self._call("DELETE", "/control/outage")

    def calls(self: Caller) -> list[Json]:
        """Return the Graph API calls with their answers, oldest first."""
        return list(self._call("GET", "/control/calls")["calls"])

    def accepted(self: Caller, customer: str | None = None) -> list[Json]:
        """Return what Meta took, in that order, with its callback data."""
        query = "?" + urlencode({"customer": customer}) if customer else ""
        return list(self._call("GET", f"/control/accepted{query}")["accepted"])

    def sent_twice(self: Caller) -> list[str]:
        """Return the callback data that Meta took more than once."""
        return list(self._call("GET", "/control/accepted")["twice"])

    def products(self: Caller) -> list[Json]:
        return list(self._call("GET", "/control/products")["products"])

    def change_product(self: Caller, retailer_id: str, **changes: Any) -> Json:
        """Change price, sale_price, availability, name, description, or removed=True."""
        return self._call("PATCH", f"/control/products/{quote(retailer_id)}", changes)

    def sell_in(self: Caller, currency: str) -> Json:
        """Sell the whole catalog in another currency: INR or BRL."""
        return self._call("PATCH", "/control/catalog", {"currency": currency})

    def set_flow(self: Caller, flow_id: str, definition: Json) -> Json:
        """Publish a Flow's JSON under an id."""
        return self._call("PUT", f"/control/flows/{quote(flow_id)}", definition)

    def flow(self: Caller, flow_id: str) -> Json:
        return self._call("GET", f"/control/flows/{quote(flow_id)}")

    def whatsapp_orders(self: Caller) -> list[Json]:
        """Return the orders that were sent to be paid in the chat, with status and payment."""
        return list(self._call("GET", "/control/whatsapp_payments")["orders"])

    def pay_in_whatsapp(
        self: Caller, reference_id: str, outcome: str = "pay", method: str = "upi"
    ) -> Json:
        """Let the customer pay, fail, or begin (pending) a payment in the chat.

        capture and decline end one that is pending, cancel closes the sheet.
        """
        path = f"/control/whatsapp_payments/{quote(reference_id)}/{quote(outcome)}"
        return self._call("POST", path, {"method": method})

    def fail_whatsapp_refund(self: Caller, reference_id: str, refund_id: str) -> Json:
        """Let the bank refuse a refund after all."""
        path = f"/control/whatsapp_payments/{quote(reference_id)}/refunds/{quote(refund_id)}/fail"
        return self._call("POST", path, {})

    def templates(self: Caller) -> list[Json]:
        return list(self._call("GET", "/control/templates")["templates"])

    def set_template(self: Caller, name: str, body: str = "", **more: Any) -> Json:
        """Have a template without Meta's review.

        `body` alone is for any language; else language, components, category, status.
        """
        wanted = ({"body": body} if body else {}) | more
        return self._call("PUT", f"/control/templates/{quote(name)}", wanted)

    def judge_template(self: Caller, name: str, status: str, reason: str = "NONE") -> None:
        """Let Meta change a template to APPROVED, REJECTED, PAUSED or DISABLED, and tell of it."""
        path = f"/control/templates/{quote(name)}/{status.lower()}"
        self._call("POST", path, {"reason": reason})

    def count_service_messages(self: Caller, count: int) -> None:
        """Say how many service messages the shop has sent this month; a thousand are free."""
        self._call("PUT", "/control/pricing", {"service_messages": count})

    def forget_media(self: Caller, media_id: str) -> None:
        """Lose a customer's file, as after its seven days."""
        self._call("DELETE", f"/control/media/{quote(media_id)}")

    def change_number(self: Caller, customer: str, phone: str) -> Json:
        """Move a customer to another number; the user id changes with it. The app is told."""
        path = f"/control/customers/{quote(customer)}/identity/number"
        return self._call("POST", path, {"phone": phone})

    def change_user_id(self: Caller, customer: str) -> Json:
        """Give a customer another business-scoped user id. The app is told."""
        return self._call("POST", f"/control/customers/{quote(customer)}/identity/user_id", {})

    def show_phone(self: Caller, customer: str, phone: str) -> Json:
        """Let the next webhooks of a username-only customer bring the number too."""
        path = f"/control/customers/{quote(customer)}/identity/show_phone"
        return self._call("POST", path, {"phone": phone})

    def stop_marketing(self: Caller, customer: str, *, resume: bool = False) -> Json:
        """Stop marketing in WhatsApp's own menu, or take it again. The app is told."""
        change = "resume_marketing" if resume else "stop_marketing"
        return self._call("POST", f"/control/customers/{quote(customer)}/identity/{change}", {})
