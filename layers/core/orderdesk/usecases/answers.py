"""What a customer's message does to an order: the address, a tap, second thoughts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, NotAllowed
from orderdesk.domain.ledger import PaymentMethod
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.order import order_id_of
from orderdesk.usecases import collect
from orderdesk.usecases.address_answers import (
    address_given,
    change_address,
    maybe_address,
    other_address,
    use_saved,
)
from orderdesk.usecases.inbound import AddressGiven, Corrected, PlaceGiven, Tapped, Written
from orderdesk.usecases.turn import (
    STOPPED,
    call_for_a_person,
    move_by_customer,
    resume,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.order import Order
    from orderdesk.usecases.turn import Turn


def answer(turn: Turn) -> Order | None:
    """Do what the message asks for; the order that it was about, None when about none.

    Safe to repeat. Raises Stale and Unavailable for another try.
    """
    content = turn.message.content
    match content:
        case AddressGiven():
            return address_given(turn, content)
        case Written() | PlaceGiven():
            return maybe_address(turn, content)
        case Tapped():
            return _tap(turn, content.button_id)
        case Corrected():
            return _corrected(turn, content)
        case _:
            return None


def _tap(turn: Turn, button_id: str) -> Order | None:
    verb, _, rest = button_id.partition(":")
    what, _, rest = rest.partition(":")
    order_id = rest.partition(":")[0]
    press = BUTTONS.get((verb, what))
    order = turn.own_order(order_id) if press else None
    return press(turn, order) if press and order else None


def _pay(turn: Turn, order: Order, method: PaymentMethod) -> Order:
    if order.paid_at or order.stage in STOPPED or order.stage is Stage.DELIVERED:
        return order
    at = resume(turn, order)
    return collect.choose_payment(
        order.store_id,
        order.order_id,
        method,
        by=turn.by,
        orders=turn.desk.orders,
        stores=turn.desk.stores,
        now=at,
    )


def _tap_resume(turn: Turn, order: Order) -> Order:
    resume(turn, order)
    return order


def _cancel(turn: Turn, order: Order) -> Order:
    if order.stage in STOPPED:
        return order
    try:
        return move_by_customer(turn, order, Stage.CANCELLED, reason="Cancelled by the customer")
    except (NotAllowed, Blocked):
        text = "The customer asks to cancel. The shop is at it already: decide, and tell them."
        return call_for_a_person(turn, order, "cancel_asked", text)


def _corrected(turn: Turn, said: Corrected) -> Order | None:
    """What the shop is packing never changes silently: the order stays as it was placed."""
    store_id, number = turn.customer.store_id, turn.message.phone_number_id
    order = turn.own_order(order_id_of(store_id, number, said.original_id))
    if order is None:
        return None
    text = f"The customer {said.how} the cart of this order. The order is unchanged: ask them."
    return call_for_a_person(turn, order, f"message_{said.how}", text)


BUTTONS: Final[dict[tuple[str, str], Callable[[Turn, Order], Order]]] = {
    ("pay", "cash_on_delivery"): lambda turn, order: _pay(
        turn, order, PaymentMethod.CASH_ON_DELIVERY
    ),
    ("pay", "online"): lambda turn, order: _pay(turn, order, PaymentMethod.ONLINE),
    ("address", "change"): change_address,
    ("address", "other"): other_address,
    ("address", "use"): use_saved,
    ("order", "resume"): _tap_resume,
    ("order", "cancel"): _cancel,
}
