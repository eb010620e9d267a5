"""What came of a move since, and what the customer was told before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import MoveClass, Stage, find_move

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.parcels import Parcel
    from orderdesk.usecases.ports import Conversations, Orders

UNTOLD: Final = frozenset({Delivery.FAILED, Delivery.WITHDRAWN})
BACK: Final = frozenset({MoveClass.UNDO, MoveClass.RECOVERY})


def message_key(event: Event) -> str:
    """What the message about an event is kept under: an event is worth one message at most."""
    return f"{event.event_id}:{purpose_of(event)}"


def purpose_of(event: Event) -> str:
    """The name of what is said about it: the stage of a move, else the event's own."""
    what = event.target.value if event.type is EventType.MOVED else event.type.value
    return what.removeprefix("order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """Of one event, and read only when it matters: few messages need it."""

    event: Event
    orders: Orders
    conversations: Conversations

    def is_news(self) -> bool:
        """False for a move that was taken back since, or that something later was told of already.

        Taken back is a move when the order left the stage again by an undoing move, or by the
        release of a hold.
        """
        since = self._moves(after=self.event.version)
        taken_back = any(_leads_back(each) and each.source is self.event.target for each in since)
        return not taken_back and not self._any_told(since)

    def heard_of(self, stage: Stage) -> bool:
        """Whether the customer was ever told that the order came to this stage."""
        return self._any_told(self._arrivals(stage))

    def heard_of_last(self, stage: Stage) -> bool:
        """Whether they were told the last time that it came there."""
        return self._any_told(self._arrivals(stage)[-1:])

    def heard_of_parcel(self, parcel: Parcel) -> bool:
        """Whether they were told that this parcel left, by itself or as the rest of the order."""
        before = [each for each in self._events() if each.version < self.event.version]
        left = [
            each
            for each in before
            if each.type is EventType.PARCEL_SHIPPED and each.data.get("parcel") == parcel.parcel_id
        ]
        return self._any_told(left[-1:] or self._arrivals(Stage.SHIPPED)[-1:])

    def was_asked(self) -> bool:
        """Whether the customer had been asked for address or payment by then, for what the order
        was to cost.
        """
        first = f"{self.event.order_id}:1:ask"
        found = self.conversations.find(self.event.store_id, first)
        return found is not None and found.at < self.event.at

    def _arrivals(self, stage: Stage) -> list[Event]:
        before = (each for each in self._moves() if each.version < self.event.version)
        return [each for each in before if each.target is stage]

    def _moves(self, *, after: int = 0) -> list[Event]:
        return [each for each in self._events(after=after) if each.type is EventType.MOVED]

    def _events(self, *, after: int = 0) -> tuple[Event, ...]:
        return self.orders.history(self.event.store_id, self.event.order_id, after=after)

    def _any_told(self, events: Iterable[Event]) -> bool:
        store_id = self.event.store_id
        found = (self.conversations.find(store_id, message_key(each)) for each in events)
        # What waits in the outbox leaves before anything that is said now.
        return any(each is not None and each.delivery not in UNTOLD for each in found)


def _leads_back(event: Event) -> bool:
    move = find_move(event.source, event.target)
    return move is not None and move.kind in BACK
