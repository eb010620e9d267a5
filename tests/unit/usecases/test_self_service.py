"""What a customer gets done by a word or a button, without anybody of the shop."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.messages.conversation import Direction
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.terms import ConfirmOn, ConfirmRule, Terms
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.intake.keywords import WORDS, Wish, bare, wish_in
from orderdesk.usecases.intake.receive import Outcome
from tests.builders import (
    CASH,
    NOW,
    STORE,
    a_capture,
    a_move,
    a_parcel,
    a_store,
    an_address,
)
from tests.whatsapp import (
    PHONE,
    SENT_AT,
    Shop,
    a_body,
    a_cart,
    a_change,
    a_tap,
    a_text,
    said,
)

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order


@pytest.fixture
def shop() -> Shop:
    """A shop of three languages that has Priya's order."""
    shop = Shop()
    speech = Speech(languages=("en", "hi", "pt_BR"))
    shop.stores.put(a_store(policy=Policy(speech=speech)))
    shop.hears(said(a_cart()))
    return shop


def put(shop: Shop, stage: Stage, message_id: str = "wamid.cart1", **fields: Any) -> Order:
    after, event = a_move(shop.order(message_id), stage)
    after = replace(after, **fields)
    shop.orders.save(after, [event])
    return after


def write(shop: Shop, text: str, message_id: str = "wamid.word", **fields: Any) -> list[Outcome]:
    return shop.hears(said(a_text(text, message_id, **fields)))


def answers(shop: Shop) -> list[Message]:
    return [each for each in shop.thread if each.direction is Direction.OUTBOUND]


def answer(shop: Shop) -> Message:
    [found] = answers(shop)
    return found


def buttons(message: Message) -> list[str]:
    action = json.loads(message.details)["interactive"]["action"]
    if "sections" in action:
        return [row["id"] for row in action["sections"][0]["rows"]]
    return [each["reply"]["id"] for each in action.get("buttons", ())]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Track", Wish.TRACK),
        ("  track my order!! 🙏", Wish.TRACK),
        ("Where's my order?", None),
        ("where is my order?", Wish.TRACK),
        ("मेरा ऑर्डर कहाँ है?", Wish.TRACK),
        ("Mera order kahan hai", Wish.TRACK),
        ("Cadê meu pedido?", Wish.TRACK),
        ("CANCEL", Wish.CANCEL),
        ("रद्द करें", Wish.CANCEL),
        ("Cancelar", Wish.CANCEL),
        ("endereço errado", Wish.CHANGE_ADDRESS),
        ("पता बदलें 🏠", Wish.CHANGE_ADDRESS),
        ("bill", Wish.INVOICE),
        ("STOP.", Wish.STOP),
        ("बंद करो", Wish.STOP),
        ("parar", Wish.STOP),
        ("Start", Wish.START),
        ("língua", Wish.LANGUAGE),
        ("please stop sending the parcel to my old address", None),
        ("Can I cancel?", None),
        ("I want to track", None),
        ("🙏", None),
        ("", None),
        ("stop stop", None),
    ],
)
def test_a_word_counts_only_when_it_is_the_whole_message(text: str, wish: Wish | None) -> None:
    assert wish_in(text) is wish


def test_no_word_asks_for_two_things() -> None:
    words = [bare(word) for found in WORDS.values() for word in found]

    assert len(words) == len(set(words))
    assert all(words)


def test_a_question_with_such_a_word_in_it_is_for_a_person(shop: Shop) -> None:
    assert write(shop, "Can you cancel only the second kurta?") == [Outcome.RECORDED]

    assert answers(shop) == []
    assert shop.order().stage is Stage.PLACED


def test_who_asks_hears_where_the_order_is(shop: Shop) -> None:
    put(shop, Stage.APPROVED, address=an_address(), ledger=CASH)

    assert write(shop, "track") == [Outcome.ANSWERED]

    told = answer(shop)
    assert (told.purpose, told.order_id) == ("order_status", shop.order().order_id)
    assert "#1001" in told.text
    assert "preparing" in told.text
    order_id = shop.order().order_id
    assert buttons(told) == [
        f"address:change:{order_id}",
        f"order:cancel:{order_id}",
        f"order:invoice:{order_id}",
    ]


def test_a_parcel_on_its_way_is_followed_at_the_courier(shop: Shop) -> None:
    tracking = Tracking(carrier="Delhivery", number="DL1", link="https://track.example/DL1")
    put(shop, Stage.SHIPPED, parcels=(a_parcel(tracking=tracking),))

    write(shop, "track")

    assert "https://track.example/DL1" in answer(shop).details
    assert "DL1" in answer(shop).text


