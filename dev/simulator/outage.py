"""Meta on a bad day: for some seconds its Graph API refuses, hangs, or loses its answers."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dev.simulator.errors import SOMETHING_WENT_WRONG, THROUGHPUT, GraphError

SERVICE_DOWN = 2
#: What each mode does with a call.
REFUSING: dict[str, tuple[int, int]] = {
    "error": (SOMETHING_WENT_WRONG, 500),
    "unavailable": (SERVICE_DOWN, 503),
    "rate_limit": (THROUGHPUT, 429),
}
MODES = (*REFUSING, "timeout", "disconnect", "lost_answer")
EVERYONE = 100
LONGEST_WAIT_SECONDS = 120
POLL_SECONDS = 0.05


class NoAnswerError(Exception):
    """The connection ends without an answer."""


@dataclass(slots=True)
class Outage:
    """None until it begins; it ends by itself, or at once by `end`."""

    clock: Callable[[], float]
    mode: str = ""
    until: float = 0.0
    #: How many of a hundred calls it hits.
    share: int = EVERYONE
    _chance: random.Random = field(default_factory=lambda: random.Random(0))

    def begin(self, *, mode: str, seconds: float, share: int = EVERYONE) -> None:
        """Raises ValueError that says what can be chosen."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
        if seconds <= 0:
            raise ValueError("seconds must be more than 0")
        if not 0 < share <= EVERYONE:
            raise ValueError("share is 1 to 100 of a hundred calls")
        self.mode, self.until, self.share = mode, self.clock() + seconds, share
        self._chance = random.Random(0)

    def end(self) -> None:
        self.until = 0.0

    def to_json(self) -> dict[str, Any]:
        left = max(0.0, self.until - self.clock())
        return {"mode": self.mode if left else "", "seconds_left": left, "share": self.share}

    async def before(self) -> bool:
        """Let the outage act on a call; whether its answer is to be lost after it was accepted.

        Raises GraphError, or NoAnswerError when nothing comes back.
        """
        if not self._hits():
            return False
        if self.mode in REFUSING:
            code, status = REFUSING[self.mode]
            raise GraphError(code, http_status=status)
        if self.mode == "timeout":
            await self._hang()
        if self.mode in {"timeout", "disconnect"}:
            raise NoAnswerError
        return True

    def _hits(self) -> bool:
        return self.clock() < self.until and self._chance.randrange(EVERYONE) < self.share

    async def _hang(self) -> None:
        waited = 0.0
        while self.clock() < self.until and waited < LONGEST_WAIT_SECONDS:
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
