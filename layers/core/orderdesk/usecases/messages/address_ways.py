"""In which way a customer is asked for an address: the first that fits, then the next.

    saved address → India's address message → WhatsApp Flow → form page → words in the chat

Which of them are there follows from the country, from what is known of the customer and of their
WhatsApp, and from what the shop has set up. The last one is always there.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.messages.conversation import Direction
from orderdesk.domain.people.address import INDIA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer, SavedAddress
    from orderdesk.domain.shop.policy import Store

INDIAN_PREFIX: Final = "91"
USE_SAVED: Final = "address:use"
FORM_PATH: Final = "/a/"


class Way(StrEnum):
    """In the order in which they are tried."""

    SAVED = "saved"
    ADDRESS_MESSAGE = "address_message"
    FLOW = "flow"
    FORM_PAGE = "form_page"
    TEXT = "text"


# The kinds of interactive messages that each way is shown as, in Meta's words.
KINDS: Final[Mapping[Way, frozenset[str]]] = {
    Way.SAVED: frozenset({"button", "list"}),
    Way.ADDRESS_MESSAGE: frozenset({"address_message"}),
    Way.FLOW: frozenset({"flow"}),
    Way.FORM_PAGE: frozenset({"cta_url"}),
    Way.TEXT: frozenset(),
}
PIN: Final = "location_request_message"


def ways(customer: Customer, store: Store, order: Order, *, linked: bool) -> tuple[Way, ...]:
    """Never empty: the last way is always words in the chat.

    `linked` says that links can be signed, without which there is neither a Flow nor a page.
    """
    there = {
        Way.SAVED: bool(saved_for(customer, order)),
        Way.ADDRESS_MESSAGE: store.country == INDIA and country_of(customer, store) == INDIA,
        Way.FLOW: linked and bool(store.policy.flow_id),
        Way.FORM_PAGE: linked,
        Way.TEXT: True,
    }
    return tuple(way for way in Way if there[way] and not KINDS[way] & {*customer.cannot_show})


def next_way(
    after: Way, customer: Customer, store: Store, order: Order, *, linked: bool
) -> Way | None:
    """What is tried when `after` could not be shown, or was declined; None after the last."""
    order_of = list(Way)
    left = order_of[order_of.index(after) + 1 :]
    there = ways(customer, store, order, linked=linked)
    return next((way for way in left if way in there), None)


def saved_for(customer: Customer, order: Order) -> tuple[SavedAddress, ...]:
    """Saved addresses worth offering: not the one that the order has, and none when what was just
    given needs to be put right.
    """
    if order.address and order.address.flaws:
        return ()
    return tuple(each for each in customer.addresses if each.address != order.address)


def country_of(customer: Customer, store: Store) -> str:
    """By the phone's country code, else the country at the head of the WhatsApp id, else the
    shop's; empty for a phone that is not Indian, because nothing here depends on which it is.
    """
    if customer.phone:
        return INDIA if customer.phone.startswith(INDIAN_PREFIX) else ""
    country, dot, _ = customer.user_id.partition(".")
    return country if dot else store.country


def way_of(message: Message) -> Way | None:
    """Which way a message of ours asked in; None when it asked for no address in any but words."""
    interactive = _interactive(message)
    kind, action = interactive.get("type"), interactive.get("action") or {}
    if kind in {"button", "list"}:
        offers = any(each.startswith(USE_SAVED) for each in _choices(action))
        return Way.SAVED if offers else None
    if kind == "cta_url":
        url = str((action.get("parameters") or {}).get("url", ""))
        return Way.FORM_PAGE if FORM_PATH in url else None
    if kind == PIN:
        return Way.TEXT
    return next((way for way, kinds in KINDS.items() if kind in kinds), None)


def kind_of(message: Message) -> str:
    """The kind of an interactive message of ours, as `Customer.cannot_show` keeps it."""
    return str(_interactive(message).get("type", ""))


def _interactive(message: Message) -> dict[str, Any]:
    if message.direction is not Direction.OUTBOUND or not message.details:
        return {}
    body = json.loads(message.details)
    interactive = body.get("interactive") if isinstance(body, dict) else None
    return interactive if isinstance(interactive, dict) else {}


def _choices(action: dict[str, Any]) -> list[str]:
    buttons = [each["reply"]["id"] for each in action.get("buttons", ())]
    return buttons + [
        row["id"] for section in action.get("sections", ()) for row in section["rows"]
    ]
