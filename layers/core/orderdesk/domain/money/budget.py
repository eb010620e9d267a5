"""What messages cost, and how much of it a shop wants to spend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY_COUNTRY: Final = "*"
MILLION: Final = 1_000_000
MARKETING_STOPS_AT: Final = 80  # percent of the cap
MOST_COUNTRIES: Final = 300
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
CATEGORIES: Final = (
    *("service", "utility", "marketing", "marketing_lite"),
    *("authentication", "authentication_international", "referral_conversion"),
)
# An example for India, in rupees, of November 2026. Meta changes its prices, and yours may differ:
# check them in your WhatsApp Manager before you rely on what is computed from them.
EXAMPLE_RATES: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "IN": MappingProxyType(
            {
                "marketing": 863_100,
                "utility": 115_000,
                "authentication": 115_000,
                "service": 115_000,
            }
        )
    }
)
COUNTRY: Final = re.compile(r"[A-Z]{2}|\*")
CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Level(StrEnum):
    """How much of the cap is spent: from WARNED on marketing stops, from REACHED on what only
    keeps the customer up to date.
    """

    FREE = "free"
    WARNED = "warned"
    REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`rates` by country (ISO 3166 alpha-2, `*` for any other) and Meta's category, in millionths
    of a unit of `currency`. `monthly_cap` is in its minor units; None is without a limit.

    Raises Invalid. https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
    """

    currency: str = "INR"
    rates: Mapping[str, Mapping[str, int]] = MappingProxyType({})
    free_service_messages: int = 1000
    monthly_cap: int | None = None

    def __post_init__(self) -> None:
        if not CURRENCY.fullmatch(self.currency):
            raise Invalid("A currency has three letters, like INR.", field="budget.currency")
        if not 0 <= self.free_service_messages <= MILLION:
            raise Invalid(f"0 to {MILLION}.", field="budget.free_service_messages")
        if self.monthly_cap is not None and not 0 <= self.monthly_cap <= LARGEST:
            raise Invalid("An amount in minor units, or null for none.", field="budget.monthly_cap")
        if len(self.rates) > MOST_COUNTRIES:
            raise Invalid(f"At most {MOST_COUNTRIES} countries.", field="budget.rates")
        for country, rates in self.rates.items():
            _check_rates(country, rates)

    def rate(self, country: str, category: str) -> int:
        """Of one message, in millionths; 0 when the card does not say."""
        own = self.rates.get(country, {})
        other = self.rates.get(ANY_COUNTRY, {})
        return own.get(category, other.get(category, 0))


def _check_rates(country: str, rates: Mapping[str, int]) -> None:
    field = f"budget.rates.{country}"
    if not COUNTRY.fullmatch(country):
        raise Invalid("Name a country by its two letters, like IN, or * for any.", field=field)
    for category, rate in rates.items():
        if category not in CATEGORIES:
            raise Invalid(f"{category} is none of {', '.join(CATEGORIES)}.", field=field)
        if not 0 <= rate <= 1000 * MILLION:
            raise Invalid("Millionths of the currency for one message, from 0.", field=field)
