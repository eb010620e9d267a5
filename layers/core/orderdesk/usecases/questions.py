"""What a customer is asked for: where to deliver, and how to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.ledger import PaymentMethod
from orderdesk.usecases import bodies, words
from orderdesk.usecases.bodies import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.customer import Customer
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.usecases.bodies import Body

MOST_BUTTONS = 3
INDIA = "IN"
INDIAN_PREFIX = "91"


def address_question(opening: str, *, customer: Customer, store: Store) -> Body:
    """A form where WhatsApp has one, else a request to write the address."""
    if not _has_address_form(customer, store):
        return written_address_question(opening)
    said = f"{opening}\n\n{words.FILL_FORM}"
    return bodies.address_form(said, name=customer.name, phone=customer.phone)


def written_address_question(opening: str) -> Body:
    return bodies.text(f"{opening}\n\n{words.WRITE_ADDRESS}")


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


def _has_address_form(customer: Customer, store: Store) -> bool:
    """By the phone's country code, else the country at the head of the WhatsApp id."""
    if customer.phone:
        return customer.phone.startswith(INDIAN_PREFIX)
    country, dot, _ = customer.user_id.partition(".")
    return (country if dot else store.country) == INDIA
