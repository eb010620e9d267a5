"""What customers do, as messages on Meta's webhook."""

from dataclasses import replace
from typing import Any

from dev.simulator.config import Settings
from dev.simulator.model import Customer, Direction, Message
from dev.simulator.signing import meta_json
from dev.simulator.store import Json
from dev.simulator.webhooks import Courier
from dev.simulator.world import World, new_wamid


class Inbox:
    """Turns a customer's act into a bubble on the phone and a webhook to the application."""

    def __init__(self, settings: Settings, world: World, courier: Courier) -> None:
        self._settings = settings
        self._world = world
        self._courier = courier
        courier.on_delivered = self._one_more_tick

    def send(
        self,
        customer: Customer,
        content: Json,
        *,
        reply_to: str | None = None,
        phone_number_id: str | None = None,
        sent_at: float | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Send `content` (a message object with its `type`) from a customer to the shop.

        `sent_at` (Unix seconds) is when a message that arrives late was written; `extra` is
        merged into the webhook message last, for odd bodies.
        """
        message = Message(
            id=new_wamid(customer),
            customer_id=customer.id,
            direction=Direction.INBOUND,
            phone_number_id=phone_number_id or self._settings.phone_number_id,
            at=self._world.now() if sent_at is None else sent_at,
            content=content,
            status="pending",
            reply_to=reply_to,
        )
        self._world.save_message(message)
        latest = max(customer.last_inbound_at or 0.0, message.at)
        customer = replace(customer, last_inbound_at=latest, window_closed=False)
        self._world.save_customer(customer)
        value = envelope_value(self._settings, message.phone_number_id)
        value["contacts"] = [contact(customer)]
        value["messages"] = [self._webhook_message(customer, message) | (extra or {})]
        self._courier.send_change(value, f"{content['type']} from {customer.name}", message.id)
        return message

    def _webhook_message(self, customer: Customer, message: Message) -> Json:
        body: Json = {}
        if message.reply_to:
            original = self._world.messages.get(message.reply_to)
            from_shop = original is None or original.direction is Direction.OUTBOUND
            sender = self._settings.display_phone_number if from_shop else customer.phone
            body["context"] = {"id": message.reply_to} | ({"from": sender} if sender else {})
        if customer.phone:
            body["from"] = customer.phone
        body |= {"from_user_id": customer.user_id, "id": message.id}
        return body | {"timestamp": str(int(message.at))} | message.content

    def _one_more_tick(self, message_id: str) -> None:
        message = self._world.messages.get(message_id)
        if message and message.status == "pending":
            self._world.save_message(replace(message, status="delivered"))


def envelope_value(settings: Settings, phone_number_id: str) -> Json:
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": settings.display_phone_number,
            "phone_number_id": phone_number_id,
        },
    }


def contact(customer: Customer) -> Json:
    """Return `contacts[]`; the phone is omitted, not empty, for a username-only customer."""
    profile: Json = {"name": customer.name}
    if customer.username:
        profile["username"] = customer.username
    shared: Json = {"wa_id": customer.phone} if customer.phone else {}
    return {"profile": profile} | shared | {"user_id": customer.user_id}


def text(body: str) -> Json:
    return {"type": "text", "text": {"body": body}}


def order(catalog_id: str, lines: list[Json], note: str) -> Json:
    return {
        "type": "order",
        "order": {"catalog_id": catalog_id, "text": note, "product_items": lines},
    }


def location(place: dict[str, Any]) -> Json:
    kept = {name: place[name] for name in ("latitude", "longitude")}
    kept |= {name: place[name] for name in ("name", "address", "url") if place.get(name)}
    return {"type": "location", "location": kept}


def button_reply(button_id: str, title: str) -> Json:
    reply = {"id": button_id, "title": title}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def list_reply(row: Json) -> Json:
    kept = {name: row[name] for name in ("id", "title", "description") if name in row}
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": kept}}


def template_button(payload: str, title: str) -> Json:
    return {"type": "button", "button": {"payload": payload, "text": title}}


ADDRESS_LINE = ("house_number", "floor_number", "tower_number", "building_name", "address")
ADDRESS_PLACE = ("landmark_area", "city", "state", "in_pin_code")


def address_reply(values: dict[str, str], saved_address_id: str | None) -> Json:
    """Return India's address reply; `response_json` is a string that holds JSON, as at Meta."""
    response: Json = {"saved_address_id": saved_address_id} if saved_address_id else {}
    response["values"] = values
    lines = [
        values.get("name", ""),
        " " + values.get("phone_number", ""),
        " " + ", ".join(values[key] for key in ADDRESS_LINE + ADDRESS_PLACE if values.get(key)),
    ]
    reply = {
        "name": "address_message",
        "body": "\n".join(lines),
        "response_json": meta_json(response).replace("\\/", "/"),
    }
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


def reaction(message_id: str, emoji: str) -> Json:
    """Return a reaction; Meta leaves `emoji` out when one is removed."""
    kept = {"message_id": message_id} | ({"emoji": emoji} if emoji else {})
    return {"type": "reaction", "reaction": kept}


def flow_reply(values: Json, token: str | None) -> Json:
    """Return a Flow's answer: what its last screen was told to send, and the shop's token."""
    response = values | ({"flow_token": token} if token else {})
    reply = {
        "name": "flow",
        "body": "Sent",
        "response_json": meta_json(response).replace("\\/", "/"),
    }
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