def test_the_same_message_twice_is_answered_once(shop: Shop) -> None:
    write(shop, "track")

    assert write(shop, "track") == [Outcome.REPEATED]
    assert len(answers(shop)) == 1


def test_an_answer_to_a_message_is_about_its_order(shop: Shop) -> None:
    shop.hears(said(a_cart(message_id="wamid.cart2")))
    first = shop.order()
    write(shop, "track", context={"id": "wamid.cart1"})

    assert answer(shop).order_id == first.order_id


def test_with_several_open_orders_a_list_asks_which_is_meant(shop: Shop) -> None:
    shop.hears(said(a_cart(message_id="wamid.cart2")))

    assert write(shop, "cancel") == [Outcome.RECORDED]

    asked = answer(shop)
    both = {f"order:cancel:{shop.order(each).order_id}" for each in ("wamid.cart1", "wamid.cart2")}
    assert asked.purpose == "ask_which_order"
    assert set(buttons(asked)) == both
    assert shop.order().stage is Stage.PLACED

    shop.hears(said(a_tap(f"order:cancel:{shop.order().order_id}")))
    assert shop.order().stage is Stage.CANCELLED
    assert shop.order("wamid.cart2").stage is Stage.PLACED


def test_the_only_open_order_is_meant_though_it_is_not_the_newest(shop: Shop) -> None:
    shop.hears(said(a_cart(message_id="wamid.cart2")))
    put(shop, Stage.DELIVERED, "wamid.cart2")

    write(shop, "cancel")

    assert shop.order().stage is Stage.CANCELLED
    assert shop.order("wamid.cart2").stage is Stage.DELIVERED


def test_who_has_no_order_hears_that(shop: Shop) -> None:
    empty = Shop()

    write(empty, "track")

    assert answer(empty).purpose == "no_order"


def test_a_customer_cancels_by_a_word(shop: Shop) -> None:
    assert write(shop, "Cancel my order") == [Outcome.ANSWERED]

    assert shop.order().stage is Stage.CANCELLED


@pytest.mark.parametrize(
    ("stage", "purpose"), [(Stage.APPROVED, "cancel_asked"), (Stage.SHIPPED, "cannot_cancel")]
)
def test_what_is_too_late_to_cancel_is_a_wish_that_a_person_sees(
    shop: Shop, stage: Stage, purpose: str
) -> None:
    put(shop, stage, address=an_address())

    write(shop, "cancel")

    assert shop.order().stage is stage
    assert shop.order().flagged("cancel_asked")
    assert answer(shop).purpose == purpose


def test_what_is_cancelled_is_not_cancelled_again(shop: Shop) -> None:
    put(shop, Stage.CANCELLED)
    version = shop.order().version

    write(shop, "cancel")

    assert shop.order().version == version
    assert "cancelled" in answer(shop).text


def test_the_invoice_is_a_page(shop: Shop) -> None:
    write(shop, "invoice")

    assert answer(shop).purpose == "invoice"
    assert "https://shop.example/o/" in answer(shop).details


def test_without_pages_a_person_sends_the_invoice(shop: Shop) -> None:
    shop.pages = None  # type: ignore[assignment]

    write(shop, "invoice")

    assert shop.order().flagged("invoice_asked")


def test_who_pays_again_is_asked_anew_in_the_way_that_was_chosen(shop: Shop) -> None:
    online = CASH.choose(PaymentMethod.ONLINE)
    put(shop, Stage.PLACED, address=an_address(), ledger=online)
    version = shop.order().version

    write(shop, "pay now")

    history = shop.orders.history(STORE, shop.order().order_id, after=version)
    assert [each.type.value for each in history] == ["order.payment_method_chosen"]
    assert history[0].data["method"] == "online"


def test_who_has_paid_hears_that(shop: Shop) -> None:
    paid = CASH.book(a_capture(shop.order()))
    put(shop, Stage.CONFIRMED, ledger=paid)

    write(shop, "pay")

    assert answer(shop).purpose == "already_paid"


