"""What an error of Meta's asks for, by its class. Nothing is repeated blindly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Delivery, Form
from orderdesk.domain.messages.sending import (
    OF_THE_NUMBER,
    SOON,
    SOON_MOST,
    TOMORROW,
    ErrorClass,
    pair_wait,
    paused,
    unsure_wait,
)
from orderdesk.domain.messages.templates import Approval
from orderdesk.usecases.messages.choose import Letter, as_template
from orderdesk.usecases.messages.fallback import HELD_BACK, after_failure

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.errors import SendFailed
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.messages.send import Mailroom

PAIR_LIMIT: Final = 131056
NOT_YET_APPROVED: Final = 134101
# Each message waits by itself; what is unsure makes the number wait, too.
OF_THE_MESSAGE: Final = frozenset(
    {ErrorClass.UNSURE, ErrorClass.PAIR, ErrorClass.SOON, ErrorClass.TOMORROW}
)
NOTED: Final = {
    PAIR_LIMIT: ErrorClass.PAIR,
    NOT_YET_APPROVED: ErrorClass.SOON,
    HELD_BACK: ErrorClass.TOMORROW,
}
TEMPLATE_STATES: Final = {132001: "MISSING", 132015: "PAUSED", 132016: "DISABLED"}


class Course(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    WAITS = "waits"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`wait` before it is tried again; `instead` is to be tried at once."""

    course: Course
    wait: timedelta | None = None
    instead: Letter | None = None


FAILED: Final = Reaction(Course.FAILED)


def react(
    message: Message, letter: Letter, error: SendFailed, *, room: Mailroom, now: datetime
) -> Reaction:
    """Note what has to be known later, and say what becomes of the message now."""
    kind = error.error_class
    if kind is ErrorClass.ACCEPTED:
        room.conversations.set_delivery(message.store_id, message.message_id, Delivery.SENT)
        return Reaction(Course.SENT)
    pause = _pause(message, error, room, now) if kind in OF_THE_NUMBER else None
    if kind in OF_THE_MESSAGE:
        return _again(message, error, room, now)
    if pause is not None:
        return Reaction(Course.WAITS, pause)
    instead = _in_another_form(message, letter, error, room)
    return instead or _give_up(message, letter, error, room, now)


def _pause(message: Message, error: SendFailed, room: Mailroom, now: datetime) -> timedelta:
    """The whole number waits; how long."""
    number = message.phone_number_id
    asked = timedelta(seconds=error.retry_after) if error.retry_after is not None else None
    pause = paused(
        room.pace.paused(number, now=now),
        error.error_class,
        reason=error.message,
        retry_after=asked,
        now=now,
    )
    room.pace.pause(number, pause)
    return pause.until - now


def _again(message: Message, error: SendFailed, room: Mailroom, now: datetime) -> Reaction:
    """After a wait, or never. Noted first: each attempt may be a message that arrives twice."""
    before = message.attempts if _class_noted(message) is error.error_class else 0
    wait = _wait_after(before, error.error_class)
    if wait is None:
        _fail(message, error, room, now)
        return FAILED
    wait = max(wait, timedelta(seconds=error.retry_after or 0))
    noted = room.unsent.note(
        message,
        attempts=before + 1,
        again_at=now + wait,
        error=error.message,
        error_code=error.error_code,
    )
    if not noted:  # a status came in this moment: it was sent
        return Reaction(Course.SENT)
    late = error.error_class is ErrorClass.TOMORROW
    return Reaction(Course.POSTPONED) if late else Reaction(Course.WAITS, wait)


def _class_noted(message: Message) -> ErrorClass | None:
    """What the last attempt failed for, as far as it matters here."""
    if not message.attempts:
        return None
    return NOTED.get(message.error_code or 0, ErrorClass.UNSURE)


def _wait_after(attempts: int, kind: ErrorClass) -> timedelta | None:
    match kind:
        case ErrorClass.PAIR:
            return pair_wait(attempts)
        case ErrorClass.SOON:
            return SOON if attempts < SOON_MOST else None
        case ErrorClass.TOMORROW:
            return TOMORROW if not attempts else None
        case _:
            return unsure_wait(attempts)


def _in_another_form(
    message: Message, letter: Letter, error: SendFailed, room: Mailroom
) -> Reaction | None:
    """The template when the window is closed after all; words when the order's page is stuck."""
    if error.error_class is ErrorClass.WINDOW and letter.form is not Form.TEMPLATE:
        template = as_template(message, room=room)
        if isinstance(template, Letter):
            return Reaction(Course.WAITS, instead=template)
    if error.error_class is ErrorClass.ORDER_STATUS and letter.form is Form.ORDER_STATUS:
        return Reaction(Course.WAITS, instead=Letter(json.loads(message.details), Form.FREE))
    return None


def _give_up(
    message: Message, letter: Letter, error: SendFailed, room: Mailroom, now: datetime
) -> Reaction:
    if error.error_class is ErrorClass.TEMPLATE:
        _note_template(message, letter, error, room, now)
    _fail(message, error, room, now)
    return FAILED


def _note_template(
    message: Message, letter: Letter, error: SendFailed, room: Mailroom, now: datetime
) -> None:
    """So that the next messages do not try it; Meta tells when it is well again."""
    state = TEMPLATE_STATES.get(error.error_code or 0)
    template = letter.body.get("template")
    if state and isinstance(template, dict):
        approval = Approval(
            name=str(template["name"]),
            language=str(template["language"]["code"]),
            status=state,
            at=now,
            reason=error.message,
        )
        room.templates.note(message.store_id, approval)


def _fail(message: Message, error: SendFailed, room: Mailroom, now: datetime) -> None:
    order = room.orders.find(message.store_id, message.order_id) if message.order_id else None
    note_failure(message, order, error.message, error.error_code, room=room, now=now)


def note_failure(
    message: Message,
    order: Order | None,
    reason: str,
    error_code: int | None,
    *,
    room: Mailroom,
    now: datetime,
) -> None:
    """Keep it as FAILED with its reason, and say something else, or have a person look."""
    failed = room.conversations.set_delivery(
        message.store_id,
        message.message_id,
        Delivery.FAILED,
        error=reason,
        error_code=error_code,
    )
    if failed is None or failed.delivery is not Delivery.FAILED:
        return
    after_failure(
        failed,
        error_code,
        orders=room.orders,
        conversations=room.conversations,
        unsent=room.unsent,
        customers=room.customers,
        stores=room.stores,
        outbox=room.outbox,
        pages=room.pages,
        now=now,
    )
