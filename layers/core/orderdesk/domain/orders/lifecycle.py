"""The table: twelve stages and the only moves between them.

Everything else that knows a move reads it here: the decision in Python, the state machine, the
picture and table in docs/lifecycle.md, the dashboard's buttons and the API's allowed moves.
"""

from __future__ import annotations

from typing import Final

from orderdesk.domain.orders.actor import ActorKind, Permission, Role
from orderdesk.domain.orders.stages import Guard, Move, MoveClass, Need, Stage, Who

__all__ = [
    "MOVES",
    "RESTING",
    "Guard",
    "Move",
    "MoveClass",
    "Need",
    "Stage",
    "find_move",
    "moves_from",
]

# These stages rest: time may still move the order on, but nobody waits for it. An execution does
# the stage's work and ends; when the order leaves its rest, another begins.
RESTING: Final = frozenset(
    {Stage.ABANDONED, Stage.REJECTED, Stage.CANCELLED, Stage.DELIVERED, Stage.RETURNED}
    | {Stage.ARCHIVED}
)

S, K, G, P = Stage, MoveClass, Guard, Permission
STAFF, CUSTOMER = ActorKind.STAFF, ActorKind.CUSTOMER
TIMER, GATEWAY, COURIER, RULE = Role.TIMER, Role.GATEWAY, Role.COURIER, Role.RULE
READY = (G.ADDRESS_COMPLETE, G.PAYMENT_CONDITION_MET)
WHY = (Need.REASON,)
UNTIL = (Need.UNTIL,)
RESTOCK = (Need.RESTOCK,)
UNDO_STOP = (G.WITHIN_UNDO_WINDOW, G.NO_REFUND_STARTED, G.STOPPED_FROM_TARGET)


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


