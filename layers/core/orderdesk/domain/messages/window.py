"""When a customer may be written to freely: 24 hours from their last message to the number.

A free entry point (an answer to an advertisement) makes messages free for 72 hours, and opens
nothing: it does not count here.
https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages#customer-service-windows
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

WINDOW: Final = timedelta(hours=24)
# The clock is Meta's, and a message is on its way for a while.
MARGIN: Final = timedelta(minutes=5)


def closes_at(last_inbound_at: datetime | None) -> datetime | None:
    """From when on only a template is sent; None for who never wrote."""
    return last_inbound_at + WINDOW - MARGIN if last_inbound_at else None


def is_open(last_inbound_at: datetime | None, *, now: datetime) -> bool:
    closes = closes_at(last_inbound_at)
    return closes is not None and now < closes
