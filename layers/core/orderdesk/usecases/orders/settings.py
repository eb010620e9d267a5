"""How a shop's settings change: as a whole or by reset, by who may, on what was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Forbidden, StaleSettings
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.settings import (
    Redating,
    SettingsChange,
    reset,
    settings_changes,
    stages_to_date,
)
from orderdesk.usecases.language.checks import check_speech

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Change
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsCommand:
    """`decide` makes the wanted settings out of those that are stored.

    `expected_version` is the version that was seen when deciding; None takes them as they are now.
    """

    store_id: str
    by: Actor
    decide: Callable[[Store], Store]
    expected_version: int | None = None


def change_settings(command: SettingsCommand, *, stores: Stores, now: datetime) -> Store:
    """The settings as they are then; nothing is written when nothing would change.

    Raises Forbidden, StaleSettings (somebody was faster), Invalid, and what `decide` raises.
    """
    if not command.by.may(Permission.SETTINGS):
        raise Forbidden("Your role may not change settings: ask an owner or a manager.")
    before = stores.latest(command.store_id)
    after = replace(command.decide(before), version=before.version + 1)
    changes = settings_changes(before, after)
    if not changes:
        return before
    if after.policy.speech != before.policy.speech:
        check_speech(after)
    if command.expected_version not in {None, before.version}:
        raise _stale(before, stores)
    change = SettingsChange(
        store_id=after.store_id, version=after.version, at=now, by=command.by, changes=changes
    )
    redating = _redating(after, changes, stores, now)
    try:
        stores.save(after, change, expected_version=before.version, redating=redating)
    except StaleSettings as error:
        raise _stale(error.current, stores) from error
    return after


def replacing(wanted: Store) -> Callable[[Store], Store]:
    """Decide on these settings, whatever there was."""
    return lambda stored: wanted


def resetting(names: Sequence[str]) -> Callable[[Store], Store]:
    """Decide on the defaults of these settings. Raises Invalid for one that there is not."""
    return lambda stored: reset(stored, names)


def _redating(
    store: Store, changes: Sequence[Change], stores: Stores, now: datetime
) -> Redating | None:
    """The orders whose deadlines have to follow, and those that had to and have not yet."""
    stages = set(stages_to_date(changes))
    if not stages:
        return None
    unfinished = stores.redating(store.store_id)
    stages |= set(unfinished.stages if unfinished else ())
    ordered = tuple(stage for stage in Stage if stage in stages)
    return Redating(store_id=store.store_id, version=store.version, since=now, stages=ordered)


def _stale(current: Store, stores: Stores) -> StaleSettings:
    """With the change that was faster."""
    last = stores.changes(current.store_id, limit=1).items
    return StaleSettings(current, last[0] if last else None)
