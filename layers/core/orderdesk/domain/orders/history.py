"""A history that can be trusted: what each event changed, and a chain of hashes that shows whether
an item was changed or is missing.

Whoever can rewrite the whole table can rewrite a whole chain as well; the chain shows what happened
to single items, and a copy of the last hash kept elsewhere (an export, an e-mail) proves the rest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.event import Change, EventType
from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from orderdesk.domain.orders.event import Event, Leaf
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Store

# What follows from the event itself, or is bookkeeping of ours.
NOT_TOLD: Final = frozenset(
    {"version", "stage_since", "last_customer_action_at", "due_at", "history_hash"}
    | {"reconcile_at"}
    | {"changed_by", "changed_at"}
)


def changes_between[Told: Order | Store](before: Told, after: Told) -> tuple[Change, ...]:
    """The leaves that differ, in the order of their paths."""
    found: list[Change] = []
    for each in fields(before):
        was, now = getattr(before, each.name), getattr(after, each.name)
        if was is now or each.name in NOT_TOLD:
            continue
        old, new = dict(_leaves(was, each.name)), dict(_leaves(now, each.name))
        paths = sorted({path for path in {*old, *new} if old.get(path) != new.get(path)})
        found += [Change(path, old.get(path), new.get(path)) for path in paths]
    return tuple(found)


def chain(order: Order, events: Sequence[Event]) -> tuple[Order, tuple[Event, ...]]:
    """The events, each with the hash of the one before; the order with the hash of the last."""
    last, linked = order.history_hash, []
    for event in events:
        linked.append(replace(event, previous=last))
        last = link(linked[-1])
    return replace(order, history_hash=last), tuple(linked)


def digest(event: Event) -> str:
    """SHA-256, hex, over every field that holds something: a field that is added later, and is
    empty, false or zero in old events, leaves their hashes as they are.
    """
    told = {each.name: getattr(event, each.name) for each in fields(event)}
    leaves = sorted((path, leaf) for path, leaf in _leaves(told, "") if leaf)
    text = json.dumps(leaves, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link(event: Event) -> str:
    """The hash that the next event carries: of the event as it was written."""
    return event.erased_digest or digest(event)


def seal(events: Sequence[Event]) -> str:
    """SHA-256, hex, over what is left of the items from which something was erased."""
    left = [digest(each) for each in events if each.erased_digest]
    return hashlib.sha256("\n".join(left).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a history; `version` is that of the item, or of the order (0)."""

    version: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`proven_from` is the first version that the chain covers: orders that are older than the
    chain begin with items that it does not. `erased` are the versions of the items from which
    personal data was erased: of those the chain proves the place, and a seal what is left.
    """

    flaws: tuple[Flaw, ...]
    proven_from: int
    last_hash: str
    erased: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.flaws


def verify(order: Order, events: Sequence[Event]) -> Verdict:
    """Prove the order's whole history, oldest first: nothing changed, nothing missing."""
    flaws = [*_gaps(order, events), *_wrong_stages(order, events), *_unsealed(events)]
    expected, proven_from = order.history_hash, order.version + 1
    for event in reversed(events):
        if not expected:
            break
        proven_from = event.version
        if link(event) != expected:
            flaws.append(Flaw(event.version, "it is not what was written, or what follows is not"))
        expected = event.previous
    if expected and events:
        flaws.append(Flaw(events[0].version, "what came before it is missing"))
    erased = tuple(event.version for event in events if event.erased_digest)
    return Verdict(tuple(flaws), proven_from, order.history_hash, erased)


def _unsealed(events: Sequence[Event]) -> Iterator[Flaw]:
    """What is left of an erased item is what the last erasure left of it, and nothing since."""
    told = [event for event in events if event.type is EventType.ERASED]
    until = told[-1].version if told else 0
    for event in events:
        if event.erased_digest and event.version > until:
            yield Flaw(event.version, "it was erased, and no event tells of that")
    before = [event for event in events if event.version < until]
    if told and told[-1].data.get("left_sha256", "") != seal(before):
        yield Flaw(until, "what was left of the erased items is not what is there")


def _gaps(order: Order, events: Sequence[Event]) -> Iterator[Flaw]:
    there = [event.version for event in events]
    for version in range(1, order.version + 1):
        if there.count(version) != 1:
            yield Flaw(version, "it is missing" if version not in there else "it is there twice")
    for version in there:
        if version > order.version:
            yield Flaw(version, f"the order is only at version {order.version}")


def _wrong_stages(order: Order, events: Sequence[Event]) -> Iterator[Flaw]:
    here = None
    for event in events:
        if event.source is not here and event.version > 1:
            yield Flaw(event.version, f"it begins in {event.source}, and the order was in {here}")
        here = event.target
    if events and here is not order.stage:
        yield Flaw(0, f"the order is in {order.stage}, its history ends in {here}")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Leaf]]:
    """Every value inside, with its path; what is empty is left out."""
    if value is None or value in ("", ()):
        return
    leaf = _leaf(value)
    if leaf is not None:
        yield path, leaf
        return
    for name, each in _parts(value):
        yield from _leaves(each, f"{path}.{name}" if path else name)


def _leaf(value: Any) -> Leaf:
    """The value as it is told; None when it has parts."""
    if isinstance(value, str | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime):
        return time_to_text(value)
    if isinstance(value, Money):
        return f"{value.minor} {value.currency}"
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, date):
        return value.isoformat()
    return value.isoformat("minutes") if isinstance(value, time) else None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple | list):
        yield from ((str(place), each) for place, each in enumerate(value))
    elif is_dataclass(value):
        yield from ((each.name, getattr(value, each.name)) for each in fields(value))
    else:
        mapping: Mapping[str, Any] = value
        yield from mapping.items()
