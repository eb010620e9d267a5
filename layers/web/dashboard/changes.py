"""What an event changed, field by field in plain words; and whether the history can be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.history import verify
from orderdesk.domain.times import time_from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.words import Clock
    from orderdesk.domain.orders.event import Change, Event, Leaf
    from orderdesk.domain.orders.order import Order

MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
AMOUNT: Final = re.compile(r"(-?\d+) ([A-Z]{3})")
CODE: Final = re.compile(r"[a-z]+(_[a-z]+)*")
GROUPS: Final = {
    "parcels": "Parcel",
    "returns": "Return",
    "lines": "Item",
    "attention": "To look at",
    "entries": "Payment",
    "goods": "piece",
}
NAMES: Final = {
    "ledger": "",
    "tracking": "",
    "quiet_since": "Quiet since",
    "idle_since": "Silence counts from",
    "reminded": "Reminders",
    "escalated_at": "Staff reminded",
    "refund_waived": "Money kept, because",
    "restock": "Back on the shelf",
    "retailer_id": "product",
    "source": "from",
}
# Said by the event itself, or of no use to a person.
SKIPPED: Final = frozenset({"stage", "id", "parcel_id", "return_id", "currency", "code"})
SECRET: Final = frozenset({"pickup_code"})


@dataclass(frozen=True, slots=True)
class Edit:
    """One field; `before` or `after` is empty when there was or is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proof:
    """`tone` is good, quiet or bad; `flaws` say what is wrong, item by item."""

    tone: str
    text: str
    flaws: tuple[str, ...] = ()


def edits(event: Event, clock: Clock) -> tuple[Edit, ...]:
    return tuple(_edit(each, clock) for each in event.changes if _is_told(each))


def _is_told(change: Change) -> bool:
    return change.field.rpartition(".")[2] not in SKIPPED


def _edit(change: Change, clock: Clock) -> Edit:
    if change.field in SECRET:
        return Edit(_name(change.field), "", "given" if change.after else "")
    return Edit(_name(change.field), _value(change.before, clock), _value(change.after, clock))


def _name(path: str) -> str:
    """`parcels.0.tracking.number` → `Parcel 1: number`."""
    words: list[str] = []
    for part in path.split("."):
        if part.isdigit():
            words[-1] = f"{words[-1]} {int(part) + 1}"
        else:
            words.append(NAMES.get(part, GROUPS.get(part, part.replace("_", " "))))
    told = [word for word in words if word]
    text = ": ".join([told[0], " ".join(told[1:])] if told[1:] else told)
    return text[:1].upper() + text[1:]


def _value(leaf: Leaf, clock: Clock) -> str:
    if leaf is None:
        return ""
    if isinstance(leaf, bool):
        return "yes" if leaf else "no"
    text = str(leaf)
    if MOMENT.fullmatch(text):
        return clock.stamp(time_from_text(text)).short
    amount = AMOUNT.fullmatch(text)
    if amount:
        return str(Money(int(amount[1]), amount[2]))
    return text.replace("_", " ") if CODE.fullmatch(text) else text


def proof(order: Order, history: Sequence[Event]) -> Proof:
    """The chain of hashes, proven anew on every page: https://en.wikipedia.org/wiki/Hash_chain"""
    verdict = verify(order, history)
    count = len(history)
    if not verdict.holds:
        flaws = tuple(
            f"Item {each.version}: {each.problem}." if each.version else f"{each.problem}."
            for each in verdict.flaws
        )
        return Proof("bad", "This history is not what was written", flaws)
    if verdict.proven_from > order.version:
        return Proof("quiet", "This order is older than the proof of histories")
    if verdict.proven_from > 1:
        return Proof("quiet", f"History proven from item {verdict.proven_from} on: unbroken")
    return Proof("good", f"History proven: {count} item{'' if count == 1 else 's'}, unbroken")
