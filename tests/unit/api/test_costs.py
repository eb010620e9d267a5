from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from orderdesk.api.context import READ_COSTS
from orderdesk.domain.errors import Invalid
from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.budget import EXAMPLE_RATES, Budget
from orderdesk.domain.money.costing import STAGE_OF
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.customers.costs import Books, allowance, note_pricing
from orderdesk.usecases.language.texts import TEXTS
from tests.api import Api
from tests.builders import NOW, STORE, a_customer, a_message, a_store, an_order

BUDGET = Budget(rates=EXAMPLE_RATES, free_service_messages=1)


class Meter(Api):
    """An API over messages that were priced."""

    def __init__(self, budget: Budget = BUDGET) -> None:
        super().__init__(READ_COSTS)
        self.number = 0
        self.set(budget)

    def set(self, budget: Budget) -> None:
        self.context.stores.put(a_store(policy=Policy(budget=budget)))

    def sent(self, purpose: str, category: str, **fields: Any) -> Message:
        """A message that was delivered and priced, to a customer in India unless `phone` is other.

        About order1 unless it says otherwise.
        """
        phone = fields.pop("phone", "919876543210")
        user_id = fields.pop("user_id", "")
        self.number += 1
        seen = a_customer(customer_id="", phone=phone, user_id=user_id)
        alias = Alias(AliasKind.PHONE, phone) if phone else Alias(AliasKind.USER_ID, user_id)
        customer = self.context.customers.identify(STORE, [alias], seen=seen, now=NOW)
        message = a_message(
            f"wamid.out{self.number}",
            customer_id=customer.customer_id,
            direction=Direction.OUTBOUND,
            delivery=Delivery.DELIVERED,
            **{"order_id": "order1", "purpose": purpose, **fields},
        )
        self.context.conversations.append(message)
        books = Books(
            costs=self.context.costs,
            conversations=self.context.conversations,
            customers=self.context.customers,
            stores=self.context.stores,
        )
        return note_pricing(message, category=category, pricing_type="regular", books=books)

    def month(self, query: str = "") -> dict[str, Any]:
        status, answer = self.call("GET", f"/api/costs{query}")
        assert status == 200, answer
        return answer


