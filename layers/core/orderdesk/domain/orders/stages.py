"""What the lifecycle is made of: stages, and the shape of a move. The moves: lifecycle.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orderdesk.domain.orders.actor import Actor, ActorKind, Permission, Role


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
    """What whoever asks for the move brings along: has to (`needs`) or may (`takes`).

    REASON is a code or words, UNTIL when a hold ends by itself, TRACKING a number with its carrier
    or own delivery, PICKUP_CODE what the customer got, RESTOCK whether the goods can be sold again.
    """

    REASON = "reason"
    UNTIL = "until"
    TRACKING = "tracking"
    PICKUP_CODE = "pickup_code"
    RESTOCK = "restock"


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
    HELD_FROM_PLACED_OR_INCOMPLETE = "held_from_placed_or_incomplete"
    NEVER_APPROVED = "never_approved"
    CUSTOMER_MAY_CANCEL = "customer_may_cancel"
    NO_COURIER_LEG = "no_courier_leg"
    STOCK_SUFFICES = "stock_suffices"
    NOTHING_SHIPPED = "nothing_shipped"
    NO_COURIER_SCAN = "no_courier_scan"
    NO_OPEN_RETURN = "no_open_return"
    NO_RETURN = "no_return"
    WITHIN_RETURN_WINDOW = "within_return_window"
    MONEY_SETTLED = "money_settled"
    ARCHIVED_FROM_TARGET = "archived_from_target"
    WITHIN_UNDO_WINDOW = "within_undo_window"
    STOPPED_FROM_TARGET = "stopped_from_target"
    NO_REFUND_STARTED = "no_refund_started"


type Who = ActorKind | Role


@dataclass(frozen=True, slots=True)
class Move:
    """`source` is None for the creation of an order; `label` is the words on the button.

    `who` may ask for it: customers, staff, and which parts of the system. Staff need `permission`
    as well; None when the move is not theirs.
    """

    id: str
    source: Stage | None
    target: Stage
    who: frozenset[Who]
    kind: MoveClass
    permission: Permission | None = None
    guards: tuple[Guard, ...] = ()
    needs: tuple[Need, ...] = ()
    takes: tuple[Need, ...] = ()
    label: str = ""
    why: str = ""

    @property
    def by(self) -> frozenset[ActorKind]:
        """The kinds of actors among `who`."""
        return frozenset(
            each if isinstance(each, ActorKind) else ActorKind.SYSTEM for each in self.who
        )

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the table has this move for the actor, whatever a member of staff may do."""
        part = actor.role if actor.kind is ActorKind.SYSTEM else actor.kind
        return part in self.who

    def is_permitted(self, actor: Actor) -> bool:
        """Whether the actor's role has the permission that the move needs of staff."""
        return self.permission is None or actor.may(self.permission)
