"""Which price counts: the cart's, which the customer saw, or the catalog's.

See docs/decisions/0025-which-price-counts.md.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.terms import WHOLE
from orderdesk.domain.orders.amending import change_lines, raise_attention, resolve_attention
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.reasons import PRICE_MISMATCH
from orderdesk.domain.shop.catalog import CATALOG_SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Line, Order
    from orderdesk.domain.shop.catalog import CatalogAnswer, CatalogItem

type Doubt = tuple[str, str]  # a reason's key, and a sentence for staff
type Steps = tuple[Order, list[Event]]

NOT_IN_CATALOG: Final = "not_in_catalog"
SOLD_OUT: Final = "sold_out"
SILENT_TEXT: Final = "Meta's catalog did not answer: the prices are the cart's until it does."
TOLD: Final = 5  # sentences per reason; the rest is counted


class Prices(StrEnum):
    """Whose prices an order is to have."""

    CART = "cart"
    CATALOG = "catalog"


def looked_up(lines: Iterable[Line], answer: CatalogAnswer, *, tolerance: int) -> tuple[Line, ...]:
    """The lines with name, picture and the catalog's price; where that differs from the cart's by
    more than `tolerance` basis points, it counts, and where the cart says none.
    """
    named = [_named(each, answer) for each in lines]
    priced = tuple(_counted(each, tolerance) for each in named)
    return priced if _is_an_amount(priced) else tuple(named)


def _is_an_amount(lines: Iterable[Line]) -> bool:
    """All together have to be an amount of money, whatever price a list holds by mistake."""
    totals: dict[str, int] = {}
    try:
        for each in lines:
            code = each.price.currency
            totals[code] = totals.get(code, 0) + each.total.minor
            _ = Money(totals[code], code)
    except Invalid:
        return False
    return True


def _named(line: Line, answer: CatalogAnswer) -> Line:
    """An old answer still knows the name."""
    item = answer.items.get(line.retailer_id)
    if item is None:
        return line
    name = ", ".join(filter(None, (item.name, _variant(item)))) or line.name
    line = replace(line, name=name, picture=item.picture or line.picture)
    if line.retailer_id in answer.unanswered or item.price is None:
        return line
    same = item.price.currency == line.price.currency
    return replace(line, list_price=item.price) if same else line


def _variant(item: CatalogItem) -> str:
    """Unless the name says it already."""
    return "" if item.variant.lower() in item.name.lower() else item.variant


def _counted(line: Line, tolerance: int) -> Line:
    if line.list_price is None:
        return line
    said = line.said_price
    if said is None:
        return replace(line, price=line.list_price)
    decided = line.price not in {said, line.list_price}  # by staff, meanwhile
    return line if decided or not differs(line, tolerance) else replace(line, price=line.list_price)


def differs(line: Line, tolerance: int) -> bool:
    """Whether cart and catalog are further apart than the shop takes."""
    if line.said_price is None or line.list_price is None:
        return False
    apart = abs(line.said_price.minor - line.list_price.minor)
    return apart * WHOLE > tolerance * line.list_price.minor


def doubts(
    lines: Iterable[Line], answer: CatalogAnswer, *, tolerance: int, currency: str
) -> Iterator[Doubt]:
    """What a person has to look at, line by line."""
    for each in lines:
        item = answer.items.get(each.retailer_id)
        if item is None:
            if each.retailer_id and each.retailer_id not in answer.unanswered:
                yield NOT_IN_CATALOG, f"{each.name}: it is not in the catalog."
            continue
        if not item.available:
            yield SOLD_OUT, f"{each.name}: the catalog says that it is sold out."
        if item.price and item.price.currency != currency:
            text = f"{each.name}: the catalog says {item.price}, the order is in {currency}."
            yield PRICE_MISMATCH, text
        elif differs(each, tolerance):
            text = f"{each.name}: the cart says {each.said_price}, the catalog {each.list_price}."
            yield PRICE_MISMATCH, text


def joined(doubts: Iterable[Doubt]) -> dict[str, str]:
    """One text per reason, in the order in which they came up."""
    told: dict[str, list[str]] = {}
    for reason, text in doubts:
        told.setdefault(reason, []).append(text)
    return {reason: _text(list(dict.fromkeys(texts))) for reason, texts in told.items()}


def _text(texts: list[str]) -> str:
    more = len(texts) - TOLD
    return " ".join([*texts[:TOLD], f"And {more} more." if more > 0 else ""]).strip()


def is_agreed(order: Order) -> bool:
    """Whether the customer has acted on the total, which does not change by itself any more."""
    return order.stage is not Stage.PLACED or bool(order.ledger.method or order.ledger.entries)


def enrich(
    order: Order, answer: CatalogAnswer, *, tolerance: int, by: Actor, now: datetime
) -> Steps | None:
    """The order with what the catalog says of its lines, and what a person has to look at.

    None when it says nothing new. Raises Blocked once the order is packed.
    """
    lines = looked_up(order.lines, answer, tolerance=tolerance)
    if is_agreed(order):
        lines = tuple(replace(each, price=order.lines[i].price) for i, each in enumerate(lines))
    why = "named" if _prices(lines) == _prices(order.lines) else "repriced"
    after, events = _told(order, change_lines(order, lines, why=why, by=by, now=now), [])
    found = doubts(lines, answer, tolerance=tolerance, currency=order.ledger.currency)
    for reason, text in joined(found).items():
        after, events = _flagged(after, reason, text, events, by=by, now=now)
    after, events = _heard(after, answer, events, by=by, now=now)
    return (after, events) if events else None


def _flagged(
    order: Order, reason: str, text: str, events: list[Event], *, by: Actor, now: datetime
) -> Steps:
    """Said anew when there is more to say than before."""
    if any(each.reason == reason and each.text != text for each in order.attention):
        order, events = _told(order, resolve_attention(order, reason, by=by, now=now), events)
    return _told(order, raise_attention(order, reason, text, by=by, now=now), events)


def _heard(
    order: Order, answer: CatalogAnswer, events: list[Event], *, by: Actor, now: datetime
) -> Steps:
    """Whether prices are still to be asked for."""
    if answer.try_again:
        step = raise_attention(order, CATALOG_SILENT, SILENT_TEXT, by=by, now=now)
        return _told(order, step, events)
    if order.flagged(CATALOG_SILENT):
        return _told(order, resolve_attention(order, CATALOG_SILENT, by=by, now=now), events)
    return order, events


def reprice(
    order: Order, prices: Prices | Mapping[str, Money], *, by: Actor, now: datetime
) -> Steps | None:
    """Staff decide which prices count: all of the cart's, all of the catalog's, or their own by
    retailer id. What there was to look at is looked at. Raises Invalid, Blocked once it is packed.
    """
    lines = tuple(_decided(each, prices) for each in order.lines)
    if not isinstance(prices, Prices):
        _check(order, prices)
    after, events = _told(order, None, [])
    if order.flagged(PRICE_MISMATCH):
        settled = resolve_attention(order, PRICE_MISMATCH, by=by, now=now)
        after, events = _told(order, settled, events)
    after, events = _told(after, change_lines(after, lines, why="repriced", by=by, now=now), events)
    return (after, events) if events else None


def _decided(line: Line, prices: Prices | Mapping[str, Money]) -> Line:
    if prices is Prices.CART:
        return replace(line, price=line.said_price or line.price)
    if prices is Prices.CATALOG:
        return replace(line, price=line.list_price or line.price)
    return replace(line, price=prices.get(line.retailer_id, line.price))


def _check(order: Order, prices: Mapping[str, Money]) -> None:
    for retailer_id, price in prices.items():
        if not any(each.retailer_id == retailer_id for each in order.lines):
            raise Invalid(f"No line of this order is of {retailer_id!r}.", field="lines")
        if price.currency != order.ledger.currency or price.minor < 0:
            raise Invalid(f"Send a price in {order.ledger.currency}, 0 or more.", field="lines")


def _prices(lines: Iterable[Line]) -> list[Money]:
    return [each.price for each in lines]


def _told(order: Order, step: tuple[Order, Event] | None, events: list[Event]) -> Steps:
    return (step[0], [*events, step[1]]) if step else (order, events)
