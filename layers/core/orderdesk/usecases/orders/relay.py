"""The history is the outbox: what was committed is told, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.orders.event import Event
    from orderdesk.usecases.ports import Loudspeaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A history item as the stream brought it; `event` is None when it cannot be read.

    `order` is the partition that the item lies in: known even then.
    """

    sequence: str
    order: str
    event: Event | None


def relay(records: Sequence[Committed], *, loudspeaker: Loudspeaker) -> tuple[str, ...]:
    """Tell all events, in order per order; returns the sequence numbers of those not told.

    The stream comes again from the first of these on, so what was told may be told twice: under
    the same deduplication id, and every listener ignores what it knows.

    A record that cannot be read is reported too. It may be one of a newer version of the code
    during a deployment, which another attempt reads; after the last attempt the stream gives up
    and leaves a note in the dead-letter queue. Events of other orders do not wait for it, only
    later ones of the same order.
    """
    unreadable: set[str] = set()
    to_tell: list[Event] = []
    for record in records:
        if record.event is None:
            unreadable.add(record.order)
        elif record.order not in unreadable:
            to_tell.append(record.event)
    untold = {event.event_id for event in loudspeaker.announce(to_tell)} if to_tell else set()
    told = {event.event_id for event in to_tell} - untold
    return tuple(
        record.sequence
        for record in records
        if record.event is None or record.event.event_id not in told
    )
