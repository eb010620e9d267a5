"""The meter: what each message costs, and whether the shop can afford another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.budget import Level
from orderdesk.domain.money.costing import (
    SERVICE,
    Allowance,
    allowance_of,
    charge_of,
    due,
    month_of,
    named,
    spent_in,
)

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.costing import Charge
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.intake.inbound import StatusIn
    from orderdesk.usecases.intake.turn import Reception
    from orderdesk.usecases.ports import Conversations, Costs, Customers, Stores

LOOKS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What it takes to keep count."""

    costs: Costs
    conversations: Conversations
    customers: Customers
    stores: Stores


def note_pricing(
    message: Message, *, category: str = "", pricing_type: str = "", books: Books
) -> Message:
    """Count the message once, after a status of it; uncount it when it failed.

    `message` is as that status left it. `category` and `pricing_type` are of the status's
    `pricing`, which only some statuses have: what was known first holds. Safe to repeat, in any
    order of statuses. Returns the message as it is kept. Raises Unavailable.
    """
    category, pricing_type = named(category), named(pricing_type)
    for _ in range(LOOKS):
        charge, month = _due(message, category, pricing_type, books)
        if charge == charge_of(message):
            return message
        if books.costs.charge(message, charge, month=month):
            return _charged(message, charge)
        found = books.conversations.find(message.store_id, message.message_id)
        if found is None:  # erased meanwhile
            return message
        message = found
    raise Unavailable("This message changes all the time: its price is noted later.")


def count(message: Message, status: StatusIn, *, desk: Reception) -> None:
    """`note_pricing` of a status that was received; nothing where nothing is counted."""
    if desk.costs:
        books = Books(
            costs=desk.costs,
            conversations=desk.conversations,
            customers=desk.customers,
            stores=desk.stores,
        )
        kinds = {"category": status.category, "pricing_type": status.pricing_type}
        note_pricing(message, **kinds, books=books)


def _due(message: Message, category: str, pricing_type: str, books: Books) -> tuple[Charge, str]:
    """Also its month. Reads nothing when there is nothing to count."""
    known = charge_of(message)
    nothing_new = known.is_counted or not (known.category or category)
    if nothing_new and message.delivery is not Delivery.FAILED:
        return known, ""
    store = books.stores.get(message.store_id)
    month = month_of(message.at, store.time_zone)
    counts_services = (known.category or category) == SERVICE
    charge = due(
        message,
        category=category,
        pricing_type=pricing_type,
        customer=_customer(message, books),
        budget=store.policy.budget,
        service_messages=books.costs.service_messages(
            message.store_id, month, message.phone_number_id
        )
        if counts_services
        else 0,
    )
    return charge, month


def _customer(message: Message, books: Books) -> Customer | None:
    try:
        return books.customers.get(message.store_id, message.customer_id)
    except NotFound:
        return None


def _charged(message: Message, charge: Charge) -> Message:
    return replace(
        message,
        category=charge.category,
        pricing_type=charge.pricing_type,
        cost=charge.cost,
        cost_currency=charge.currency,
        country=charge.country,
    )


def allowance(message: Message, store: Store, *, costs: Costs, now: datetime) -> Allowance:
    """Whether the shop's monthly limit lets this message go out.

    From 80 % of it advertising stays (`message.marketing`), from 100 % also what only keeps the
    customer up to date. What they wait for, what moves their money and what a person of the shop
    wrote always goes: `level` says then that the limit is reached, which somebody should be told.
    Raises Unavailable.
    """
    budget = store.policy.budget
    if budget.monthly_cap is None:
        return Allowance(allowed=True, level=Level.FREE)
    cells = costs.of_month(store.store_id, month_of(now, store.time_zone))
    return allowance_of(message, budget, spent_in(cells, budget.currency))
