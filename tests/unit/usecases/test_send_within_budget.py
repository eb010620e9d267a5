"""What leaves when the month's limit for messages is nearly or wholly spent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.costing import Charge
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.say import say
from tests.builders import NOW, STORE, a_customer, a_message
from tests.counter import Counter

HEARD = a_customer(last_inbound_at=NOW)


class Limited(Counter):
    """A shop with a limit of one rupee a month, of which so many hundredths are spent."""

    def __init__(self, spent: int) -> None:
        super().__init__(customer=HEARD)
        store = self.stores.get(STORE)
        self.stores.put(
            replace(store, policy=replace(store.policy, budget=Budget(monthly_cap=100)))
        )
        self.alerts = 0
        self.more = {"over_limit": self.alert}
        before = a_message("wamid.before", direction=Direction.OUTBOUND, delivery=Delivery.READ)
        self.conversations.append(before)
        charge = Charge(category="utility", cost=spent * 10_000, currency="INR", country="IN")
        assert self.room.costs.charge(before, charge, month="2026-11")

    def alert(self) -> None:
        self.alerts += 1

    def says(self, purpose: str, **more: Any) -> Message:
        say(
            HEARD,
            bodies.text("Hello!"),
            key="hello",
            purpose=purpose,
            conversations=self.conversations,
            outbox=self.outbox,
            now=NOW,
            **more,
        )
        self.deliver()
        found = self.conversations.find(STORE, "hello")
        assert found is not None
        return found


@pytest.mark.parametrize("spent", [80, 99, 100, 250])
def test_advertising_stays_from_four_fifths_of_the_limit_on(spent: int) -> None:
    shop = Limited(spent)

    message = shop.says("waits_for_payment", marketing=True)

    assert message.delivery is Delivery.WITHDRAWN
    assert f"{spent} % of this month's limit" in message.error
    assert shop.phone.sent == []


@pytest.mark.parametrize(("spent", "leaves"), [(99, True), (100, False)])
def test_what_only_keeps_the_customer_up_to_date_stays_when_all_is_spent(
    spent: int, *, leaves: bool
) -> None:
    shop = Limited(spent)

    message = shop.says("delivered")

    assert (message.delivery is Delivery.SENT) == leaves
    assert shop.order.attention == ()


@pytest.mark.parametrize(
    ("purpose", "more"),
    [("shipped", {}), ("order_status", {}), ("payment_link", {}), ("delivered", {"sent_by": "a"})],
)
def test_what_is_waited_for_leaves_at_any_cost_and_somebody_is_told(
    purpose: str, more: dict[str, Any]
) -> None:
    shop = Limited(300)

    message = shop.says(purpose, **more)

    assert message.delivery is Delivery.SENT
    assert shop.alerts == 1


def test_below_the_limit_nobody_is_told() -> None:
    shop = Limited(79)

    assert shop.says("waits_for_payment", marketing=True).delivery is Delivery.SENT
    assert shop.alerts == 0
