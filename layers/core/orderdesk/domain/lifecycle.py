"""The table: twelve stages and the only moves between them.

Everything else that knows a move reads it here: the decision in Python, the state machine, the
picture and table in docs/lifecycle.md, the dashboard's buttons and the API's allowed moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orderdesk.domain.actor import ActorKind


class Stage(StrEnum):
    PLACED = "placed"
    ABANDONED = "abandoned"
    CONFIRMED = "confirmed"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    APPROVED = "approved"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").title()


class MoveClass(StrEnum):
    FORWARD = "forward"
    EXCEPTION = "exception"
    RECOVERY = "recovery"
    CLOSING = "closing"
    UNDO = "undo"


class Need(StrEnum):
    """What whoever asks for the move has to bring along."""

    REASON = "reason"
    TRACKING = "tracking"


class Guard(StrEnum):
    """A condition on the order, answered by the function of that name in guards.py."""

    HAS_LINES = "has_lines"
    ADDRESS_COMPLETE = "address_complete"
    PAYMENT_CONDITION_MET = "payment_condition_met"
    IDLE_LONG_ENOUGH = "idle_long_enough"
    STILL_INCOMPLETE = "still_incomplete"
    NO_MONEY_IN_IT = "no_money_in_it"
    NO_PAYMENT_PENDING = "no_payment_pending"
    HELD_FROM_TARGET = "held_from_target"
    NEVER_APPROVED = "never_approved"
    CUSTOMER_MAY_CANCEL = "customer_may_cancel"
    NO_COURIER_LEG = "no_courier_leg"
    WITHIN_RETURN_WINDOW = "within_return_window"
    MONEY_SETTLED = "money_settled"
    ARCHIVED_FROM_TARGET = "archived_from_target"
    WITHIN_UNDO_WINDOW = "within_undo_window"
    STOPPED_FROM_TARGET = "stopped_from_target"
    NO_REFUND_STARTED = "no_refund_started"


@dataclass(frozen=True, slots=True)
class Move:
    """`source` is None for the creation of an order; `label` is the words on the button."""

    id: str
    source: Stage | None
    target: Stage
    by: frozenset[ActorKind]
    kind: MoveClass
    guards: tuple[Guard, ...] = ()
    needs: tuple[Need, ...] = ()
    label: str = ""
    why: str = ""


# Archived rests: its execution ends, and un-archiving starts a new one.
RESTING: Final = frozenset({Stage.ARCHIVED})

S, K, G = Stage, MoveClass, Guard
STAFF = frozenset({ActorKind.STAFF})
SYSTEM = frozenset({ActorKind.SYSTEM})
CUSTOMER = frozenset({ActorKind.CUSTOMER})
READY = (G.ADDRESS_COMPLETE, G.PAYMENT_CONDITION_MET)
WHY = (Need.REASON,)
UNDO_STOP = (G.WITHIN_UNDO_WINDOW, G.NO_REFUND_STARTED, G.STOPPED_FROM_TARGET)

# fmt: off
MOVES: Final[tuple[Move, ...]] = (
    Move("T01", None, S.PLACED, CUSTOMER | STAFF | SYSTEM, K.FORWARD, (G.HAS_LINES,), (),
         "Place", "A cart was received; address and payment are asked for"),
    Move("T02", S.PLACED, S.CONFIRMED, SYSTEM | STAFF, K.FORWARD, READY, (),
         "Confirm", "Address and payment are there"),
    Move("T03", S.PLACED, S.ABANDONED, SYSTEM, K.EXCEPTION,
         (G.IDLE_LONG_ENOUGH, G.STILL_INCOMPLETE, G.NO_MONEY_IN_IT, G.NO_PAYMENT_PENDING), (),
         "Abandon", "The customer went quiet before giving address and payment"),
    Move("T04", S.PLACED, S.ON_HOLD, STAFF | SYSTEM, K.EXCEPTION, (), WHY,
         "Put on hold", "Paused for review or after hours"),
    Move("T05", S.PLACED, S.REJECTED, STAFF | SYSTEM, K.EXCEPTION, (), WHY,
         "Reject", "The shop does not take this order"),
    Move("T06", S.PLACED, S.CANCELLED, CUSTOMER | STAFF, K.EXCEPTION, (), WHY,
         "Cancel", "Called off before shipping"),
    Move("T07", S.ABANDONED, S.PLACED, CUSTOMER | STAFF, K.RECOVERY, (), (),
         "Resume", "A late customer is a sale; the clock starts again"),
    Move("T08", S.ABANDONED, S.CONFIRMED, SYSTEM, K.RECOVERY, READY, (),
         "Confirm", "The missing address or payment arrived late"),
    Move("T09", S.ABANDONED, S.ON_HOLD, SYSTEM, K.RECOVERY, (), WHY,
         "Put on hold", "Paid late, and price or stock changed: a person decides"),
    Move("T10", S.ABANDONED, S.CANCELLED, CUSTOMER | STAFF, K.EXCEPTION, (), WHY,
         "Cancel", "An explicit no is not silence"),
    Move("T11", S.ABANDONED, S.ARCHIVED, SYSTEM | STAFF, K.CLOSING, (G.NO_MONEY_IN_IT,), (),
         "Archive", "Keeps the board clean"),
    Move("T12", S.CONFIRMED, S.APPROVED, STAFF | SYSTEM, K.FORWARD, (), (),
         "Approve", "Checked and cleared for packing"),
    Move("T13", S.CONFIRMED, S.ON_HOLD, STAFF | SYSTEM, K.EXCEPTION, (), WHY,
         "Put on hold", "Paused for review or after hours"),
    Move("T14", S.CONFIRMED, S.REJECTED, STAFF, K.EXCEPTION, (), WHY,
         "Reject", "Out of stock, or out of reach"),
    Move("T15", S.CONFIRMED, S.CANCELLED, CUSTOMER | STAFF, K.EXCEPTION, (), WHY,
         "Cancel", "Called off before shipping"),
    Move("T16", S.ON_HOLD, S.PLACED, STAFF | SYSTEM, K.RECOVERY, (G.HELD_FROM_TARGET,), (),
         "Release to placed", "Back to where it was held"),
    Move("T17", S.ON_HOLD, S.CONFIRMED, STAFF | SYSTEM, K.RECOVERY, READY, (),
         "Release to confirmed", "Back to where it was held"),
    Move("T18", S.ON_HOLD, S.APPROVED, STAFF, K.RECOVERY, READY, (),
         "Release and approve", "Review passed"),
    Move("T19", S.ON_HOLD, S.PROCESSED, STAFF, K.RECOVERY, (G.HELD_FROM_TARGET,), (),
         "Release to processed", "Back to where it was held"),
    Move("T20", S.ON_HOLD, S.REJECTED, STAFF, K.EXCEPTION, (G.NEVER_APPROVED,), WHY,
         "Reject", "Review failed"),
    Move("T21", S.ON_HOLD, S.CANCELLED, STAFF | CUSTOMER, K.EXCEPTION,
         (G.CUSTOMER_MAY_CANCEL,), WHY,
         "Cancel", "Called off before shipping"),
    Move("T22", S.APPROVED, S.PROCESSED, STAFF | SYSTEM, K.FORWARD, (), (),
         "Mark as packed", "Packed and ready to leave"),
    Move("T23", S.APPROVED, S.ON_HOLD, STAFF | SYSTEM, K.EXCEPTION, (), WHY,
         "Put on hold", "Dispute or missing stock"),
    Move("T24", S.APPROVED, S.CANCELLED, STAFF | CUSTOMER, K.EXCEPTION,
         (G.CUSTOMER_MAY_CANCEL,), WHY,
         "Cancel", "Called off before shipping"),
    Move("T25", S.PROCESSED, S.SHIPPED, STAFF | SYSTEM, K.FORWARD, (), (Need.TRACKING,),
         "Ship", "Handed to the courier; tracking is shared"),
    Move("T26", S.PROCESSED, S.DELIVERED, STAFF | CUSTOMER, K.FORWARD, (G.NO_COURIER_LEG,), (),
         "Hand over", "Picked up, or nothing to carry"),
    Move("T27", S.PROCESSED, S.ON_HOLD, STAFF, K.EXCEPTION, (), WHY,
         "Put on hold", "A doubt came up at the packing table"),
    Move("T28", S.PROCESSED, S.CANCELLED, STAFF, K.EXCEPTION, (), WHY,
         "Cancel", "Called off before shipping"),
    Move("T29", S.SHIPPED, S.DELIVERED, STAFF | SYSTEM | CUSTOMER, K.FORWARD, (), (),
         "Mark as delivered", "It arrived"),
    Move("T30", S.SHIPPED, S.RETURNED, STAFF | SYSTEM, K.EXCEPTION, (), WHY,
         "Returned to origin", "Refused, unreachable or lost"),
    Move("T31", S.DELIVERED, S.RETURNED, STAFF | SYSTEM, K.EXCEPTION,
         (G.WITHIN_RETURN_WINDOW,), WHY,
         "Take back", "All of it came back"),
    Move("T32", S.DELIVERED, S.ARCHIVED, SYSTEM | STAFF, K.CLOSING, (G.MONEY_SETTLED,), (),
         "Archive", "Closed and stored"),
    Move("T33", S.RETURNED, S.ARCHIVED, SYSTEM | STAFF, K.CLOSING, (G.MONEY_SETTLED,), (),
         "Archive", "Closed and stored"),
    Move("T34", S.REJECTED, S.ARCHIVED, SYSTEM | STAFF, K.CLOSING, (G.MONEY_SETTLED,), (),
         "Archive", "Closed and stored"),
    Move("T35", S.CANCELLED, S.ARCHIVED, SYSTEM | STAFF, K.CLOSING, (G.MONEY_SETTLED,), (),
         "Archive", "Closed and stored"),
    Move("T36", S.ARCHIVED, S.ABANDONED, STAFF | SYSTEM, K.UNDO, (G.ARCHIVED_FROM_TARGET,), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T37", S.ARCHIVED, S.DELIVERED, STAFF | SYSTEM, K.UNDO, (G.ARCHIVED_FROM_TARGET,), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T38", S.ARCHIVED, S.RETURNED, STAFF, K.UNDO, (G.ARCHIVED_FROM_TARGET,), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T39", S.ARCHIVED, S.REJECTED, STAFF, K.UNDO, (G.ARCHIVED_FROM_TARGET,), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T40", S.ARCHIVED, S.CANCELLED, STAFF | SYSTEM, K.UNDO, (G.ARCHIVED_FROM_TARGET,), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T41", S.APPROVED, S.CONFIRMED, STAFF, K.UNDO, (), WHY,
         "Back to confirmed", "Approved by mistake"),
    Move("T42", S.PROCESSED, S.APPROVED, STAFF, K.UNDO, (), WHY,
         "Back to approved", "Packed the wrong parcel"),
    Move("T43", S.SHIPPED, S.PROCESSED, STAFF, K.UNDO, (), WHY,
         "Back to processed", "Marked as shipped by mistake"),
    Move("T44", S.DELIVERED, S.SHIPPED, STAFF, K.UNDO, (), WHY,
         "Back to shipped", "It did not arrive after all"),
    Move("T45", S.REJECTED, S.PLACED, STAFF, K.UNDO, UNDO_STOP, WHY,
         "Undo rejection", "Rejected by mistake"),
    Move("T46", S.REJECTED, S.CONFIRMED, STAFF, K.UNDO, UNDO_STOP, WHY,
         "Undo rejection", "Rejected by mistake"),
    Move("T47", S.CANCELLED, S.PLACED, STAFF, K.UNDO, UNDO_STOP, WHY,
         "Undo cancellation", "Cancelled by mistake"),
    Move("T48", S.CANCELLED, S.CONFIRMED, STAFF, K.UNDO, UNDO_STOP, WHY,
         "Undo cancellation", "Cancelled by mistake"),
    Move("T49", S.CANCELLED, S.APPROVED, STAFF, K.UNDO, UNDO_STOP, WHY,
         "Undo cancellation", "Cancelled by mistake; the parcel goes back to packing"),
)
# fmt: on


def moves_from(stage: Stage | None) -> tuple[Move, ...]:
    """The moves that leave `stage`, in the order of the table."""
    return BY_SOURCE.get(stage, ())


def find_move(source: Stage | None, target: Stage) -> Move | None:
    """The one move of this pair, or None: the table has no such move."""
    return BY_PAIR.get((source, target))


def check(moves: tuple[Move, ...]) -> None:
    """Refuse a table that is not a lifecycle: ValueError names what is wrong with it."""
    pairs = [(move.source, move.target) for move in moves]
    if len(set(pairs)) != len(pairs) or len({move.id for move in moves}) != len(moves):
        raise ValueError("a move or its id is in the table twice")
    if [move.source for move in moves].count(None) != 1:
        raise ValueError("an order is created in exactly one way")
    if any(move.source is move.target or not move.by or not move.label for move in moves):
        raise ValueError("every move leads elsewhere, has somebody who may do it, and a label")
    for stage in Stage:
        if stage not in _reachable(moves, Stage.PLACED) | {Stage.PLACED}:
            raise ValueError(f"{stage} cannot be reached")
        if stage is not Stage.ARCHIVED and Stage.ARCHIVED not in _reachable(moves, stage):
            raise ValueError(f"{stage} cannot be closed")


def _reachable(moves: tuple[Move, ...], start: Stage) -> set[Stage]:
    seen: set[Stage] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        found = {move.target for move in moves if move.source is here} - seen
        seen |= found
        ahead += found
    return seen


check(MOVES)
BY_PAIR: Final = {(move.source, move.target): move for move in MOVES}
BY_SOURCE: Final = {
    source: tuple(move for move in MOVES if move.source is source) for source in (None, *Stage)
}
