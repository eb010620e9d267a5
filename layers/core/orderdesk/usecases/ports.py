"""What the use cases need of the outside world, by role. Adapters implement these.

Every implementation of a port passes the same contract tests (tests/contract).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from orderdesk.domain.actor import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from orderdesk.domain.conversation import Delivery, Message
    from orderdesk.domain.customer import Alias, Customer
    from orderdesk.domain.event import Event
    from orderdesk.domain.ledger import PaymentMethod, PaymentStatus
    from orderdesk.domain.lifecycle import Stage
    from orderdesk.domain.money import Money
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.domain.settings import Redating, SettingsChange
    from orderdesk.domain.stock import Reservation


class Sort(StrEnum):
    ORDER_DATE = "order_date"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list shows of an order; read from the index alone."""

    store_id: str
    order_id: str
    number: int
    version: int
    stage: Stage
    stage_since: datetime
    placed_at: datetime
    customer_id: str
    customer_name: str
    total: Money
    line_count: int
    first_line: str
    address_status: str
    payment_status: PaymentStatus
    payment_method: PaymentMethod | None
    paid_at: datetime | None
    attention: int


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """`cursor` is opaque; None on the last page."""

    items: tuple[Item, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """`stage` None lists all but the archived. Payment order is `(paid, paid_at or placed_at, id)`:
    descending shows the newest paid first and the unpaid last; ascending is its exact reverse.
    `placed_from` is in the list and `placed_until` is not; None is open, and lists by payment have
    no such range.
    """

    store_id: str
    stage: Stage | None = None
    sort: Sort = Sort.ORDER_DATE
    descending: bool = True
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    limit: int = 25
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """`fingerprint` is a hash of the request: a key used again for another request is refused."""

    key: str
    fingerprint: str


class Orders(Protocol):
    """Every write is one transaction of the order and its history items.

    Reads by id are strongly consistent; list pages are eventually consistent.
    """

    def find(self, store_id: str, order_id: str) -> Order | None: ...

    def get(self, store_id: str, order_id: str) -> Order:
        """Raises NotFound."""
        ...

    def add(self, order: Order, event: Event, *, raw: str) -> bool:
        """False when an order of this id is there already: nothing is changed then.

        `raw` is the body that became the order, kept beside it. Also makes the order the
        customer's current one.
        """
        ...

    def save(
        self, order: Order, events: Sequence[Event], *, idempotency: Idempotency | None = None
    ) -> None:
        """Write the order with the events that led to it.

        `events` are in order, one per version, the first one following the stored version.
        Raises Stale (with the current order) when the stored version is another one, Invalid when
        the idempotency key was used for another request. A repeated key of the same request is
        answered by `replayed` before anything is decided.
        """
        ...

    def replayed(self, store_id: str, idempotency: Idempotency) -> Order | None:
        """The order as it is now, when this very request was done before. Raises Invalid."""
        ...

    def postpone(self, order: Order, due_at: datetime | None) -> None:
        """Set the deadline without a new version; nothing happens when the order moved on."""
        ...

    def touch(self, order: Order, *, acted_at: datetime, due_at: datetime | None) -> None:
        """The customer said something that changes nothing: their silence counts from now on.

        Without a new version or history item; nothing happens when the order moved on.
        """
        ...

    def history(self, store_id: str, order_id: str, *, after: int = 0) -> tuple[Event, ...]: ...

    def raw(self, store_id: str, order_id: str) -> str:
        """The inbound body that became the order; empty when it did not come from one."""
        ...

    def page(self, query: ListQuery) -> Page[Summary]:
        """Raises Invalid for a cursor that is not ours or belongs to another list.

        Also for a range of dates that runs backwards, or in a list by payment.
        """
        ...

    def of_customer(
        self, store_id: str, customer_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Summary]: ...

    def due(self, store_id: str, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of orders whose deadline is past, earliest first."""
        ...

    def number_in(self, store_id: str, stage: Stage) -> int:
        """How many orders the stage's list has."""
        ...

    def misfiled(self, store_id: str, order_id: str) -> tuple[str, ...]:
        """What of the order's place in lists is not what the order says; names of attributes.

        `conduct_at` when nobody will ever look at the execution of an order that lives.
        """
        ...

    def refile(self, order: Order, *, check_at: datetime) -> None:
        """Put the order into its lists anew, without a new version; nothing when it moved on.

        The execution of an order that lives is looked at by `check_at`.
        """
        ...

    def by_tracking(self, store_id: str, number: str) -> str | None:
        """The id of the order that got this tracking number last, however it is spelled."""
        ...

    def next_number(self, store_id: str) -> int:
        """The next display number: monotonic, gaps allowed, starts at 1001."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Where an order's state machine stands: in `stage`, reached at `version`.

    It waits there for its `token` to be answered. Without a token it has ended there, because the
    order rests: nothing runs for the order until it moves on.
    """

    store_id: str
    order_id: str
    name: str
    stage: Stage
    version: int
    token: str


class Executions(Protocol):
    """What we know of each order's execution; the order itself is never changed here."""

    def park(self, execution: Execution, *, check_at: datetime) -> Execution | None:
        """Keep the task token, and look at the execution again at `check_at`.

        Returns what was parked for the order before, from the same write.
        """
        ...

    def settle(self, execution: Execution, *, stage: Stage, version: int) -> None:
        """The execution has ended and the order rests there: forget its token, look no more.

        Ignored when another was parked since; looked at anyway when the order moved on.
        """
        ...

    def find(self, store_id: str, order_id: str) -> Execution | None: ...

    def check_later(self, order: Order, check_at: datetime | None) -> None:
        """Move the time of the next look; None when the order rests. Ignored if it moved on."""
        ...

    def to_check(
        self, store_id: str, *, before: datetime | None, limit: int = 100, cursor: str | None = None
    ) -> Page[str]:
        """Ids of orders whose execution may lag: those with a look due, or all when None."""
        ...


class Stock(Protocol):
    """Pieces that can still be sold, of the products that a shop counts, and who took which.

    Never below zero, however many orders reserve at once. Each method raises Unavailable.
    """

    def count(self, store_id: str, retailer_id: str, available: int | None) -> None:
        """Set what can still be sold; None when the product is not counted any more.

        What orders hold is not part of it. Raises Invalid below zero.
        """
        ...

    def available(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, int]:
        """Of counted products only."""
        ...

    def reserve(self, store_id: str, order_id: str, wanted: Mapping[str, int]) -> Reservation:
        """Take pieces for the order: all that it wants, or none.

        Again, it takes nothing more, until what was taken is released: then it takes anew. SHORT
        and UNCOUNTED keep nothing, so asking again looks again. What was spent is reserved again
        without taking, for goods that turned out not to have left.
        """
        ...

    def release(self, store_id: str, order_id: str) -> None:
        """Give back once what is reserved; what was spent has left and is not given back."""
        ...

    def spend(self, store_id: str, order_id: str) -> None:
        """The goods have left: what was reserved is not given back by `release` any more."""
        ...

    def restock(self, store_id: str, order_id: str) -> None:
        """The goods came back and can be sold: give back once what was reserved or spent."""
        ...


class Conductor(Protocol):
    """The state machine."""

    def start(
        self, *, store_id: str, order_id: str, stage: Stage, version: int, anew: bool = False
    ) -> bool:
        """Start at `stage`; nothing while an execution of this order and version is running.

        One that ended there is followed by another of a new name. False when one was found
        running; Step Functions may also take a repeated start for the first one. With `anew`, one
        that is running is stopped first, because it is known to hang.
        """
        ...

    def advance(self, execution: Execution, *, stage: Stage, version: int) -> bool:
        """Answer the token with the next stage; False when the token is gone or used."""
        ...

    def rest(self, execution: Execution) -> bool:
        """Answer the token with the end, because the order rests; False as in `advance`."""
        ...

    def fail(self, execution: Execution, *, error: str, cause: str) -> None:
        """Fail the task that waits with this token; nothing when the token is gone or used."""
        ...

    def stop(self, execution: Execution) -> None:
        """End it wherever it is; nothing when it has ended."""
        ...

    def is_running(self, execution: Execution) -> bool: ...

    def running(self, *, order_id: str, version: int) -> str | None:
        """The name of the execution that began at this version and has not ended; None if none."""
        ...


class Customers(Protocol):
    def identify(
        self, store_id: str, aliases: Sequence[Alias], *, seen: Customer, now: datetime
    ) -> Customer:
        """The customer of any of these aliases, made when new; aliases not known yet are added.

        `seen` carries what the message said (name, username, phone, user_id, phone_number_id);
        empty fields keep what is stored. When two aliases belong to two customers, the first
        alias's customer wins and keeps the other's alias from now on.
        """
        ...

    def get(self, store_id: str, customer_id: str) -> Customer:
        """Raises NotFound."""
        ...

    def touch(self, customer: Customer, *, inbound_at: datetime) -> None:
        """The 24-hour window: keeps the latest inbound time."""
        ...

    def hand_over(self, customer: Customer, *, handed_over: bool) -> None:
        """Whether somebody else (Meta's business agent) answers this customer for now."""
        ...


class Conversations(Protocol):
    """A thread per customer. Messages are deduplicated on store and message id."""

    def append(self, message: Message) -> bool:
        """False when a message of this id is on the thread already."""
        ...

    def find(self, store_id: str, message_id: str) -> Message | None: ...

    def set_delivery(
        self, store_id: str, message_id: str, delivery: Delivery, *, error: str = ""
    ) -> Message | None:
        """Only ever further (`Delivery.follows`). None when no such message is known."""
        ...

    def sent(self, message: Message, *, message_id: str) -> None:
        """An outbound message of our own key got its wamid: keep both, PENDING → SENT."""
        ...

    def page(
        self, store_id: str, customer_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Message]:
        """Newest first."""
        ...


class Stores(Protocol):
    def get(self, store_id: str) -> Store:
        """The stored shop, or one with defaults when none was saved yet."""
        ...

    def latest(self, store_id: str) -> Store:
        """As it is stored now, whatever `get` may keep: for deciding on a change."""
        ...

    def put(self, store: Store) -> None:
        """Settings from outside (an installation, a demo), without a history of changes."""
        ...

    def save(
        self,
        store: Store,
        change: SettingsChange,
        *,
        expected_version: int,
        redating: Redating | None = None,
    ) -> None:
        """One transaction: the settings, what changed, and whose deadlines have to follow.

        Raises StaleSettings when the stored version is another one.
        """
        ...

    def changes(
        self, store_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[SettingsChange]:
        """Newest first. Raises Invalid for a cursor that is not ours."""
        ...

    def redating(self, store_id: str) -> Redating | None:
        """What the sweep has still to do for new settings; None when it is done."""
        ...

    def redated(self, progress: Redating) -> None:
        """Keep how far it got; nothing when newer settings began anew."""
        ...

    def all_ids(self) -> tuple[str, ...]:
        """Every store that ever had an order or settings."""
        ...

    def of_number(self, phone_number_id: str) -> str | None:
        """The store that a WhatsApp number belongs to; None when it is not mapped."""
        ...

    def map_number(self, phone_number_id: str, store_id: str) -> None: ...

    def product(self, store_id: str, retailer_id: str) -> Product | None:
        """Name and picture from the shop's own list."""
        ...

    def put_products(self, store_id: str, products: Sequence[Product]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    retailer_id: str
    name: str
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """One update of Meta's, as plain ASCII JSON.

    Entries of one `group` keep their order. `entry_id` is the same when Meta sends it again.
    """

    entry_id: str
    group: str
    text: str


class Inbox(Protocol):
    """Between the webhook, which only takes in, and what is done with it."""

    def put(self, entries: Sequence[InboxEntry]) -> None:
        """All of them, or Unavailable is raised: then the sender has to send all again."""
        ...

    def open(self, body: str) -> str:
        """The text of the entry that a queue message stands for. Raises Unreadable, Unavailable."""
        ...

    def dead_letter(self, body: str, reason: str) -> None:
        """Set a queue message aside for a person, its reason beside it. Raises Unavailable."""
        ...


class Loudspeaker(Protocol):
    """Tells every subscriber about an event, in order per order."""

    def announce(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Returns those that could not be told."""
        ...


class Later(Protocol):
    """Puts events off. They come back to who put them off: at least once, and in no order."""

    def put(self, event: Event, delay: timedelta) -> None:
        """Never back before `delay` is over, unless it is longer than can be waited for in one go:
        then it is put off again when it comes. Raises Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """By `phone` (digits without plus) when known, else by business-scoped `user_id`."""

    phone_number_id: str
    phone: str = ""
    user_id: str = ""


class Messenger(Protocol):
    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        """Send a WhatsApp message body (`{"type": "text", "text": {…}}`) and return its wamid.

        `callback_data` comes back on every status. Raises SendFailed, Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment at the gateway, under its own id. `means` is a word like upi or card."""

    payment_id: str
    amount: Money
    at: datetime
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLink:
    """`reference` is ours, `<order number>-<attempt>`; `provider_id` the gateway's.

    `is_open` while the customer can pay with it; `payments` are those that were captured.
    """

    provider_id: str
    reference: str
    url: str
    status: str
    amount: Money
    amount_paid: Money
    payments: tuple[Payment, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status in {"created", "partially_paid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that the gateway sends back; it may still fail on its way, which a webhook tells.

    `status` is pending, processed or failed.
    """

    refund_id: str
    amount: Money
    status: str

    @property
    def has_failed(self) -> bool:
        return self.status == "failed"


class PaymentGateway(Protocol):
    """One way to be paid online. `notes` come back in webhooks: store and order id are in them."""

    def create_link(
        self,
        *,
        reference: str,
        amount: Money,
        description: str,
        notes: dict[str, str],
        expires_at: datetime,
    ) -> PaymentLink:
        """Asked twice with one reference, gives the same link.

        Raises Unavailable; Invalid when the gateway refuses, with `field` "reference" when the
        reference belongs to a link with other notes.
        """
        ...

    def find_link(self, provider_id: str) -> PaymentLink | None:
        """None when the gateway knows no such link. Raises Unavailable."""
        ...

    def cancel_link(self, provider_id: str) -> None:
        """Nothing happens to a link that is paid or closed already. Raises Unavailable."""
        ...

    def refund(self, payment_id: str, amount: Money, *, reference: str) -> Refund:
        """Send money of a captured payment back. `reference` is ours, one for each refund.

        Asked twice with one reference, gives the refund that was made first, of its own amount.
        Raises Unavailable; Invalid when the gateway refuses, such as more than was captured.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    store_id: str
    connection_id: str


class Live(Protocol):
    """Open dashboards."""

    def add(self, connection: Connection, *, now: datetime) -> None: ...

    def remove(self, connection_id: str) -> None: ...

    def push(self, store_id: str, text: str) -> None:
        """To every open dashboard of the store; gone ones are forgotten."""
        ...


class Counts(Protocol):
    """How many orders stand in each stage; kept from the events, each counted once."""

    def count(self, event: Event) -> None: ...

    def get(self, store_id: str) -> dict[Stage, int]: ...

    def set(self, store_id: str, counts: Mapping[Stage, int], *, seen: Mapping[Stage, int]) -> bool:
        """Put stages right that counted `seen`; False, and nothing done, when they do not now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How far a look at all orders of a store has come: in the list of `stage`, at `cursor`.

    Without a stage it begins anew. `finished_at` is when one last came to the end.
    """

    store_id: str
    stage: Stage | None = None
    cursor: str | None = None
    finished_at: datetime | None = None


class Rounds(Protocol):
    """Where to go on looking at orders; one place for each store."""

    def get(self, store_id: str) -> Round:
        """The place that was kept, or the beginning."""
        ...

    def keep(self, round: Round) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in member of staff. `csrf_token` is echoed by every form."""

    store_id: str
    session_id: str
    user_id: str
    name: str
    email: str
    role: str
    csrf_token: str
    expires_at: datetime


class Sessions(Protocol):
    def put(self, session: Session) -> None: ...

    def find(self, store_id: str, session_id: str, *, now: datetime) -> Session | None: ...

    def remove(self, store_id: str, session_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`hash` is SHA-256 of the secret, hex; the secret itself is shown once and not kept.

    What the key does, it does as staff of that `role`, within its `scopes`.
    """

    store_id: str
    key_id: str
    hash: str
    name: str
    scopes: tuple[str, ...]
    role: Role = Role.AGENT


class ApiKeys(Protocol):
    def put(self, key: ApiKey) -> None: ...

    def find(self, store_id: str, hash: str) -> ApiKey | None: ...
