"""Routes of the list: the page, and the fragments that keep it fresh."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from dashboard import ticket
from dashboard.cards import CARDS, card, list_page
from dashboard.forms import VIEW, listing_of
from dashboard.render import page
from dashboard.session import signed_in
from dashboard.shell import clock_of, shell
from orderdesk.adapters.records import summary_of
from orderdesk.http import Response, json_response

if TYPE_CHECKING:
    from dashboard.context import Context
    from orderdesk.http import Request
    from orderdesk.usecases.ports import Summary

YEAR = 365 * 24 * 3600


def orders(request: Request, context: Context) -> Response:
    """Three reads whatever the shop's size: session, one page of one index, counts."""
    session = signed_in(request, context)
    listing = listing_of(request)
    found = context.orders.page(listing.query(session.store_id))
    return page(
        "orders.html",
        cookies=(_remember(listing.view),) if "as" in request.query else (),
        shell=shell(session, listing, context),
        page=list_page(listing, found, clock_of(context), context.store().policy),
    )


def changes(request: Request, context: Context) -> Response:
    """What the list would show now, as ids and versions: for pages that no push reaches."""
    session = signed_in(request, context)
    only = request.query.get("order", "")
    if only:
        found = [summary_of(context.orders.get(session.store_id, only))]
    else:
        found = list(context.orders.page(listing_of(request).query(session.store_id)).items)
    return _fresh({"orders": [_change(each) for each in found]})


def order_card(request: Request, context: Context) -> Response:
    """One card or row as it is now, and the counts beside it."""
    session = signed_in(request, context)
    listing = listing_of(request)
    order = context.orders.get(session.store_id, request.params["order_id"])
    return page(
        "card.html",
        shell=shell(session, listing, context),
        card=card(summary_of(order), clock_of(context), context.store().policy, tab=listing.stage),
        as_card=listing.view == CARDS,
    )


def stages(request: Request, context: Context) -> Response:
    session = signed_in(request, context)
    return page("stages.html", shell=shell(session, listing_of(request), context))


def live_ticket(request: Request, context: Context) -> Response:
    """Where to listen, with a ticket for the next minute."""
    session = signed_in(request, context)
    made = ticket.mint(
        store_id=session.store_id,
        session_id=session.session_id,
        key=context.signing_key(),
        now=context.now,
    )
    return _fresh({"url": f"{context.settings.live_url}?ticket={made}"})


def _remember(view: str) -> str:
    return f"{VIEW}={view}; Path=/orders; Max-Age={YEAR}; SameSite=Lax"


def _change(order: Summary) -> dict[str, object]:
    return {
        "order_id": order.order_id,
        "version": order.version,
        "stage": order.stage.value,
        "number": order.number,
        "text": f"Order {order.number} is {order.stage.label}",
    }


def _fresh(body: object) -> Response:
    return json_response(body, status=HTTPStatus.OK, cache_control="no-store")
