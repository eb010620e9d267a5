"""Amounts of money as people of a language write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.money import SYMBOLS, Money, exponent_of

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event

# https://cldr.unicode.org/translation/number-currency-formats/number-and-currency-patterns
THOUSANDS: Final = re.compile(r"\B(?=(?:\d{3})+$)")
LAKHS: Final = re.compile(r"\B(?=(?:\d{2})*\d{3}$)")
INDIAN: Final = "INR"
WITH_COMMA: Final = frozenset({"pt_BR"})
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def written(amount: Money, language: str) -> str:
    """₹1,23,456.00 in India, R$ 1.299,90 in Brazil."""
    exponent, digits = exponent_of(amount.currency), str(abs(amount.minor))
    digits = digits.rjust(exponent + 1, "0")
    whole, rest = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    comma = language in WITH_COMMA
    groups = LAKHS if amount.currency == INDIAN and not comma else THOUSANDS
    number = groups.sub("." if comma else ",", whole)
    number += f"{',' if comma else '.'}{rest}" if rest else ""
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{_symbol(amount.currency, spaced=comma)}{number}"


def _symbol(currency: str, *, spaced: bool) -> str:
    symbol = SYMBOLS.get(currency, currency)
    return f"{symbol}{NO_BREAK}" if spaced or symbol == currency else symbol


def amount_of(event: Event, currency: str, name: str = "amount") -> Money | None:
    """What an event tells of money, which it keeps as Money is printed: with all digits of the
    minor unit. None when it tells nothing.
    """
    told = event.data.get(name, "")
    digits = re.sub(r"\D", "", told)
    if not digits:
        return None
    return Money(-int(digits) if told.startswith("-") else int(digits), currency)
