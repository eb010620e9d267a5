"""What a shop knows of a customer when another message, or another alias, adds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.people.customer import MOST_ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orderdesk.domain.people.customer import Alias, Customer, SavedAddress

TOLD: Final = ("name", "username", "phone", "user_id", "phone_number_id")
# Whoever said no under one name has said no; who said yes under one has said yes.
KEPT: Final = (
    *("current_order_id", "language", "opted_out_at", "marketing_opted_out_at"),
    *("consent_at", "consent_source"),
)


def as_new(seen: Customer, store_id: str, customer_id: str, aliases: Sequence[Alias]) -> Customer:
    """Somebody of whom nothing is known but what the message said."""
    return replace(
        seen,
        store_id=store_id,
        customer_id=customer_id,
        aliases=tuple(dict.fromkeys(aliases)),
    )


def as_seen(stored: Customer, seen: Customer, aliases: Sequence[Alias]) -> Customer:
    """With what the message said, and the aliases it came under; what it did not say stays, and
    what is heard after something later (`told_at`) tells only what was not known.
    """
    late = _is_late(stored, seen)
    said: dict[str, Any] = {
        name: getattr(seen, name)
        for name in TOLD
        if getattr(seen, name) and not (late and getattr(stored, name))
    }
    known = tuple(dict.fromkeys((*stored.aliases, *aliases)))
    told = replace(stored, **said, aliases=known)
    # Written with what it is of, and with nothing else: most messages tell nothing new.
    return told if told == stored or late else replace(told, told_at=seen.told_at)


def _is_late(stored: Customer, seen: Customer) -> bool:
    known = [at for at in (stored.last_inbound_at, stored.told_at) if at]
    return bool(known) and seen.told_at is not None and seen.told_at < max(known)


def inherited(winner: Customer, others: Iterable[Customer]) -> Customer:
    """With what only the others knew, when several turn out to be one person.

    Their newest contact decides how long the shop may write to them freely. The others' ids are
    kept: their orders and threads are still to be adopted.
    """
    for other in others:
        later = _is_late(other, winner)
        missing: dict[str, Any] = {
            name: getattr(other, name)
            for name in (*TOLD, *KEPT)
            if not getattr(winner, name) or (later and name in TOLD and getattr(other, name))
        }
        contacts = [at for at in (winner.last_inbound_at, other.last_inbound_at) if at]
        former = (other.customer_id, *other.merged)
        winner = replace(
            winner,
            **missing,
            last_inbound_at=max(contacts, default=None),
            told_at=max((at for at in (winner.told_at, other.told_at) if at), default=None),
            handed_over=winner.handed_over or other.handed_over,
            addresses=_newest((*winner.addresses, *other.addresses)),
            aliases=_all(winner.aliases, other.aliases),
            merged=_all(winner.merged, former),
            adopting=_all(winner.adopting, (other.customer_id, *other.adopting)),
            cannot_show=_all(winner.cannot_show, other.cannot_show),
        )
    return winner


def _all[Item](ours: Iterable[Item], theirs: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys((*ours, *theirs)))


def _newest(addresses: Iterable[SavedAddress]) -> tuple[SavedAddress, ...]:
    by_time = sorted(addresses, key=lambda each: each.used_at, reverse=True)
    distinct = {each.address_id: each for each in reversed(by_time)}
    return tuple(sorted(distinct.values(), key=lambda each: each.used_at, reverse=True))[
        :MOST_ADDRESSES
    ]
