"""What a customer can do on the phone, by name, from a JSON body.

Each act also takes `phone_number_id` (another shop's number), `reply_to` and `sent_at`.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from dev.simulator import inbound
from dev.simulator.media import KINDS
from dev.simulator.model import Customer, Message
from dev.simulator.runtime import Parts
from dev.simulator.store import Json

type Act = Callable[[Parts, Customer, Json], Message]

QUANTITY_MOST = 999
SAVED_MOST = 3
LATEST_SECONDS = 7 * 24 * 3600


def text(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{body, reply_to?}"""
    body = str(wanted["body"])
    if not body.strip():
        raise ValueError("body must not be empty")
    return _send(parts, customer, wanted, inbound.text(body))


def ad(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{body?, headline?}: tap an ad of the shop and write, which may make 72 hours free."""
    customer = parts.world.save_customer(replace(customer, came_by_ad_at=parts.world.now()))
    referral = {
        "source_url": "https://fb.me/3cr4Wqqkv",
        "source_id": "120226305854810726",
        "source_type": "ad",
        "headline": str(wanted.get("headline", "Sweets for the festival")),
        "body": "Order on WhatsApp",
        "media_type": "image",
        "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4",
    }
    content = inbound.text(str(wanted.get("body", "Hello! I saw your ad.")))
    return _send(parts, customer, wanted, content, extra={"referral": referral})


def cart(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{items: [{retailer_id, quantity?, item_price?, currency?}], note?, catalog_id?}"""
    items = wanted["items"]
    if not isinstance(items, list):
        raise ValueError("items must be a list")
    for item in items:
        quantity = item.get("quantity", 1)
        if not isinstance(quantity, int) or not 1 <= quantity <= QUANTITY_MOST:
            raise ValueError(f"quantity must be 1 to {QUANTITY_MOST}, not {quantity!r}")
    catalog_id = str(wanted.get("catalog_id", parts.catalog.id))
    lines = parts.catalog.cart_lines(items)
    content = inbound.order(catalog_id, lines, str(wanted.get("note", "")))
    return _send(parts, customer, wanted, content)


def button(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message_id, id}: tap a button of a message or template, or a row of a list."""
    message = _received(parts, customer, wanted)
    if message.content.get("interactive", {}).get("type") == "list":
        return list_choice(parts, customer, wanted)
    for button_id, title, is_template in _buttons(message.content):
        if button_id == wanted["id"]:
            make = inbound.template_button if is_template else inbound.button_reply
            return _send(parts, customer, wanted, make(button_id, title), reply_to=message.id)
    raise ValueError(f"message {message.id} has no button {wanted['id']!r}")


def list_choice(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message_id, id}: choose a row of a list message."""
    message = _received(parts, customer, wanted)
    action = message.content.get("interactive", {}).get("action", {})
    for section in action.get("sections", []):
        for row in section.get("rows", []):
            if row["id"] == wanted["id"]:
                content = inbound.list_reply(row)
                return _send(parts, customer, wanted, content, reply_to=message.id)
    raise ValueError(f"message {message.id} has no row {wanted['id']!r}")


def address(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message_id, values? | saved_address_id?, save?}: answer an address message."""
    message = _received(parts, customer, wanted)
    interactive = message.content.get("interactive", {})
    if interactive.get("type") != "address_message":
        raise ValueError(f"message {message.id} does not ask for an address")
    parameters = interactive["action"]["parameters"]
    saved_id = wanted.get("saved_address_id")
    if saved_id:
        known = [*parameters.get("saved_addresses", []), *customer.saved_addresses]
        values = next((a["value"] for a in known if a["id"] == saved_id), None)
        if values is None:
            raise ValueError(f"no saved address {saved_id!r}")
    else:
        values = {key: str(value) for key, value in wanted["values"].items()}
    if wanted.get("save"):
        entry = {"id": f"saved{len(customer.saved_addresses) + 1}", "value": values}
        addresses = [*customer.saved_addresses, entry][-SAVED_MOST:]
        customer = parts.world.save_customer(replace(customer, saved_addresses=addresses))
    content = inbound.address_reply(values, saved_id)
    return _send(parts, customer, wanted, content, reply_to=message.id)


def flow(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message_id, values}: send a Flow that a message opened."""
    message, values = _received(parts, customer, wanted), wanted.get("values", {})
    parameters = flow_parameters(message.content)
    if parameters is None:
        raise ValueError(f"message {message.id} opens no Flow")
    if not isinstance(values, dict):
        raise ValueError("values must be an object of the Flow's fields")
    content = inbound.flow_reply(values, parameters.get("flow_token"))
    return _send(parts, customer, wanted, content, reply_to=message.id)


def flow_parameters(content: Json) -> Json | None:
    """What a message opens, by its own action or by a template's button."""
    interactive = content.get("interactive", {})
    if interactive.get("type") == "flow":
        return dict(interactive["action"]["parameters"])
    for component in content.get("template", {}).get("components", []):
        if str(component.get("sub_type", "")).lower() == "flow":
            return dict(component["parameters"][0].get("action", {}))
    return None


def location(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{latitude, longitude, name?, address?, message_id?}"""
    place = wanted | {name: float(wanted[name]) for name in ("latitude", "longitude")}
    reply_to = wanted.get("message_id")
    return _send(parts, customer, wanted, inbound.location(place), reply_to=reply_to)


def reaction(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message_id, emoji}: react to a message; an empty emoji takes the reaction back."""
    message, emoji = _received(parts, customer, wanted), str(wanted.get("emoji", ""))
    parts.world.react(message.id, "customer", emoji)
    return _send(parts, customer, wanted, inbound.reaction(message.id, emoji))


def image(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{data: base64, mime_type, caption?}: send a picture; its bytes are kept as media."""
    return media(parts, customer, wanted | {"kind": "image"})


def media(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{kind, data: base64, mime_type, filename?, caption?, sha256?}: send any file.

    A given `sha256` stands in the webhook instead of the right one.
    """
    kind, content = str(wanted["kind"]), base64.b64decode(wanted["data"])
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    name = str(wanted.get("filename", ""))
    media_id = parts.media.keep(str(wanted["mime_type"]), content, name=name, inbound=True)
    shown = parts.media.in_webhook(media_id)
    shown |= {name: wanted[name] for name in ("caption", "filename", "sha256") if wanted.get(name)}
    if kind == "audio":
        shown["voice"] = bool(wanted.get("voice", True))
    return _send(parts, customer, wanted, {"type": kind, kind: shown})


def raw(parts: Parts, customer: Customer, wanted: Json) -> Message:
    """{message: {type, ...}}: any message object, merged over the ordinary fields."""
    message: dict[str, Any] = dict(wanted["message"])
    kind = str(message.get("type", "unknown"))
    content = {"type": kind} | {k: v for k, v in message.items() if k == kind}
    return _send(parts, customer, wanted, content, extra=message)


ACTS: dict[str, Act] = {
    "text": text,
    "ad": ad,
    "cart": cart,
    "button": button,
    "list": list_choice,
    "address": address,
    "flow": flow,
    "location": location,
    "reaction": reaction,
    "image": image,
    "media": media,
    "raw": raw,
}


def _send(
    parts: Parts,
    customer: Customer,
    wanted: Json,
    content: Json,
    *,
    reply_to: str | None = None,
    extra: Json | None = None,
) -> Message:
    return parts.inbox.send(
        customer,
        content,
        reply_to=reply_to or wanted.get("reply_to"),
        phone_number_id=wanted.get("phone_number_id"),
        sent_at=_sent_at(parts, wanted),
        extra=extra,
    )


def _sent_at(parts: Parts, wanted: Json) -> float | None:
    """Return the given time of writing, which the webhook may bring up to seven days late."""
    given = wanted.get("sent_at")
    if given is None:
        return None
    if not isinstance(given, int | float) or not 0 <= parts.world.now() - given <= LATEST_SECONDS:
        raise ValueError(f"sent_at must be Unix seconds of the last seven days, not {given!r}")
    return float(given)


def _received(parts: Parts, customer: Customer, wanted: Json) -> Message:
    message = parts.world.messages.get(str(wanted["message_id"]))
    if message is None or message.customer_id != customer.id:
        raise ValueError(f"{customer.name} has no message {wanted['message_id']!r}")
    if message.status == "failed":
        raise ValueError(f"{customer.name} never saw message {message.id}: it failed")
    return message


def _buttons(content: Json) -> Iterator[tuple[str, str, bool]]:
    """Yield id, title and whether it is a template's, for each button that can be tapped."""
    for button in content.get("interactive", {}).get("action", {}).get("buttons", []):
        yield button["reply"]["id"], button["reply"]["title"], False
    for button in content.get("parts", {}).get("buttons", []):
        if button["type"] == "QUICK_REPLY":
            yield button["payload"], button["text"], True
