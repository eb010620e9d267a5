"""What a message asks us to do, when it is one that we act upon."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.whatsapp.loose import as_id, as_object, as_text
from orderdesk.adapters.whatsapp.models import Item
from orderdesk.adapters.whatsapp.people import renamed
from orderdesk.adapters.whatsapp.wording import place
from orderdesk.domain.people.address import Address, AddressStatus
from orderdesk.usecases.intake.inbound import (
    AddressGiven,
    CartItem,
    CartSent,
    Content,
    Corrected,
    PlaceGiven,
    Renamed,
    Tapped,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orderdesk.adapters.whatsapp.models import (
        FormReply,
        Interactive,
        Location,
        Message,
        OrderPart,
    )

FIELD_MAX: Final = 500
RETAILER_ID_MAX: Final = 100  # Meta's own limit
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/address-messages/
# Names that differ from ours: India's, then Singapore's.
ADDRESS_NAMES: Final = {
    "in_pin_code": "postal_code",
    "sg_post_code": "postal_code",
    "unit_number": "house_number",
}
COUNTRY_OF: Final = {"in_pin_code": "IN", "sg_post_code": "SG"}
OURS: Final = frozenset({"text", "latitude", "longitude", "flaws"})
FLOW: Final = "flow"
# What whatsapp/flows/address.json always sends back; a shop may have Flows of its own beside it.
ASKED_BY_FLOW: Final = frozenset({"address", "postal_code"})
NORTH: Final = 90  # degrees, either way
EAST: Final = 180
ADDRESS_FIELDS: Final = frozenset(each.name for each in fields(Address)) - OURS


def content_of(kind: str, message: Message) -> Content:
    """None for what only a person can answer."""
    read = READERS.get(kind)
    return read(message) if read else None


def _cart(order: OrderPart) -> CartSent:
    items = [Item.model_validate(each) for each in order.product_items if isinstance(each, dict)]
    readable = [each for each in items if each.product_retailer_id or each.item_price is not None]
    return CartSent(
        catalog_id=order.catalog_id,
        note=order.text,
        items=tuple(
            CartItem(
                retailer_id=each.product_retailer_id[:RETAILER_ID_MAX],
                quantity=each.quantity,
                price=each.item_price,
                currency=each.currency,
            )
            for each in readable
        ),
        unreadable=len(order.product_items) - len(readable),
    )


def _answer(interactive: Interactive) -> Content:
    tapped = interactive.button_reply.id or interactive.list_reply.id
    if tapped:
        return Tapped(tapped)
    return _form(interactive.nfm_reply)


def _form(form: FormReply) -> AddressGiven | None:
    """India's address form, or our Flow; None for another form's answer."""
    answer = as_object(form.response_json)
    if form.name == FLOW:
        asks_address = answer.keys() >= ASKED_BY_FLOW
        token = as_text(answer.get("flow_token"))
        return AddressGiven(Address(**_fields(answer)), token=token) if asks_address else None
    address = _address(form)
    saved_id = as_id(answer.get("saved_address_id"))
    if address is None and not saved_id:
        return None
    return AddressGiven(address or Address(), saved_id=saved_id)


def _address(form: FormReply) -> Address | None:
    """From its fields; from its text when they cannot be read. None for another form's answer."""
    answer = as_object(form.response_json)
    values = as_object(answer.get("values")) or answer
    is_address = form.name == "address_message" or (not form.name and "in_pin_code" in values)
    if not is_address:
        return None
    address = Address(**_fields(values))
    if address.status is not AddressStatus.MISSING:
        return address
    return Address(text=form.body) if form.body else None


def _fields(values: Mapping[str, Any]) -> dict[str, str]:
    given = {}
    for name, value in values.items():
        field, text = ADDRESS_NAMES.get(name, name), as_text(value)[:FIELD_MAX]
        if field in ADDRESS_FIELDS and text:
            given[field] = text
            if name in COUNTRY_OF:
                given.setdefault("country", COUNTRY_OF[name])
    return given


def _written(message: Message) -> Written | None:
    """A question about a product is no answer to a question of ours."""
    asks_about_product = message.context.referred_product
    return Written(message.text.body) if message.text.body and not asks_about_product else None


def _place(message: Message) -> PlaceGiven | None:
    text = place(message.location)
    return PlaceGiven(text, **_spot(message.location)) if text else None


def _spot(location: Location) -> dict[str, str]:
    latitude, longitude = location.latitude, location.longitude
    if latitude is None or longitude is None or abs(latitude) > NORTH or abs(longitude) > EAST:
        return {}
    return {"latitude": f"{latitude:f}", "longitude": f"{longitude:f}"}


def _corrected(original_id: str, how: str) -> Corrected | None:
    return Corrected(original_id, how) if original_id else None


def _renamed(message: Message) -> Renamed | None:
    person = renamed(message)
    return Renamed(person) if person else None


READERS: Final[dict[str, Callable[[Message], Content]]] = {
    "order": lambda message: _cart(message.order),
    "interactive": lambda message: _answer(message.interactive),
    "button": lambda message: Tapped(message.button.payload) if message.button.payload else None,
    "text": _written,
    "location": _place,
    "edit": lambda message: _corrected(message.edit.original_message_id, "edited"),
    "revoke": lambda message: _corrected(message.revoke.original_message_id, "deleted"),
    "system": _renamed,
}
