"""What WhatsApp tells becomes orders, answers and a conversation, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.messages.conversation import Delivery, Direction
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Hold, Order
from orderdesk.domain.people.address import Address, AddressStatus
from orderdesk.domain.people.customer import AliasKind
from orderdesk.usecases.intake.address_answers import looks_like_address
from orderdesk.usecases.intake.receive import Outcome
from orderdesk.usecases.language.words import default_text
from tests.builders import (
    NOW,
    PHONE_NUMBER,
    STORE,
    a_capture,
    a_move,
    a_placed_event,
    a_store,
    an_address,
    an_answer,
    an_order,
)
from tests.whatsapp import (
    MG_ROAD,
    PHONE,
    SENT_AT,
    USER_ID,
    Json,
    Shop,
    a_body,
    a_cart,
    a_change,
    a_contact,
    a_form,
    a_message,
    a_status,
    a_tap,
    a_text,
    an_item,
    said,
)

WRITTEN = "14 MG Road, Pune 411001"
FILL_FORM = default_text("en", "ask_address_form")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def ordered(shop: Shop) -> Shop:
    """A shop that has Priya's order."""
    shop.hears(said(a_cart()))
    return shop


def put(shop: Shop, stage: Stage, **fields: Any) -> Order:
    """Bring Priya's order there, whatever the rules of moving say."""
    after, event = a_move(shop.order(), stage)
    after = replace(after, **fields)
    shop.orders.save(after, [event])
    return after


def history(shop: Shop) -> list[EventType]:
    return [event.type for event in shop.orders.history(STORE, shop.order().order_id)]


def attention(shop: Shop) -> list[str]:
    return [each.reason for each in shop.order().attention]


def tap(shop: Shop, what: str, **fields: Any) -> list[Outcome]:
    return shop.hears(said(a_tap(f"{what}:{shop.order().order_id}", **fields)))


def test_a_cart_becomes_an_order(shop: Shop) -> None:
    outcomes = shop.hears(said(a_cart(an_item(item_price=99.99), text="No ribbon")))

    assert outcomes == [Outcome.ORDERED]
    order = shop.order()
    assert (order.stage, order.note, str(order.total)) == (Stage.PLACED, "No ribbon", "₹199.98")
    assert (order.customer.name, order.customer.phone) == ("Priya", PHONE)
    assert shop.customer.current_order_id == order.order_id
    assert '"wamid.cart1"' in shop.orders.raw(STORE, order.order_id)
    [message] = shop.thread
    assert (message.kind, message.order_id) == ("order", order.order_id)


def test_a_cart_delivered_again_is_the_same_order(ordered: Shop) -> None:
    outcomes = ordered.hears(said(a_cart()), now=NOW + timedelta(days=6))

    assert outcomes == [Outcome.REPEATED]
    assert history(ordered) == [EventType.PLACED]
    assert len(ordered.thread) == 1


def test_a_cart_whose_handling_ended_before_the_thread_was_written_is_not_ordered_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = shop.conversations.append

    def crash(message: object) -> bool:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(shop.conversations, "append", crash)
    with pytest.raises(Unavailable):
        shop.hears(said(a_cart()))
    monkeypatch.setattr(shop.conversations, "append", append)

    shop.hears(said(a_cart()))

    assert history(shop) == [EventType.PLACED]
    assert [message.order_id for message in shop.thread] == [shop.order().order_id]


def test_a_cart_of_nothing_is_on_the_thread_and_says_so(shop: Shop) -> None:
    shop.hears(said(a_message("order", {"catalog_id": "x", "text": "2 items"})))

    [message] = shop.thread
    assert message.order_id == ""
    assert message.text.startswith("A cart of 0 products: 2 items\nNothing in this cart")


def test_an_odd_cart_is_an_order_with_something_to_look_at(shop: Shop) -> None:
    shop.hears(said(a_cart(an_item(item_price=None), an_item("b", currency="usd"))))

    assert sorted(attention(shop)) == ["mixed_currency", "price_missing"]


