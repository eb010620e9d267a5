"""What messages cost, as statuses tell it."""

import pytest

from dev.simulator.client import Simulator
from dev.simulator.store import Json
from tests.simulator.harness import ASHA, Application, Clock, Running


def prices(application: Application, wamid: str) -> dict[str, Json]:
    return {
        one["status"]: one["pricing"]
        for one in application.statuses
        if one["id"] == wamid and "pricing" in one
    }


def template(simulator: Running, name: str = "news") -> str:
    sent = {"name": name, "language": {"code": "en"}}
    status, answer = simulator.send({"to": ASHA, "type": "template", "template": sent})
    assert status == 200, answer
    return str(answer["messages"][0]["id"])


def test_the_first_thousand_service_messages_of_a_month_are_free(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.count_service_messages(999)
    last = simulator.send_text()
    phone.wait_until_idle()
    first_charged = simulator.send_text()
    phone.wait_until_idle()
    clock.now += 31 * 24 * 3600
    phone.text("asha", "Hello again")
    next_month = simulator.send_text()
    phone.wait_until_idle()

    kinds = [prices(application, one)["sent"] for one in (last, first_charged, next_month)]
    assert [one["type"] for one in kinds] == [
        "free_customer_service",
        "regular",
        "free_customer_service",
    ]
    assert [one["billable"] for one in kinds] == [False, True, False]
    assert {one["category"] for one in kinds} == {"service"}


def test_sent_and_delivered_tell_the_same_price(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.count_service_messages(999)
    wamid = simulator.send_text()
    phone.wait_until_idle()

    told = prices(application, wamid)
    assert set(told) == {"sent", "delivered"}
    assert told["sent"] == told["delivered"]


@pytest.mark.parametrize("category", ["UTILITY", "MARKETING"])
def test_a_template_is_charged_by_its_category_in_the_window_too(
    simulator: Running, phone: Simulator, application: Application, category: str
) -> None:
    phone.set_template("news", "There is news", category=category)
    phone.text("asha", "Hello")

    wamid = template(simulator)
    phone.wait_until_idle()

    price = prices(application, wamid)["sent"]
    assert (price["type"], price["category"]) == ("regular", category.lower())


def test_everything_is_free_after_an_ad_was_answered_in_time(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.tap_ad("asha")
    clock.now += 3600
    first = simulator.send_text()
    phone.wait_until_idle()
    second = template(simulator)
    phone.wait_until_idle()
    clock.now += 72 * 3600
    third = template(simulator)
    phone.wait_until_idle()

    assert application.messages[0]["referral"]["source_type"] == "ad"
    types = [prices(application, one)["sent"]["type"] for one in (first, second, third)]
    assert types == ["free_entry_point", "free_entry_point", "regular"]
    conversation = next(s["conversation"] for s in application.statuses if s["id"] == first)
    assert conversation["origin"] == {"type": "referral_conversion"}
    assert all("conversation" not in s for s in application.statuses if s["id"] == third)


def test_an_ad_that_is_answered_a_day_later_makes_nothing_free(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.tap_ad("asha")
    clock.now += 24 * 3600

    wamid = template(simulator)
    phone.wait_until_idle()

    assert prices(application, wamid)["sent"]["type"] == "regular"


def test_who_stopped_marketing_gets_only_other_templates(
    simulator: Running, phone: Simulator, application: Application, clock: Clock
) -> None:
    phone.set_template("offer", "There is an offer", category="MARKETING")
    phone.change_customer("asha", stopped_marketing_at=clock.now)

    offer, news = template(simulator, "offer"), template(simulator, "news")
    phone.wait_until_idle()

    failed = [one for one in application.statuses if one["status"] == "failed"]
    assert [(one["id"], one["errors"][0]["code"]) for one in failed] == [(offer, 131050)]
    assert prices(application, news)
