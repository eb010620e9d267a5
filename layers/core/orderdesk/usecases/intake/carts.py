"""A cart as it was sent becomes one that an order can be made of.

A customer who pressed "send" has ordered: whatever is odd about the cart becomes something for a
person to look at, never a reason to lose it.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import CODE_LENGTH, Money
from orderdesk.domain.orders.order import Attention, Line
from orderdesk.domain.orders.placing import MAX_LINES, Cart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from orderdesk.usecases.intake.inbound import CartItem, CartSent, MessageIn

type Doubt = tuple[str, str]  # a reason's key, and a sentence for staff

QUANTITY_MAX: Final = 10_000
TOLD: Final = 5  # sentences per reason; the rest is counted
UNKNOWN_PRODUCT: Final = "A product without an id"
OR_NOTHING: Final = "the catalog's price counts, or 0."


def cart_of(message: MessageIn, sent: CartSent, *, currency: str, now: datetime) -> Cart | None:
    """None when there is nothing in it. `currency` is the shop's, for a cart that names none."""
    if not sent.items:
        return None
    currency = _most_used(sent.items) or currency
    lines: list[Line] = []
    doubts: list[Doubt] = []
    for item in sent.items[:MAX_LINES]:
        line, in_doubt = _line(item, currency, Money(_sum(lines), currency))
        lines.append(line)
        doubts += in_doubt
    return Cart(
        message_id=message.message_id,
        phone_number_id=message.phone_number_id,
        catalog_id=sent.catalog_id,
        lines=tuple(lines),
        currency=currency,
        sent_at=message.at,
        note=sent.note,
        attention=_attention([*doubts, *_left_out(sent)], now),
    )


def _sum(lines: Sequence[Line]) -> int:
    return sum(line.total.minor for line in lines)


def _code(text: str) -> str:
    """An ISO 4217 code, also when written small; empty for anything else."""
    code = text.strip().upper()
    return code if len(code) == CODE_LENGTH and code.isascii() and code.isalpha() else ""


def _most_used(items: Iterable[CartItem]) -> str:
    counted = Counter(_code(item.currency) for item in items)
    counted.pop("", None)
    return counted.most_common(1)[0][0] if counted else ""


def _line(item: CartItem, currency: str, before: Money) -> tuple[Line, list[Doubt]]:
    """`before` is what the lines above come to: all together have to be an amount of money."""
    name = item.retailer_id or UNKNOWN_PRODUCT
    quantity, odd_quantity = _quantity(item, name)
    said, odd_price = _price(item, name, currency)
    price = said or Money(0, currency)
    doubts = [*odd_quantity, *odd_price]
    if not item.retailer_id:
        doubts.append(("product_unknown", f"{name}: ask the customer which one it is."))
    try:
        _ = before + price * quantity
    except Invalid:
        doubts.append(("price_odd", f"{name}: {quantity} × {price} is too much; {OR_NOTHING}"))
        said, price = None, Money(0, currency)
    line = Line(
        retailer_id=item.retailer_id, name=name, quantity=quantity, price=price, said_price=said
    )
    return line, doubts


def _quantity(item: CartItem, name: str) -> tuple[int, list[Doubt]]:
    asked = item.quantity
    if asked is not None and 1 <= asked <= QUANTITY_MAX and asked == int(asked):
        return int(asked), []
    in_range = asked is not None and 0 < asked <= QUANTITY_MAX
    taken = int(asked.to_integral_value(ROUND_CEILING)) if asked is not None and in_range else 1
    said = "no quantity" if asked is None else f"the quantity {_short(asked)}"
    return taken, [("quantity_odd", f"{name}: the cart says {said}; {taken} was taken.")]


def _price(item: CartItem, name: str, currency: str) -> tuple[Money | None, list[Doubt]]:
    """None when the cart says none that can be taken: then the catalog's counts, or 0."""
    code = _code(item.currency)
    if item.price is None:
        return None, [("price_missing", f"{name}: the cart says no price; {OR_NOTHING}")]
    amount = _short(item.price)
    if code and code != currency:
        text = f"{name}: it costs {amount} {code}, but the order is in {currency}; {OR_NOTHING}"
        return None, [("mixed_currency", text)]
    doubts: list[Doubt] = []
    if item.currency and not code:
        text = f"{name}: {item.currency[:20]!r} is not a currency; {currency} was taken."
        doubts.append(("currency_odd", text))
    elif not code:
        doubts.append(("currency_missing", f"{name}: no currency is said; {currency} was taken."))
    try:
        price = Money.of_major(item.price, currency)
    except Invalid:
        return None, [*doubts, ("price_odd", f"{name}: {amount} is no price; {OR_NOTHING}")]
    if price.minor < 0:
        return None, [*doubts, ("price_odd", f"{name}: it costs {amount}; {OR_NOTHING}")]
    if price.major != item.price:
        doubts.append(("price_odd", f"{name}: {amount} was rounded to {price}."))
    return price, doubts


def _short(number: Decimal) -> str:
    return f"{number:.6g}" if len(str(number)) > len("1234567.123456") else str(number)


def _left_out(sent: CartSent) -> list[Doubt]:
    doubts = []
    if sent.unreadable:
        count = f"{sent.unreadable} of the cart's products"
        doubts.append(("item_unreadable", f"{count} could not be read: see the message."))
    if len(sent.items) > MAX_LINES:
        count = f"{len(sent.items)} products, an order has at most {MAX_LINES} lines"
        doubts.append(("lines_cut", f"The cart has {count}: see the message."))
    return doubts


def _attention(doubts: Iterable[Doubt], now: datetime) -> tuple[Attention, ...]:
    """One item per reason, in the order in which they came up."""
    told: dict[str, list[str]] = {}
    for reason, text in doubts:
        told.setdefault(reason, []).append(text)
    return tuple(
        Attention(reason=reason, text=_joined(texts), at=now) for reason, texts in told.items()
    )


def _joined(texts: Sequence[str]) -> str:
    more = len(texts) - TOLD
    return " ".join([*texts[:TOLD], f"And {more} more." if more > 0 else ""]).strip()
