"""Returns, from the first word to the move that ends them: what dashboard and API have in common.

Each function makes the verb of an AmendCommand (amend.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders import returning
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.lifecycle import Stage, find_move
from orderdesk.domain.orders.moving import move
from orderdesk.domain.orders.reasons import OTHER, find_reason, reasons_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.parcels import Goods
    from orderdesk.domain.orders.reasons import Reason
    from orderdesk.domain.orders.returns import ReturnCase
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.orders.amend import Verb

BACK: Final = find_move(Stage.DELIVERED, Stage.RETURNED)
SOMETHING_COMES_BACK: Final = "Goods came back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDesk:
    """Who works on returns, when, and by which shop's rules."""

    by: Actor
    policy: Policy
    now: datetime


def return_reasons(policy: Policy) -> tuple[Reason, ...]:
    """What to choose from when goods are sent back."""
    return reasons_of(BACK, policy.reasons) if BACK else ()


def opening(desk: ReturnDesk, goods: Sequence[Goods], code: str, words: str) -> Verb:
    """The customer sends these goods back; `code` of the return reasons, or words of one's own.

    The verb raises Invalid, Blocked.
    """

    def verb(order: Order) -> tuple[Order, list[Event]]:
        reason = find_reason(code, words, return_reasons(desk.policy))
        after, event = returning.open_return(
            order, goods, reason, policy=desk.policy, by=desk.by, now=desk.now
        )
        return after, [event]

    return verb


def receiving(desk: ReturnDesk, return_id: str, *, restock: bool, note: str = "") -> Verb:
    """The goods came in. When nothing is left with the customer, the order is Returned by the same
    commit: no reader ever finds all goods back and the order still Delivered.

    The verb raises NotFound, Blocked.
    """

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        received = returning.receive_return(
            order, return_id, restock=restock, note=note, by=desk.by, now=desk.now
        )
        if received is None:
            return None
        after, event = received
        if not returning.all_returned(after):
            return after, [event]
        case = returning.find_return(after, return_id)
        returned, moved = move(after, _all_back(desk, after, case))
        return returned, [event, moved]

    return verb


def _all_back(desk: ReturnDesk, order: Order, case: ReturnCase) -> MoveRequest:
    """The shop may have other reasons now than when the return was opened: its words stay."""
    known = any(each.code == case.reason_code for each in return_reasons(desk.policy))
    code = case.reason_code if known and case.reason_code != OTHER else ""
    return MoveRequest(
        to=Stage.RETURNED,
        by=desk.by,
        now=desk.now,
        policy=desk.policy,
        reason_code=code,
        reason=case.reason or SOMETHING_COMES_BACK,
        restock=all(each.restock for each in returning.open_or_received(order)),
    )


def closing(desk: ReturnDesk, return_id: str, *, note: str = "") -> Verb:
    """The goods do not come back after all. The verb raises NotFound, Blocked."""

    def verb(order: Order) -> tuple[Order, list[Event]] | None:
        closed = returning.close_return(order, return_id, note=note, by=desk.by, now=desk.now)
        return (closed[0], [closed[1]]) if closed else None

    return verb
