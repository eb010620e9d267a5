"""Meta's sending limits: per number and second, and per pair of shop and customer."""

from collections import deque
from collections.abc import Callable

from dev.simulator.errors import PAIR_LIMIT, THROUGHPUT, GraphError

MESSAGES_PER_SECOND = 80
PAIR_BURST = 45
PAIR_SECONDS_EACH = 6.0


class Throughput:
    """80 messages in one second and phone number, in and out together; more is 130429."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._recent: dict[str, deque[float]] = {}

    def count(self, phone_number_id: str) -> None:
        """Count one message without refusing it: those of customers cannot be refused."""
        self._within_a_second(phone_number_id).append(self._clock())

    def take(self, phone_number_id: str) -> None:
        recent = self._within_a_second(phone_number_id)
        if len(recent) >= MESSAGES_PER_SECOND:
            raise GraphError(THROUGHPUT)
        recent.append(self._clock())

    def _within_a_second(self, phone_number_id: str) -> deque[float]:
        recent = self._recent.setdefault(phone_number_id, deque())
        while recent and self._clock() - recent[0] >= 1:
            recent.popleft()
        return recent


class PairLimit:
    """One message in six seconds to one customer, with 45 that may be borrowed; more is 131056."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._credit: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, phone_number_id: str, customer_id: str) -> None:
        now, pair = self._clock(), (phone_number_id, customer_id)
        credit, at = self._credit.get(pair, (float(PAIR_BURST), now))
        credit = min(PAIR_BURST, credit + (now - at) / PAIR_SECONDS_EACH)
        if credit < 1:
            self._credit[pair] = (credit, now)
            raise GraphError(PAIR_LIMIT)
        self._credit[pair] = (credit - 1, now)

    def forget(self) -> None:
        self._credit.clear()