def test_a_cart_without_a_currency_is_in_the_shops(shop: Shop) -> None:
    shop.stores.put(a_store(currency="EUR"))

    shop.hears(said(a_cart(an_item(currency=None))))

    assert str(shop.order().total) == "€1,500.00"


def test_an_order_of_a_customer_without_a_phone(shop: Shop) -> None:
    contact = {"profile": {"username": "@priya"}, "user_id": USER_ID}
    message = a_cart(**{"from": ..., "from_user_id": USER_ID})

    shop.hears(a_body(a_change(contacts=[contact], messages=[message])))

    assert shop.order().customer.phone == ""
    assert (shop.customer.user_id, shop.customer.username) == (USER_ID, "priya")


def test_a_cart_to_a_number_of_another_shop_is_its_order(shop: Shop) -> None:
    shop.stores.map_number(PHONE_NUMBER, "pune")

    shop.hears(said(a_cart()))

    assert shop.order(store_id="pune").store_id == "pune"


def test_a_cart_without_any_number_is_the_deployments_own_shops(shop: Shop) -> None:
    body = a_body({"field": "messages", "value": {"messages": [a_cart()]}})

    assert shop.hears(body) == [Outcome.ORDERED]


def test_a_message_of_nobody_is_set_aside(shop: Shop) -> None:
    shop.hears(a_body(a_change(messages=[a_cart(**{"from": ...}), a_cart(message_id="wamid.2")])))

    assert shop.dead_letters == ["no_sender"]
    assert shop.order("wamid.2").stage is Stage.PLACED


def test_the_window_opens_with_the_customers_time_and_not_ours(shop: Shop) -> None:
    shop.hears(said(a_text()), now=NOW + timedelta(hours=20))

    assert shop.customer.last_inbound_at == NOW - timedelta(seconds=5)


def test_an_address_form_gives_the_order_its_address(ordered: Shop) -> None:
    assert ordered.hears(said(a_form(MG_ROAD))) == [Outcome.ANSWERED]

    address = ordered.order().address
    assert address == an_address(phone_number="+919876543210")
    assert ordered.order().address_status is AddressStatus.COMPLETE


def test_an_address_goes_to_the_order_that_was_asked_about(ordered: Shop) -> None:
    first = ordered.order()
    ordered.hears(said(a_cart(message_id="wamid.cart2")))
    ordered.conversations.append(
        an_answer("wamid.ask1", customer_id=ordered.customer.customer_id, order_id=first.order_id)
    )

    ordered.hears(said(a_form(MG_ROAD, context={"id": "wamid.ask1"})))

    assert ordered.order().address
    assert ordered.order("wamid.cart2").address is None


def test_the_same_address_again_changes_nothing(ordered: Shop) -> None:
    ordered.hears(said(a_form(MG_ROAD)))
    ordered.hears(said(a_form(MG_ROAD, "wamid.form2")))

    assert history(ordered) == [EventType.PLACED, EventType.ADDRESS_RECEIVED]


def test_a_written_address_is_one_while_it_is_waited_for(ordered: Shop) -> None:
    ordered.hears(said(a_text(WRITTEN)))

    assert ordered.order().address == Address(text=WRITTEN, postal_code="411001")


def test_what_is_written_after_half_an_address_completes_it(ordered: Shop) -> None:
    ordered.hears(said(a_form({"name": "Priya"})))
    ordered.hears(said(a_text(WRITTEN)))

    assert ordered.order().address == Address(text=f"Priya\n{WRITTEN}", postal_code="411001")


def test_an_address_that_nobody_waits_for_is_talk(ordered: Shop) -> None:
    ordered.hears(said(a_form(MG_ROAD)))
    ordered.hears(said(a_text("My sister lives at 7 FC Road, Pune 411004")))

    assert ordered.order().address == an_address(phone_number="+919876543210")


def test_another_address_may_be_written_when_it_was_just_asked_for(ordered: Shop) -> None:
    ordered.hears(said(a_form(MG_ROAD)))
    asked = an_answer(
        "wamid.ask2",
        customer_id=ordered.customer.customer_id,
        order_id=ordered.order().order_id,
        text="Order #1001: where to?",
        purpose="ask_address",
        at=NOW + timedelta(seconds=1),
    )
    ordered.conversations.append(asked)

    ordered.hears(said(a_text(WRITTEN)))

    assert ordered.order().address == Address(text=WRITTEN, postal_code="411001")


