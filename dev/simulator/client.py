"""A Python client of the control API, for end-to-end tests and demo scripts.

```python
phone = Simulator("http://127.0.0.1:5300")
phone.cart("asha", {"SL-KAJU-250": 2}, note="Ring the bell")
ask = phone.wait_for_message("asha", lambda m: "address" in m["content"].get("interactive", {}))
phone.fill_address("asha", ask["id"], city="Bengaluru", in_pin_code="560038")
```
"""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from dev.simulator.client_meta import MetaClient
from dev.simulator.store import Json

ANSWER_SECONDS = 30
#: A proxy of the machine has no business between a test and its simulator.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
POLL_SECONDS = 0.1
AN_ADDRESS = {
    "name": "Asha Verma",
    "phone_number": "+919800012345",
    "in_pin_code": "560038",
    "house_number": "27",
    "address": "12th Main, Indiranagar",
    "landmark_area": "Behind the post office",
    "city": "Bengaluru",
    "state": "Karnataka",
}


class Refused(Exception):
    """The simulator answered with an error; the text says what was wrong."""


class Simulator(MetaClient):
    """Plays customers, networks and the payment gateway of one running simulator."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    # The world

    def health(self) -> Json:
        return self._call("GET", "/control/health")

    def shop(self) -> Json:
        """Return the shop with its catalog."""
        return self._call("GET", "/control/shop")

    def reset(self) -> None:
        """Forget threads, links, deliveries, switches and made-up customers."""
        self._call("POST", "/control/reset", {})

    def wait_until_idle(self, timeout: float = 30) -> None:
        """Wait until no webhook and no status is under way."""
        self._wait(lambda: self.health()["idle"], timeout, "the simulator did not become idle")

    # People

    def customers(self) -> list[Json]:
        return list(self._call("GET", "/control/customers")["customers"])

    def customer(self, customer: str) -> Json:
        return self._call("GET", f"/control/customers/{quote(customer)}")

    def add_customer(self, name: str, **fields: Any) -> Json:
        """Add a customer; fields: country, phone (None: username only), username, address_form…"""
        return self._call("POST", "/control/customers", {"name": name} | fields)

    def change_customer(self, customer: str, **changes: Any) -> Json:
        """Change unreachable, offline, window_closed, address_form, cannot_show, fails_with…"""
        return self._call("PATCH", f"/control/customers/{quote(customer)}", changes)

    # What customers do; each returns the message that was sent

    def text(self, customer: str, body: str, **more: Any) -> Json:
        return self._act(customer, "text", {"body": body} | more)

    def tap_ad(self, customer: str, body: str = "Hello! I saw your ad.", **more: Any) -> Json:
        """Come by an ad of the shop: once it answers, everything is free for 72 hours."""
        return self._act(customer, "ad", {"body": body} | more)

    def cart(
        self, customer: str, quantities: Mapping[str, int], *, note: str = "", **more: Any
    ) -> Json:
        """Send a cart of retailer ids and quantities at the catalog's prices."""
        items = [{"retailer_id": rid, "quantity": count} for rid, count in quantities.items()]
        return self._act(customer, "cart", {"items": items, "note": note} | more)

    def cart_items(self, customer: str, items: list[Json], **more: Any) -> Json:
        """Send a cart of {retailer_id, quantity, item_price, currency} items as given."""
        return self._act(customer, "cart", {"items": items} | more)

    def tap(self, customer: str, message_id: str, button_id: str) -> Json:
        """Tap a button, or choose the row of a list that has this id."""
        return self._act(customer, "button", {"message_id": message_id, "id": button_id})

    def choose(self, customer: str, message_id: str, row_id: str) -> Json:
        return self._act(customer, "list", {"message_id": message_id, "id": row_id})

    def fill_address(self, customer: str, message_id: str, **values: str) -> Json:
        """Answer an address message with a complete address, overridden by `values`."""
        wanted = {"message_id": message_id, "values": AN_ADDRESS | values}
        return self._act(customer, "address", wanted)

    def use_saved_address(self, customer: str, message_id: str, saved_address_id: str) -> Json:
        wanted = {"message_id": message_id, "saved_address_id": saved_address_id}
        return self._act(customer, "address", wanted)

    def send_flow(self, customer: str, message_id: str, **values: Any) -> Json:
        """Send a Flow that a message opened, with the values of its last screen."""
        return self._act(customer, "flow", {"message_id": message_id, "values": values})

    def share_location(self, customer: str, latitude: float, longitude: float, **more: Any) -> Json:
        return self._act(
            customer, "location", {"latitude": latitude, "longitude": longitude} | more
        )

    def send_file(
        self, customer: str, kind: str, content: bytes, mime_type: str, **more: Any
    ) -> Json:
        """Send an image, document, audio, video or sticker; more: caption, filename, sha256."""
        data = base64.b64encode(content).decode()
        wanted = {"kind": kind, "data": data, "mime_type": mime_type}
        return self._act(customer, "media", wanted | more)

    def react(self, customer: str, message_id: str, emoji: str) -> Json:
        return self._act(customer, "reaction", {"message_id": message_id, "emoji": emoji})

    def raw(self, customer: str, message: Json) -> Json:
        """Send any message object, e.g. {"type": "request_welcome"}."""
        return self._act(customer, "raw", {"message": message})

    def read(self, customer: str) -> None:
        """Open the customer's thread: what was delivered becomes read."""
        self._call("POST", f"/control/customers/{quote(customer)}/read", {})

    # What customers got

    def messages(self, customer: str, direction: str | None = None) -> list[Json]:
        query = "?" + urlencode({"direction": direction}) if direction else ""
        path = f"/control/customers/{quote(customer)}/messages{query}"
        return list(self._call("GET", path)["messages"])

    def received(self, customer: str) -> list[Json]:
        """Return what the shop sent to a customer, oldest first."""
        return self.messages(customer, "outbound")

    def wait_for_message(
        self,
        customer: str,
        matches: Callable[[Json], bool] = lambda message: True,
        *,
        after: int = 0,
        timeout: float = 30,
    ) -> Json:
        """Return the first received message from index `after` on that matches."""

        def found() -> Json | None:
            return next((m for m in self.received(customer)[after:] if matches(m)), None)

        message: Json = self._wait(found, timeout, f"{customer} did not get the message")
        return message

    # Networks

    def switches(self) -> Json:
        return self._call("GET", "/control/switches")

    def switch(self, **changes: Any) -> Json:
        """Set switches: duplicate, delay_ms, reorder, batch, wrong_signature, paused, slow_ms…"""
        return self._call("PATCH", "/control/switches", changes)

    def deliveries(self, channel: str | None = None, limit: int = 200) -> list[Json]:
        """Return webhook deliveries with their attempts.

        The channel is whatsapp, payments, scans or shiprocket.
        """
        wanted = {"limit": str(limit)} | ({"channel": channel} if channel else {})
        return list(self._call("GET", f"/control/deliveries?{urlencode(wanted)}")["deliveries"])

    def deliver(self, body: bytes, channel: str = "whatsapp") -> Json:
        """Sign a body as it is, post it to the application and return the delivery."""
        return self._call("POST", f"/control/webhooks/{channel}", body)

    def verify_webhook(self, token: str | None = None) -> Json:
        wanted = {} if token is None else {"token": token}
        return self._call("POST", "/control/webhooks/verify", wanted)

    # Payments

    def payment_links(self) -> list[Json]:
        return list(self._call("GET", "/control/payment_links")["payment_links"])

    def wait_for_payment_link(self, reference_id: str, timeout: float = 30) -> Json:
        def found() -> Json | None:
            links = self.payment_links()
            return next((one for one in links if one["reference_id"] == reference_id), None)

        link: Json = self._wait(found, timeout, f"no payment link with reference {reference_id}")
        return link

    def settle(self, link_id: str, outcome: str, method: str = "upi") -> Json:
        """Let a link be paid, failed, expired or cancelled: outcome pay, fail, expire, cancel."""
        path = f"/control/payment_links/{quote(link_id)}/{outcome}"
        return self._call("POST", path, {"method": method})

    def stripe_sessions(self) -> list[Json]:
        """Return Stripe's sessions, each with its `session`, `intent`, `charge` and `refunds`."""
        return list(self._call("GET", "/control/stripe/sessions")["sessions"])

    def settle_stripe(self, session_id: str, act: str, **more: Any) -> Json:
        """Pay (delayed=True: the bank decides later), fail, expire; succeed or refuse after it."""
        path = f"/control/stripe/sessions/{quote(session_id)}/{act}"
        return self._call("POST", path, more)

    def refund_at_stripe(self, payment_id: str, amount: int | None = None) -> Json:
        """Refund at Stripe's own dashboard; all that is left without an amount."""
        wanted = {} if amount is None else {"amount": amount}
        return self._call("POST", f"/control/stripe/payments/{quote(payment_id)}/refund", wanted)

    def dispute_at_stripe(self, payment_id: str, outcome: str = "opened") -> Json:
        """Let a bank dispute a payment: outcome opened, won or lost."""
        path = f"/control/stripe/payments/{quote(payment_id)}/dispute"
        return self._call("POST", path, {"outcome": outcome})

    def fail_stripe_refund(self, refund_id: str) -> Json:
        """Let a refund that succeeded fail after all."""
        return self._call("POST", f"/control/stripe/refunds/{quote(refund_id)}/fail", {})

    # Parcels

    def courier_scan(self, tracking_number: str, status: str, **more: Any) -> Json:
        """Let the carrier scan a parcel; returns the webhook's delivery after its first attempt.

        More: carrier, note, reason, at, event_id; shape="shiprocket" tells it as Shiprocket does.
        """
        wanted = {"tracking_number": tracking_number, "status": status} | more
        return self._call("POST", "/control/scans", wanted)

    def refund(self, payment_id: str, amount: int | None = None) -> Json:
        """Refund at the gateway's own dashboard; all that is left without an amount."""
        wanted = {} if amount is None else {"amount": amount}
        return self._call("POST", f"/control/payments/{quote(payment_id)}/refund", wanted)

    def dispute(self, payment_id: str, outcome: str = "created") -> Json:
        """Let a bank dispute a payment: outcome created, won or lost."""
        path = f"/control/payments/{quote(payment_id)}/dispute"
        return self._call("POST", path, {"outcome": outcome})

    def fail_refund(self, refund_id: str) -> Json:
        """Let a refund that was processed fail after all."""
        return self._call("POST", f"/control/refunds/{quote(refund_id)}/fail", {})

    def _act(self, customer: str, act: str, wanted: Json) -> Json:
        return self._call("POST", f"/control/customers/{quote(customer)}/{act}", wanted)

    def _wait(self, found: Callable[[], Any], timeout: float, complaint: str) -> Any:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            value = found()
            if value:
                return value
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"{complaint} within {timeout} s")

    def _call(self, method: str, path: str, body: Json | bytes | None = None) -> Json:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            self.base_url + path, data=data, headers=headers, method=method
        )
        try:
            with DIRECT.open(request, timeout=ANSWER_SECONDS) as response:
                answer: Json = json.load(response)
                return answer
        except urllib.error.HTTPError as problem:
            with problem:
                text = problem.read().decode()
            raise Refused(f"{method} {path} answered {problem.code}: {text}") from problem
