"""The nightly look at all orders of all stores, going on where the night before ran out of time."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from orderdesk.usecases.orders.doctor import examine_counters, examine_order, pages
from orderdesk.usecases.orders.mend import fix
from orderdesk.usecases.ports import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from orderdesk.usecases.orders.doctor import Doctor, Finding
    from orderdesk.usecases.ports import Rounds

NEVER: Final = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Examined:
    """`drift` is what was found that nobody knew of, by kind; `fixed` what of it was put right.

    `failed` orders could not be looked at. `finished` is False when time ran out.
    """

    orders: int = 0
    drift: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    finished: bool = True


def make_rounds(
    doctor: Doctor, rounds: Rounds, *, mend: bool, enough_time: Callable[[], bool]
) -> Examined:
    """Look at every order and counter; with `mend`, put right what can be.

    The store that was looked at longest ago comes first, so that none waits for ever. An order
    that fails is logged, counted and left to the next night.
    """
    examined = Examined()
    places = [rounds.get(store_id) for store_id in doctor.stores.all_ids()]
    for place in sorted(places, key=lambda each: each.finished_at or NEVER):
        for order_ids, after in pages(place, doctor.orders):
            for order_id in order_ids:
                if not enough_time():
                    examined.finished = False
                    return examined
                _examine(place.store_id, order_id, doctor, examined, mend=mend)
            rounds.keep(after)
        found = examine_counters(place.store_id, doctor)
        _treat(found, doctor, examined, mend=mend)
        rounds.keep(Round(store_id=place.store_id, finished_at=doctor.now))
    return examined


def _examine(
    store_id: str, order_id: str, doctor: Doctor, examined: Examined, *, mend: bool
) -> None:
    examined.orders += 1
    try:
        found = examine_order(store_id, order_id, doctor)
        _treat(found, doctor, examined, mend=mend)
    except Exception:
        log.exception("examining failed", extra={"store_id": store_id, "order_id": order_id})
        examined.failed += 1


def _treat(found: Iterable[Finding], doctor: Doctor, examined: Examined, *, mend: bool) -> None:
    for finding in found:
        if not finding.known:
            examined.drift[finding.kind] += 1
        fixed = mend and fix(finding, doctor)
        examined.fixed[finding.kind] += fixed
        told = {
            "kind": finding.kind.value,
            "store_id": finding.store_id,
            "order_id": finding.order_id,
            "number": finding.number,
            "what": finding.text,
            "known": finding.known,
            "fixed": fixed,
        }
        log.warning("drift", extra=told)
