"""What was said between a shop and a customer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Delivery(StrEnum):
    """How far an outbound message came; inbound ones are RECEIVED."""

    RECEIVED = "received"
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # not sent on purpose: it was of no use any more, or not allowed

    def follows(self, other: Delivery) -> bool:
        """Statuses come in any order; a message only gets further. One that was sent may fail,
        and one that failed on one of the customer's devices may yet arrive on another.
        """
        return RANK[self] > RANK[other]


RANK: Final = {
    Delivery.PENDING: 0,
    Delivery.SENT: 1,
    Delivery.WITHDRAWN: 2,
    Delivery.FAILED: 2,
    Delivery.DELIVERED: 3,
    Delivery.READ: 4,
    Delivery.RECEIVED: 9,
}


class Form(StrEnum):
    """What a message can leave as. An order status is shown on the order's page in WhatsApp too."""

    FREE = "free"
    TEMPLATE = "template"
    ORDER_STATUS = "order_status"


class MediaState(StrEnum):
    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or file of a message. `key` is where it is stored; `reason` why it was refused."""

    media_id: str
    mime_type: str = ""
    sha256: str = ""
    size: int = 0
    name: str = ""
    state: MediaState = MediaState.PENDING
    key: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One bubble. `kind` is WhatsApp's type (text, order, image, interactive, unsupported …),
    `text` what a person reads, `details` a JSON text of the rest as WhatsApp sent it.

    `message_id` is WhatsApp's wamid; of an outbound message that is not sent yet, our own key.
    `at` is the sender's time, aware, UTC. `error` is Meta's reason when delivery FAILED.

    Of an outbound one: `purpose` is the name of its text, `template` the JSON of what is sent when
    the window is closed, `marketing` whether it is advertising, `sent_by` the id of the person who
    wrote it; `form` what it leaves as, chosen when it does (Form); `replaced_by` the id of what was
    said instead of one that failed; `category` and `pricing_type` are Meta's, `cost` is in
    millionths of a unit of `cost_currency`, `country` where its price is of (`*` unknown, empty
    until it is counted).
    """

    store_id: str
    customer_id: str
    message_id: str
    direction: Direction
    kind: str
    text: str
    at: datetime
    delivery: Delivery
    order_id: str = ""
    phone_number_id: str = ""
    reply_to: str = ""
    details: str = ""
    error: str = ""
    error_code: int | None = None
    media: Media | None = None
    purpose: str = ""
    template: str = ""
    marketing: bool = False
    sent_by: str = ""
    form: str = ""
    replaced_by: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    category: str = ""
    pricing_type: str = ""
    cost: int = 0
    cost_currency: str = ""
    country: str = ""
