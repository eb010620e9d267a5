"""A lost race in words: what happened meanwhile, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.timeline import Entry, entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.actions import Input
    from dashboard.words import Clock
    from orderdesk.domain.event import Event


@dataclass(frozen=True, slots=True)
class Conflict:
    """`wanted` is the stage that was asked for; `happened` what came first, oldest first; `keeps`
    that something was typed, which the form still holds.
    """

    wanted: str
    happened: tuple[Entry, ...]
    keeps: bool


def conflict(since: Sequence[Event], given: Input, clock: Clock) -> Conflict:
    wanted = given.to.replace("_", " ").title()
    typed = bool(given.reason or given.number or given.link)
    return Conflict(wanted, tuple(entry(event, clock) for event in since), typed)
