"""Who buys. The id is ours: phone numbers and WhatsApp ids come, go and change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.people.address import AddressStatus

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.people.address import Address

MOST_ADDRESSES: Final = 5
ADVERTISING: Final = "meta"  # WhatsApp's own switch, which is about nothing else


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
    the customer wrote to last; answers leave from there. `told_at` is when what is told here
    (names, numbers, ids) was said.

    `language` is a code like `hi`, empty until known. `addresses` are the last ones used, newest
    first. `cannot_show` are kinds of messages that their WhatsApp refused to show. `aliases` are
    all that they are known by; `merged` are ids that this customer had before, `adopting` those of
    them whose orders and thread are still on their way here.

    Who opted out is written to only when they wait for an answer; `marketing_opted_out_at` is of
    advertising alone. Who was erased is never written to, and comes back as somebody new.
    """

    store_id: str
    customer_id: str
    name: str = ""
    username: str = ""
    phone: str = ""
    user_id: str = ""
    phone_number_id: str = ""
    told_at: datetime | None = None
    current_order_id: str = ""
    last_inbound_at: datetime | None = None
    handed_over: bool = False
    language: str = ""
    addresses: tuple[SavedAddress, ...] = ()
    opted_out_at: datetime | None = None
    marketing_opted_out_at: datetime | None = None
    consent_at: datetime | None = None
    consent_source: str = ""
    erased_at: datetime | None = None
    aliases: tuple[Alias, ...] = ()
    merged: tuple[str, ...] = ()
    adopting: tuple[str, ...] = ()
    cannot_show: tuple[str, ...] = ()

    @property
    def wants_marketing(self) -> bool:
        out = self.opted_out_at or self.marketing_opted_out_at or self.erased_at
        return out is None

    @property
    def known_as(self) -> tuple[Alias, ...]:
        """All aliases; older records have them in their fields only."""
        named = ((AliasKind.USER_ID, self.user_id), (AliasKind.PHONE, self.phone))
        told = (Alias(kind, value) for kind, value in named if value)
        return tuple(dict.fromkeys((*self.aliases, *told)))

    def is_known_as(self, customer_id: str) -> bool:
        """Now, or before two turned out to be one."""
        return customer_id == self.customer_id or customer_id in self.merged

    def saved(self, address_id: str) -> Address | None:
        found = (each.address for each in self.addresses if each.address_id == address_id)
        return next(found, None)


def save_address(customer: Customer, address: Address, *, now: datetime) -> Customer:
    """With the address at the head of those that were used; only what a courier can find is kept.

    The id follows from the address, so that saving it again is choosing it again.
    """
    if address.status is not AddressStatus.COMPLETE:
        return customer
    address_id = _address_id(address)
    known = next((each for each in customer.addresses if each.address_id == address_id), None)
    used_at = max(known.used_at, now) if known else now
    used = SavedAddress(address_id=address_id, address=address, used_at=used_at)
    others = [each for each in customer.addresses if each.address_id != address_id]
    newest = sorted([used, *others], key=lambda each: each.used_at, reverse=True)
    return replace(customer, addresses=tuple(newest[:MOST_ADDRESSES]))


def forget_address(customer: Customer, address_id: str) -> Customer:
    kept = tuple(each for each in customer.addresses if each.address_id != address_id)
    return replace(customer, addresses=kept)


def _address_id(address: Address) -> str:
    seed = "\n".join(str(getattr(address, each.name)) for each in fields(address))
    return hashlib.sha256(seed.encode()).hexdigest()[:12]


def opt_out(customer: Customer, *, now: datetime, marketing_only: bool = False) -> Customer:
    """Out of everything, or of advertising alone; the first time counts.

    What was said before the customer's last yes, and is heard of after it, changes nothing.
    """
    yes = customer.consent_at
    overruled = yes is not None and yes > now
    marketing = customer.marketing_opted_out_at or (None if overruled else now)
    if marketing_only:
        return replace(customer, marketing_opted_out_at=marketing)
    # A yes to advertising is none to everything.
    overruled = overruled and customer.consent_source != ADVERTISING
    whole = customer.opted_out_at or (None if overruled else now)
    return replace(customer, opted_out_at=whole, marketing_opted_out_at=marketing)


def opt_in(
    customer: Customer, *, now: datetime, source: str, marketing_only: bool = False
) -> Customer:
    """Back in, with their consent: `source` says how it was given (keyword, meta, api).

    What was said before the customer's last no, and is heard of after it, changes nothing.
    """
    no = customer.marketing_opted_out_at or customer.opted_out_at
    if no is not None and no > now:
        return customer
    return replace(
        customer,
        opted_out_at=customer.opted_out_at if marketing_only else None,
        marketing_opted_out_at=None,
        consent_at=now,
        consent_source=source,
    )


def erased(customer: Customer, *, now: datetime) -> Customer:
    """Nothing personal is left; the id stays, because orders and accounts carry it."""
    return Customer(
        store_id=customer.store_id,
        customer_id=customer.customer_id,
        erased_at=customer.erased_at or now,
        merged=customer.merged,
    )
