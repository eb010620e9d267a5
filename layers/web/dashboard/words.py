"""How things are called and timed on the screen: words, icons, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderdesk.domain.money.ledger import EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment, ParcelState
from orderdesk.domain.orders.returns import ReturnState
from orderdesk.domain.people.address import Problem
from orderdesk.domain.shop.stock import StockStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from orderdesk.domain.orders.order import Order


@dataclass(frozen=True, slots=True)
class Badge:
    """Never colour alone: `tone` picks the colour, and the icon and the label say the same."""

    tone: str
    icon: str
    label: str


STAGE: Final[dict[Stage, Badge]] = {
    Stage.PLACED: Badge("placed", "basket", "Placed"),
    Stage.ABANDONED: Badge("abandoned", "moon", "Abandoned"),
    Stage.CONFIRMED: Badge("confirmed", "check", "Confirmed"),
    Stage.ON_HOLD: Badge("on_hold", "pause", "On Hold"),
    Stage.REJECTED: Badge("rejected", "ban", "Rejected"),
    Stage.CANCELLED: Badge("cancelled", "cross", "Cancelled"),
    Stage.APPROVED: Badge("approved", "stamp", "Approved"),
    Stage.PROCESSED: Badge("processed", "box", "Processed"),
    Stage.SHIPPED: Badge("shipped", "truck", "Shipped"),
    Stage.DELIVERED: Badge("delivered", "home", "Delivered"),
    Stage.RETURNED: Badge("returned", "back", "Returned"),
    Stage.ARCHIVED: Badge("archived", "archive", "Archived"),
}
PAYMENT: Final[dict[PaymentStatus, Badge]] = {
    PaymentStatus.NONE: Badge("quiet", "circle", "Not paid"),
    PaymentStatus.REQUESTED: Badge("waiting", "link", "Link sent"),
    PaymentStatus.CLAIMED: Badge("due", "half", "Proof sent"),
    PaymentStatus.FAILED: Badge("bad", "alert", "Payment failed"),
    PaymentStatus.COD_DUE: Badge("due", "cash", "Cash on delivery"),
    PaymentStatus.PARTIALLY_PAID: Badge("due", "half", "Partly paid"),
    PaymentStatus.PAID: Badge("good", "paid", "Paid"),
    PaymentStatus.OVERPAID: Badge("due", "plus", "Overpaid"),
    PaymentStatus.PARTIALLY_REFUNDED: Badge("returned", "back", "Partly refunded"),
    PaymentStatus.REFUNDED: Badge("returned", "back", "Refunded"),
}
METHOD: Final[dict[PaymentMethod, str]] = {
    PaymentMethod.CASH_ON_DELIVERY: "Cash on delivery",
    PaymentMethod.ONLINE: "Online",
    PaymentMethod.WHATSAPP_PAY: "In WhatsApp",
    PaymentMethod.TRANSFER: "Transfer",
}
ENTRY: Final[dict[EntryKind, str]] = {
    EntryKind.REQUESTED: "Payment link sent",
    EntryKind.CLAIMED: "Sent, by their word",
    EntryKind.DECLINED: "Did not come",
    EntryKind.REFUND_REQUESTED: "Refund asked for",
    EntryKind.REFUND_DECLINED: "Refund declined",
    EntryKind.FAILED: "Payment failed",
    EntryKind.VOIDED: "Payment link withdrawn",
    EntryKind.CAPTURED: "Payment received",
    EntryKind.REVERSED: "Payment taken back",
    EntryKind.REFUNDED: "Refunded",
    EntryKind.REFUND_FAILED: "Refund failed",
}
FIELD: Final = {
    "address": "street",
    "city": "city",
    "phone_number": "phone number",
    "postal_code": "postal code",
}
PROBLEM: Final[dict[Problem, str]] = {
    Problem.MISSING: "is missing",
    Problem.WRONG: "cannot be right",
    Problem.NOT_SERVED: "is not delivered to",
}
FULFILMENT: Final[dict[Fulfilment, str]] = {
    Fulfilment.COURIER: "Courier",
    Fulfilment.OWN_DELIVERY: "Own delivery",
    Fulfilment.PICKUP: "Pickup",
    Fulfilment.DIGITAL: "Sent as a file",
}
PARCEL: Final[dict[ParcelState, str]] = {
    ParcelState.SHIPPED: "Handed over",
    ParcelState.IN_TRANSIT: "On its way",
    ParcelState.OUT_FOR_DELIVERY: "Out for delivery",
    ParcelState.FAILED_ATTEMPT: "Could not be delivered",
    ParcelState.RETURNING: "On its way back",
    ParcelState.DELIVERED: "Delivered",
    ParcelState.RETURNED: "Came back",
    ParcelState.LOST: "Lost",
}
RETURN: Final[dict[ReturnState, str]] = {
    ReturnState.OPEN: "On its way back",
    ReturnState.RECEIVED: "Came in",
    ReturnState.CLOSED: "Closed",
}
STOCK: Final[dict[StockStatus, str]] = {
    StockStatus.UNCOUNTED: "Not counted",
    StockStatus.RESERVED: "Reserved",
    StockStatus.SHORT: "Not all of it is there",
    StockStatus.RELEASED: "Given back",
}
# What asks a person to look, by its key. An item says more itself; these are its short names.
ATTENTION: Final[dict[str, str]] = {
    "refund_due": "Money to give back",
    "waiting": "Waits for staff",
    "paid_incomplete": "Paid, but not complete",
    "hold_over": "The time of the hold is over",
    "price_mismatch": "Cart and catalog differ in price",
    "not_in_catalog": "Not in the catalog",
    "sold_out": "Sold out",
    "catalog_silent": "Prices not checked yet",
}
# What a list says when there is nothing in it: what would be there, and how it gets there.
EMPTY: Final[dict[Stage | None, str]] = {
    None: "A cart that a customer sends in WhatsApp appears here within seconds.",
    Stage.PLACED: "New carts wait here until the customer has given an address and a payment.",
    Stage.ABANDONED: "Carts whose customer went quiet. They come back when the customer does.",
    Stage.CONFIRMED: "Orders with address and payment, waiting for your approval.",
    Stage.ON_HOLD: "Orders that you paused. Each keeps its place until you release it.",
    Stage.REJECTED: "Orders that the shop did not take.",
    Stage.CANCELLED: "Orders that were called off before shipping.",
    Stage.APPROVED: "Orders that are cleared for packing.",
    Stage.PROCESSED: "Packed orders, waiting for the courier.",
    Stage.SHIPPED: "Parcels on their way.",
    Stage.DELIVERED: "Orders that arrived. They are archived by themselves later.",
    Stage.RETURNED: "Orders that came back.",
    Stage.ARCHIVED: "Closed orders, kept for looking up.",
}

NEAR: Final = {1: "Yesterday", -1: "Tomorrow"}
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment: `iso` for machines, `short` to read, `full` for the tooltip, `age` since then."""

    iso: str
    short: str
    full: str
    age: str


