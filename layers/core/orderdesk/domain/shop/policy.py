"""What a shop decides: times, hours, and what happens by itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.money import LARGEST
from orderdesk.domain.money.paying import Provider, Transfer, WhatsappPay
from orderdesk.domain.money.terms import (
    MOST_DISCOUNTS,
    MOST_RULES,
    OFFERS,
    WHOLE,
    ConfirmRule,
    Discount,
    Offer,
    Shipping,
    Tax,
    Terms,
    check_offers,
)
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import check_reasons
from orderdesk.domain.shop.hours import OpeningHours
from orderdesk.domain.shop.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.orders.reasons import Reason


class AfterHours(StrEnum):
    """What happens to an order while the shop is closed. Held on Confirmed, address and payment
    are still gathered at night; held on Placed, nothing is asked before the shop opens.
    """

    OFF = "off"
    HOLD_ON_CONFIRMED = "hold_on_confirmed"
    HOLD_ON_PLACED = "hold_on_placed"


class ApprovePayment(StrEnum):
    """Which orders the auto-approve rule takes."""

    PAID = "paid"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoApprove:
    """Confirmed orders that need no person: all conditions have to hold.

    `up_to` is in minor units of the shop's currency, None for any amount; `known_customer` has
    received an order before.
    """

    enabled: bool = False
    payment: ApprovePayment = ApprovePayment.PAID
    up_to: int | None = None
    known_customer: bool = False


DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=400)
MOST_REMINDERS: Final = 5
LONGEST_GRACE: Final = timedelta(minutes=15)  # a queue holds a message back no longer
ESCALATED: Final = frozenset(
    {Stage.PLACED, Stage.CONFIRMED, Stage.ON_HOLD, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED}
)
ESCALATE_AFTER: Final = MappingProxyType(
    {Stage.CONFIRMED: 4 * HOUR, Stage.ON_HOLD: 4 * HOUR, Stage.APPROVED: 8 * HOUR}
    | {Stage.PROCESSED: 8 * HOUR}
)
CANCEL_UNTIL: Final = (Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Durations are of wall-clock time; those of `escalate_after` are of opening time.

    `reminders` count from the customer's last action; those after `abandon_after` never come.
    `customer_cancel_until` is the last stage in which customers cancel by themselves. Money that
    comes later than `late_payment_valid_for` after an order was abandoned is looked at by a person.
    `reasons` replace ours, by stage.

    A price that differs from the catalog's by more than `price_tolerance` basis points is looked at
    by a person. Refunds above `refund_limit` (minor units, None: any) need two of them. A cart that
    comes within `ask_about_carts_within` of an unpaid one is asked about: merge, replace or keep.
    `flow_id` is the address Flow at Meta, empty without one. Raises Invalid, naming the field.
    """

    abandon_after: timedelta = 24 * HOUR
    reminders: tuple[timedelta, ...] = (1 * HOUR, 20 * HOUR)
    late_payment_valid_for: timedelta = 7 * DAY
    archive_after: timedelta = 30 * DAY
    return_window: timedelta = 30 * DAY
    undo_window: timedelta = timedelta(minutes=15)
    grace_period: timedelta = timedelta(seconds=60)
    customer_cancel_until: Stage = Stage.CONFIRMED
    hours: OpeningHours = field(default_factory=OpeningHours)
    after_hours: AfterHours = AfterHours.HOLD_ON_CONFIRMED
    escalate_after: Mapping[Stage, timedelta] = ESCALATE_AFTER
    auto_approve: AutoApprove = AutoApprove()
    refund_automatically: bool = False
    fulfilments: tuple[Fulfilment, ...] = (Fulfilment.COURIER,)
    reasons: Mapping[Stage, tuple[Reason, ...]] = MappingProxyType({})
    shipping: Shipping = Shipping()
    tax: Tax = Tax()
    discounts: tuple[Discount, ...] = ()
    price_tolerance: int = 0
    offers: tuple[Offer, ...] = OFFERS
    confirm_rules: tuple[ConfirmRule, ...] = ()
    online_provider: Provider = Provider.RAZORPAY
    whatsapp_pay: WhatsappPay = WhatsappPay()
    transfer: Transfer = Transfer()
    refund_limit: int | None = None
    ask_about_carts_within: timedelta = 6 * HOUR
    flow_id: str = ""
    speech: Speech = Speech()
    budget: Budget = Budget()

    @property
    def terms(self) -> Terms:
        """What an order that is placed now is placed under."""
        return Terms(
            shipping=self.shipping,
            tax=self.tax,
            discounts=self.discounts,
            offers=self.offers,
            confirm_rules=self.confirm_rules,
        )

    def __post_init__(self) -> None:
        for name, shortest, longest in BOUNDS:
            value: timedelta = getattr(self, name)
            if not shortest <= value <= longest:
                raise Invalid(f"{name} is between {shortest} and {longest}.", field=name)
        self._check_reminders()
        if self.customer_cancel_until not in CANCEL_UNTIL:
            words = ", ".join(CANCEL_UNTIL)
            raise Invalid(f"Choose one of {words}.", field="customer_cancel_until")
        for stage, wait in self.escalate_after.items():
            if stage not in ESCALATED or not timedelta() < wait <= LONGEST:
                raise Invalid(f"{stage} cannot escalate after {wait}.", field="escalate_after")
        if not self.fulfilments or len(set(self.fulfilments)) != len(self.fulfilments):
            raise Invalid("Name at least one way to get the goods, each once.", field="fulfilments")
        check_reasons(self.reasons)
        self._check_payments()

    def _check_payments(self) -> None:
        check_offers(self.offers)
        if not 0 <= self.price_tolerance <= WHOLE:
            raise Invalid(f"0 to {WHOLE} basis points.", field="price_tolerance")
        if self.refund_limit is not None and not 0 <= self.refund_limit <= LARGEST:
            raise Invalid("An amount in minor units, or null for none.", field="refund_limit")
        if len(self.discounts) > MOST_DISCOUNTS:
            raise Invalid(f"At most {MOST_DISCOUNTS} discounts.", field="discounts")
        if len(self.confirm_rules) > MOST_RULES:
            raise Invalid(f"At most {MOST_RULES} rules.", field="confirm_rules")

    def _check_reminders(self) -> None:
        ascending = list(self.reminders) == sorted(set(self.reminders))
        if not ascending or any(each <= timedelta() for each in self.reminders):
            raise Invalid("Reminders are times in ascending order.", field="reminders")
        if len(self.reminders) > MOST_REMINDERS:
            raise Invalid(f"At most {MOST_REMINDERS} reminders.", field="reminders")


# Name, shortest, longest.
BOUNDS: Final = (
    ("abandon_after", timedelta(), LONGEST),
    ("late_payment_valid_for", timedelta(), LONGEST),
    ("archive_after", timedelta(), LONGEST),
    ("return_window", timedelta(), LONGEST),
    ("undo_window", timedelta(), 7 * DAY),
    ("grace_period", timedelta(), LONGEST_GRACE),
    ("ask_about_carts_within", timedelta(), 7 * DAY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One shop. `country` is ISO 3166 alpha-2, `time_zone` an IANA name, which is also that of the
    opening hours. `version` counts the changes of its settings; 0 are the defaults.
    """

    store_id: str
    name: str
    currency: str = "INR"
    country: str = "IN"
    time_zone: str = "Asia/Kolkata"
    policy: Policy = field(default_factory=Policy)
    version: int = 0

    def __post_init__(self) -> None:
        if self.policy.hours.time_zone != self.time_zone:
            hours = replace(self.policy.hours, time_zone=self.time_zone)
            object.__setattr__(self, "policy", replace(self.policy, hours=hours))
