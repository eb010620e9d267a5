"""What messages cost, and how much of it a shop wants to spend."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`rates` by country (ISO 3166 alpha-2, `*` for any other) and Meta's category, in millionths
    of a unit of `currency`. `monthly_cap` is in its minor units; None is without a limit.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
    """

    currency: str = "INR"
    rates: Mapping[str, Mapping[str, int]] = MappingProxyType({})
    free_service_messages: int = 1000
    monthly_cap: int | None = None
