"""The terms that an order is placed under: what is charged beside the goods, how it may be paid,
and when that is enough to confirm it.

An order keeps the terms of the moment in which it was placed: a shop that changes its settings
changes no order that a customer has already sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE: Final = 10_000  # basis points: 100 %
LONGEST_LABEL: Final = 60  # WhatsApp shows no more of a description
MOST_DISCOUNTS: Final = 20
MOST_RULES: Final = 20


def _check_amount(minor: int, field: str) -> None:
    if not 0 <= minor <= LARGEST:
        raise Invalid(f"{minor} is no amount in minor units: 0 to {LARGEST}.", field=field)


def _check_label(label: str, field: str) -> None:
    if not 0 < len(label.strip()) <= LONGEST_LABEL:
        raise Invalid(f"A label has 1 to {LONGEST_LABEL} characters.", field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Minor units. Nothing is charged from `free_from` on; None for never."""

    fee: int = 0
    free_from: int | None = None

    def __post_init__(self) -> None:
        _check_amount(self.fee, "shipping.fee")
        if self.free_from is not None:
            _check_amount(self.free_from, "shipping.free_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """`rate` in basis points (1800 is 18 %); `included` when the prices hold it already."""

    rate: int = 0
    included: bool = True
    label: str = "Tax"

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= WHOLE:
            raise Invalid(f"A tax rate is between 0 and {WHOLE} basis points.", field="tax.rate")
        _check_label(self.label, "tax.label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """`percent` in basis points, or a fixed `amount`, of goods worth `from_subtotal` or more."""

    label: str
    percent: int = 0
    amount: int = 0
    from_subtotal: int = 0

    def __post_init__(self) -> None:
        _check_label(self.label, "discounts")
        if bool(self.percent) == bool(self.amount) or not 0 <= self.percent <= WHOLE:
            raise Invalid(
                f"{self.label}: give a percent (1 to {WHOLE} basis points) or an amount.",
                field="discounts",
            )
        _check_amount(self.amount, "discounts")
        _check_amount(self.from_subtotal, "discounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A way to pay, offered for totals from `at_least` to `at_most` (None: any), minor units."""

    method: PaymentMethod
    at_least: int = 0
    at_most: int | None = None

    def takes(self, total: int) -> bool:
        return self.at_least <= total and (self.at_most is None or total <= self.at_most)


class ConfirmOn(StrEnum):
    """What has to have happened before an order is confirmed by itself."""

    CHOSEN = "chosen"
    VERIFIED = "verified"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRule:
    """For totals from `from_total` on; of several rules of a method the highest one counts."""

    method: PaymentMethod
    on: ConfirmOn
    from_total: int = 0

    def __post_init__(self) -> None:
        _check_amount(self.from_total, "confirm_rules")
        if self.on is not ConfirmOn.PAID and self.method is not PaymentMethod.CASH_ON_DELIVERY:
            raise Invalid(
                f"{self.method}: only cash on delivery is confirmed before it is paid.",
                field="confirm_rules",
            )


OFFERS: Final = (
    Offer(method=PaymentMethod.CASH_ON_DELIVERY),
    Offer(method=PaymentMethod.ONLINE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    shipping: Shipping = Shipping()
    tax: Tax = Tax()
    discounts: tuple[Discount, ...] = ()
    offers: tuple[Offer, ...] = OFFERS
    confirm_rules: tuple[ConfirmRule, ...] = ()

    def confirm_on(self, method: PaymentMethod, total: int) -> ConfirmOn:
        """What the order waits for when it is paid in this way: cash is enough when chosen, and
        everything else when it is paid, unless a rule says more.
        """
        found = max(
            (each for each in self.confirm_rules if _applies(each, method, total)),
            key=lambda rule: rule.from_total,
            default=None,
        )
        if found:
            return found.on
        cash = method is PaymentMethod.CASH_ON_DELIVERY
        return ConfirmOn.CHOSEN if cash else ConfirmOn.PAID

    def offered(self, total: int) -> tuple[PaymentMethod, ...]:
        """The ways to pay this total, in the shop's order."""
        return tuple(each.method for each in self.offers if each.takes(total))


def check_offers(offers: Iterable[Offer]) -> None:
    """Raises Invalid when a method is offered twice, or within bounds that hold nothing."""
    methods = [each.method for each in offers]
    if not methods or len(set(methods)) != len(methods):
        raise Invalid("Name at least one way to pay, each once.", field="offers")
    for each in offers:
        _check_amount(each.at_least, "offers")
        if each.at_most is not None and not each.at_least <= each.at_most <= LARGEST:
            raise Invalid(f"{each.method}: at_most is {each.at_least} or more.", field="offers")


def _applies(rule: ConfirmRule, method: PaymentMethod, total: int) -> bool:
    return rule.method is method and rule.from_total <= total
