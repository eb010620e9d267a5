"""Why a message did not leave, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class ErrorClass(StrEnum):
    """What an error of Meta's asks for; which code is of which class: docs/messages.md."""

    RATE = "rate"  # nothing was sent: the number waits
    PAIR = "pair"  # nothing was sent: this customer waits
    UNSURE = "unsure"  # it may have been sent
    SOON = "soon"  # the template is on its way through Meta
    TOMORROW = "tomorrow"  # Meta holds it back from this customer
    CREDENTIALS = "credentials"  # everything of the number waits for a person
    ACCOUNT = "account"  # everything of the number waits for a person
    QUALITY = "quality"  # the number waits, and a person should look
    RECIPIENT = "recipient"  # never to this customer in this way
    WINDOW = "window"  # by a template only
    TEMPLATE = "template"  # the template cannot be used
    ORDER_STATUS = "order_status"  # the order's page at Meta does not take this status
    REQUEST = "request"  # a mistake of ours
    ACCEPTED = "accepted"  # it was sent; only its id is unknown


# The same message may go out later.
RETRIED: Final = frozenset(
    {
        ErrorClass.RATE,
        ErrorClass.PAIR,
        ErrorClass.UNSURE,
        ErrorClass.SOON,
        ErrorClass.CREDENTIALS,
    }
)


# The whole number waits, and one message at a time finds out whether it has to go on waiting.
OF_THE_NUMBER: Final = frozenset(
    {
        ErrorClass.RATE,
        ErrorClass.UNSURE,
        ErrorClass.CREDENTIALS,
        ErrorClass.ACCOUNT,
        ErrorClass.QUALITY,
    }
)
NEEDS_A_PERSON: Final = frozenset({ErrorClass.CREDENTIALS, ErrorClass.ACCOUNT, ErrorClass.QUALITY})

IN_A_ROW: Final = 3
SECOND: Final = timedelta(seconds=1)
PAIR_LONGEST: Final = timedelta(minutes=17)  # 4^5 s
SOON: Final = timedelta(minutes=2)
SOON_MOST: Final = 8
TOMORROW: Final = timedelta(hours=24, minutes=10)
PAUSE_FIRST: Final = {
    ErrorClass.CREDENTIALS: timedelta(seconds=30),
    ErrorClass.ACCOUNT: timedelta(minutes=1),
    ErrorClass.QUALITY: timedelta(minutes=5),
}
PAUSE_LONGEST: Final = {
    ErrorClass.RATE: timedelta(minutes=1),
    ErrorClass.UNSURE: timedelta(seconds=30),
    ErrorClass.CREDENTIALS: timedelta(minutes=5),
    ErrorClass.ACCOUNT: timedelta(minutes=15),
    ErrorClass.QUALITY: timedelta(minutes=30),
}
# A status of what was sent after all comes within seconds; the first wait is longer. Seven attempts
# in 62 minutes, then a person decides: each may be a message that the customer gets twice.
UNSURE_WAITS: Final = tuple(timedelta(seconds=each) for each in (30, 120, 300, 600, 900, 1800))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A number that sends nothing until then. `failures` is how often it was tried in a row."""

    until: datetime
    failures: int
    error_class: ErrorClass
    reason: str
    since: datetime

    @property
    def is_on(self) -> bool:
        """One message that may have been sent says nothing about the next."""
        return self.error_class is not ErrorClass.UNSURE or self.failures >= IN_A_ROW

    @property
    def needs_a_try(self) -> bool:
        """Whether one message has to find out, when the time is over, for all others."""
        return self.failures >= IN_A_ROW or self.error_class in NEEDS_A_PERSON


def paused(
    before: Pause | None,
    error_class: ErrorClass,
    *,
    reason: str,
    retry_after: timedelta | None = None,
    now: datetime,
) -> Pause:
    """The pause after one more failure: longer each time, and as long as Meta asks for."""
    failures = before.failures + 1 if before else 1
    first = PAUSE_FIRST.get(error_class, SECOND)
    grown = min(first * 2 ** min(failures - 1, 20), PAUSE_LONGEST[error_class])
    return Pause(
        until=now + max(grown, retry_after or grown),
        failures=failures,
        error_class=error_class,
        reason=reason,
        since=before.since if before else now,
    )


def pair_wait(attempts: int) -> timedelta:
    """4^X seconds after the X-th refusal in a row, as Meta asks."""
    return min(timedelta(seconds=float(4 ** min(attempts, 20))), PAIR_LONGEST)


def unsure_wait(attempts: int) -> timedelta | None:
    """Until a message that may have been sent is tried again; None when never."""
    return UNSURE_WAITS[attempts] if attempts < len(UNSURE_WAITS) else None