def test_a_month_adds_up_by_category_stage_text_and_country() -> None:
    meter = Meter()
    meter.sent("confirmed", "utility")
    meter.sent("shipped", "utility", order_id="order2")
    meter.sent("waits_for_payment", "marketing")
    meter.sent("", "service", order_id="")
    meter.sent("", "service", order_id="")

    found = meter.month()

    total = 115_000 * 3 + 863_100
    assert (found["month"], found["currency"]) == ("2026-11", "INR")
    assert found["total"] == {"messages": 5, "paid": 4, "cost": total}
    for name in ("by_category", "by_stage", "by_purpose", "by_country"):
        assert sum(each["cost"] for each in found[name]) == total, name
        assert sum(each["messages"] for each in found[name]) == 5, name
    assert [each["name"] for each in found["by_category"]] == ["marketing", "utility", "service"]
    assert [each["name"] for each in found["by_stage"]] == [
        "placed",
        "none",
        "confirmed",
        "shipped",
    ]
    assert [each["name"] for each in found["by_country"]] == ["IN"]
    assert (found["orders"], found["per_order"]) == (2, (115_000 * 2 + 863_100) // 2)


def test_a_month_without_messages_costs_nothing() -> None:
    found = Meter().month("?month=2025-01")

    assert found["total"] == {"messages": 0, "paid": 0, "cost": 0}
    assert (found["orders"], found["per_order"], found["forecast"]) == (0, 0, 0)


@pytest.mark.parametrize("month", ["2026-13", "2026", "november", "1999-01", "2026-1"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    assert Meter().call("GET", f"/api/costs?month={month}")[0] == 400


def test_the_forecast_goes_on_as_the_month_began() -> None:
    meter = Meter()
    meter.sent("confirmed", "utility")

    # 24 November, 14:45 in India: 23 days and 14.75 hours of 30 days.
    assert meter.month()["forecast"] == 115_000 * 30 * 24 * 3600 // ((23 * 24 + 14.75) * 3600)


def test_on_the_first_day_of_a_month_nothing_is_forecast() -> None:
    meter = Meter()
    meter.context = replace(meter.context, now=datetime(2026, 10, 31, 20, tzinfo=UTC))

    found = meter.month()

    assert (found["month"], found["forecast"]) == ("2026-11", None)


def test_a_message_is_in_the_month_of_the_shops_clock() -> None:
    meter = Meter()
    meter.sent("confirmed", "utility", at=datetime(2026, 10, 31, 19, tzinfo=UTC))

    assert meter.month("?month=2026-11")["total"]["messages"] == 1
    assert meter.month("?month=2026-10")["total"]["messages"] == 0


@pytest.mark.parametrize(
    ("phone", "user_id", "country", "cost"),
    [
        ("919876543210", "", "IN", 115_000),
        ("5511987654321", "", "BR", 300_000),
        ("", "BR.1349120865530274", "BR", 300_000),
        ("", "1349120865530274", "*", 50_000),
        ("447911123456", "", "GB", 50_000),
        ("12425551234", "", "BS", 50_000),
        ("9", "", "*", 50_000),
    ],
)
def test_the_price_is_that_of_the_customers_country(
    phone: str, user_id: str, country: str, cost: int
) -> None:
    rates = {
        "IN": {"utility": 115_000},
        "BR": {"utility": 300_000},
        "*": {"utility": 50_000},
    }
    meter = Meter(Budget(rates=rates))

    message = meter.sent("confirmed", "utility", phone=phone, user_id=user_id)

    assert (message.country, message.cost) == (country, cost)


def test_what_the_card_does_not_say_costs_nothing_and_is_counted() -> None:
    meter = Meter(Budget())

    meter.sent("confirmed", "something-new")

    (found,) = meter.month()["by_category"]
    assert found == {"name": "something_new", "messages": 1, "paid": 0, "cost": 0}


def test_the_costs_of_an_order_are_its_own() -> None:
    meter = Meter()
    order = meter.has(an_order())
    meter.sent("confirmed", "utility", order_id=order.order_id)
    meter.sent("shipped", "utility", order_id=order.order_id)
    meter.sent("shipped", "utility", order_id="another")

    status, found = meter.call("GET", f"/api/orders/{order.order_id}/costs")

    assert status == 200
    assert found["total"] == {"messages": 2, "paid": 2, "cost": 230_000}
    assert [each["name"] for each in found["by_stage"]] == ["confirmed", "shipped"]
    assert meter.call("GET", "/api/orders/unknown/costs")[0] == 404


def test_sums_in_another_currency_are_not_added() -> None:
    meter = Meter()
    meter.sent("confirmed", "utility")
    meter.set(Budget(currency="USD", rates={"IN": {"utility": 1_400}}))
    meter.sent("shipped", "utility")

    found = meter.month()

    assert (found["currency"], found["total"]["cost"]) == ("USD", 1_400)
    assert found["other_currencies"] == [{"name": "INR", "messages": 1, "paid": 1, "cost": 115_000}]


# The cap: 0.80 rupees are warned of, 1.00 rupee is reached.
CAP = replace(BUDGET, monthly_cap=100, rates={"IN": {"utility": 100_000}})


@pytest.mark.parametrize(
    ("messages", "level", "held_back"),
    [
        (7, "free", set()),
        (8, "warned", {"marketing"}),
        (9, "warned", {"marketing"}),
        (10, "reached", {"marketing", "progress"}),
        (12, "reached", {"marketing", "progress"}),
    ],
)
def test_the_cap_stops_advertising_first_and_never_what_is_waited_for(
    messages: int, level: str, held_back: set[str]
) -> None:
    meter = Meter(CAP)
    for _ in range(messages):
        meter.sent("shipped", "utility")
    store = meter.context.stores.get(STORE)
    asked = {
        "marketing": a_message(purpose="waits_for_payment", marketing=True),
        "progress": a_message(purpose="delivered"),
        "critical": a_message(purpose="shipped"),
        "answer": a_message(purpose="order_status"),
        "money": a_message(purpose="payment_link"),
        "staff": a_message(purpose="delivered", sent_by="asha"),
    }

    answers = {
        name: allowance(message, store, costs=meter.context.costs, now=NOW)
        for name, message in asked.items()
    }

    assert {name for name, each in answers.items() if not each.allowed} == held_back
    assert {each.level.value for each in answers.values()} == {level}
    assert all(each.reason.startswith("Not sent: ") for each in answers.values() if each.reason)
    assert meter.month()["level"] == level
    assert meter.month()["cap"] == 1_000_000


def test_a_new_month_begins_with_the_whole_cap() -> None:
    meter = Meter(CAP)
    for _ in range(12):
        meter.sent("shipped", "utility")
    store = meter.context.stores.get(STORE)
    december = datetime(2026, 12, 1, tzinfo=UTC)

    found = allowance(a_message(marketing=True), store, costs=meter.context.costs, now=december)

    assert found.allowed


def test_a_cap_of_nothing_lets_through_what_is_waited_for() -> None:
    meter = Meter(Budget(monthly_cap=0))
    store = meter.context.stores.get(STORE)

    def may(**fields: Any) -> bool:
        message = a_message(**fields)
        return allowance(message, store, costs=meter.context.costs, now=NOW).allowed

    assert may(purpose="shipped")
    assert not may(purpose="delivered")
    assert not may(marketing=True)


def test_every_text_about_an_order_belongs_to_a_stage_that_it_is_said_in() -> None:
    beside = {"order_status", "no_order", "cancel_asked", "cannot_cancel", "invoice", "menu"}
    not_sent_alone = {"whatsapp_pay_footer"}

    unplaced = {name for name, text in TEXTS.items() if text.about_order and name not in STAGE_OF}

    assert unplaced <= beside | not_sent_alone
    assert set(STAGE_OF) <= set(TEXTS)


@pytest.mark.parametrize(
    "fields",
    [
        {"currency": "rupees"},
        {"free_service_messages": -1},
        {"monthly_cap": -1},
        {"rates": {"India": {"utility": 1}}},
        {"rates": {"IN": {"chat": 1}}},
        {"rates": {"IN": {"utility": -1}}},
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        Budget(**fields)

    assert str(caught.value.details["field"]).startswith("budget.")


def test_a_key_without_the_scope_learns_no_costs() -> None:
    api = Api("orders:read")

    assert api.call("GET", "/api/costs")[0] == 403
    assert api.call("GET", "/api/orders/order1/costs")[0] == 403
