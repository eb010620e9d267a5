"""The state of the simulated world: customers, threads, links and switches, kept on disk."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dev.simulator.live import Hub
from dev.simulator.model import Customer, Direction, Link, Message, Switches
from dev.simulator.store import Json, Store

DEMO_CUSTOMERS = Path(__file__).parent / "customers.json"
WINDOW_SECONDS = 24 * 3600
#: What Meta puts before the phone digits and before the random part of a message id.
WAMID_HEAD, WAMID_MIDDLE = b"\x1c\x18", b"\x15\x02\x00\x11\x18\x14"


class World:
    """What is true in the simulator; every change is written through and shown on open pages."""

    def __init__(self, store: Store, hub: Hub, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self.hub = hub
        self.now = clock
        self.customers: dict[str, Customer] = {}
        #: Customers by phone number and by user id: a load test has many.
        self._ids: dict[str, str] = {}
        for customer in map(Customer.from_json, store.documents("customer")):
            self._know(customer)
        self.messages: dict[str, Message] = {}
        self._threads: dict[str, dict[str, Message]] = {}
        for message in map(Message.from_json, store.documents("message")):
            self._remember(message)
        self.links = {link.id: link for link in map(Link.from_json, store.documents("link"))}
        self.switches = Switches()
        for document in store.documents("switches"):
            self.switches = Switches.from_json(document)
        if not self.customers:
            self._add_demo_customers()

    def _add_demo_customers(self) -> None:
        for document in json.loads(DEMO_CUSTOMERS.read_text(encoding="utf-8")):
            self.save_customer(Customer.from_json(document))

    def reset(self) -> None:
        """Forget every thread, link and switch, and begin with the demo customers again."""
        for kind in ("customer", "message", "link", "switches"):
            self._store.clear(kind)
        for kept in (self.customers, self._ids, self.messages, self._threads, self.links):
            kept.clear()
        self.switches = Switches()
        self._add_demo_customers()
        self.hub.publish("reset", {})

    def save_customer(self, customer: Customer) -> Customer:
        self._know(customer)
        self._store.put("customer", customer.id, customer.to_json())
        self.hub.publish("customer", self.describe(customer))
        return customer

    def save_message(self, message: Message) -> Message:
        self._remember(message)
        self._store.put("message", message.id, message.to_json())
        self.hub.publish("message", message.to_json())
        return message

    def save_link(self, link: Link) -> Link:
        self.links[link.id] = link
        self._store.put("link", link.id, link.to_json())
        self.hub.publish("link", link.to_json())
        return link

    def set_switches(self, changes: dict[str, Any]) -> Switches:
        self.switches = self.switches.patched(changes)
        self._store.put("switches", "switches", self.switches.to_json())
        self.hub.publish("switches", self.switches.to_json())
        return self.switches

    def describe(self, customer: Customer) -> Json:
        """Return a customer as pages show it, with its last message and unread count."""
        thread = list(self.thread(customer.id))
        unread = sum(
            1 for m in thread if m.direction is Direction.OUTBOUND and m.status == "delivered"
        )
        seen = [m for m in thread if m.status != "failed"]
        last = max(seen, key=lambda m: m.at).to_json() if seen else None
        return customer.to_json() | {
            "handle": customer.handle,
            "unread": unread,
            "last_message": last,
        }

    def thread(self, customer_id: str) -> Iterator[Message]:
        """Yield a customer's messages in the order in which they came into being."""
        return iter(list(self._threads.get(customer_id, {}).values()))

    def _remember(self, message: Message) -> None:
        self.messages[message.id] = message
        self._threads.setdefault(message.customer_id, {})[message.id] = message

    def react(self, message_id: str, who: str, emoji: str) -> None:
        """Put a reaction of `who` on a message, or take it back with an empty emoji."""
        message = self.messages.get(message_id)
        if message:
            others = {name: one for name, one in message.reactions.items() if name != who}
            self.save_message(replace(message, reactions=others | ({who: emoji} if emoji else {})))

    def customer_by_phone(self, digits: str) -> Customer | None:
        return self.customers.get(self._ids.get(digits, ""))

    def customer_by_user_id(self, user_id: str) -> Customer | None:
        return self.customers.get(self._ids.get(user_id, ""))

    def _know(self, customer: Customer) -> None:
        before = self.customers.get(customer.id)
        for known in (before.phone, before.user_id) if before else ():
            self._ids.pop(known or "", None)
        self.customers[customer.id] = customer
        self._ids[customer.user_id] = customer.id
        if customer.phone:
            self._ids[customer.phone] = customer.id

    def window_is_open(self, customer: Customer) -> bool:
        """Whether free-form messages may be sent; a customer never seen writing counts as open.

        Orders may have reached the application past this simulator, which then cannot know.
        """
        if customer.window_closed:
            return False
        last = customer.last_inbound_at
        return last is None or self.now() - last < WINDOW_SECONDS

    def read_by_shop(self, message: Message) -> None:
        """Turn the ticks of a customer's message and of those before it to read."""
        for earlier in self.thread(message.customer_id):
            inbound = earlier.direction is Direction.INBOUND
            if inbound and earlier.status != "read" and earlier.at <= message.at:
                self.save_message(replace(earlier, status="read"))

    def mark_read(self, customer_id: str) -> list[Message]:
        """Mark what was delivered to a customer as read; returns the messages that changed."""
        unread = [
            m
            for m in self.thread(customer_id)
            if m.direction is Direction.OUTBOUND and m.status == "delivered"
        ]
        changed = [self.save_message(replace(m, status="read")) for m in unread]
        if changed:
            self.hub.publish("customer", self.describe(self.customers[customer_id]))
        return changed


def new_wamid(customer: Customer) -> str:
    """Return a message id shaped like Meta's: base64 that, like the real one, holds the number."""
    digits = (customer.phone or customer.user_id.partition(".")[2])[:20].encode()
    random = secrets.token_hex(10).upper().encode()
    raw = WAMID_HEAD + bytes([len(digits)]) + digits + WAMID_MIDDLE + random + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def new_user_id(country: str) -> str:
    """Return a fresh business-scoped user id, e.g. IN.13491208655302741918."""
    return f"{country}.{secrets.randbelow(9 * 10**19) + 10**19}"
