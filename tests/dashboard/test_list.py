"""The list of orders: what it shows, how it sorts and pages, and the fragments that refresh it."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.cards import PAGE_SIZE
from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Contact, Order
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import Policy
from tests.builders import (
    CASH,
    NOW,
    a_capture,
    a_line,
    a_ready_order,
    a_store,
    an_address,
    an_order,
)
from tests.dashboard.screen import Screen, one, soup, words

if TYPE_CHECKING:
    from typing import Any

    from bs4 import BeautifulSoup


def numbers(page: BeautifulSoup) -> list[str]:
    return [words(each) for each in page.select(".card-number, .row-number")]


def paid(order: Order, minutes_ago: int) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    online = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    return {"ledger": online.book(a_capture(order, at=at))}


def many(count: int) -> list[Order]:
    return [
        an_order(
            message_id=f"wamid.{index}",
            number=2000 + index,
            placed_at=NOW - timedelta(minutes=index),
        )
        for index in range(count)
    ]


@pytest.mark.parametrize("view", ["cards", "table"])
def test_an_order_shows_what_staff_look_for(screen: Screen, view: str) -> None:
    lines = (a_line(), a_line("scarf"), a_line("cap"))
    since = NOW - timedelta(hours=3)
    look = (Attention(reason="late", text="Look", at=NOW),)
    screen.have(a_ready_order(number=1043, lines=lines, stage_since=since, attention=look))

    shown = words(one(screen.page(f"/orders?as={view}"), "[data-order]"))

    for each in ("#1043", "14:45", "Priya", "Cotton kurta, M and 2 more", "Confirmed", "3 h"):
        assert each in shown
    assert "₹4,500.00" in shown
    assert "Cash on delivery" in shown
    assert "1 to look at" in shown


def test_times_are_those_of_the_shop_whatever_its_zone(screen: Screen) -> None:
    screen.stores.put(a_store(time_zone="America/Sao_Paulo"))
    screen.have(an_order())

    page = screen.page("/orders")

    assert words(one(page, ".card-placed")) == "06:15"
    assert "America/Sao_Paulo" in words(one(page, ".zone"))


@pytest.mark.parametrize("view", ["cards", "table"])
def test_an_order_that_waits_too_long_stands_out(screen: Screen, view: str) -> None:
    waiting = (Attention(reason="waiting", text="In Confirmed for 4 hours.", at=NOW),)
    since = NOW - timedelta(hours=4)
    late: dict[str, Any] = {"stage_since": since, "attention": waiting}
    screen.have(
        a_ready_order(message_id="1", number=1, **late),
        a_ready_order(message_id="2", number=2, stage_since=since + timedelta(minutes=1)),
        a_ready_order(message_id="3", number=3, stage_since=since),
        a_ready_order(Stage.SHIPPED, message_id="4", number=4, **late),
    )

    page = screen.page(f"/orders?as={view}")

    [badge] = page.select(".flag.late")
    assert words(badge) == "Waits over 4 hours"
    [around] = badge.find_parents(class_=view.removesuffix("s") if view == "cards" else "row")
    assert "#1" in words(around)


def test_waiting_is_counted_in_opening_time(screen: Screen) -> None:
    closed_today = ((), (), *((Interval(time(9), time(18)),),) * 5)
    hours = OpeningHours(time_zone="Asia/Kolkata", weekdays=closed_today)
    screen.stores.put(a_store(policy=Policy(hours=hours)))
    waiting = (Attention(reason="hold_over", text="Release it.", at=NOW),)
    screen.have(a_ready_order(stage_since=NOW - timedelta(hours=20), attention=waiting))

    assert screen.page("/orders").select(".flag.late") == []


def test_every_stage_has_a_tab_with_its_count_and_all_leaves_out_the_archive(
    screen: Screen,
) -> None:
    screen.have(
        an_order(message_id="1"),
        an_order(message_id="2"),
        a_ready_order(Stage.ARCHIVED, message_id="3"),
    )

    page = screen.page("/orders")

    tabs = {str(tab["id"]): words(one(tab, ".tab-count")) for tab in page.select(".tab")}
    assert set(tabs) == {"tab-all", *(f"tab-{stage.value}" for stage in Stage)}
    assert tabs["tab-placed"].startswith("2")
    assert tabs["tab-archived"].startswith("1")
    assert tabs["tab-all"].startswith("2")
    assert len(page.select("[data-order]")) == 2


def test_a_tab_lists_its_stage_alone_and_is_marked_as_current(screen: Screen) -> None:
    screen.have(an_order(message_id="1"), a_ready_order(message_id="2", number=1002))

    page = screen.page("/orders?stage=confirmed")

    assert numbers(page) == ["#1002"]
    assert [tab["id"] for tab in page.select(".tab[aria-current=page]")] == ["tab-confirmed"]


def test_the_sort_that_is_on_turns_round_and_the_other_starts_with_the_newest(
    screen: Screen,
) -> None:
    page = screen.page("/orders?stage=placed&sort=payment")

    by_payment, by_date = (
        parse_qs(urlsplit(str(one(page, f"#sort-{name}")["href"])).query)
        for name in ("payment", "order_date")
    )
    assert by_payment["sort"] == ["payment"]
    assert by_payment["direction"] == ["asc"]
    assert "direction" not in by_date
    assert by_payment["stage"] == by_date["stage"] == ["placed"]
    assert [each["id"] for each in page.select("[aria-label='Sort by'] [aria-current]")] == [
        "sort-payment"
    ]


def test_payment_order_shows_the_latest_paid_first_and_its_exact_reverse(screen: Screen) -> None:
    unpaid = an_order(message_id="1", number=1)
    early = an_order(message_id="2", number=2)
    late = an_order(message_id="3", number=3)
    screen.have(
        unpaid,
        an_order(message_id="2", number=2, **paid(early, 50)),
        an_order(message_id="3", number=3, **paid(late, 5)),
    )

    down = numbers(screen.page("/orders?sort=payment"))
    up = numbers(screen.page("/orders?sort=payment&direction=asc"))

    assert down == ["#3", "#2", "#1"]
    assert up == down[::-1]


def test_the_table_says_which_column_it_is_sorted_by(screen: Screen) -> None:
    screen.have(an_order())

    page = screen.page("/orders?as=table&sort=payment&direction=asc")

    [sorted_by] = page.select("th[aria-sort]")
    assert words(sorted_by) == "Payment"
    assert sorted_by["aria-sort"] == "ascending"


def test_paging_shows_every_order_once_and_leads_back_to_the_first_page(screen: Screen) -> None:
    screen.have(*many(2 * PAGE_SIZE + 3))
    seen: list[str] = []
    address = "/orders?as=cards"

    pages = 0
    while address:
        page = screen.page(address)
        seen += numbers(page)
        pages += 1
        following = page.select_one("#page-next")
        address = str(following["href"]) if following else ""

    assert pages == 3
    assert seen == [f"#{2000 + index}" for index in range(2 * PAGE_SIZE + 3)]
    assert "cursor" not in str(one(page, "#page-first")["href"])
    assert page.select("#page-next") == []


def test_a_cursor_that_is_not_ours_is_refused_with_a_page(screen: Screen) -> None:
    assert "Orderdesk" in words(screen.page("/orders?cursor=nonsense", status=400))


@pytest.mark.parametrize("query", ["stage=lost", "sort=colour"])
def test_an_address_that_asks_for_the_impossible_says_what_is_possible(
    screen: Screen, query: str
) -> None:
    page = screen.page(f"/orders?{query}", status=400)

    assert "choose one of" in words(page)


def test_the_choice_of_cards_or_table_is_remembered(screen: Screen) -> None:
    screen.have(an_order())

    assert screen.page("/orders").select(".table") == []
    assert screen.page("/orders?as=table").select(".table") != []
    assert screen.page("/orders").select(".table") != []
    assert screen.page("/orders?as=cards").select(".table") == []


@pytest.mark.parametrize("stage", [None, *Stage])
def test_an_empty_list_explains_what_would_be_there(screen: Screen, stage: Stage | None) -> None:
    page = screen.page(f"/orders?stage={stage.value}" if stage else "/orders")

    assert len(words(one(page, ".blank"))) > 40


@pytest.mark.parametrize("status", list(PaymentStatus))
def test_a_payment_is_told_by_icon_and_words_and_not_by_colour_alone(
    screen: Screen, status: PaymentStatus
) -> None:
    order = an_order()
    kinds = {
        PaymentStatus.REQUESTED: [(EntryKind.REQUESTED, 1)],
        PaymentStatus.CLAIMED: [(EntryKind.CLAIMED, 1)],
        PaymentStatus.FAILED: [(EntryKind.FAILED, 1)],
        PaymentStatus.PARTIALLY_PAID: [(EntryKind.CAPTURED, 0)],
        PaymentStatus.PAID: [(EntryKind.CAPTURED, 1)],
        PaymentStatus.OVERPAID: [(EntryKind.CAPTURED, 2)],
        PaymentStatus.PARTIALLY_REFUNDED: [(EntryKind.CAPTURED, 2), (EntryKind.REFUNDED, 1)],
        PaymentStatus.REFUNDED: [(EntryKind.CAPTURED, 1), (EntryKind.REFUNDED, 1)],
    }
    ledger = CASH if status is PaymentStatus.COD_DUE else Ledger(currency="INR")
    for index, (kind, times) in enumerate(kinds.get(status, [])):
        amount = order.total * times if times else a_line().price
        of = "p0" if kind is EntryKind.REFUNDED else "1001-1"
        entry = a_capture(order, id=f"p{index}", kind=kind, amount=amount, reference=of)
        ledger = ledger.book(entry)
    screen.have(an_order(ledger=ledger))
    assert screen.orders.get("main", order.order_id).payment_status is status

    badge = one(screen.page("/orders"), ".pay")

    assert words(badge)
    assert "icons" in str(one(badge, "use")["href"])


def test_a_card_that_left_its_tab_stays_and_is_marked(screen: Screen) -> None:
    order = a_ready_order(Stage.APPROVED)
    screen.have(order)

    fragment = screen.page(f"/orders/{order.order_id}/card?stage=confirmed&as=cards")

    assert "elsewhere" in (one(fragment, "li.card").get("class") or [])
    assert "Approved" in words(one(fragment, "li.card"))


@pytest.mark.parametrize(("view", "element"), [("cards", "li"), ("table", "tr")])
def test_a_fragment_is_the_card_of_the_page_and_the_counts(
    screen: Screen, view: str, element: str
) -> None:
    order = a_ready_order()
    screen.have(order)
    whole = one(screen.page(f"/orders?as={view}"), "[data-order]")

    fragment = screen.page(f"/orders/{order.order_id}/card?as={view}")

    assert str(one(fragment, "[data-order]")) == str(whole)
    assert one(fragment, "[data-order]").name == element
    assert one(fragment, "hx-partial[hx-target='#stages'] #tab-confirmed .tab-count")
    assert fragment.select("html") == []


def test_the_counts_can_be_asked_for_alone(screen: Screen) -> None:
    screen.have(an_order())

    fragment = screen.page("/orders/stages?stage=placed")

    assert one(fragment, "#tab-placed")["aria-current"] == "page"
    assert fragment.select("html") == []


def test_a_page_that_no_push_reaches_asks_for_ids_and_versions(screen: Screen) -> None:
    screen.have(an_order(message_id="1"), a_ready_order(message_id="2", number=1002))

    answer = screen.get("/orders/changes?stage=confirmed")

    [change] = json.loads(answer.body)["orders"]
    assert (change["number"], change["version"], change["stage"]) == (1002, 1, "confirmed")
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_of_one_order_asks_for_that_one(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    [change] = json.loads(screen.get(f"/orders/changes?order={order.order_id}").body)["orders"]

    assert change["order_id"] == order.order_id


def test_what_a_customer_writes_is_text_in_the_list(screen: Screen) -> None:
    hostile = "<script>alert(1)</script>\"'>"
    contact = Contact(customer_id="customer1", name=hostile)
    screen.have(an_order(customer=contact, lines=(a_line(name=hostile),), address=an_address()))

    for view in ("cards", "table"):
        response = screen.get(f"/orders?as={view}")
        assert hostile in soup(response).get_text()
        assert "<script>alert" not in str(response.body)


def test_the_list_page_costs_three_reads_however_many_orders_there_are(screen: Screen) -> None:
    screen.have(*many(60))
    asked: list[str] = []
    for name in ("orders", "counts", "sessions", "conversations"):
        setattr(screen, name, Watched(name, getattr(screen, name), asked))

    screen.page("/orders?sort=payment&as=table")

    assert sorted(asked) == ["counts.get", "orders.page", "sessions.find"]


class Watched:
    """Notes each call of what it stands for."""

    def __init__(self, name: str, real: object, asked: list[str]) -> None:
        self._name, self._real, self._asked = name, real, asked

    def __getattr__(self, method: str) -> object:
        self._asked.append(f"{self._name}.{method}")
        return getattr(self._real, method)
