"""Failures on demand: the next n Graph API sends answer with a code of the tester's choice."""

from dataclasses import dataclass

from dev.simulator.errors import GraphError


@dataclass(slots=True)
class Planned:
    """A failure that waits for its sends."""

    code: int
    left: int
    #: The message goes out and only the answer is lost, as after a time-out.
    after_accepting: bool
    #: Instead of the status that goes with the code; 0 for that one.
    http_status: int = 0


class Failures:
    """Hands out planned failures one send at a time, in the order they were planned."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def plan(
        self, code: int, *, count: int = 1, after_accepting: bool = False, http_status: int = 0
    ) -> None:
        self._planned.append(Planned(code, count, after_accepting, http_status))

    def take(self, *, accepted: bool) -> None:
        """Raise the next planned failure of this moment, if there is one."""
        if not self._planned or self._planned[0].after_accepting is not accepted:
            return
        first = self._planned[0]
        first.left -= 1
        if first.left <= 0:
            self._planned.pop(0)
        raise GraphError(first.code, http_status=first.http_status)

    def clear(self) -> None:
        self._planned.clear()

    def waiting(self) -> list[dict[str, int | bool]]:
        return [
            {"code": p.code, "count": p.left, "after_accepting": p.after_accepting}
            for p in self._planned
        ]