def test_a_pin_is_an_address_while_one_is_waited_for(ordered: Shop) -> None:
    place = {"latitude": 18.52, "longitude": 73.85, "name": "Home"}
    ordered.hears(said(a_message("location", place)))

    address = ordered.order().address
    assert address
    assert address.lines == (
        "Home",
        "https://www.google.com/maps/search/?api=1&query=18.52,73.85",
    )


@pytest.mark.parametrize(
    "text",
    [
        "14 MG Road, Pune",
        "Flat 3 Lake View",
        "Shiva Mandir Road, Nashik",
        "Priya Sharma\nNear the post office\nSatara",
        "Hi, it is 14 MG Road, Pune 411001",
        "221B Baker Street London NW1 6XE",
    ],
)
def test_this_looks_like_an_address(text: str) -> None:
    assert looks_like_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "14 MG Road",
        "Can I have 2 more of the blue ones, please",
        "When does it arrive, today or tomorrow?",
        "I will pay 500 tomorrow, promise",
        "I’ll be home at 5, not before",
        "thank you so much",
        "thanks, see you at 5 then",
        "https://maps.example/14,MG,Road",
        "1, " * 500,
        "",
    ],
)
def test_this_does_not_look_like_an_address(text: str) -> None:
    assert not looks_like_address(text)


def test_a_text_in_a_group_is_not_an_answer(ordered: Shop) -> None:
    ordered.hears(said(a_text(WRITTEN, group_id="group1")))

    assert ordered.order().address is None
    assert len(ordered.thread) == 2


def test_cash_is_chosen_by_a_tap_and_confirms_an_order_with_an_address(ordered: Shop) -> None:
    ordered.hears(said(a_form(MG_ROAD)))

    tap(ordered, "pay:cash_on_delivery")

    assert ordered.order().ledger.method is PaymentMethod.CASH_ON_DELIVERY
    assert ordered.order().stage is Stage.CONFIRMED


def test_paying_online_is_chosen_by_a_row_of_a_list(ordered: Shop) -> None:
    row = {"list_reply": {"id": f"pay:online:{ordered.order().order_id}", "title": "Online"}}
    ordered.hears(said(a_message("interactive", row)))

    assert ordered.order().ledger.method is PaymentMethod.ONLINE


def test_a_tap_delivered_again_is_done_once(ordered: Shop) -> None:
    tap(ordered, "pay:online")
    assert tap(ordered, "pay:online") == [Outcome.REPEATED]

    assert history(ordered).count(EventType.PAYMENT_METHOD_CHOSEN) == 1


def test_an_old_button_of_a_paid_order_does_nothing(ordered: Shop) -> None:
    order = ordered.order()
    ledger = order.ledger.choose(PaymentMethod.ONLINE).book(a_capture(order))
    put(ordered, Stage.CONFIRMED, ledger=ledger, address=an_address())

    tap(ordered, "pay:cash_on_delivery")

    assert ordered.order().ledger.method is PaymentMethod.ONLINE


def test_a_button_of_somebody_elses_order_does_nothing(ordered: Shop) -> None:
    stranger = {"from": "912222222222"}
    button = a_tap(f"order:cancel:{ordered.order().order_id}", **stranger)

    outcomes = ordered.hears(a_body(a_change(messages=[button])))

    assert outcomes == [Outcome.RECORDED]
    assert ordered.order().stage is Stage.PLACED


@pytest.mark.parametrize(
    "button_id", ["", "pay", "pay:online", "pay:online:nothing", "order:explode:1", "Unsubscribe"]
)
def test_a_button_that_means_nothing_to_us_is_on_the_thread(ordered: Shop, button_id: str) -> None:
    assert ordered.hears(said(a_message("button", {"payload": button_id, "text": "Go"}))) == [
        Outcome.RECORDED
    ]


