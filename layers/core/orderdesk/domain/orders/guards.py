"""The named conditions of the table: each answers with a refusal, or None when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import PaymentStatus
from orderdesk.domain.money.terms import ConfirmOn
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.lifecycle import Guard, Stage
from orderdesk.domain.orders.parcels import WITHOUT_ADDRESS
from orderdesk.domain.orders.returns import ReturnState
from orderdesk.domain.people.address import AddressStatus
from orderdesk.domain.shop.stock import StockStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.parcels import Tracking
    from orderdesk.domain.shop.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Everything that decides about a move besides the order itself.

    `reason_code` is one of the shop's reasons, `reason` words of one's own; one of them is enough.
    `until` is when a hold ends by itself, `restock` whether what comes back can be sold again.
    `gateway_asked` says that the payment gateway was asked just now and knows of no payment.
    `new_pickup_code` is what the customer shows, should the order become ready to be picked up.
    """

    to: Stage
    by: Actor
    now: datetime
    policy: Policy
    reason: str = ""
    reason_code: str = ""
    until: datetime | None = None
    tracking: Tracking | None = None
    pickup_code: str = ""
    restock: bool | None = None
    gateway_asked: bool = False
    new_pickup_code: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`reason` is a stable key; `remedy` says what would make the move possible."""

    reason: str
    remedy: str


def has_lines(order: Order, request: MoveRequest) -> Refusal | None:
    return None if order.lines else Refusal("no_lines", "Add at least one line.")


def address_complete(order: Order, request: MoveRequest) -> Refusal | None:
    """What is picked up or sent as a file needs no address."""
    if is_address_complete(order):
        return None
    return Refusal("address_incomplete", "The customer has to give a complete address first.")


def is_address_complete(order: Order) -> bool:
    return not order.needs_address or order.address_status is AddressStatus.COMPLETE


def payment_condition_met(order: Order, request: MoveRequest) -> Refusal | None:
    """By the terms of the order: chosen, verified by the customer, or paid."""
    if is_payment_met(order):
        return None
    if order.confirm_on is None:
        return Refusal("payment_method_missing", "The customer has to choose how to pay first.")
    if order.confirm_on is ConfirmOn.VERIFIED:
        return Refusal("not_verified", "The customer has to confirm that the order is theirs.")
    return Refusal("payment_missing", f"{order.amount_due} still has to be paid.")


def is_payment_met(order: Order) -> bool:
    if order.paid_at is not None:
        return True
    if order.confirm_on is ConfirmOn.VERIFIED:
        return order.verified_at is not None
    return order.confirm_on is ConfirmOn.CHOSEN


def idle_long_enough(order: Order, request: MoveRequest) -> Refusal | None:
    """The time that an order spent on hold does not count."""
    if request.now - order.quiet_since >= request.policy.abandon_after:
        return None
    return Refusal("customer_active", "The customer did something within the abandon time.")


def still_incomplete(order: Order, request: MoveRequest) -> Refusal | None:
    if not (is_address_complete(order) and is_payment_met(order)):
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
    if order.ledger.open_claims:
        return Refusal("payment_claimed", "A proof of payment waits to be looked at.")
    asked = order.ledger.open_request
    if asked is None or not asked.provider or request.gateway_asked:
        return None
    return Refusal("payment_unknown", "Ask the payment gateway about the open link first.")


def held_from_target(order: Order, request: MoveRequest) -> Refusal | None:
    if order.hold and order.hold.source is request.to:
        return None
    held = order.hold.source.label if order.hold else "nowhere"
    return Refusal("held_from_elsewhere", f"The order was held from {held}: release it there.")


def held_from_placed_or_incomplete(order: Order, request: MoveRequest) -> Refusal | None:
    """Back to Placed when it was held there, or when something has to be asked for again."""
    if order.hold and order.hold.source in {Stage.PLACED, Stage.ABANDONED}:
        return None
    if not (is_address_complete(order) and is_payment_met(order)):
        return None
    return held_from_target(order, request)


def never_approved(order: Order, request: MoveRequest) -> Refusal | None:
    if order.hold and order.hold.source in EARLY:
        return None
    return Refusal("was_approved", "The order was approved before: cancel it instead.")


def customer_may_cancel(order: Order, request: MoveRequest) -> Refusal | None:
    """Customers cancel by themselves up to a stage of the shop's choice, Confirmed unless it says
    otherwise; afterwards they have to ask. What is held counts as where it was held.
    """
    if request.by.kind is not ActorKind.CUSTOMER:
        return None
    stage = order.hold.source if order.hold else order.stage
    if stage in CANCELLABLE[: CANCELLABLE.index(request.policy.customer_cancel_until) + 1]:
        return None
    return Refusal("too_late_for_customer", "The shop is preparing the order: ask it to cancel.")


def no_courier_leg(order: Order, request: MoveRequest) -> Refusal | None:
    if order.fulfilment in WITHOUT_ADDRESS:
        return None
    return Refusal("needs_courier", "This order is carried to the customer: ship it first.")


def stock_suffices(order: Order, request: MoveRequest) -> Refusal | None:
    if order.stock is not StockStatus.SHORT:
        return None
    return Refusal("stock_short", "Not all of it is in stock: count it anew, or cancel the order.")


def nothing_shipped(order: Order, request: MoveRequest) -> Refusal | None:
    if not order.parcels:
        return None
    return Refusal("parcel_shipped", "A parcel has left already: ship the rest, then take it back.")


def no_courier_scan(order: Order, request: MoveRequest) -> Refusal | None:
    if not any(parcel.is_scanned for parcel in order.parcels):
        return None
    return Refusal(
        "parcel_scanned", "The courier has the parcel: it can only come back as a return."
    )


def no_open_return(order: Order, request: MoveRequest) -> Refusal | None:
    coming = [case for case in order.returns if case.state is ReturnState.OPEN]
    if not coming:
        return None
    number = coming[0].return_id.removeprefix("r")
    return Refusal("return_open", f"Return {number} is on its way: receive or close it first.")


def no_return(order: Order, request: MoveRequest) -> Refusal | None:
    if all(case.state is ReturnState.CLOSED for case in order.returns):
        return None
    return Refusal("return_opened", "The customer returns something: it has been delivered.")


def within_return_window(order: Order, request: MoveRequest) -> Refusal | None:
    """The reason that the move needs anyway is the override, so staff are never stuck."""
    delivered_at = order.delivered_at or order.stage_since
    late = request.now - delivered_at > request.policy.return_window
    if not late or request.by.kind is ActorKind.STAFF:
        return None
    return Refusal("return_window_over", "The return window is over: staff may still take it back.")


def money_settled(order: Order, request: MoveRequest) -> Refusal | None:
    """Delivered closes when paid and nothing is owed for what came back; every other ending closes
    when no money is left in it, or the shop said why it keeps it.
    """
    if order.stage is not Stage.DELIVERED:
        return None if order.refund_waived else no_money_in_it(order, request)
    if order.payment_status is PaymentStatus.COD_DUE:
        return Refusal("cash_due", f"{order.amount_due} in cash is still due.")
    if order.flagged("refund_due"):
        return Refusal("refund_due", "Money for returned goods has to go back first.")
    return None


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


EARLY: Final = frozenset({Stage.PLACED, Stage.ABANDONED, Stage.CONFIRMED})
CANCELLABLE: Final = (Stage.PLACED, Stage.ABANDONED, Stage.CONFIRMED, Stage.APPROVED)
GUARDS: Final[Mapping[Guard, Callable[[Order, MoveRequest], Refusal | None]]] = {
    guard: globals()[guard.value] for guard in Guard
}