class Clock:
    """The shop's own time, whatever the zone of the server or of the screen."""

    def __init__(self, now: datetime, time_zone: str) -> None:
        self._zone, self.zone_name = _zone(time_zone)
        self._now = now

    @property
    def now(self) -> datetime:
        return self._now

    def stamp(self, at: datetime) -> Stamp:
        local = at.astimezone(self._zone)
        return Stamp(
            iso=at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            short=self._short(local),
            full=f"{local:%A}, {local.day} {local:%B %Y, %H:%M:%S} {self.zone_name}",
            age=age(self._now - at),
        )

    def _short(self, local: datetime) -> str:
        today = self._now.astimezone(self._zone).date()
        days = (today - local.date()).days
        if days == 0:
            return f"{local:%H:%M}"
        if days in NEAR:
            return f"{NEAR[days]} {local:%H:%M}"
        if local.year == today.year:
            return f"{local.day} {local:%b, %H:%M}"
        return f"{local.day} {local:%b %Y}"


def _zone(name: str) -> tuple[tzinfo, str]:
    """A mistyped zone in the settings must not take the pages down: UTC, and it says so."""
    try:
        return ZoneInfo(name), name
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"


def age(since: timedelta) -> str:
    """live.js counts on in the same words."""
    seconds = max(0, int(since.total_seconds()))
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} d"


def names_of(order: Order) -> dict[str, str]:
    """Names of the order's products, by retailer id."""
    return {line.retailer_id: line.name or line.retailer_id for line in order.lines}


def known(table: Mapping[Any, str], key: str) -> str:
    """The words for a key; those that we have no words for are words themselves."""
    return table.get(key) or key.replace("_", " ").capitalize()


def phone(digits: str) -> str:
    """E.164 in groups that a person can read back: `+91 98765 43210`."""
    if not digits.isdigit():
        return digits
    head, tail = digits[:-10], digits[-10:]
    return f"+{head} {tail[:5]} {tail[5:]}" if head else f"+{digits}"