def test_another_address_is_asked_for_by_a_tap(ordered: Shop) -> None:
    ordered.hears(said(a_form(MG_ROAD)))

    tap(ordered, "address:change")

    [sent] = ordered.messenger.sent
    assert sent.to.phone == PHONE


def test_an_address_on_the_way_is_for_a_person(ordered: Shop) -> None:
    put(ordered, Stage.SHIPPED, address=an_address())

    ordered.hears(said(a_form(MG_ROAD | {"house_number": "15"})))
    tap(ordered, "address:change")

    assert ordered.order().address == an_address()
    assert attention(ordered) == ["address_too_late"]
    told = [str(each.body) for each in ordered.messenger.sent]
    assert ["is on its way already" in each for each in told] == [True, True]


@pytest.mark.parametrize(
    ("stage", "fields"),
    [
        (Stage.APPROVED, {}),
        (Stage.PROCESSED, {}),
        (Stage.ON_HOLD, {"hold": Hold(reason="Stock", source=Stage.APPROVED)}),
    ],
)
def test_an_address_that_changes_under_the_packers_hands_is_said(
    ordered: Shop, stage: Stage, fields: Json
) -> None:
    put(ordered, stage, address=an_address(), **fields)

    ordered.hears(said(a_form(MG_ROAD | {"house_number": "15"})))

    assert ordered.order().address == an_address(house_number="15", phone_number="+919876543210")
    assert attention(ordered) == ["address_changed"]


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED, Stage.DELIVERED])
def test_an_address_for_what_is_over_is_only_on_the_thread(ordered: Shop, stage: Stage) -> None:
    put(ordered, stage)

    assert ordered.hears(said(a_form(MG_ROAD))) == [Outcome.RECORDED]
    assert ordered.order().address is None


def test_a_late_address_revives_an_abandoned_order(ordered: Shop) -> None:
    put(ordered, Stage.ABANDONED)

    ordered.hears(said(a_form(MG_ROAD)))

    order = ordered.order()
    assert order.stage is Stage.PLACED
    assert order.address
    # Arriving at Placed finds the answer, and what answers it asks for the rest.
    assert order.last_customer_action_at > order.stage_since


def test_a_late_choice_completes_an_abandoned_order(ordered: Shop) -> None:
    put(ordered, Stage.ABANDONED, address=an_address())

    tap(ordered, "pay:cash_on_delivery")

    assert ordered.order().stage is Stage.CONFIRMED


def test_an_abandoned_order_is_resumed_by_a_tap(ordered: Shop) -> None:
    put(ordered, Stage.ABANDONED)

    tap(ordered, "order:resume")
    tap(ordered, "order:resume", message_id="wamid.tap2")

    assert ordered.order().stage is Stage.PLACED


def test_a_tap_loses_to_whoever_resumed_the_order_first(
    ordered: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned = put(ordered, Stage.ABANDONED)
    put(ordered, Stage.PLACED)
    button, find = a_tap(f"order:resume:{abandoned.order_id}"), ordered.orders.find
    seen = [abandoned]
    monkeypatch.setattr(ordered.orders, "find", lambda *key: seen.pop() if seen else find(*key))

    assert ordered.hears(said(button)) == [Outcome.ANSWERED]

    assert ordered.order().stage is Stage.PLACED


def test_what_the_shops_own_rules_refuse_is_set_aside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Invalid("No such currency.")

    monkeypatch.setattr(shop.stores, "get", refuse)

    shop.hears(said(a_cart()))

    assert shop.dead_letters == ["invalid"]


def test_an_order_is_cancelled_by_a_tap(ordered: Shop) -> None:
    tap(ordered, "order:cancel")
    tap(ordered, "order:cancel", message_id="wamid.tap2")

    assert ordered.order().stage is Stage.CANCELLED
    assert not ordered.order().attention


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED])
def test_a_cancellation_that_comes_too_late_is_for_a_person(ordered: Shop, stage: Stage) -> None:
    put(ordered, stage, address=an_address())

    tap(ordered, "order:cancel")

    assert ordered.order().stage is stage
    assert attention(ordered) == ["cancel_asked"]


