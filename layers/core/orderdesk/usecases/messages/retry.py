"""Sending a message that failed once more, because a person says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Blocked, NotFound
from orderdesk.domain.messages.conversation import Delivery, Direction, Form
from orderdesk.domain.orders.guards import Refusal
from orderdesk.usecases.messages.fallback import a_copy
from orderdesk.usecases.messages.reply import (
    refuse_outside_window,
    refuse_who_may_not_be_written_to,
)

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.usecases.ports import Conversations, Customers, Outbox, Stores, Unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDesk:
    stores: Stores
    customers: Customers
    conversations: Conversations
    unsent: Unsent
    outbox: Outbox


def retry(store_id: str, message_id: str, *, by: Actor, desk: RetryDesk, now: datetime) -> Message:
    """Say it again under a key of its own, in the form that is allowed then; asked twice, once.

    Returns the message that is sent instead. Raises NotFound, and Blocked for one that has not
    failed (`not_failed`), and for whom it may not be sent to now (`window_closed` without a
    template, `opted_out`, `handed_over`, `erased`).
    """
    message = desk.conversations.find(store_id, message_id)
    if message is None:
        raise NotFound(f"There is no message {message_id}.")
    before = _said_instead(message, desk)
    if before is not None:
        return before
    if message.direction is not Direction.OUTBOUND or message.delivery is not Delivery.FAILED:
        remedy = f"This message is {message.delivery}: only one that failed is sent again."
        raise Blocked(remedy, [Refusal("not_failed", remedy)])
    customer = desk.customers.get(store_id, message.customer_id)
    refuse_who_may_not_be_written_to(customer)
    if not message.template and message.kind != Form.TEMPLATE:
        refuse_outside_window(customer, desk.stores.get(store_id), now=now)
    again = replace(a_copy(message, "again", form="", now=now), sent_by=by.id)
    desk.conversations.append(again)
    desk.outbox.put(again)
    desk.unsent.replace(message, by=again.message_id)
    return again


def _said_instead(message: Message, desk: RetryDesk) -> Message | None:
    if not message.replaced_by:
        return None
    return desk.conversations.find(message.store_id, message.replaced_by)
