"""A lost race in words: who was faster, what happened meanwhile, and what did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.timeline import Entry, entry
from dashboard.words import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.given import Given
    from dashboard.words import Clock
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order


@dataclass(frozen=True, slots=True)
class Conflict:
    """`winner` is empty when it was this same person, elsewhere; `happened` is oldest first;
    `typed` is what was written, which the form still holds, if there still is one.
    """

    winner: str
    refused: str
    happened: tuple[Entry, ...]
    typed: tuple[str, ...]


def conflict(
    order: Order, since: Sequence[Event], given: Given, refused: str, *, by: Actor, clock: Clock
) -> Conflict:
    first = since[0].by if since else order.changed_by
    mine = first is not None and first.id == by.id
    winner = "" if mine else (first.title if first else "Somebody")
    return Conflict(
        winner, refused, tuple(entry(event, clock, names_of(order)) for event in since), given.typed
    )