@pytest.mark.parametrize(
    ("kind", "reason"), [("edit", "message_edited"), ("revoke", "message_deleted")]
)
def test_a_cart_that_is_changed_in_the_chat_leaves_the_order_as_it_is(
    ordered: Shop, kind: str, reason: str
) -> None:
    before = ordered.order()

    ordered.hears(said(a_message(kind, {"original_message_id": "wamid.cart1"}, "wamid.2")))

    assert attention(ordered) == [reason]
    assert (ordered.order().lines, ordered.order().stage) == (before.lines, before.stage)


def test_a_text_that_is_edited_changes_no_order(ordered: Shop) -> None:
    edited = a_message("edit", {"original_message_id": "wamid.text"}, "wamid.2")

    assert ordered.hears(said(edited)) == [Outcome.RECORDED]
    assert not ordered.order().attention


def test_a_customer_with_a_new_number_is_the_same_customer(ordered: Shop) -> None:
    system = {"type": "user_changed_number", "wa_id": "912222222222"}
    ordered.hears(a_body(a_change(messages=[a_message("system", system, "wamid.2")])))

    ordered.hears(a_body(a_change(messages=[a_text(WRITTEN, **{"from": "912222222222"})])))

    assert ordered.customer.phone == "912222222222"
    assert ordered.order().address == Address(text=WRITTEN, postal_code="411001")


@pytest.mark.parametrize("spelling", ["message", "field"])
def test_a_customer_with_a_new_id_is_the_same_customer(shop: Shop, spelling: str) -> None:
    shop.hears(said(a_cart(from_user_id=USER_ID)))
    system = {"user_id": "IN.2", "previous_user_id": USER_ID, "type": "user_changed_user_id"}
    change = {"wa_id": PHONE, "user_id": {"previous": USER_ID, "current": "IN.2"}}
    told = {
        "message": a_change(messages=[a_message("system", system, "wamid.2", **{"from": ...})]),
        "field": a_change("user_id_update", user_id_update=[change]),
    }

    shop.hears(a_body(told[spelling]))

    assert shop.customer.user_id == "IN.2"
    known = shop.shelf.aliases
    assert known[STORE, AliasKind.USER_ID, "IN.2"] == known[STORE, AliasKind.USER_ID, USER_ID]


def test_a_new_id_opens_no_window(ordered: Shop) -> None:
    before = ordered.customer.last_inbound_at
    system = a_message("system", {"wa_id": "912222222222"}, "wamid.2", timestamp="1795511699")

    ordered.hears(a_body(a_change(messages=[system])))

    assert ordered.customer.last_inbound_at == before


def test_standby_is_recorded_and_orders_nothing(shop: Shop) -> None:
    nested = {"contacts": [a_contact()], "messages": [a_cart()]}

    shop.hears(a_body(a_change("standby", standby=nested)))

    assert not shop.shelf.orders
    assert [message.kind for message in shop.thread] == ["order"]
    assert shop.customer.handed_over


def test_a_customer_who_writes_to_us_again_is_ours_again(shop: Shop) -> None:
    shop.hears(a_body(a_change("standby", standby={"messages": [a_text()]})))
    shop.hears(said(a_text("And now?", "wamid.2")))

    assert not shop.customer.handed_over


@pytest.mark.parametrize(("role", "handed_over"), [("ai_agent", True), ("escalation", False)])
def test_a_handover_is_remembered(shop: Shop, role: str, handed_over: bool) -> None:
    shop.hears(said(a_text()))
    value: Json = {
        "sender": {"phone_number": PHONE},
        "recipient": {"phone_number_id": PHONE_NUMBER},
        "type": "control_taken",
        "control_taken": {"new_owner_role": role},
    }

    assert shop.hears(a_body(a_change("messaging_handovers", **value))) == [
        Outcome.CUSTOMER_UPDATED
    ]

    assert shop.customer.handed_over is handed_over


