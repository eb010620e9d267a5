"""What is said instead of a message that could not be shown or delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.usecases.ask import next_address_way

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.conversation import Message
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Orders,
        Outbox,
        PageLinks,
        Stores,
    )

# "Receiver Incapable": this WhatsApp cannot show what was sent.
RECEIVER_INCAPABLE: Final = 1026


def after_failure(
    message: Message,
    error_code: int,
    *,
    orders: Orders,
    conversations: Conversations,
    customers: Customers,
    stores: Stores,
    outbox: Outbox,
    pages: PageLinks | None,
    now: datetime,
) -> None:
    """Ask for the address in the next way when the customer's phone cannot show the last.

    `message` is ours that failed, `error_code` Meta's reason; any other failure asks nothing.
    Raises Unavailable.
    """
    if error_code == RECEIVER_INCAPABLE:
        next_address_way(
            message,
            orders=orders,
            conversations=conversations,
            outbox=outbox,
            customers=customers,
            stores=stores,
            pages=pages,
            now=now,
        )
