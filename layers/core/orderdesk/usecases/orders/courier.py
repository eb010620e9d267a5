"""A courier's scan becomes the parcel's state, and moves the order when it decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders import amending, moving, shipping
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import ARRIVED_BACK, OVER, RANK, Parcel, ParcelState
from orderdesk.domain.orders.reasons import OTHER, REASONS
from orderdesk.domain.orders.tracking import canonical
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Orders, Stores

type Step = tuple[Order, Event] | None

COURIER: Final = system("courier_webhook")
FAILED: Final = "delivery_failed"
BACK: Final = "parcel_coming_back"
CALLS: Final = {
    ParcelState.FAILED_ATTEMPT: (FAILED, "could not be delivered"),
    ParcelState.RETURNING: (BACK, "is on its way back"),
    ParcelState.RETURNED: ("parcel_came_back", "came back"),
    ParcelState.LOST: ("parcel_lost", "is lost"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a courier told. `tracking_number` is canonical; `said` are the courier's own words.

    `state` is None when it says nothing that we act on, `at` when the time could not be read.
    `reason_code` says why a parcel comes back, when the courier says so.
    """

    scan_id: str
    tracking_number: str
    state: ParcelState | None
    said: str
    at: datetime | None
    carrier: str = ""
    note: str = ""
    reason_code: str = ""


class Outcome(StrEnum):
    """What became of a scan; all of them are an answer that the courier need not repeat."""

    RECORDED = "recorded"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CONTRADICTED = "contradicted"
    KNOWN = "known"
    UNKNOWN_PARCEL = "unknown_parcel"
    NOT_UNDERSTOOD = "not_understood"


def receive(store_id: str, scan: Scan, *, orders: Orders, stores: Stores, now: datetime) -> Outcome:
    """Record the scan; move to Delivered or Returned what arrived whole, at either end.

    Raises Stale after five lost races, Unavailable.
    """
    if scan.state is None:
        return Outcome.NOT_UNDERSTOOD
    order_id = orders.by_tracking(store_id, scan.tracking_number)
    if order_id is None:
        return Outcome.UNKNOWN_PARCEL
    policy = stores.get(store_id).policy
    outcome = Outcome.KNOWN

    def decide(order: Order) -> tuple[Order, Sequence[Event]] | None:
        nonlocal outcome
        course = _Course(order, scan, policy, now)
        outcome = course.run()
        return (course.order, course.events) if course.events else None

    change(store_id, order_id, decide, orders=orders, policy=policy)
    return outcome


class _Course:
    """One scan on one version of the order: the order as it becomes, and what happened to it."""

    def __init__(self, order: Order, scan: Scan, policy: Policy, now: datetime) -> None:
        assert scan.state is not None
        self.order = order
        self.events: list[Event] = []
        self._scan, self._state = scan, scan.state
        self._policy, self._now = policy, now

    def run(self) -> Outcome:
        parcel = self._parcel()
        if parcel is None:
            return Outcome.UNKNOWN_PARCEL
        if not self._take(self._scanned(parcel)):
            return self._contradict(parcel)
        if RANK[self._state] == OVER:
            self._settle(f"{FAILED}:{parcel.parcel_id}")
            self._settle(f"{BACK}:{parcel.parcel_id}")
        if self.order.stage is Stage.SHIPPED and shipping.all_delivered(self.order):
            self._take(moving.move(self.order, self._request(Stage.DELIVERED)))
            return Outcome.DELIVERED
        if self.order.stage is Stage.SHIPPED and shipping.all_came_back(self.order):
            self._take(moving.move(self.order, self._request(Stage.RETURNED)))
            return Outcome.RETURNED
        self._call_somebody(parcel)
        return Outcome.RECORDED

    def _parcel(self) -> Parcel | None:
        """The newest with this number; None when it was corrected to another one."""
        number = self._scan.tracking_number
        carried = (each for each in reversed(self.order.parcels) if not each.tracking.own_delivery)
        return next((each for each in carried if canonical(each.tracking.number) == number), None)

    def _scanned(self, parcel: Parcel) -> Step:
        scanned_at = min(self._scan.at or self._now, self._now)
        # Staff took "delivered" back: the same scan, told again, does not deliver it again.
        taken_back = parcel.state is ParcelState.SHIPPED and parcel.scanned_at is not None
        if taken_back and parcel.scanned_at and scanned_at <= parcel.scanned_at:
            return None
        return shipping.scan(
            self.order,
            parcel.parcel_id,
            self._state,
            self._scan.note or self._scan.said,
            by=COURIER,
            now=scanned_at,
        )

    def _take(self, step: Step) -> bool:
        if step is None:
            return False
        self.order = step[0]
        self.events.append(step[1])
        return True

    def _settle(self, reason: str) -> None:
        if self.order.flagged(reason):
            note = f"The courier says: {self._state.replace('_', ' ')}."
            self._take(
                amending.resolve_attention(self.order, reason, note, by=COURIER, now=self._now)
            )

    def _call_somebody(self, parcel: Parcel) -> None:
        """What a person can do something about; the whole order coming back is a move instead."""
        call = CALLS.get(self._state)
        if call is None:
            return
        key, words = call
        said = f": {self._scan.note}" if self._scan.note else ""
        text = f"Parcel {parcel.tracking.number} {words}{said}."
        self._raise(f"{key}:{parcel.parcel_id}", text)

    def _contradict(self, parcel: Parcel) -> Outcome:
        """Delivered for us, back or lost for the courier, or the other way round: money hangs on
        it, so a person finds out.
        """
        ends = {parcel.state, self._state} <= {ParcelState.DELIVERED, *ARRIVED_BACK}
        told = {parcel.state in ARRIVED_BACK, self._state in ARRIVED_BACK}
        if not ends or len(told) == 1:
            return Outcome.KNOWN
        number, known = parcel.tracking.number, parcel.state.value
        text = f"Parcel {number} is {known} here, and {self._state.value} for the courier."
        raised = self._raise(f"courier_disagrees:{parcel.parcel_id}", text)
        return Outcome.CONTRADICTED if raised else Outcome.KNOWN

    def _raise(self, reason: str, text: str) -> bool:
        return self._take(
            amending.raise_attention(self.order, reason, text, by=COURIER, now=self._now)
        )

    def _request(self, to: Stage) -> MoveRequest:
        if to is Stage.DELIVERED:
            return MoveRequest(to=to, by=COURIER, now=self._now, policy=self._policy)
        code = self._reason_code()
        words = "" if code else "The courier brought it back"
        return MoveRequest(
            to=to, by=COURIER, now=self._now, policy=self._policy, reason_code=code, reason=words
        )

    def _reason_code(self) -> str:
        """The courier's, or that all of it is lost; empty when the shop has no such reason."""
        lost = all(each.state is ParcelState.LOST for each in self.order.parcels)
        code = self._scan.reason_code or ("lost" if lost else "")
        choices = self._policy.reasons.get(Stage.RETURNED) or REASONS[Stage.RETURNED]
        return code if code != OTHER and code in {each.code for each in choices} else ""
