"""Money as integer minor units with a currency; never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from orderdesk.domain.errors import Invalid

# Currencies whose minor unit is not a hundredth: https://www.iso.org/iso-4217-currency-codes.html
NO_MINOR: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"}
    | {"VND", "VUV", "XAF", "XOF", "XPF"}
)
THOUSANDTHS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
SYMBOLS: Final = {"INR": "₹", "USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$", "JPY": "¥"}
CODE_LENGTH: Final = 3
LARGEST: Final = 10**15  # beyond any order, and still exact as a DynamoDB number and in JSON


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (paise, cents) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        code = self.currency
        if len(code) != CODE_LENGTH or not (code.isascii() and code.isalpha() and code.isupper()):
            raise Invalid(f"{self.currency!r} is not a currency: send an ISO 4217 code like INR.")
        if abs(self.minor) > LARGEST:
            raise Invalid(f"{self.minor} {self.currency} is more than an order can be worth.")

    @classmethod
    def of_major(cls, amount: Decimal, currency: str) -> Money:
        """Major units as written (`Decimal("7.5")` rupees) → 750 paise, half a paisa rounded up."""
        if not amount.is_finite() or abs(amount) > LARGEST:
            raise Invalid(f"{amount} is not an amount of money.")
        scaled = amount.scaleb(exponent_of(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __str__(self) -> str:
        number = f"{abs(self.major):,.{exponent_of(self.currency)}f}"
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{SYMBOLS.get(self.currency, self.currency + ' ')}{number}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise Invalid(f"{self.currency} and {other.currency} cannot be added up.")


def exponent_of(currency: str) -> int:
    """How many digits the minor unit has: 2 for INR, 0 for JPY, 3 for KWD."""
    if currency in NO_MINOR:
        return 0
    return 3 if currency in THOUSANDTHS else 2