def test_a_cash_order_that_is_verified_is_confirmed(shop: Shop) -> None:
    rule = ConfirmRule(method=PaymentMethod.CASH_ON_DELIVERY, on=ConfirmOn.VERIFIED)
    put(
        shop,
        Stage.PLACED,
        address=an_address(),
        ledger=CASH,
        terms=Terms(confirm_rules=(rule,)),
    )

    shop.hears(said(a_tap(f"order:verify:{shop.order().order_id}")))

    assert shop.order().verified_at == NOW
    assert shop.order().stage is Stage.CONFIRMED


def test_the_menu_offers_what_can_be_asked(shop: Shop) -> None:
    write(shop, "help")

    order_id = shop.order().order_id
    assert buttons(answer(shop)) == [
        f"order:{what}:{order_id}" for what in ("track", "invoice", "cancel")
    ]


def test_a_customer_chooses_the_language_of_what_follows(shop: Shop) -> None:
    write(shop, "language")
    assert buttons(answer(shop)) == ["language:en", "language:hi", "language:pt_BR"]

    shop.hears(said(a_tap("language:hi")))
    assert shop.customer.language == "hi"

    write(shop, "menu", "wamid.word2")
    assert shop.customer.language == "hi"
    menu = next(each for each in answers(shop) if each.purpose == "menu")
    assert "ऑर्डर" in menu.text


@pytest.mark.parametrize("code", ["fr", "", "hi:1"])
def test_a_language_that_the_shop_does_not_speak_is_none(shop: Shop, code: str) -> None:
    shop.hears(said(a_tap(f"language:{code}")))

    assert shop.customer.language == ""
    assert answers(shop) == []


def test_who_writes_in_hindi_is_answered_in_hindi(shop: Shop) -> None:
    write(shop, "मेरा ऑर्डर कहाँ है?")

    assert shop.customer.language == "hi"
    assert "ऑर्डर" in answer(shop).text


def test_whoever_chose_a_language_keeps_it_whatever_they_write_in(shop: Shop) -> None:
    shop.hears(said(a_tap("language:en")))

    write(shop, "मेरा ऑर्डर कहाँ है?")

    assert shop.customer.language == "en"


def test_stop_is_stop_until_start(shop: Shop) -> None:
    write(shop, "STOP")
    assert shop.customer.opted_out_at == NOW - timedelta(seconds=5)
    assert answer(shop).purpose == "opted_out"

    write(shop, "start", "wamid.word2")
    customer = shop.customers.get(STORE, shop.customer.customer_id)
    assert (customer.opted_out_at, customer.consent_source) == (None, "keyword")
    assert {each.purpose for each in answers(shop)} == {"opted_out", "opted_in"}


def test_of_no_and_yes_the_later_counts_whichever_comes_first(shop: Shop) -> None:
    later = str(int(SENT_AT) + 4)

    write(shop, "start", "wamid.word2", timestamp=later)
    write(shop, "STOP")

    assert shop.customer.opted_out_at is None


def preference(value: str, at: int, **fields: Any) -> bytes:
    told = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": at}
    return a_body(a_change("user_preferences", user_preferences=[told | fields]))


def test_the_switch_in_whatsapp_is_about_advertising_alone(shop: Shop) -> None:
    at = int(SENT_AT)

    assert shop.hears(preference("stop", at)) == [Outcome.CUSTOMER_UPDATED]
    assert (shop.customer.opted_out_at, shop.customer.wants_marketing) == (None, False)

    shop.hears(preference("resume", at + 1))
    assert (shop.customer.wants_marketing, shop.customer.consent_source) == (True, "meta")

    shop.hears(preference("stop", at))
    assert shop.customer.wants_marketing


def test_a_preference_of_another_kind_changes_nothing(shop: Shop) -> None:
    shop.hears(preference("stop", int(SENT_AT), category="reminders"))
    shop.hears(preference("maybe", int(SENT_AT)))

    assert shop.customer.wants_marketing


@pytest.mark.parametrize("button", ["order:explode:1", "order:track", "cart:eat:1", "x", ":::"])
def test_a_button_that_nobody_knows_is_kept_and_does_nothing(shop: Shop, button: str) -> None:
    version = shop.order().version

    assert shop.hears(said(a_tap(button))) == [Outcome.RECORDED]

    assert (shop.order().version, answers(shop)) == (version, [])


def test_nobody_does_anything_to_the_order_of_another(shop: Shop) -> None:
    order_id = shop.order().order_id
    tap = a_tap(f"order:cancel:{order_id}", **{"from": "919811100000"})

    shop.hears(a_body(a_change(messages=[tap])))

    assert len(shop.people) == 2
    assert shop.order().stage is Stage.PLACED
