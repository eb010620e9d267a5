"""What WhatsApp tells a shop, as far as the shop cares: one small value per update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from orderdesk.domain.messages.conversation import Delivery, Media
    from orderdesk.domain.messages.templates import Approval
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.people.address import Address
    from orderdesk.domain.people.customer import Alias


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who wrote, or was written to. `aliases` has at least one, the surest first; `name`
    and `username` are for display and never identify anybody.
    """

    aliases: tuple[Alias, ...]
    name: str = ""
    username: str = ""
    phone: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    """As it came: None where there was no number, an empty text where there was no text."""

    retailer_id: str
    quantity: Decimal | None
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSent:
    """`unreadable` counts items that are none."""

    catalog_id: str
    note: str
    items: tuple[CartItem, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class AddressGiven:
    """By form: certainly an address, wherever it belongs.

    `saved_id` names the saved one that was picked. `token` is what we sent along with a Flow, empty
    when it did not come back; None for what is no Flow.
    """

    address: Address
    saved_id: str = ""
    token: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceGiven:
    """A location, in decimal degrees: an address only when one was asked for."""

    text: str
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button or list row of ours, or of somebody else's."""

    button_id: str


@dataclass(frozen=True, slots=True)
class Written:
    text: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The customer edited or deleted a message; `how` says which, in the past tense."""

    original_id: str
    how: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """The same person under another number or id; the aliases from before come first."""

    person: Person


type Content = CartSent | AddressGiven | PlaceGiven | Tapped | Written | Corrected | Renamed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageIn:
    """A message of a customer's, or (`echo`) of the shop's own from another device.

    `kind` is WhatsApp's type, `text` what a person reads, `details` the message as JSON, `raw`
    the whole entry with contact and number. `at` is the sender's time. `standby`: somebody else
    has the conversation. `content` is what we act upon, None when a person has to read it.
    """

    phone_number_id: str
    message_id: str
    person: Person
    kind: str
    text: str
    at: datetime
    reply_to: str = ""
    details: str = ""
    raw: str = ""
    standby: bool = False
    echo: bool = False
    in_group: bool = False
    content: Content = None
    media: Media | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusIn:
    """How far a message of ours came. `callback_data` is what we sent along with it; `delivery` is
    None for a status that says nothing about that. `error` is Meta's reason in words; `category`
    and `pricing_type` are Meta's, when it tells them.
    """

    phone_number_id: str
    message_id: str
    callback_data: str
    name: str
    delivery: Delivery | None
    error: str = ""
    error_code: int | None = None
    category: str = ""
    pricing_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundIn:
    """Money of a payment in WhatsApp that goes back; `status` is pending, success or failed."""

    refund_id: str
    amount: Money
    status: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStatusIn:
    """How far the payment of an `order_details` message is. `reference` is that of the message.

    `status` of the order is pending, captured or failed; `transaction` of the last attempt pending,
    success or failed, empty when there was none, `transaction_id` its id at the gateway, `means` a
    word like upi, `failure` why it failed. A failed attempt may be followed by another one.
    `amount` is None when none was told that is money. `message_id` and `callback_data` are those
    of our message, `order_id` what we noted along with it; each is empty when it did not come back.
    """

    phone_number_id: str
    message_id: str
    callback_data: str
    reference: str
    status: str
    at: datetime
    order_id: str = ""
    amount: Money | None = None
    transaction: str = ""
    transaction_id: str = ""
    means: str = ""
    failure: str = ""
    refunds: tuple[RefundIn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverIn:
    """`handed_over` is None when it is not said who has the conversation now."""

    phone_number_id: str
    person: Person
    handed_over: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedIn:
    """A new number or id that was told without a message, and when."""

    phone_number_id: str
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whether somebody wants advertising from now on; `at` is when they said so."""

    person: Person
    wants_marketing: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesIn:
    """What customers told WhatsApp itself about messages of the shop."""

    phone_number_id: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateIn:
    """What Meta decided on one of the shop's message templates."""

    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIn:
    """News of the account, or an error that belongs to no message: for the log.

    `is_error` tells them apart; `codes` are Meta's.
    """

    field: str
    is_error: bool = False
    codes: tuple[str, ...] = ()


def described(update: Inbound) -> dict[str, object]:
    """What the log may say of an update: neither who nor what."""
    match update:
        case MessageIn():
            return {"kind": update.kind, "standby": update.standby}
        case StatusIn():
            return {"status": update.name, "error_code": update.error_code}
        case ReportIn():
            return {"field": update.field, "codes": update.codes}
        case _:
            return {}


type Inbound = (
    MessageIn
    | StatusIn
    | PaymentStatusIn
    | HandoverIn
    | RenamedIn
    | PreferencesIn
    | TemplateIn
    | ReportIn
)
