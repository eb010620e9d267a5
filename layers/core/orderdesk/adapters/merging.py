"""What a shop knows of a customer when another message, or another alias, adds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orderdesk.domain.customer import Customer

TOLD: Final = ("name", "username", "phone", "user_id", "phone_number_id")


def as_seen(stored: Customer, seen: Customer) -> Customer:
    """With what the message said; what it did not say stays."""
    said = {name: getattr(seen, name) for name in TOLD if getattr(seen, name)}
    return replace(stored, **said)


def inherited(winner: Customer, others: Iterable[Customer]) -> Customer:
    """With what only the others knew, when several turn out to be one person.

    Their newest contact decides how long the shop may write to them freely.
    """
    for other in others:
        missing = {
            name: getattr(other, name)
            for name in (*TOLD, "current_order_id")
            if not getattr(winner, name)
        }
        contacts = [at for at in (winner.last_inbound_at, other.last_inbound_at) if at]
        newest = max(contacts, default=None)
        handed_over = winner.handed_over or other.handed_over
        winner = replace(winner, **missing, last_inbound_at=newest, handed_over=handed_over)
    return winner