# fmt: off
MOVES: Final[tuple[Move, ...]] = (
    Move("T01", None, S.PLACED, _by(CUSTOMER, STAFF, RULE), K.FORWARD, P.PLACE,
         (G.HAS_LINES,), (), (),
         "Place", "A cart was received; address and payment are asked for"),
    Move("T02", S.PLACED, S.CONFIRMED, _by(STAFF, RULE), K.FORWARD, P.CONFIRM,
         READY, (), (),
         "Confirm", "Address and payment are there"),
    Move("T03", S.PLACED, S.ABANDONED, _by(TIMER), K.EXCEPTION, None,
         (G.IDLE_LONG_ENOUGH, G.STILL_INCOMPLETE, G.NO_MONEY_IN_IT, G.NO_PAYMENT_PENDING), (), (),
         "Abandon", "The customer went quiet before giving address and payment"),
    Move("T04", S.PLACED, S.ON_HOLD, _by(STAFF, RULE), K.EXCEPTION, P.HOLD,
         (), WHY, UNTIL,
         "Put on hold", "Paused for review or after hours"),
    Move("T05", S.PLACED, S.REJECTED, _by(STAFF, RULE), K.EXCEPTION, P.REJECT,
         (), WHY, (),
         "Reject", "The shop does not take this order"),
    Move("T06", S.PLACED, S.CANCELLED, _by(CUSTOMER, STAFF), K.EXCEPTION, P.CANCEL,
         (G.CUSTOMER_MAY_CANCEL,), WHY, (),
         "Cancel", "Called off before shipping"),
    Move("T07", S.ABANDONED, S.PLACED, _by(CUSTOMER, STAFF), K.RECOVERY, P.RELEASE,
         (), (), (),
         "Resume", "A late customer is a sale; the clock starts again"),
    Move("T08", S.ABANDONED, S.CONFIRMED, _by(RULE), K.RECOVERY, None,
         READY, (), (),
         "Confirm", "The missing address or payment arrived late"),
    Move("T09", S.ABANDONED, S.ON_HOLD, _by(RULE), K.RECOVERY, None,
         (), WHY, UNTIL,
         "Put on hold", "Paid late, and price or stock changed: a person decides"),
    Move("T10", S.ABANDONED, S.CANCELLED, _by(CUSTOMER, STAFF), K.EXCEPTION, P.CANCEL,
         (), WHY, (),
         "Cancel", "An explicit no is not silence"),
    Move("T11", S.ABANDONED, S.ARCHIVED, _by(STAFF, TIMER), K.CLOSING, P.ARCHIVE,
         (G.NO_MONEY_IN_IT,), (), (),
         "Archive", "Keeps the board clean"),
    Move("T12", S.CONFIRMED, S.APPROVED, _by(STAFF, RULE), K.FORWARD, P.APPROVE,
         (G.STOCK_SUFFICES,), (), (),
         "Approve", "Checked and cleared for packing"),
    Move("T13", S.CONFIRMED, S.ON_HOLD, _by(STAFF, RULE, GATEWAY), K.EXCEPTION, P.HOLD,
         (), WHY, UNTIL,
         "Put on hold", "Paused for review or after hours"),
    Move("T14", S.CONFIRMED, S.REJECTED, _by(STAFF), K.EXCEPTION, P.REJECT,
         (), WHY, (),
         "Reject", "Out of stock, or out of reach"),
    Move("T15", S.CONFIRMED, S.CANCELLED, _by(CUSTOMER, STAFF), K.EXCEPTION, P.CANCEL,
         (G.CUSTOMER_MAY_CANCEL,), WHY, RESTOCK,
         "Cancel", "Called off before shipping"),
    Move("T16", S.ON_HOLD, S.PLACED, _by(STAFF, TIMER, RULE), K.RECOVERY, P.RELEASE,
         (G.HELD_FROM_PLACED_OR_INCOMPLETE,), (), (),
         "Release to placed", "Back to where it was held"),
    Move("T17", S.ON_HOLD, S.CONFIRMED, _by(STAFF, TIMER, RULE), K.RECOVERY, P.RELEASE,
         READY, (), (),
         "Release to confirmed", "Back to where it was held"),
    Move("T18", S.ON_HOLD, S.APPROVED, _by(STAFF), K.RECOVERY, P.APPROVE,
         (G.ADDRESS_COMPLETE, G.PAYMENT_CONDITION_MET, G.STOCK_SUFFICES, G.NOTHING_SHIPPED), (), (),
         "Release and approve", "Review passed"),
    Move("T19", S.ON_HOLD, S.PROCESSED, _by(STAFF), K.RECOVERY, P.RELEASE,
         (G.HELD_FROM_TARGET,), (), (),
         "Release to processed", "Back to where it was held"),
    Move("T20", S.ON_HOLD, S.REJECTED, _by(STAFF), K.EXCEPTION, P.REJECT,
         (G.NEVER_APPROVED,), WHY, (),
         "Reject", "Review failed"),
    Move("T21", S.ON_HOLD, S.CANCELLED, _by(STAFF, CUSTOMER), K.EXCEPTION, P.CANCEL,
         (G.CUSTOMER_MAY_CANCEL, G.NOTHING_SHIPPED), WHY, RESTOCK,
         "Cancel", "Called off before shipping"),
    Move("T22", S.APPROVED, S.PROCESSED, _by(STAFF, RULE), K.FORWARD, P.PACK,
         (), (), (),
         "Mark as packed", "Packed and ready to leave"),
    Move("T23", S.APPROVED, S.ON_HOLD, _by(STAFF, RULE, GATEWAY), K.EXCEPTION, P.HOLD,
         (), WHY, UNTIL,
         "Put on hold", "Dispute or missing stock"),
    Move("T24", S.APPROVED, S.CANCELLED, _by(STAFF, CUSTOMER), K.EXCEPTION, P.CANCEL,
         (G.CUSTOMER_MAY_CANCEL,), WHY, RESTOCK,
         "Cancel", "Called off before shipping"),
    Move("T25", S.PROCESSED, S.SHIPPED, _by(STAFF, COURIER), K.FORWARD, P.SHIP,
         (), (Need.TRACKING,), (),
         "Ship", "Handed to the courier; tracking is shared"),
    Move("T26", S.PROCESSED, S.DELIVERED, _by(STAFF, CUSTOMER), K.FORWARD, P.DELIVER,
         (G.NO_COURIER_LEG,), (Need.PICKUP_CODE,), WHY,
         "Hand over", "Picked up, or nothing to carry"),
    Move("T27", S.PROCESSED, S.ON_HOLD, _by(STAFF), K.EXCEPTION, P.HOLD,
         (), WHY, UNTIL,
         "Put on hold", "A doubt came up at the packing table"),
    Move("T28", S.PROCESSED, S.CANCELLED, _by(STAFF), K.EXCEPTION, P.CANCEL,
         (G.NOTHING_SHIPPED,), WHY, RESTOCK,
         "Cancel", "Called off before shipping"),
    Move("T29", S.SHIPPED, S.DELIVERED, _by(CUSTOMER, STAFF, COURIER), K.FORWARD, P.DELIVER,
         (), (), (),
         "Mark as delivered", "It arrived"),
    Move("T30", S.SHIPPED, S.RETURNED, _by(STAFF, COURIER), K.EXCEPTION, P.TAKE_BACK,
         (), WHY, RESTOCK,
         "Returned to origin", "Refused, unreachable or lost"),
    Move("T31", S.DELIVERED, S.RETURNED, _by(STAFF, COURIER), K.EXCEPTION, P.TAKE_BACK,
         (G.WITHIN_RETURN_WINDOW,), WHY, RESTOCK,
         "Take back", "All of it came back"),
    Move("T32", S.DELIVERED, S.ARCHIVED, _by(STAFF, TIMER), K.CLOSING, P.ARCHIVE,
         (G.MONEY_SETTLED, G.NO_OPEN_RETURN), (), (),
         "Archive", "Closed and stored"),
    Move("T33", S.RETURNED, S.ARCHIVED, _by(STAFF, TIMER), K.CLOSING, P.ARCHIVE,
         (G.MONEY_SETTLED,), (), (),
         "Archive", "Closed and stored"),
    Move("T34", S.REJECTED, S.ARCHIVED, _by(STAFF, TIMER), K.CLOSING, P.ARCHIVE,
         (G.MONEY_SETTLED,), (), (),
         "Archive", "Closed and stored"),
    Move("T35", S.CANCELLED, S.ARCHIVED, _by(STAFF, TIMER), K.CLOSING, P.ARCHIVE,
         (G.MONEY_SETTLED,), (), (),
         "Archive", "Closed and stored"),
    Move("T36", S.ARCHIVED, S.ABANDONED, _by(STAFF, RULE), K.UNDO, P.ARCHIVE,
         (G.ARCHIVED_FROM_TARGET,), (), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T37", S.ARCHIVED, S.DELIVERED, _by(STAFF, RULE, COURIER), K.UNDO, P.ARCHIVE,
         (G.ARCHIVED_FROM_TARGET,), (), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T38", S.ARCHIVED, S.RETURNED, _by(STAFF), K.UNDO, P.ARCHIVE,
         (G.ARCHIVED_FROM_TARGET,), (), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T39", S.ARCHIVED, S.REJECTED, _by(STAFF), K.UNDO, P.ARCHIVE,
         (G.ARCHIVED_FROM_TARGET,), (), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T40", S.ARCHIVED, S.CANCELLED, _by(STAFF, RULE), K.UNDO, P.ARCHIVE,
         (G.ARCHIVED_FROM_TARGET,), (), (),
         "Take out of the archive", "Archiving can be taken back"),
    Move("T41", S.APPROVED, S.CONFIRMED, _by(STAFF), K.UNDO, P.REVERT,
         (), WHY, (),
         "Back to confirmed", "Approved by mistake"),
    Move("T42", S.PROCESSED, S.APPROVED, _by(STAFF), K.UNDO, P.REVERT,
         (G.NOTHING_SHIPPED,), WHY, (),
         "Back to approved", "Packed the wrong parcel"),
    Move("T43", S.SHIPPED, S.PROCESSED, _by(STAFF), K.UNDO, P.REVERT,
         (G.NO_COURIER_SCAN,), WHY, (),
         "Back to processed", "Marked as shipped by mistake"),
    Move("T44", S.DELIVERED, S.SHIPPED, _by(STAFF), K.UNDO, P.REVERT,
         (G.NO_RETURN,), WHY, (),
         "Back to shipped", "It did not arrive after all"),
    Move("T45", S.REJECTED, S.PLACED, _by(STAFF), K.UNDO, P.REVERT,
         UNDO_STOP, WHY, (),
         "Undo rejection", "Rejected by mistake"),
    Move("T46", S.REJECTED, S.CONFIRMED, _by(STAFF), K.UNDO, P.REVERT,
         UNDO_STOP, WHY, (),
         "Undo rejection", "Rejected by mistake"),
    Move("T47", S.CANCELLED, S.PLACED, _by(STAFF), K.UNDO, P.REVERT,
         UNDO_STOP, WHY, (),
         "Undo cancellation", "Cancelled by mistake"),
    Move("T48", S.CANCELLED, S.CONFIRMED, _by(STAFF), K.UNDO, P.REVERT,
         UNDO_STOP, WHY, (),
         "Undo cancellation", "Cancelled by mistake"),
    Move("T49", S.CANCELLED, S.APPROVED, _by(STAFF), K.UNDO, P.REVERT,
         UNDO_STOP, WHY, (),
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
    if any(move.source is move.target or not move.who or not move.label for move in moves):
        raise ValueError("every move leads elsewhere, has somebody who may do it, and a label")
    if any((move.permission is not None) != (STAFF in move.who) for move in moves):
        raise ValueError("a move of staff needs a permission, and only such a move")
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
