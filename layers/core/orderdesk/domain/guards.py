"""The named conditions of the table: each answers with a refusal, or None when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import Actor, ActorKind
from orderdesk.domain.address import AddressStatus
from orderdesk.domain.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import Guard, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from orderdesk.domain.order import Order, Tracking
    from orderdesk.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Everything that decides about a move besides the order itself.

    `gateway_asked` says that the payment gateway was asked just now and knows of no payment.
    """

    to: Stage
    by: Actor
    now: datetime
    policy: Policy
    reason: str = ""
    tracking: Tracking | None = None
    gateway_asked: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """`reason` is a stable key; `remedy` says what would make the move possible."""

    reason: str
    remedy: str


def has_lines(order: Order, request: MoveRequest) -> Refusal | None:
    return None if order.lines else Refusal("no_lines", "Add at least one line.")


def address_complete(order: Order, request: MoveRequest) -> Refusal | None:
    if order.address_status is AddressStatus.COMPLETE:
        return None
    return Refusal("address_incomplete", "The customer has to give a complete address first.")


def payment_condition_met(order: Order, request: MoveRequest) -> Refusal | None:
    """Cash on delivery is enough when chosen; online has to be paid."""
    if order.ledger.method is PaymentMethod.CASH_ON_DELIVERY or order.paid_at:
        return None
    if order.ledger.method is None:
        return Refusal("payment_method_missing", "The customer has to choose how to pay first.")
    return Refusal("payment_missing", f"{order.amount_due} still has to be paid.")


def idle_long_enough(order: Order, request: MoveRequest) -> Refusal | None:
    idle = request.now - order.last_customer_action_at
    if idle >= request.policy.abandon_after:
        return None
    return Refusal("customer_active", "The customer did something within the abandon time.")


def still_incomplete(order: Order, request: MoveRequest) -> Refusal | None:
    if address_complete(order, request) or payment_condition_met(order, request):
        return None
    return Refusal("order_complete", "Address and payment are there: confirm the order instead.")


def no_money_in_it(order: Order, request: MoveRequest) -> Refusal | None:
    if order.ledger.balance.minor <= 0:
        return None
    return Refusal("money_in_it", f"{order.ledger.balance} was paid: refund it first.")


def no_payment_pending(order: Order, request: MoveRequest) -> Refusal | None:
    """An open link may have been paid without our hearing of it: ask before giving up.

    https://github.com/woocommerce/woocommerce-gateway-stripe/issues/5691
    """
    if order.ledger.open_request is None or request.gateway_asked:
        return None
    return Refusal("payment_unknown", "Ask the payment gateway about the open link first.")


def held_from_target(order: Order, request: MoveRequest) -> Refusal | None:
    if order.hold and order.hold.source is request.to:
        return None
    held = order.hold.source.label if order.hold else "nowhere"
    return Refusal("held_from_elsewhere", f"The order was held from {held}: release it there.")


def never_approved(order: Order, request: MoveRequest) -> Refusal | None:
    if order.hold and order.hold.source in EARLY:
        return None
    return Refusal("was_approved", "The order was approved before: cancel it instead.")


def customer_may_cancel(order: Order, request: MoveRequest) -> Refusal | None:
    """Customers cancel by themselves until Approved; afterwards they have to ask the shop."""
    held_early = order.hold is not None and order.hold.source in EARLY
    if request.by.kind is not ActorKind.CUSTOMER or held_early:
        return None
    return Refusal("too_late_for_customer", "The shop is preparing the order: ask it to cancel.")


def no_courier_leg(order: Order, request: MoveRequest) -> Refusal | None:
    if order.fulfilment in {"pickup", "digital"}:
        return None
    return Refusal("needs_courier", "This order is carried to the customer: ship it first.")


def within_return_window(order: Order, request: MoveRequest) -> Refusal | None:
    """The reason that the move needs anyway is the override, so staff are never stuck."""
    late = request.now - order.stage_since > request.policy.return_window
    if not late or request.by.kind is ActorKind.STAFF:
        return None
    return Refusal("return_window_over", "The return window is over: staff may still take it back.")


def money_settled(order: Order, request: MoveRequest) -> Refusal | None:
    """Delivered closes when paid; every other ending closes when no money is left in it."""
    if order.stage is Stage.DELIVERED:
        if order.payment_status is PaymentStatus.COD_DUE:
            return Refusal("cash_due", f"{order.amount_due} in cash is still due.")
        return None
    return no_money_in_it(order, request)


def archived_from_target(order: Order, request: MoveRequest) -> Refusal | None:
    if order.archived_from is request.to:
        return None
    origin = order.archived_from.label if order.archived_from else "nowhere"
    return Refusal("archived_from_elsewhere", f"The order was archived from {origin}.")


def within_undo_window(order: Order, request: MoveRequest) -> Refusal | None:
    if request.now - order.stage_since <= request.policy.undo_window:
        return None
    minutes = int(request.policy.undo_window.total_seconds() // 60)
    return Refusal("undo_window_over", f"This can be undone for {minutes} minutes only.")


def stopped_from_target(order: Order, request: MoveRequest) -> Refusal | None:
    """A packed parcel goes back to the packing step, so Processed returns to Approved."""
    origin = Stage.APPROVED if order.stopped_from is Stage.PROCESSED else order.stopped_from
    if origin is request.to:
        return None
    label = origin.label if origin else "nowhere"
    return Refusal("stopped_from_elsewhere", f"The order was stopped at {label}: return it there.")


def no_refund_started(order: Order, request: MoveRequest) -> Refusal | None:
    if order.ledger.refunded.minor == 0:
        return None
    return Refusal("refund_started", "Money was refunded already: make a new order instead.")


EARLY: Final = frozenset({Stage.PLACED, Stage.CONFIRMED})
GUARDS: Final[Mapping[Guard, Callable[[Order, MoveRequest], Refusal | None]]] = {
    guard: globals()[guard.value] for guard in Guard
}
