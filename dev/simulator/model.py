"""The things a simulator remembers: customers, messages, payment links and webhook deliveries."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from dev.simulator.store import Json


class Document:
    """Something that is kept in the store as JSON under its own field names."""

    __slots__ = ()

    def to_json(self) -> Json:
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, document: Json) -> Self:
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        return cls(**{name: value for name, value in document.items() if name in known})


class Direction(StrEnum):
    """Which side wrote a message, seen from the shop as in Meta's webhooks."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Document):
    """A person; `phone` is digits with country code, None for a username-only customer."""

    id: str
    name: str
    user_id: str
    country: str
    phone: str | None = None
    username: str | None = None
    #: What this customer writes in; the page offers first words in it.
    language: str = "en"
    #: Whether this customer's client can show India's address form; otherwise status 1026 answers.
    address_form: bool = False
    #: Kinds of message that this customer's client is too old for: status 1026 too.
    cannot_show: list[str] = field(default_factory=list)
    #: Every message to this customer fails with this code by status; 0 for none.
    fails_with: int = 0
    saved_addresses: list[Json] = field(default_factory=list)
    #: Blocked or without the app: messages fail with 131026.
    unreachable: bool = False
    #: Offline phones get one tick until they come back.
    offline: bool = False
    #: Answer as if the last message were older than 24 hours (131047).
    window_closed: bool = False
    last_inbound_at: float | None = None
    #: Since when the customer takes no marketing (131050); 0 for who takes it.
    stopped_marketing_at: float = 0.0
    #: When an ad of the shop was tapped, and until when everything is free since then.
    came_by_ad_at: float = 0.0
    free_entry_until: float = 0.0
    note: str = ""

    @property
    def handle(self) -> str:
        """What identifies the customer on screen: phone number, else username, else BSUID."""
        if self.phone:
            return f"+{self.phone}"
        return f"@{self.username}" if self.username else self.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Document):
    """One bubble; `content` is WhatsApp's own message object with its `type`; `at` Unix seconds."""

    id: str
    customer_id: str
    direction: Direction
    phone_number_id: str
    at: float
    content: Json
    #: inbound: pending, delivered, read; outbound: accepted, sent, delivered, read, failed.
    status: str
    reply_to: str | None = None
    callback_data: str | None = None
    error: Json | None = None
    #: Meta's category of what is sent, and its price once it left.
    category: str = "service"
    pricing: Json | None = None
    reactions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Document):
    """A payment link; `entity` is the gateway's own object, amounts in minor units."""

    id: str
    order_id: str
    entity: Json
    payments: list[Json] = field(default_factory=list)
    #: Each with its `entity`, and the `body` and idempotency `key` that asked for it.
    refunds: list[Json] = field(default_factory=list)
    disputes: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Document):
    """One POST to the application with its attempts; the body is the exact text that is signed."""

    id: str
    channel: str
    body: str
    summary: str
    created_at: float
    state: str = "waiting"
    headers: dict[str, str] = field(default_factory=dict)
    message_ids: list[str] = field(default_factory=list)
    attempts: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches(Document):
    """What goes wrong on purpose; the defaults are a calm day."""

    #: Extra copies of each webhook.
    duplicate: int = 0
    delay_ms: int = 0
    #: Hold webhooks for a moment and send them in reverse.
    reorder: bool = False
    #: How many changes share one POST.
    batch: int = 1
    wrong_signature: bool = False
    paused: bool = False
    #: Time before the Graph API answers.
    slow_ms: int = 0
    #: Time between accepted, sent, delivered and read.
    status_ms: int = 350
    statuses: bool = True
    #: Answer 131047 at once instead of by a failed status.
    window_error_at_once: bool = False
    pair_limit: bool = True
    throughput_limit: bool = True
    strict_templates: bool = False
    #: Time until a new template is reviewed, and whether the verdict is REJECTED.
    review_ms: int = 500
    reject_templates: bool = False
    #: Answer every Graph API call with 190, as after the token's end.
    token_expired: bool = False
    #: Refuse orders with 134011, as before the terms of payments are accepted.
    payment_terms_missing: bool = False
    #: Tell by webhook of payments inside WhatsApp; off, only the lookup knows.
    payment_statuses: bool = True
    #: Answer catalog calls with 80009.
    catalog_limit: bool = False
    #: Send the gateway's other events of one payment too (authorized, captured, order.paid).
    all_gateway_events: bool = False

    def patched(self, changes: dict[str, Any]) -> "Switches":
        """Return a copy with the changes; raises ValueError that names a wrong name or value."""
        current = self.to_json()
        for name, value in changes.items():
            if name not in current:
                raise ValueError(f"unknown switch {name!r}; there are {', '.join(current)}")
            if type(value) is not type(current[name]):
                wanted = type(current[name]).__name__
                raise ValueError(f"switch {name!r} takes a {wanted}, not {value!r}")
            if isinstance(value, int) and value < 0:
                raise ValueError(f"switch {name!r} cannot be negative")
        return Switches(**(current | changes))
