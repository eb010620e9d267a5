"""A shop's settings as the API speaks them: one document, its fields as in docs/configuration.md.

Durations are whole seconds, times of day `09:00` in the shop's time zone, dates `2026-12-25`,
amounts minor units of the shop's currency. Clients send the whole document: what is missing is a
mistake, and not a wish for the default.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from orderdesk.adapters.settings import store_from_record, store_to_record
from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import LARGEST
from orderdesk.domain.money.paying import PixKeyType, Provider, WhatsappGateway
from orderdesk.domain.money.terms import WHOLE, ConfirmOn
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.shop.policy import LONGEST, AfterHours, ApprovePayment
from orderdesk.domain.shop.settings import OF_POLICY, OF_STORE

if TYPE_CHECKING:
    from orderdesk.domain.shop.policy import Store

# What a change says of each has to fit into one item of the history.
MOST_INTERVALS: Final = 6
MOST_HOLIDAYS: Final = 100
# Where the domain names a part of the opening hours, or their zone.
PATHS: Final = {
    "weekdays": "hours.weekdays",
    "holidays": "hours.holidays",
    "intervals": "hours.weekdays",
}

type Seconds = Annotated[int, Field(ge=0, le=int(LONGEST.total_seconds()))]
type TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class IntervalBody(Part):
    opens: TimeOfDay
    closes: TimeOfDay


type Intervals = Annotated[list[IntervalBody], Field(max_length=MOST_INTERVALS)]


class HolidayBody(Part):
    date: date
    name: Annotated[str, Field(max_length=100)] = ""
    intervals: Intervals = []


class HoursBody(Part):
    weekdays: list[Intervals]
    holidays: Annotated[list[HolidayBody], Field(max_length=MOST_HOLIDAYS)]


class AutoApproveBody(Part):
    enabled: bool
    payment: ApprovePayment
    up_to: Annotated[int, Field(ge=0, le=LARGEST)] | None
    known_customer: bool


class ReasonBody(Part):
    code: str
    label: str


type Amount = Annotated[int, Field(ge=0, le=LARGEST)]
type BasisPoints = Annotated[int, Field(ge=0, le=WHOLE)]
type Label = Annotated[str, Field(min_length=1, max_length=60)]
type Words = Annotated[str, Field(max_length=200)]
type Texts = dict[str, Annotated[str, Field(max_length=4096)]]


class ShippingBody(Part):
    fee: Amount
    free_from: Amount | None


class TaxBody(Part):
    rate: BasisPoints
    included: bool
    label: Label


class DiscountBody(Part):
    label: Label
    percent: BasisPoints = 0
    amount: Amount = 0
    from_subtotal: Amount = 0


class OfferBody(Part):
    method: PaymentMethod
    at_least: Amount = 0
    at_most: Amount | None = None


class ConfirmRuleBody(Part):
    method: PaymentMethod
    on: ConfirmOn
    from_total: Amount = 0


class WhatsappPayBody(Part):
    gateway: WhatsappGateway
    configuration_name: Words
    catalog_id: Words
    country_of_origin: Words
    importer_name: Words
    importer_address: Words


class TransferBody(Part):
    instructions: Annotated[str, Field(max_length=600)]
    payee: Words
    city: Words
    upi_id: Words
    pix_key: Words
    pix_key_type: PixKeyType


class CannedReplyBody(Part):
    name: Label
    text: Annotated[str, Field(min_length=1, max_length=4096)]


class SpeechBody(Part):
    language: Words
    languages: Annotated[list[Words], Field(min_length=1, max_length=10)]
    texts: Texts
    muted: Annotated[list[Words], Field(max_length=100)]
    templates: dict[str, Words]
    canned: Annotated[list[CannedReplyBody], Field(max_length=100)]


class BudgetBody(Part):
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    rates: dict[str, dict[str, Amount]]
    free_service_messages: Amount
    monthly_cap: Amount | None


class SettingsBody(Part):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    time_zone: Annotated[str, Field(min_length=1, max_length=100)]
    abandon_after: Seconds
    reminders: list[Seconds]
    late_payment_valid_for: Seconds
    archive_after: Seconds
    return_window: Seconds
    undo_window: Seconds
    grace_period: Seconds
    customer_cancel_until: Stage
    hours: HoursBody
    after_hours: AfterHours
    escalate_after: dict[Stage, Seconds]
    auto_approve: AutoApproveBody
    refund_automatically: bool
    fulfilments: list[Fulfilment]
    reasons: dict[Stage, list[ReasonBody]]
    shipping: ShippingBody
    tax: TaxBody
    discounts: list[DiscountBody]
    price_tolerance: BasisPoints
    offers: list[OfferBody]
    confirm_rules: list[ConfirmRuleBody]
    online_provider: Provider
    whatsapp_pay: WhatsappPayBody
    transfer: TransferBody
    refund_limit: Amount | None
    ask_about_carts_within: Seconds
    flow_id: Words
    speech: SpeechBody
    budget: BudgetBody


class ResetBody(Part):
    """`fields` None resets all of them."""

    fields: Annotated[list[str], Field(min_length=1)] | None = None


def settings_document(store: Store) -> dict[str, Any]:
    """Everything that the shop decides; its time zone, which is that of its hours, once."""
    record = store_to_record(store)
    policy = record["policy"]
    hours = {name: value for name, value in policy["hours"].items() if name != "time_zone"}
    return {**{name: record[name] for name in OF_STORE}, **policy, "hours": hours}


def store_of(store_id: str, body: SettingsBody) -> Store:
    """Raises Invalid for settings that no shop can have, naming the field."""
    given = body.model_dump(mode="json")
    record = {name: given[name] for name in OF_STORE}
    record["policy"] = {name: given[name] for name in OF_POLICY}
    try:
        return store_from_record(store_id, record)
    except Invalid as error:
        field = str(error.details.get("field") or "body")
        raise Invalid(error.message, field=PATHS.get(field, field)) from error
