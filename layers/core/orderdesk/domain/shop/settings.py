"""Changes of a shop's settings: what differs, what the defaults are, whose deadlines move."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.event import Change
from orderdesk.domain.orders.history import changes_between
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.timing import CLOSES_BY_ITSELF
from orderdesk.domain.shop.policy import ESCALATED, Policy, Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor

OF_STORE: Final = ("name", "currency", "country", "time_zone")
OF_POLICY: Final = tuple(each.name for each in fields(Policy))
SETTINGS: Final = (*OF_STORE, *OF_POLICY)
# The opening hours are in the shop's time zone, which is told once.
TOLD_ALREADY: Final = "policy.hours.time_zone"

# Where a setting decides when time does something to an order (timing.py).
DATED_BY: Final[dict[str, frozenset[Stage]]] = {
    "abandon_after": frozenset({Stage.PLACED}),
    "reminders": frozenset({Stage.PLACED}),
    "archive_after": CLOSES_BY_ITSELF,
    "return_window": frozenset({Stage.DELIVERED}),
    "time_zone": ESCALATED,
    "hours": ESCALATED,
    "escalate_after": ESCALATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """One change of a shop's settings, of all fields at once; `version` is that after it."""

    store_id: str
    version: int
    at: datetime
    by: Actor
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """Orders whose deadlines have to follow new settings: those in `stages`, the first one from
    `cursor` on. `version` is of the settings, `since` when they changed; done without stages.
    """

    store_id: str
    version: int
    since: datetime
    stages: tuple[Stage, ...]
    cursor: str | None = None


def settings_changes(before: Store, after: Store) -> tuple[Change, ...]:
    """The leaves that differ, by their path in the document (`hours.weekdays.0.0.opens`)."""
    return tuple(
        Change(each.field.removeprefix("policy."), each.before, each.after)
        for each in changes_between(before, after)
        if each.field != TOLD_ALREADY
    )


def stages_to_date(changes: Iterable[Change]) -> tuple[Stage, ...]:
    """The stages whose orders have another deadline by these changes."""
    names = {each.field.partition(".")[0] for each in changes}
    found = {stage for name in names for stage in DATED_BY.get(name, ())}
    return tuple(stage for stage in Stage if stage in found)


def at_default(store: Store) -> tuple[str, ...]:
    """The settings that this shop has not decided otherwise."""
    default = _default_of(store)
    return tuple(name for name in SETTINGS if value_of(store, name) == value_of(default, name))


def reset(store: Store, names: Iterable[str]) -> Store:
    """These settings as they are by default. Raises Invalid for one that there is not."""
    default, chosen = _default_of(store), list(names)
    for place, name in enumerate(chosen):
        if name not in SETTINGS:
            known = ", ".join(SETTINGS)
            raise Invalid(
                f"There is no setting {name!r}: choose of {known}.", field=f"fields.{place}"
            )
    of_policy = {name: value_of(default, name) for name in chosen if name in OF_POLICY}
    of_store: dict[str, Any] = {
        name: value_of(default, name) for name in chosen if name in OF_STORE
    }
    return replace(store, policy=replace(store.policy, **of_policy), **of_store)


def value_of(store: Store, name: str) -> Any:
    return getattr(store if name in OF_STORE else store.policy, name)


def _default_of(store: Store) -> Store:
    """Its opening hours in the shop's own time zone: always open is so everywhere."""
    default = Store(store_id=store.store_id, name=store.store_id)
    hours = replace(default.policy.hours, time_zone=store.time_zone)
    return replace(default, policy=replace(default.policy, hours=hours))
