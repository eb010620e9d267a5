"""What moves the order's page inside WhatsApp: Meta wants it told by an order status, not in words.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.money.paying import Provider
from orderdesk.usecases.messages.bodies import INTERACTIVE_MAX, cut, words_of

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.messages.bodies import Body

PROCESSING: Final = "processing"
CANCELED: Final = "canceled"
STATUSES: Final = {
    "confirmed": PROCESSING,
    "goes_on": PROCESSING,
    "ready_for_pickup": PROCESSING,
    "part_shipped": "partially_shipped",
    "part_shipped_by_us": "partially_shipped",
    "shipped": "shipped",
    "shipped_by_us": "shipped",
    "rest_shipped": "shipped",
    "rest_shipped_by_us": "shipped",
    "delivered": "completed",
    "picked_up": "completed",
    "cancelled": CANCELED,
    "cancelled_as_asked": CANCELED,
    "rejected": CANCELED,
}
# Buttons have no place in an order status: what has some stays as it is. A link joins the words.
PLAIN: Final = frozenset({"text", "cta_url"})


def order_status(message: Message, body: Body, order: Order | None) -> Body | None:
    """The same words as an order status; None for an order without a page at Meta, for words that
    move it nowhere, and for a cancellation with money in it or on its way, which Meta refuses.
    """
    status = STATUSES.get(message.purpose)
    reference = _page_of(order) if order else ""
    if status is None or not reference or order is None:
        return None
    words = _words(body)
    if not words or (status == CANCELED and _has_money(order)):
        return None
    return {
        "type": "interactive",
        "interactive": {
            "type": "order_status",
            "body": {"text": cut(words, INTERACTIVE_MAX)},
            "action": {
                "name": "review_order",
                "parameters": {"reference_id": reference, "order": {"status": status}},
            },
        },
    }


def _page_of(order: Order) -> str:
    """The reference of the last order that was shown to be paid inside WhatsApp."""
    asked = (
        each
        for each in reversed(order.ledger.entries)
        if each.kind is EntryKind.REQUESTED and each.provider == Provider.WHATSAPP
    )
    shown = next(asked, None)
    return shown.reference if shown else ""


def _has_money(order: Order) -> bool:
    return order.ledger.balance.minor > 0 or order.ledger.open_request is not None


def _words(body: Body) -> str:
    interactive: Any = body.get("interactive") or {}
    kind = interactive.get("type") or body.get("type")
    if kind not in PLAIN:
        return ""
    if kind == "text":
        return words_of(body)
    url = interactive["action"]["parameters"]["url"]
    return f"{words_of(body)}\n{url}"
