"""From a token to what it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.errors import NotFound
from orderdesk.domain.shop.speech import language_of
from pages.context import Visit

if TYPE_CHECKING:
    from orderdesk.http import Request
    from orderdesk.usecases.ports.pages import Purpose
    from pages.context import Context


class Expired(Exception):
    """The link was ours. Told in the customer's language, with the name of the shop to write to."""

    def __init__(self, language: str, shop: str) -> None:
        super().__init__(shop)
        self.language, self.shop = language, shop


def visit(request: Request, purpose: Purpose, context: Context) -> Visit:
    """Raises NotFound for a link that is not ours or opens nothing any more, and Expired."""
    token = request.params["token"]
    given = context.links.read(token, purpose)
    if given is None:
        raise NotFound("This link is not one of ours.")
    store = context.stores.get(given.store_id)
    order = context.orders.get(given.store_id, given.order_id)
    customer = context.customers.get(given.store_id, order.customer.customer_id)
    if given.expires_at < context.now:
        raise Expired(language_of(customer, store), store.name)
    if customer.erased_at:
        raise NotFound("Nothing is known of this customer any more.")
    return Visit(order=order, customer=customer, store=store, token=token)