def test_what_staff_write_in_the_app_is_on_the_thread_as_ours(shop: Shop) -> None:
    echo = a_text("Closed today.", **{"from": "15550783881", "to": PHONE})

    shop.hears(a_body(a_change("smb_message_echoes", message_echoes=[echo])))

    [message] = shop.thread
    assert (message.direction, message.delivery) == (Direction.OUTBOUND, Delivery.SENT)
    assert shop.customer.last_inbound_at is None


def test_another_message_under_the_same_id_is_kept_beside_it(shop: Shop) -> None:
    shop.hears(said(a_text("One")))
    shop.hears(said(a_cart(message_id="wamid.1")))
    shop.hears(said(a_cart(message_id="wamid.1")))

    assert [message.kind for message in shop.thread] == ["text", "order"]
    assert shop.order("wamid.1").stage is Stage.PLACED


def send(shop: Shop, message_id: str = "wamid.out1", **fields: Any) -> None:
    """A message of ours, to Priya."""
    shop.conversations.append(
        an_answer(message_id, customer_id="customer1", delivery=Delivery.SENT, **fields)
    )


def delivery(shop: Shop, message_id: str = "wamid.out1") -> Delivery:
    message = shop.conversations.find(STORE, message_id)
    assert message
    return message.delivery


def status(shop: Shop, *statuses: Json) -> list[Outcome]:
    return shop.hears(a_body(a_change(statuses=list(statuses))))


def test_statuses_take_a_message_only_further(shop: Shop) -> None:
    send(shop)

    status(shop, a_status("read"), a_status("delivered"), a_status("sent"))

    assert delivery(shop) is Delivery.READ


def test_a_message_that_was_sent_may_fail_with_metas_reason(shop: Shop) -> None:
    send(shop)

    status(shop, a_status("failed", errors=[{"code": 131026, "title": "Undeliverable"}]))

    message = shop.conversations.find(STORE, "wamid.out1")
    assert message
    assert message.delivery is Delivery.FAILED
    assert message.error.endswith("(131026: Undeliverable)")


def test_a_payment_that_failed_leaves_the_message_delivered(shop: Shop) -> None:
    send(shop)

    assert status(shop, a_status("failed", type="payment")) == [Outcome.NOTED]

    assert delivery(shop) is Delivery.SENT


def test_a_status_finds_a_message_whose_sending_was_not_answered(shop: Shop) -> None:
    shop.conversations.append(an_answer("order1:1:ask", customer_id="customer1"))

    status(shop, a_status("delivered", biz_opaque_callback_data="order1:1:ask"))

    assert delivery(shop) is delivery(shop, "order1:1:ask") is Delivery.DELIVERED


def test_a_status_of_a_message_of_somebody_else_is_no_trouble(shop: Shop) -> None:
    assert status(shop, a_status(biz_opaque_callback_data="crm:1")) == [Outcome.MESSAGE_UNKNOWN]


def test_a_phone_that_cannot_show_the_form_is_sent_to_the_page(ordered: Shop) -> None:
    order = ordered.order()
    form = (
        '{"type":"interactive","interactive":{"type":"address_message",'
        '"action":{"name":"address_message"}}}'
    )
    send(
        ordered,
        order_id=order.order_id,
        text=f"Thank you!\n\n{FILL_FORM}",
        details=form,
    )
    ordered.shelf.customers[STORE, "customer1"] = replace(ordered.customer, customer_id="customer1")

    status(ordered, a_status("failed", errors=[{"code": 1026}]))

    assert "https://shop.example/a/" in str(ordered.messenger.sent[0].body)


def test_errors_and_news_of_the_account_are_noted(shop: Shop) -> None:
    outcomes = shop.hears(
        a_body(a_change(errors=[{"code": 131035}]), a_change("account_update", event="X"))
    )

    assert outcomes == [Outcome.NOTED, Outcome.NOTED]


def test_a_merged_customer_still_owns_the_orders_of_their_phone(shop: Shop) -> None:
    order = an_order()
    shop.orders.add(order, a_placed_event(order), raw="{}")
    shop.hears(said(a_tap(f"pay:online:{order.order_id}")))

    assert shop.order().ledger.method is PaymentMethod.ONLINE


