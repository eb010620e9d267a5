"""What a customer is asked for beside the address: how to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.ledger import PaymentMethod
from orderdesk.usecases import bodies, words
from orderdesk.usecases.bodies import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.order import Order
    from orderdesk.usecases.bodies import Body

MOST_BUTTONS = 3


def payment_question(
    opening: str, order: Order, *, ways: Sequence[PaymentMethod], change_address: bool
) -> Body:
    """Buttons for the ways to pay, or a list when they are too many for buttons."""
    choices = [pay_button(order, each) for each in ways]
    said = f"{opening}\n\n{words.HOW_TO_PAY}"
    if change_address and len(choices) != MOST_BUTTONS:
        choices.append(change_address_button(order))
    if len(choices) > MOST_BUTTONS:
        return bodies.options(said, words.CHOOSE, *choices)
    return bodies.buttons(said, *choices)


def pay_button(order: Order, method: PaymentMethod) -> Choice:
    return Choice(f"pay:{method}:{order.order_id}", words.WAYS[method])


def cash_button(order: Order) -> Choice:
    return pay_button(order, PaymentMethod.CASH_ON_DELIVERY)


def change_address_button(order: Order) -> Choice:
    return Choice(f"address:change:{order.order_id}", words.CHANGE_ADDRESS)
