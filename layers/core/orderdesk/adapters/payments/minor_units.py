"""Stripe's amounts, which are not ISO's minor units in every currency.

https://docs.stripe.com/currencies#zero-decimal and #special-cases
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money, exponent_of

# Where Stripe counts other than ISO 4217: two digits that have to be 00, or none at all.
DIGITS: Final = {"ISK": 2, "UGX": 2, "MGA": 0}


def to_stripe(amount: Money) -> int:
    """Raises Invalid for what Stripe cannot count, such as cents of a currency without them."""
    digits = DIGITS.get(amount.currency, exponent_of(amount.currency))
    scaled = amount.major.scaleb(digits)
    if scaled != int(scaled):
        raise Invalid(f"Stripe takes no fraction of {amount}.", field="amount")
    return int(scaled)


def from_stripe(units: int, currency: str) -> Money:
    """`currency` as Stripe writes it, in small letters. Raises Invalid."""
    code = currency.upper()
    digits = DIGITS.get(code, exponent_of(code))
    return Money.of_major(Decimal(units).scaleb(-digits), code)
