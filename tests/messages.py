"""Webhook bodies as Meta sends them, for what the simulator's people would not do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Somebody who writes to the shop's `number`."""

    number: str
    phone: str
    name: str

    def cart(self, message_id: str, price: float = 260, quantity: int = 1) -> dict[str, Any]:
        item = {
            "product_retailer_id": "SL-CHAI-150",
            "quantity": quantity,
            "item_price": price,
            "currency": "INR",
        }
        order = {"catalog_id": "194836987003835", "text": "", "product_items": [item]}
        return self.message(message_id, "order", order)

    def text(self, message_id: str, body: str) -> dict[str, Any]:
        return self.message(message_id, "text", {"body": body})

    def button(self, message_id: str, button_id: str) -> dict[str, Any]:
        reply = {"type": "button_reply", "button_reply": {"id": button_id, "title": "Tap"}}
        return self.message(message_id, "interactive", reply)

    def message(self, message_id: str, kind: str, content: object) -> dict[str, Any]:
        one = {
            "from": self.phone,
            "id": message_id,
            "timestamp": str(int(time.time())),
            "type": kind,
            kind: content,
        }
        return self.body(one)

    def body(self, *messages: object) -> dict[str, Any]:
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": self.number},
            "contacts": [{"profile": {"name": self.name}, "wa_id": self.phone}],
            "messages": list(messages),
        }
        change = {"field": "messages", "value": value}
        return {
            "object": "whatsapp_business_account",
            "entry": [{"id": "102290129340398", "changes": [change]}],
        }
