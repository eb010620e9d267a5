"""What Meta decides on templates is known when the next message needs one."""

from datetime import timedelta
from typing import Any

import pytest

from orderdesk.usecases.intake.receive import Outcome
from tests.builders import NOW, STORE
from tests.whatsapp import Shop, a_body, a_change


def decided(event: str = "PAUSED", **fields: Any) -> bytes:
    value = {
        "event": event,
        "message_template_id": 1689556908129832,
        "message_template_name": "order_shipped",
        "message_template_language": "en_US",
        "reason": "NONE",
        "message_template_category": "UTILITY",
    } | fields
    return a_body(a_change("message_template_status_update", **value))


@pytest.mark.parametrize(
    ("event", "is_usable"),
    [("APPROVED", True), ("PAUSED", False), ("REJECTED", False), ("DISABLED", False)],
)
def test_a_template_is_used_while_meta_approves_of_it(event: str, *, is_usable: bool) -> None:
    shop = Shop()

    assert shop.hears(decided(event)) == [Outcome.TEMPLATE_KNOWN]

    known = shop.templates.find(STORE, "order_shipped", "en_US")
    assert known is not None
    assert (known.status, known.is_usable, known.category) == (event, is_usable, "utility")
    assert known.reason == ""


def test_the_last_decision_counts_and_says_why() -> None:
    shop = Shop()

    shop.hears(decided("APPROVED"), now=NOW)
    shop.hears(decided("REJECTED", reason="INVALID_FORMAT"), now=NOW + timedelta(hours=1))

    known = shop.templates.find(STORE, "order_shipped", "en_US")
    assert known is not None
    assert (known.status, known.reason) == ("REJECTED", "INVALID_FORMAT")


def test_a_language_with_a_dash_is_the_same_language() -> None:
    shop = Shop()

    shop.hears(decided("PAUSED", message_template_language="en-US"))

    assert shop.templates.find(STORE, "order_shipped", "en_US") is not None


@pytest.mark.parametrize("missing", ["event", "message_template_name"])
def test_news_that_decide_nothing_are_only_noted(missing: str) -> None:
    shop = Shop()

    assert shop.hears(decided(**{missing: ""})) == [Outcome.NOTED]
    assert shop.templates.all(STORE) == ()
