"""All that it takes to send messages, from the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orderdesk import wiring
from orderdesk.adapters.metrics import measure
from orderdesk.usecases.messages.outgoing_media import attach
from orderdesk.usecases.messages.send import Mailroom

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from orderdesk.domain.messages.conversation import Message


def mailroom(sleep: Callable[[timedelta], None]) -> Mailroom:
    return Mailroom(
        orders=wiring.orders(),
        stores=wiring.stores(),
        customers=wiring.customers(),
        conversations=wiring.conversations(),
        unsent=wiring.unsent(),
        outbox=wiring.outbox(),
        messenger=wiring.messenger(),
        pace=wiring.pace(),
        templates=wiring.templates(),
        costs=wiring.kept_costs(),
        pages=wiring.pages(),
        attach=_attach,
        over_limit=_over_limit,
        sleep=sleep,
    )


def _attach(message: Message, body: dict[str, object]) -> dict[str, object]:
    """Reaches for the bucket only when a message has a file."""
    if message.media is None:
        return body
    return attach(
        message,
        body,
        source=wiring.media_source(),
        shelf=wiring.media(),
        conversations=wiring.conversations(),
    )


def _over_limit() -> None:
    name = wiring.env("AWS_LAMBDA_FUNCTION_NAME")
    measure("MessageLimitReached", 1, function=name, at=datetime.now(UTC))
