"""Who buys. The id is ours: phone numbers and WhatsApp ids come, go and change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.address import Address


class AliasKind(StrEnum):
    """`user_id` is Meta's business-scoped id; `phone` is digits without plus; `from_id` is
    whatever else stood in `from`.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/
    """

    USER_ID = "user_id"
    PHONE = "phone"
    FROM_ID = "from_id"


@dataclass(frozen=True, slots=True)
class Alias:
    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAddress:
    address_id: str
    address: Address
    used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`phone` and `user_id` are empty when unknown. `current_order_id` is the order that an
    answer without context is about: the newest one. `phone_number_id` is the shop's number that
    the customer wrote to last; answers leave from there.

    `language` is a code like `hi`, empty until known. `merged` are ids that this customer had
    before; `cannot_show` kinds of messages that their WhatsApp refused to show. Who opted out is
    written to only when they wait for an answer; who was erased, never.
    """

    store_id: str
    customer_id: str
    name: str = ""
    username: str = ""
    phone: str = ""
    user_id: str = ""
    phone_number_id: str = ""
    current_order_id: str = ""
    last_inbound_at: datetime | None = None
    handed_over: bool = False
    language: str = ""
    addresses: tuple[SavedAddress, ...] = ()
    opted_out_at: datetime | None = None
    consent_at: datetime | None = None
    consent_source: str = ""
    erased_at: datetime | None = None
    merged: tuple[str, ...] = ()
    cannot_show: tuple[str, ...] = ()
