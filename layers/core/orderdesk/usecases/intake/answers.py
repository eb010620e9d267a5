"""What a customer's message does to an order: the address, a tap, second thoughts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import order_id_of
from orderdesk.usecases.intake import carts_of_customer
from orderdesk.usecases.intake.address_answers import (
    address_given,
    change_address,
    maybe_address,
    other_address,
    use_saved,
)
from orderdesk.usecases.intake.inbound import AddressGiven, Corrected, PlaceGiven, Tapped, Written
from orderdesk.usecases.intake.keywords import wish_in
from orderdesk.usecases.intake.self_service import (
    LANGUAGE,
    OF_ORDER,
    choose_language,
    serve,
    verify,
)
from orderdesk.usecases.intake.turn import STOPPED, call_for_a_person, resume
from orderdesk.usecases.orders import collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.turn import Turn


def answer(turn: Turn) -> Order | None:
    """Do what the message asks for; the order that it was about, None when about none.

    Safe to repeat. Raises Stale and Unavailable for another try.
    """
    content = turn.message.content
    match content:
        case AddressGiven():
            return address_given(turn, content)
        case Written():
            wish = wish_in(content.text)
            return serve(turn, wish) if wish else maybe_address(turn, content)
        case PlaceGiven():
            return maybe_address(turn, content)
        case Tapped():
            return _tap(turn, content.button_id)
        case Corrected():
            return _corrected(turn, content)
        case _:
            return None


def _tap(turn: Turn, button_id: str) -> Order | None:
    """A button that we do not know (any more) does nothing."""
    verb, _, rest = button_id.partition(":")
    if verb == LANGUAGE:
        choose_language(turn, rest)
        return None
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


def _corrected(turn: Turn, said: Corrected) -> Order | None:
    """What the shop is packing never changes silently: the order stays as it was placed."""
    store_id, number = turn.customer.store_id, turn.message.phone_number_id
    order = turn.own_order(order_id_of(store_id, number, said.original_id))
    if order is None:
        return None
    text = f"The customer {said.how} the cart of this order. The order is unchanged: ask them."
    return call_for_a_person(turn, order, f"message_{said.how}", text)


BUTTONS: Final[dict[tuple[str, str], Callable[[Turn, Order], Order]]] = {
    **{("pay", method.value): partial(_pay, method=method) for method in PaymentMethod},
    ("address", "change"): change_address,
    ("address", "other"): other_address,
    ("address", "use"): use_saved,
    ("order", "resume"): _tap_resume,
    ("order", "verify"): verify,
    **{("order", wish.value): press for wish, press in OF_ORDER.items()},
    ("cart", "merge"): carts_of_customer.merge,
    ("cart", "replace"): carts_of_customer.replace,
    ("cart", "keep"): carts_of_customer.keep,
}
