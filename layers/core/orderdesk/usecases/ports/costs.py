"""What messages cost, kept on each message and summed up as it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Cell, Charge


class Costs(Protocol):
    """Sums by month, by order, and of service messages by number. Months read `2026-11`."""

    def charge(self, message: Message, charge: Charge, *, month: str) -> bool:
        """Keep the charge on the message instead of the one that `message` has, and in the sums:
        all or nothing.

        False when the message is not any more as it was seen: look at it again. Raises Unavailable.
        """
        ...

    def of_month(self, store_id: str, month: str) -> tuple[Cell, ...]: ...

    def of_order(self, store_id: str, order_id: str) -> tuple[Cell, ...]: ...

    def orders_in(self, store_id: str, month: str) -> int:
        """How many orders messages were counted for."""
        ...

    def service_messages(self, store_id: str, month: str, phone_number_id: str) -> int: ...
