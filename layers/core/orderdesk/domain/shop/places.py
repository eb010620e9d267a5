"""Where a shop delivers to, by postal code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from orderdesk.domain.money.money import Money

LONGEST_CODE: Final = 10  # characters; the longest postal code in use, of the United States
MOST_DAYS: Final = 90
ANYWHERE: Final = ""
CODE: Final = re.compile(r"[0-9A-Z]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All postal codes that begin with `prefix`, every one for ANYWHERE; `shipping_fee` None is the
    shop's usual one; `days` is how long delivery takes.

    Raises Invalid for a prefix that no postal code begins with, and days out of bounds.
    """

    prefix: str
    deliverable: bool = True
    cash_on_delivery: bool = True
    shipping_fee: Money | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        if len(self.prefix) > LONGEST_CODE or not CODE.fullmatch(self.prefix):
            raise Invalid(
                f"{self.prefix[:20]!r} begins no postal code: send 411001, 4110 or * for all.",
                field="postal_code",
            )
        if self.days is not None and not 0 <= self.days <= MOST_DAYS:
            raise Invalid(f"Delivery takes 0 to {MOST_DAYS} days.", field="days")
        if self.shipping_fee and self.shipping_fee.minor < 0:
            raise Invalid("A shipping fee is 0 or more.", field="shipping_fee")


def spelled(postal_code: str) -> str:
    """The one spelling of a postal code: `sw1a 1aa` and `SW1A-1AA` are SW1A1AA."""
    return re.sub(r"[\s.-]", "", postal_code).upper()


def prefix_of(text: str) -> str:
    """A prefix as people write it: `4110`, `4110*`, `411 0`; `*` is any code."""
    return spelled(text.strip().removesuffix("*"))


def prefixes(postal_code: str) -> tuple[str, ...]:
    """Everything that this code begins with, the longest first, ANYWHERE last."""
    code = spelled(postal_code)[:LONGEST_CODE]
    return tuple(code[:length] for length in range(len(code), -1, -1))
