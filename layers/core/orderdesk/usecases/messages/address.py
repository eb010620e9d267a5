"""An address comes in for an order: whether it still can change, and what is wrong with it.

By form, Flow, page, button or in words: it is checked and kept in one way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.amending import NOT_PACKED, price_shipping
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import (
    NO_PROBLEMS,
    Address,
    Problem,
    problems_of,
    tidy,
    with_problems,
)
from orderdesk.usecases.intake.turn import BEING_PACKED, STOPPED, come_back, flag
from orderdesk.usecases.messages.address_question import has_phone
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import change

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.places import Place
    from orderdesk.usecases.ports import Orders, Places, Stores

CLOSED: Final = STOPPED | {Stage.DELIVERED}
TOO_LATE: Final = "address_too_late"
CHANGED: Final = "address_changed"


class Outcome(StrEnum):
    """What became of an address: nothing, when the order is over or the address has problems; for
    a person to see to, when the parcel is on its way.
    """

    KEPT = "kept"
    REFUSED = "refused"
    ON_ITS_WAY = "on_its_way"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """What it takes to take an address. `places` is None for a shop that delivers everywhere."""

    orders: Orders
    stores: Stores
    places: Places | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`address` is the one that came in, tidied, and with its problems when it was refused."""

    outcome: Outcome
    order: Order
    address: Address


def give_address(
    order: Order,
    address: Address,
    *,
    customer: Customer,
    by: Actor,
    book: AddressBook,
    now: datetime,
) -> Taken:
    """Check the address, and keep it when nothing is wrong with it. Safe to repeat.

    Raises NotFound, Stale, Unavailable.
    """
    country = book.stores.get(order.store_id).country
    tidied = tidy(address, country=country)
    if order.stage in CLOSED:
        return Taken(outcome=Outcome.OVER, order=order, address=tidied)
    if order.stage is Stage.SHIPPED:
        text = f"The customer sent another address on the way: {' / '.join(tidied.lines)}"
        order = flag(order, TOO_LATE, text, orders=book.orders, stores=book.stores, by=by, now=now)
        return Taken(outcome=Outcome.ON_ITS_WAY, order=order, address=tidied)
    place, problems = _check(order, tidied, customer, country, book.places)
    if problems:
        flawed = with_problems(tidied, problems)
        return Taken(outcome=Outcome.REFUSED, order=order, address=flawed)
    if order.stage in NOT_PACKED:
        _price(order, place, by, book, now)
    order = keep(order, tidied, by=by, book=book, now=now)
    return Taken(outcome=Outcome.KEPT, order=order, address=tidied)


def keep(order: Order, address: Address, *, by: Actor, book: AddressBook, now: datetime) -> Order:
    """Put it on the order as it is; whoever answers late is a customer again (T07)."""
    at = come_back(order, orders=book.orders, stores=book.stores, by=by, now=now)
    before = order
    if address != order.address:
        order = collect.receive_address(
            order.store_id,
            order.order_id,
            address,
            orders=book.orders,
            stores=book.stores,
            by=by,
            now=at,
        )
    if before.stage in BEING_PACKED or (before.hold and before.hold.source in BEING_PACKED):
        text = "The customer changed the address while the order is being packed."
        return flag(order, CHANGED, text, orders=book.orders, stores=book.stores, by=by, now=now)
    return order


def _price(order: Order, place: Place | None, by: Actor, book: AddressBook, now: datetime) -> None:
    """What the way there costs counts before the address may confirm the order."""
    fee = place.shipping_fee if place else None

    def decide(stored: Order) -> tuple[Order, list[Event]] | None:
        changed = price_shipping(stored, fee, by=by, now=now)
        return (changed[0], [changed[1]]) if changed else None

    policy = book.stores.get(order.store_id).policy
    change(order.store_id, order.order_id, decide, orders=book.orders, policy=policy)


def _check(
    order: Order, address: Address, customer: Customer, country: str, places: Places | None
) -> tuple[Place | None, Mapping[str, Problem]]:
    """The place that it is in, by the shop's list, and what is wrong with it."""
    if not order.needs_address:
        return None, NO_PROBLEMS
    phone_known = has_phone(customer, order)
    found = dict(problems_of(address, country=country, phone_known=phone_known))
    if "postal_code" in found or places is None or not places.covers(order.store_id):
        return None, found
    place = places.find(order.store_id, address.postal_code) if address.postal_code else None
    if not address.postal_code:
        found["postal_code"] = Problem.MISSING
    elif place is None or not place.deliverable:
        found["postal_code"] = Problem.NOT_SERVED
    return place, found
