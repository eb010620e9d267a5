"""The sums of the cost meter: their names, and what a message adds to them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.costing import Cell, charge_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Charge

type Steps = dict[str, int]

SHARDS: Final = 4
ABOUT_ORDER: Final = "order"
OF_ORDER: Final = 3  # parts of the name of an order's own sum: its country is the same for all


def shard_of(message: Message) -> int:
    return hashlib.sha256(message.customer_id.encode()).digest()[0] % SHARDS


def steps_between(message: Message, charge: Charge) -> dict[tuple[str, ...], Steps]:
    """What each sum changes by, by category, purpose, currency, country and whether it is about an
    order, when the message is charged so instead of as it is.
    """
    found: dict[tuple[str, ...], Steps] = {}
    for each, sign in ((charge_of(message), -1), (charge, 1)):
        if each.is_counted:
            about = ABOUT_ORDER if message.order_id else ""
            name = (each.category, message.purpose, each.currency, each.country, about)
            before = found.get(name, {})
            own = {"messages": 1, "paid": int(each.cost > 0), "cost": each.cost}
            found[name] = {key: before.get(key, 0) + sign * step for key, step in own.items()}
    changed = {name: {k: v for k, v in steps.items() if v} for name, steps in found.items()}
    return {name: steps for name, steps in changed.items() if steps}


def cells_of(rows: Iterable[tuple[tuple[str, ...], Mapping[str, object]]]) -> tuple[Cell, ...]:
    """Parts of sums by their names, put together; those that came to nothing are left out."""
    totals: dict[tuple[str, ...], Steps] = {}
    for name, row in rows:
        total = totals.setdefault(name, dict.fromkeys(("messages", "paid", "cost"), 0))
        for key in total:
            total[key] += int(str(row.get(key, 0)))
    return tuple(
        Cell(
            category=name[0],
            purpose=name[1],
            currency=name[2],
            country=name[3] if len(name) > OF_ORDER else "",
            about_order=len(name) <= OF_ORDER or name[4] == ABOUT_ORDER,
            **total,
        )
        for name, total in sorted(totals.items())
        if any(total.values())
    )
