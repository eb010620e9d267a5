"""The page of one order: what it shows, which buttons it offers to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.money.terms import Discount, Shipping, Tax, Terms
from orderdesk.domain.orders.actor import ActorKind, Role, system
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import MOVES, Stage
from orderdesk.domain.orders.order import Attention, Contact, Hold, Order
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.people.address import Address
from tests.builders import (
    NOW,
    a_capture,
    a_line,
    a_message,
    a_parcel,
    a_ready_order,
    an_actor,
    an_address,
    an_answer,
    an_event,
    an_order,
    rupees,
)
from tests.dashboard.screen import Screen, offered, one, soup, words

HOSTILE = "<img src=x onerror=alert(1)>\"'</script>"


def page_of(screen: Screen, order: Order) -> str:
    return f"/orders/{order.order_id}"


def an_order_in(stage: Stage) -> Order:
    """One that came to this stage on the usual way."""
    fields: dict[str, object] = {}
    if stage is Stage.ON_HOLD:
        fields["hold"] = Hold(reason="Call first", source=Stage.CONFIRMED)
    if stage in {Stage.REJECTED, Stage.CANCELLED}:
        fields["stopped_from"] = Stage.CONFIRMED
    if stage is Stage.ARCHIVED:
        fields["archived_from"] = Stage.DELIVERED
    if stage in {Stage.SHIPPED, Stage.DELIVERED}:
        fields["parcels"] = (a_parcel(),)
    return a_ready_order(stage, **fields)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_manager_is_offered_exactly_what_the_table_and_the_guards_allow(stage: Stage) -> None:
    screen = Screen(Role.MANAGER)
    order = an_order_in(stage)
    screen.have(order)

    page = screen.page(page_of(screen, order))

    expected = {
        Stage.PLACED: {"confirmed", "on_hold", "rejected", "cancelled"},
        Stage.ABANDONED: {"placed", "cancelled", "archived"},
        Stage.CONFIRMED: {"approved", "on_hold", "rejected", "cancelled"},
        Stage.ON_HOLD: {"confirmed", "approved", "rejected", "cancelled"},
        Stage.REJECTED: {"archived", "confirmed"},
        Stage.CANCELLED: {"archived", "confirmed"},
        Stage.APPROVED: {"processed", "on_hold", "cancelled", "confirmed"},
        Stage.PROCESSED: {"shipped", "on_hold", "cancelled", "approved"},
        Stage.SHIPPED: {"delivered", "returned", "processed"},
        Stage.DELIVERED: {"returned", "shipped"},
        Stage.RETURNED: {"archived"},
        Stage.ARCHIVED: {"delivered"},
    }
    assert offered(page) == expected[stage]
    targets = {move.target.value for move in MOVES if move.source is stage}
    assert offered(page) <= targets


def test_an_agent_is_not_offered_to_take_a_move_back() -> None:
    screen = Screen(Role.AGENT)
    order = an_order_in(Stage.APPROVED)
    screen.have(order)

    assert offered(screen.page(page_of(screen, order))) == {"processed", "on_hold", "cancelled"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ACCOUNTANT])
def test_who_may_only_look_is_offered_nothing_and_told_so(role: Role) -> None:
    screen = Screen(role)
    order = an_order_in(Stage.CONFIRMED)
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert page.select("#actions button, #actions summary") == []
    assert f"As {role.value} you may look" in words(one(page, "#actions"))


def test_a_refused_move_is_shown_disabled_with_what_it_waits_for(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    page = screen.page(page_of(screen, order))

    button = one(page, "#actions button[disabled]")
    assert words(button) == "Confirm"
    remedy = words(one(page, f"#{button['aria-describedby']}"))
    assert "complete address" in remedy
    assert "choose how to pay" in remedy


def test_ways_back_to_where_an_order_never_was_are_not_shown(screen: Screen) -> None:
    order = an_order_in(Stage.ARCHIVED)
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert page.select("#actions button[disabled]") == []
    assert words(one(page, "#actions .button")) == "Take out of the archive"


def test_undoing_a_cancellation_is_refused_with_the_reason_once_the_time_is_over(
    screen: Screen,
) -> None:
    order = a_ready_order(Stage.CANCELLED, stopped_from=Stage.CONFIRMED, stage_since=NOW)
    screen.have(order)
    screen.now = NOW + timedelta(minutes=16)

    page = screen.page(page_of(screen, order))

    assert words(one(page, "#actions button[disabled]")) == "Undo cancellation"
    assert "15 minutes" in words(one(page, ".remedy"))


def test_forward_is_the_primary_button_and_stopping_is_marked_as_dangerous(screen: Screen) -> None:
    order = an_order_in(Stage.CONFIRMED)
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert [words(each) for each in page.select("#actions .moves:not(.lesser) .primary")] == [
        "Approve"
    ]
    assert [words(each) for each in page.select("#actions summary.danger")] == ["Reject", "Cancel"]


def test_a_move_that_needs_tracking_has_the_fields_for_it(screen: Screen) -> None:
    order = an_order_in(Stage.PROCESSED)
    screen.have(order)

    form = one(screen.page(page_of(screen, order)), "details[data-to=shipped] form")

    names = {str(each["name"]) for each in form.select("input")}
    assert {"carrier", "number", "link", "own_delivery", "csrf", "version", "to"} <= names
    for each in form.select("input[id]"):
        assert form.select(f"label[for={each['id']}]"), each["id"]


def test_lines_totals_and_note_are_shown(screen: Screen) -> None:
    lines = (
        a_line(picture="https://shop.example/kurta.jpg"),
        a_line("cap", name="Cap", quantity=1, price=rupees(90)),
    )
    order = a_ready_order(lines=lines, note="Ring twice")
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert [words(each) for each in page.select(".line-total")] == ["₹1,500.00", "₹90.00"]
    assert "₹1,590.00" in words(one(page, ".sums"))
    assert one(page, ".line img")["src"] == "https://shop.example/kurta.jpg"
    assert "Ring twice" in words(one(page, ".note"))


def test_what_is_charged_beside_the_goods_is_listed(screen: Screen) -> None:
    terms = Terms(
        shipping=Shipping(fee=4900),
        tax=Tax(rate=500, included=False, label="GST"),
        discounts=(Discount(label="Diwali", amount=10_000),),
    )
    order = a_ready_order(terms=terms)
    screen.have(order)

    sums = words(one(screen.page(page_of(screen, order)), ".sums"))

    for each in ("Items ₹1,500.00", "Diwali −₹100.00", "Shipping ₹49.00", "GST ₹72.45"):
        assert each in sums
    assert "Total ₹1,521.45" in sums


def test_the_ledger_is_shown_entry_by_entry(screen: Screen) -> None:
    order = an_order()
    ledger = Ledger(currency="INR").book(a_capture(order, reference="1001-1"))
    order = an_order(ledger=ledger)
    screen.have(order)

    page = screen.page(page_of(screen, order))

    entry = words(one(page, ".entry"))
    assert "Payment received" in entry
    assert "1001-1" in entry
    assert "₹1,500.00" in entry
    assert "Still to be paid" not in words(page)


@pytest.mark.parametrize(
    ("order", "states"),
    [
        (a_ready_order(Stage.APPROVED), "done done current ahead ahead ahead"),
        (an_order_in(Stage.ON_HOLD), "done left ahead ahead ahead ahead"),
        (an_order_in(Stage.CANCELLED), "done left ahead ahead ahead ahead"),
        (an_order(Stage.ABANDONED), "left ahead ahead ahead ahead ahead"),
        (a_ready_order(Stage.RETURNED), "done done done done done left"),
        (an_order_in(Stage.ARCHIVED), "done done done done done left"),
        (a_ready_order(Stage.DELIVERED), "done done done done done current"),
    ],
    ids=lambda value: value.stage.value if isinstance(value, Order) else None,
)
def test_progress_shows_how_far_an_order_came(screen: Screen, order: Order, states: str) -> None:
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert " ".join(str(each["data-state"]) for each in page.select(".step")) == states


def test_an_order_was_placed_when_its_customer_sent_it(screen: Screen) -> None:
    order = an_order(placed_at=NOW - timedelta(hours=2))
    screen.have(order)

    page = screen.page(page_of(screen, order))

    sent = words(one(page, ".fact.screen")).removeprefix("Placed ")
    assert words(one(page, ".step[data-state=current] .step-time")) == sent


def test_history_says_who_did_what_when_and_why(screen: Screen) -> None:
    order = a_ready_order()
    screen.have(order)
    order = screen.somebody_moves(
        order,
        Stage.ON_HOLD,
        by=an_actor(name="Ravi Kumar", role=Role.PACKER),
        reason="Broken seal",
        at=NOW + timedelta(minutes=1),
    )

    newest, oldest = screen.page(page_of(screen, order)).select(".event")

    for each in ("Confirmed", "On Hold", "Ravi Kumar (packer)", "“Broken seal”", "14:46"):
        assert each in words(newest)
    assert "Order placed: ₹1,500.00" in words(oldest)
    assert "Priya, in WhatsApp" in words(oldest)


@pytest.mark.parametrize("kind", list(EventType))
def test_every_kind_of_event_has_words(screen: Screen, kind: EventType) -> None:
    order = an_order()
    screen.have(order)
    data = {"amount": "₹10.00", "method": "online", "text": "Look", "address": "MG Road"}
    event = an_event(order, type=kind, by=system("payment_webhook"), data=data)
    screen.orders.save(an_order(version=2), [event])

    newest = screen.page(page_of(screen, order)).select(".event")[0]

    assert len(words(one(newest, ".event-what strong"))) > 3
    assert "Orderdesk, told by the payment gateway" in words(newest)


def test_the_conversation_is_read_top_down_with_ticks(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    later = NOW + timedelta(minutes=1)
    screen.conversations.append(an_answer(at=later, delivery=Delivery.READ, text="At once."))
    screen.conversations.append(a_message(text="Is it in stock?"))

    theirs, mine = screen.page(page_of(screen, order)).select(".bubble")

    assert "Is it in stock?" in words(theirs)
    assert "At once." in words(mine)
    assert "Read" in words(one(mine, ".ticks"))
    assert theirs.select(".ticks") == []


def test_a_message_that_did_not_arrive_says_why(screen: Screen) -> None:
    order = an_order()
    screen.have(order)
    reason = "131026: the message could not be delivered"
    screen.conversations.append(an_answer(delivery=Delivery.FAILED, error=reason))

    bubble = one(screen.page(page_of(screen, order)), ".bubble.failed")

    assert f"Not delivered: {reason}" in words(bubble)


def test_a_customer_without_a_phone_number_is_no_problem(screen: Screen) -> None:
    order = an_order(customer=Contact(customer_id="c2", name=""))
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert page.select("a[href*='wa.me']") == []
    assert "No name" in words(one(page, "h1"))


def test_a_phone_number_opens_whatsapp(screen: Screen) -> None:
    order = an_order()
    screen.have(order)

    link = one(screen.page(page_of(screen, order)), "a[href='https://wa.me/919876543210']")

    assert words(link).startswith("+91 98765 43210")
    assert "noopener" in (link.get("rel") or [])


def test_what_is_wrong_with_an_address_is_said(screen: Screen) -> None:
    screen.have(an_order(address=an_address(flaws="postal_code=not_served phone_number=missing")))
    [order] = [screen.orders.get("main", key[1]) for key in screen.shelf.orders]

    customer = words(one(screen.page(page_of(screen, order)), ".customer"))

    assert (
        "Not complete yet. The postal code is not delivered to. The phone number is missing."
        in customer
    )


def test_an_incomplete_address_is_flagged_and_a_complete_one_has_a_map(screen: Screen) -> None:
    screen.have(
        an_order(message_id="1", address=Address(city="Pune")),
        an_order(message_id="2", address=an_address(name="Priya", city="Pune")),
    )
    first, second = (screen.orders.get("main", key[1]) for key in screen.shelf.orders)

    incomplete = one(screen.page(page_of(screen, first)), ".customer")
    complete = one(screen.page(page_of(screen, second)), ".customer")

    assert "Not complete yet" in words(incomplete)
    assert incomplete.select("a[href*=maps]") == []
    place = str(one(complete, "a[href*=maps]")["href"])
    assert "Pune" in place
    assert "Priya" not in place


def test_tracking_hold_and_attention_are_shown(screen: Screen) -> None:
    order = a_ready_order(
        Stage.ON_HOLD,
        hold=Hold(reason="Seal broken", source=Stage.PROCESSED),
        parcels=(
            a_parcel(
                tracking=Tracking(carrier="DTDC", number="D77", link="https://dtdc.example/D77")
            ),
        ),
        attention=(Attention(reason="refund_due", text="Give money back", at=NOW),),
    )
    screen.have(order)

    page = screen.page(page_of(screen, order))

    assert "Seal broken" in words(page)
    assert "from Processed" in words(page)
    assert "Give money back" in words(page)
    assert words(one(page, "a[href='https://dtdc.example/D77']")) == "D77"


def test_other_orders_of_the_customer_are_linked(screen: Screen) -> None:
    order = an_order(message_id="1", number=1)
    other = an_order(message_id="2", number=2)
    stranger = an_order(
        message_id="3", number=3, customer=Contact(customer_id="other", name="Else")
    )
    screen.have(order, other, stranger)

    links = one(screen.page(page_of(screen, order)), ".others").select("a")

    assert [words(each) for each in links] == ["#2"]


def test_an_order_of_nobody_is_a_page_that_says_so(screen: Screen) -> None:
    assert "Nothing here" in words(screen.page("/orders/nothing", status=404))
    assert "Nothing here" in words(screen.page(f"/orders/{'x' * 2000}", status=404))


def test_whatever_people_write_is_shown_as_text(screen: Screen) -> None:
    order = a_ready_order(
        Stage.ON_HOLD,
        customer=Contact(customer_id="customer1", name=HOSTILE),
        lines=(a_line(name=HOSTILE, picture=HOSTILE),),
        note=HOSTILE,
        address=Address(text=HOSTILE),
        hold=Hold(reason=HOSTILE, source=Stage.CONFIRMED),
        parcels=(a_parcel(tracking=Tracking(carrier=HOSTILE, number=HOSTILE)),),
        attention=(Attention(reason="x", text=HOSTILE, at=NOW),),
    )
    screen.have(order)
    by = an_actor(ActorKind.CUSTOMER, name=HOSTILE)
    event = an_event(order, by=by, reason=HOSTILE, data={"address": HOSTILE})
    screen.orders.save(a_ready_order(Stage.ON_HOLD, version=2), [event])
    screen.shelf.orders["main", order.order_id].record |= {
        "note": HOSTILE,
        "customer": {"customer_id": "customer1", "name": HOSTILE, "phone": ""},
    }
    screen.conversations.append(a_message(text=HOSTILE))
    screen.conversations.append(an_answer(text=HOSTILE, error=HOSTILE, delivery=Delivery.FAILED))

    response = screen.get(page_of(screen, order))

    page = soup(response)
    assert response.status == 200
    assert page.get_text().count(HOSTILE) >= 6
    assert page.select("img[src=x], [onerror]") == []
    assert "<img src=x" not in str(response.body)
