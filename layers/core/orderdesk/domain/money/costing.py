"""What a message costs, where that is counted, and whether another one may go out.

docs/costs.md says it in words, with examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.budget import ANY_COUNTRY, MARKETING_STOPS_AT, MILLION, Level
from orderdesk.domain.money.money import exponent_of
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.calling_codes import country_of
from orderdesk.domain.shop.days import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.money.budget import Budget
    from orderdesk.domain.people.customer import Customer

SERVICE: Final = "service"
REGULAR: Final = "regular"
PLAIN_NAME: Final = 40  # characters of a name of Meta's that we keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What is known of a message's price: Meta's `category` and `pricing_type`, `cost` in
    millionths of a unit of `currency`. It is counted once it has a `country` (`*` for one that is
    not known): Meta charges what was delivered, so what failed is not.
    """

    category: str = ""
    pricing_type: str = ""
    cost: int = 0
    currency: str = ""
    country: str = ""

    @property
    def is_counted(self) -> bool:
        return bool(self.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A sum of `messages`, of which `paid` cost something; `purpose` is the name of their text."""

    category: str
    purpose: str
    currency: str
    messages: int
    paid: int
    cost: int
    country: str = ""
    about_order: bool = False


def charge_of(message: Message) -> Charge:
    return Charge(
        category=message.category,
        pricing_type=message.pricing_type,
        cost=message.cost,
        currency=message.cost_currency,
        country=message.country,
    )


def named(name: str) -> str:
    """A name of Meta's, which may be a new one: `authentication-international` loses its dash."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:PLAIN_NAME]


def due(
    message: Message,
    *,
    category: str,
    pricing_type: str,
    customer: Customer | None,
    budget: Budget,
    service_messages: int,
) -> Charge:
    """What is to be counted of the message as it stands: what Meta said first about its price
    holds. `service_messages` of its number and month were counted before it.
    """
    known = charge_of(message)
    named_so = known.category or category
    kind = known.pricing_type or pricing_type
    if message.delivery is Delivery.FAILED or not named_so:
        return Charge(category=named_so, pricing_type=kind)
    if known.is_counted:
        return known
    country = _country(customer)
    free = kind not in (REGULAR, "") or (
        named_so == SERVICE and service_messages < budget.free_service_messages
    )
    return Charge(
        category=named_so,
        pricing_type=kind,
        cost=0 if free else budget.rate(country, named_so),
        currency=budget.currency,
        country=country,
    )


def _country(customer: Customer | None) -> str:
    """By the phone number; else by the business-scoped id, which begins with it (`IN.…`)."""
    if customer is None:
        return ANY_COUNTRY
    prefix, dot, _ = customer.user_id.partition(".")
    named_in_id = prefix if dot and re.fullmatch(r"[A-Z]{2}", prefix) else ""
    return country_of(customer.phone) or named_in_id or ANY_COUNTRY


def month_of(at: datetime, time_zone: str) -> str:
    """`2026-11`, by the shop's clock."""
    return f"{at.astimezone(zone_of(time_zone)):%Y-%m}"


# What only keeps a customer up to date, of the names in usecases/language/texts.py. Everything else
# they asked for, cannot go on without, or would miss: their money, a parcel on its way, an order
# that ended.
PROGRESS: Final = frozenset(
    {"closed_now", "cash_chosen", "tracking_changed_by_us", "delivered"}
    | {"cash_chosen_for_pickup", "picked_up", "on_hold", "goes_on", "return_received"}
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a message may go out, how much of the cap is spent, and why it may not."""

    allowed: bool
    level: Level
    reason: str = ""


def spent_in(cells: tuple[Cell, ...], currency: str) -> int:
    """Millionths of a unit of the currency."""
    return sum(each.cost for each in cells if each.currency == currency)


def cap_of(budget: Budget) -> int | None:
    """In millionths of a unit."""
    if budget.monthly_cap is None:
        return None
    minor_units: int = 10 ** exponent_of(budget.currency)
    return budget.monthly_cap * MILLION // minor_units


def level_of(budget: Budget, spent: int) -> Level:
    """`spent` in millionths of a unit."""
    cap = cap_of(budget)
    if cap is None or spent * 100 < cap * MARKETING_STOPS_AT:
        return Level.FREE
    return Level.REACHED if spent >= cap else Level.WARNED


def allowance_of(message: Message, budget: Budget, spent: int) -> Allowance:
    """`spent` this month, in millionths of a unit. What a person wrote always goes."""
    cap = cap_of(budget)
    level = level_of(budget, spent)
    if cap is None or level is Level.FREE:
        return Allowance(allowed=True, level=level)
    if message.marketing:
        return Allowance(False, level, f"Not sent: {_share(spent, cap)}, and this is advertising.")
    is_progress = message.purpose in PROGRESS and not message.sent_by
    if level is Level.REACHED and is_progress:
        return Allowance(False, level, f"Not sent: {_share(spent, cap)}, and nobody waits for it.")
    return Allowance(allowed=True, level=level)


def _share(spent: int, cap: int) -> str:
    share = spent * 100 // cap if cap else 100
    return f"{share} % of this month's limit for messages is spent"


# In which stage of an order something is said. What is not here belongs to none.
SAID_IN: Final[Mapping[Stage, str]] = {
    Stage.PLACED: (
        "order_received order_resumed closed_now lines_changed ask_about_cart carts_merged "
        "cart_replaced carts_kept ask_address_form ask_address ask_address_elsewhere ask_location "
        "ask_phone ask_saved_address ask_which_address change_address address_kept "
        "address_incomplete place_not_served no_cash_there ask_payment "
        "verify_cash cash_chosen cash_chosen_for_pickup payment_link whatsapp_pay transfer "
        "proof_received claim_declined payment_failed no_online_payment payment_received "
        "already_paid waits_for_address waits_for_payment"
    ),
    Stage.CONFIRMED: "confirmed",
    Stage.ON_HOLD: "on_hold goes_on",
    Stage.PROCESSED: "ready_for_pickup",
    Stage.SHIPPED: (
        "shipped shipped_by_us part_shipped part_shipped_by_us rest_shipped rest_shipped_by_us "
        "tracking_changed tracking_changed_by_us address_too_late"
    ),
    Stage.DELIVERED: "delivered picked_up",
    Stage.CANCELLED: "cancelled cancelled_as_asked",
    Stage.REJECTED: "rejected",
    Stage.RETURNED: "not_delivered returned return_received refunded",
}
STAGE_OF: Final = {purpose: stage for stage, said in SAID_IN.items() for purpose in said.split()}
