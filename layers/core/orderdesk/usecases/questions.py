"""What a customer is asked for: where to deliver, and how to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.usecases import bodies, words
from orderdesk.usecases.bodies import Choice

if TYPE_CHECKING:
    from orderdesk.domain.customer import Customer
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.usecases.bodies import Body

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


def payment_question(opening: str, order: Order, *, online: bool, change_address: bool) -> Body:
    """Buttons for the ways to pay; `online` when a payment gateway is there."""
    choices = [cash_button(order)]
    if online:
        choices.append(Choice(f"pay:online:{order.order_id}", words.PAY_ONLINE))
    if change_address:
        choices.append(change_address_button(order))
    return bodies.buttons(f"{opening}\n\n{words.HOW_TO_PAY}", *choices)


def cash_button(order: Order) -> Choice:
    return Choice(f"pay:cash_on_delivery:{order.order_id}", words.CASH_ON_DELIVERY)


def change_address_button(order: Order) -> Choice:
    return Choice(f"address:change:{order.order_id}", words.CHANGE_ADDRESS)


def _has_address_form(customer: Customer, store: Store) -> bool:
    """By the phone's country code, else the country at the head of the WhatsApp id."""
    if customer.phone:
        return customer.phone.startswith(INDIAN_PREFIX)
    country, dot, _ = customer.user_id.partition(".")
    return (country if dot else store.country) == INDIA
