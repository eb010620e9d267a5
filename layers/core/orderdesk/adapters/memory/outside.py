"""What is outside of the shop, in memory: WhatsApp, listeners, dashboards.

Each keeps what it was told and can be made to fail as the real one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.usecases.ports import Connection, Recipient


class MemoryLoudspeaker:
    """`failing` has ids of events that cannot be told."""

    def __init__(self) -> None:
        self.announced: list[Event] = []
        self.failing: set[str] = set()

    def announce(self, events: Sequence[Event]) -> tuple[Event, ...]:
        untold: list[Event] = []
        for event in events:
            order_waits = any(each.order_id == event.order_id for each in untold)
            if event.event_id in self.failing or order_waits:
                untold.append(event)
            elif event not in self.announced:
                self.announced.append(event)
        return tuple(untold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    to: Recipient
    body: dict[str, object]
    callback_data: str
    message_id: str


class MemoryMessenger:
    """`errors` are raised one by one by the next sends, before anything is sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.errors: list[Exception] = []

    def send(self, to: Recipient, body: dict[str, object], *, callback_data: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        if not (to.phone or to.user_id):
            raise Invalid("Say who gets the message: by phone or by user id.", field="to")
        message_id = f"wamid.out{len(self.sent) + 1}"
        sent = Sent(to=to, body=body, callback_data=callback_data, message_id=message_id)
        self.sent.append(sent)
        return message_id


@dataclass(frozen=True, slots=True)
class Pushed:
    connection_id: str
    text: str


class MemoryLive:
    """`closed` has ids of connections whose browser went away without saying so."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self.closed: set[str] = set()
        self.pushed: list[Pushed] = []

    def add(self, connection: Connection, *, now: datetime) -> None:
        self.connections[connection.connection_id] = connection

    def remove(self, connection_id: str) -> None:
        self.connections.pop(connection_id, None)

    def push(self, store_id: str, text: str) -> None:
        for connection in list(self.connections.values()):
            if connection.store_id != store_id:
                continue
            if connection.connection_id in self.closed:
                self.remove(connection.connection_id)
            else:
                self.pushed.append(Pushed(connection.connection_id, text))
