"""Every error that Orderdesk raises on purpose, in one tree.

OrderdeskError
├── Invalid          what was sent is wrong; says which field and what to send instead
├── Unreadable       an inbound body that cannot be understood; goes to the dead-letter queue
├── Unauthenticated  nobody is signed in, or the signature is missing
├── Forbidden        known, but not permitted; or the signature is wrong
├── NotFound         no such thing in this store
├── NotAllowed       the lifecycle has no such move; carries what is allowed
├── Blocked          a guard refused the move; carries the refusals
├── Stale            somebody else moved the order first; carries the winning order
├── StaleSettings    somebody else changed the settings first; carries them as they are
├── TooLarge         more bytes than we accept
├── SendFailed       WhatsApp refused a message; carries Meta's code and whether to retry
└── Unavailable      something we depend on is down; retry later
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.messages.sending import ErrorClass
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.guards import Refusal
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Store
    from orderdesk.domain.shop.settings import SettingsChange


class OrderdeskError(Exception):
    """An error with a stable code and a message that says what to do."""

    code = "error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class Invalid(OrderdeskError):
    code = "invalid"


class Unreadable(OrderdeskError):
    """`reason` is a short key, kept beside the body in the dead-letter queue."""

    code = "unreadable"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, reason=reason)
        self.reason = reason


class Unauthenticated(OrderdeskError):
    code = "unauthenticated"


class Forbidden(OrderdeskError):
    code = "forbidden"


class NotFound(OrderdeskError):
    code = "not_found"


class NotAllowed(OrderdeskError):
    """The table has no move from `stage` to `to` for this actor."""

    code = "not_allowed"

    def __init__(self, message: str, *, stage: Stage, to: Stage, allowed: Sequence[Stage]) -> None:
        super().__init__(
            message, stage=stage.value, to=to.value, allowed=[each.value for each in allowed]
        )
        self.stage, self.to, self.allowed = stage, to, tuple(allowed)


class Blocked(OrderdeskError):
    """The move is in the table, but a guard refuses it now."""

    code = "blocked"

    def __init__(self, message: str, refusals: Sequence[Refusal]) -> None:
        super().__init__(
            message, refusals=[{"reason": each.reason, "remedy": each.remedy} for each in refusals]
        )
        self.refusals = tuple(refusals)


class Stale(OrderdeskError):
    """The order is no longer at the version that was seen; `current` is the winner."""

    code = "stale"

    def __init__(self, current: Order) -> None:
        super().__init__(
            f"{_title(current.changed_by)} changed this order first: it is {current.stage.label} "
            "now. Look at it again and decide anew.",
            version=current.version,
            stage=current.stage.value,
            winner=_winner(current.changed_by),
            changed_at=time_to_text(current.changed_at) if current.changed_at else None,
        )
        self.current = current


def _title(by: Actor | None) -> str:
    return by.title if by else "Somebody"


def _winner(by: Actor | None) -> dict[str, str | None] | None:
    if by is None:
        return None
    role = by.role.value if by.role else None
    return {"name": by.name, "kind": by.kind.value, "role": role, "via": by.via}


class StaleSettings(OrderdeskError):
    """The settings are no longer at the version that was seen; `last` is the change that won."""

    code = "stale"

    def __init__(self, current: Store, last: SettingsChange | None = None) -> None:
        super().__init__(
            f"{_title(last.by if last else None)} changed these settings first: they are at "
            f"version {current.version} now. Look at them again and decide anew.",
            version=current.version,
            winner=_winner(last.by if last else None),
            changed_at=time_to_text(last.at) if last else None,
        )
        self.current, self.last = current, last


class TooLarge(OrderdeskError):
    code = "too_large"


class SendFailed(OrderdeskError):
    """WhatsApp refused a message. `error_code` is Meta's; None when there was no answer. Meta asks
    for `retry_after` seconds before the next attempt, if it says so.
    """

    code = "send_failed"

    def __init__(
        self,
        message: str,
        *,
        error_code: int | None,
        retry: bool,
        error_class: ErrorClass | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, error_code=error_code, retry=retry)
        self.error_code, self.retry = error_code, retry
        self.error_class = error_class or (ErrorClass.UNSURE if retry else ErrorClass.REQUEST)
        self.retry_after = retry_after


class Unavailable(OrderdeskError):
    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after