def test_a_name_is_the_newest_one(shop: Shop) -> None:
    shop.hears(said(a_text(from_user_id=USER_ID)))
    renamed = a_contact(profile={"name": "P. Sharma"})

    shop.hears(a_body(a_change(contacts=[renamed], messages=[a_text("Hi", "wamid.2")])))

    assert shop.customer.name == "P. Sharma"


@pytest.mark.parametrize("message", [a_text("Is it in stock?", "wamid.2"), a_text("👍", "wamid.3")])
def test_a_customer_who_talks_is_not_silent(ordered: Shop, message: Json) -> None:
    later = NOW + timedelta(hours=5)
    before = ordered.order()

    ordered.hears(said(message), now=later)

    order, policy = ordered.order(), ordered.stores.get(STORE).policy
    assert order.last_customer_action_at == later
    assert order.due_at == later + policy.reminders[0]
    assert (order.version, len(history(ordered))) == (before.version, 1)


def test_talk_while_the_first_question_is_on_its_way_is_no_answer_to_it(ordered: Shop) -> None:
    ordered.hears(said(a_text()), now=NOW + timedelta(minutes=2))

    assert ordered.order().last_customer_action_at == NOW


def test_talk_about_an_order_that_is_on_its_way_changes_nothing(ordered: Shop) -> None:
    put(ordered, Stage.SHIPPED)

    ordered.hears(said(a_text()), now=NOW + timedelta(hours=5))

    assert ordered.order().last_customer_action_at == NOW


def test_what_the_shop_writes_on_its_own_phone_is_not_the_customer_talking(ordered: Shop) -> None:
    before = ordered.order()
    echo = a_text("Closed today.", **{"from": "15550783881", "to": PHONE})

    ordered.hears(
        a_body(a_change("smb_message_echoes", message_echoes=[echo])), now=NOW + timedelta(hours=5)
    )

    assert len(ordered.thread) == 2
    assert ordered.order() == before


LOCATION = {"latitude": 18.52, "longitude": 73.85, "name": "Home", "address": "14 MG Road, Pune"}


def a_location(message_id: str, seconds: int) -> dict[str, Any]:
    at = str(int(SENT_AT) + seconds)
    return a_message("location", LOCATION, message_id, timestamp=at)


def test_an_address_that_overtook_its_cart_is_taken_with_it(shop: Shop) -> None:
    shop.hears(said(a_location("wamid.place", 3)))
    shop.hears(said(a_text("Is it in stock?", "wamid.ask", timestamp=str(int(SENT_AT) + 4))))

    shop.hears(said(a_cart()))

    address = shop.order().address
    assert address
    assert address.status is AddressStatus.COMPLETE
    assert "14 MG Road, Pune" in address.lines


def test_a_place_from_before_the_cart_is_no_address_of_it(shop: Shop) -> None:
    shop.hears(said(a_cart()))

    shop.hears(said(a_location("wamid.place", -60)))

    assert shop.order().address is None


def test_what_was_written_before_the_newest_cart_is_about_the_one_before(shop: Shop) -> None:
    later = str(int(SENT_AT) + 60)
    shop.hears(said(a_cart()))
    shop.hears(said(a_cart(message_id="wamid.cart2", timestamp=later)))

    shop.hears(said(a_location("wamid.place", 30)))

    assert shop.order().address_status is AddressStatus.COMPLETE
    assert shop.order("wamid.cart2").address is None


def test_what_is_heard_late_tells_only_what_was_not_known(shop: Shop) -> None:
    now = [a_contact(profile={"name": "Priya Nair"})]
    before = [a_contact(profile={"name": "Priya"}, user_id=USER_ID)]
    earlier = str(int(SENT_AT) - 600)
    shop.hears(a_body(a_change(contacts=now, messages=[a_text()])))

    late = a_text("Hello", "wamid.0", timestamp=earlier)
    shop.hears(a_body(a_change(contacts=before, messages=[late])))

    assert (shop.customer.name, shop.customer.user_id) == ("Priya Nair", USER_ID)
