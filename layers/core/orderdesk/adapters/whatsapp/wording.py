"""What a person reads of each kind of message: the customer's words, or ours in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.adapters.whatsapp.loose import as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.adapters.whatsapp.models import FormReply, Location, Media, Message


def words_of(kind: str, message: Message) -> str:
    """Never empty."""
    speak = WORDS.get(kind)
    return (speak(message) if speak else "") or _unknown(kind, message)


def _unknown(kind: str, message: Message) -> str:
    reasons = [error.words for error in message.errors if error.words]
    if reasons:
        return f"A message that WhatsApp does not pass on: {reasons[0]}"
    return f"A message of a kind that Orderdesk does not know: {kind}"


def _media(what: str, media: Media) -> str:
    return media.caption or (f"{what}: {media.filename}" if media.filename else what)


def _order(message: Message) -> str:
    count = len(message.order.product_items)
    cart = f"A cart of {count} {'product' if count == 1 else 'products'}"
    return f"{cart}: {message.order.text}" if message.order.text else cart


def _interactive(message: Message) -> str:
    said = message.interactive
    form = said.nfm_reply
    if form.name == "address_message":
        return form.body or "An address"
    if form.name == "flow" and (filled := _filled_in(form)):
        return f"A filled-in form:\n{filled}"
    if form.name or form.body or form.response_json is not None:
        return f"A filled-in form: {form.body}" if form.body else "A filled-in form"
    tapped = said.button_reply.title or said.list_reply.title
    return tapped or said.button_reply.id or said.list_reply.id or CHOICES.get(said.type, "")


def _filled_in(form: FormReply) -> str:
    """What stands in each field; what WhatsApp says of it is only that it was sent."""
    given = as_object(form.response_json).items()
    lines = ((name, as_text(value)) for name, value in given if name != "flow_token")
    return "\n".join(f"{name}: {text}" for name, text in lines if text)


def _contacts(message: Message) -> str:
    cards = (card.name.formatted_name or card.name.first_name for card in message.contacts)
    names = ", ".join(filter(None, cards))
    return f"A contact: {names}" if names else "A contact"


def _reaction(message: Message) -> str:
    emoji = message.reaction.emoji
    return f"Reacted with {emoji}" if emoji else "Took a reaction back"


def _edit(message: Message) -> str:
    edited = message.edit.message
    for part, name in (("text", "body"), ("image", "caption"), ("video", "caption")):
        inside = edited.get(part)
        said = inside.get(name) if isinstance(inside, dict) else None
        if isinstance(said, str) and said:
            return f"Edited an earlier message: {said}"
    return "Edited an earlier message"


def _unsupported(message: Message) -> str:
    of_type = message.unsupported.type
    return f"A message that WhatsApp does not pass on ({of_type})" if of_type else ""


def place(location: Location) -> str:
    """Name and address when the customer picked a place; a map link whenever there is a spot."""
    lines = [location.name, location.address]
    if location.latitude is not None and location.longitude is not None:
        spot = f"{location.latitude},{location.longitude}"
        lines.append(f"https://www.google.com/maps/search/?api=1&query={spot}")
    return "\n".join(filter(None, lines))


CHOICES: Final = {
    "payment_method": "Chose a card to pay with",
    "call_permission_reply": "Answered whether the shop may call",
}
WORDS: Final[dict[str, Callable[[Message], str]]] = {
    "text": lambda message: message.text.body,
    "order": _order,
    "interactive": _interactive,
    "button": lambda message: message.button.text or message.button.payload,
    "location": lambda message: place(message.location),
    "image": lambda message: _media("A photo", message.image),
    "video": lambda message: _media("A video", message.video),
    "audio": lambda message: "A voice message" if message.audio.voice else "An audio file",
    "voice": lambda message: "A voice message",
    "document": lambda message: _media("A document", message.document),
    "sticker": lambda message: "A sticker",
    "contacts": _contacts,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": lambda message: "Deleted an earlier message",
    "system": lambda message: message.system.body or "Changed a number or an id",
    "unsupported": _unsupported,
    "request_welcome": lambda message: "Opened the chat for the first time",
}
