"""What a shop keeps of a customer beside their orders: addresses, language, consent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.people import customer as verbs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.people.address import Address
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.intake.inbound import Choice
    from orderdesk.usecases.ports import Customers


def save_address(
    customer: Customer, address: Address, *, customers: Customers, now: datetime
) -> Customer:
    """Offered with the next order. One that no courier could find is not kept. Raises NotFound."""
    return _changed(customer, lambda one: verbs.save_address(one, address, now=now), customers)


def forget_address(customer: Customer, address_id: str, *, customers: Customers) -> Customer:
    """Raises NotFound for an unknown customer; an unknown address is forgotten already."""
    return _changed(customer, lambda one: verbs.forget_address(one, address_id), customers)


def speak(customer: Customer, language: str, *, customers: Customers) -> Customer:
    """`language` is a code like `hi`; what is written to the customer from now on is in it."""
    return _changed(customer, lambda one: replace(one, language=language), customers)


def note_cannot_show(customer: Customer, kind: str, *, customers: Customers) -> Customer:
    """Their WhatsApp refused this kind of message as one that it cannot show (1026)."""

    def decide(one: Customer) -> Customer:
        return replace(one, cannot_show=tuple(dict.fromkeys((*one.cannot_show, kind))))

    return _changed(customer, decide, customers)


def opt_out(
    customer: Customer, *, marketing_only: bool = False, customers: Customers, now: datetime
) -> Customer:
    def decide(one: Customer) -> Customer:
        return verbs.opt_out(one, now=now, marketing_only=marketing_only)

    return _changed(customer, decide, customers)


def opt_in(
    customer: Customer,
    *,
    source: str,
    marketing_only: bool = False,
    customers: Customers,
    now: datetime,
) -> Customer:
    """`source` says how the consent was given: keyword, meta, api."""

    def decide(one: Customer) -> Customer:
        return verbs.opt_in(one, now=now, source=source, marketing_only=marketing_only)

    return _changed(customer, decide, customers)


def note_choice(customer: Customer, choice: Choice, *, customers: Customers) -> Customer:
    """What they told WhatsApp itself about advertising; news that comes late changes nothing."""
    if choice.wants_marketing:
        return opt_in(
            customer, source="meta", marketing_only=True, customers=customers, now=choice.at
        )
    return opt_out(customer, marketing_only=True, customers=customers, now=choice.at)


def _changed(
    customer: Customer, decide: Callable[[Customer], Customer], customers: Customers
) -> Customer:
    return customers.change(customer.store_id, customer.customer_id, decide)
