"""What an order comes to. All of it derives from the lines and the terms, in minor units.

The parts add up exactly as WhatsApp checks them: total = subtotal - discount + shipping + tax,
where a tax that the prices include counts as nothing.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.money.money import Money
from orderdesk.domain.money.terms import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orderdesk.domain.money.terms import Discount, Shipping, Tax, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """`included_tax` is a part of the total that the prices hold; `tax` comes on top of them."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    included_tax: Money
    total: Money
    discount_label: str = ""
    tax_label: str = ""


def amounts(
    subtotal: Money, terms: Terms, *, ships: bool, shipping_fee: Money | None = None
) -> Amounts:
    """`ships` when the goods travel; `shipping_fee` is that of the place, instead of the shop's."""
    discount, label = _best(terms.discounts, subtotal.minor)
    goods = subtotal.minor - discount
    fee = shipping_fee.minor if shipping_fee else terms.shipping.fee
    shipping = _shipping(terms.shipping, fee, goods) if ships else 0
    taxed = goods + shipping
    tax, included = _tax(terms.tax, taxed)
    parts = {
        "subtotal": subtotal.minor,
        "discount": discount,
        "shipping": shipping,
        "tax": tax,
        "included_tax": included,
        "total": taxed + tax,
    }
    made = {name: Money(minor, subtotal.currency) for name, minor in parts.items()}
    tax_label = terms.tax.label if tax or included else ""
    return Amounts(**made, discount_label=label, tax_label=tax_label)


def _best(discounts: Iterable[Discount], subtotal: int) -> tuple[int, str]:
    """One discount, the one that saves the customer most; never more than the goods cost."""
    worth = (
        (min(subtotal, each.amount or _share(subtotal, each.percent, WHOLE)), each.label)
        for each in discounts
        if subtotal >= each.from_subtotal
    )
    found = max(worth, key=lambda each: each[0], default=(0, ""))
    return found if found[0] else (0, "")


def _shipping(rule: Shipping, fee: int, goods: int) -> int:
    return 0 if rule.free_from is not None and goods >= rule.free_from else fee


def _tax(rule: Tax, taxed: int) -> tuple[int, int]:
    """What comes on top, and what is held already."""
    if rule.included:
        return 0, _share(taxed, rule.rate, WHOLE + rule.rate)
    return _share(taxed, rule.rate, WHOLE), 0


def _share(minor: int, part: int, whole: int) -> int:
    """Half a minor unit is rounded up."""
    return (2 * minor * part + whole) // (2 * whole)
