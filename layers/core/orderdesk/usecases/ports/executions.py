"""The state machine, and what we know of each order's execution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports.orders import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Where an order's state machine stands: in `stage`, reached at `version`.

    It waits there for its `token` to be answered. Without a token it has ended there, because the
    order rests: nothing runs for the order until it moves on.
    """

    store_id: str
    order_id: str
    name: str
    stage: Stage
    version: int
    token: str


class Executions(Protocol):
    """What we know of each order's execution; the order itself is never changed here."""

    def park(self, execution: Execution, *, check_at: datetime) -> Execution | None:
        """Keep the task token, and look at the execution again at `check_at`.

        Returns what was parked for the order before, from the same write.
        """
        ...

    def settle(self, execution: Execution, *, stage: Stage, version: int) -> None:
        """The execution has ended and the order rests there: forget its token, look no more.

        Ignored when another was parked since; looked at anyway when the order moved on.
        """
        ...

    def find(self, store_id: str, order_id: str) -> Execution | None: ...

    def check_later(self, order: Order, check_at: datetime | None) -> None:
        """Move the time of the next look; None when the order rests. Ignored if it moved on."""
        ...

    def to_check(
        self, store_id: str, *, before: datetime | None, limit: int = 100, cursor: str | None = None
    ) -> Page[str]:
        """Ids of orders whose execution may lag: those with a look due, or all when None."""
        ...


class Conductor(Protocol):
    """The state machine."""

    def start(
        self, *, store_id: str, order_id: str, stage: Stage, version: int, anew: bool = False
    ) -> bool:
        """Start at `stage`; nothing while an execution of this order and version is running.

        One that ended there is followed by another of a new name. False when one was found
        running; Step Functions may also take a repeated start for the first one. With `anew`, one
        that is running is stopped first, because it is known to hang.
        """
        ...

    def advance(self, execution: Execution, *, stage: Stage, version: int) -> bool:
        """Answer the token with the next stage; False when the token is gone or used."""
        ...

    def rest(self, execution: Execution) -> bool:
        """Answer the token with the end, because the order rests; False as in `advance`."""
        ...

    def fail(self, execution: Execution, *, error: str, cause: str) -> None:
        """Fail the task that waits with this token; nothing when the token is gone or used."""
        ...

    def stop(self, execution: Execution) -> None:
        """End it wherever it is; nothing when it has ended."""
        ...

    def is_running(self, execution: Execution) -> bool: ...

    def running(self, *, order_id: str, version: int) -> str | None:
        """The name of the execution that began at this version and has not ended; None if none."""
        ...
