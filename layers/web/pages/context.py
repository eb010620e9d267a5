"""What a page may reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages.address import AddressBook

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.address import Address
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Customers, Orders, PageLinks, Places, Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`secure` is False only on a developer's machine, where pages come over plain HTTP."""

    links: PageLinks
    orders: Orders
    stores: Stores
    customers: Customers
    places: Places
    secure: bool
    now: datetime

    @property
    def book(self) -> AddressBook:
        return AddressBook(orders=self.orders, stores=self.stores, places=self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who holds a link, and what it is about."""

    order: Order
    customer: Customer
    store: Store
    token: str

    @property
    def words(self) -> Words:
        return Words.for_customer(self.store, self.customer)

    def lines(self, address: Address) -> tuple[str, ...]:
        """For the screen; nobody has to be told the country that they and the shop are in."""
        at_home = address.country == self.store.country
        return (replace(address, country="") if at_home else address).lines
