"""What a shop says in other languages, in its own words, and what it leaves unsaid."""

import json
from dataclasses import replace
from typing import Any

import pytest

from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.paying import Transfer
from orderdesk.domain.money.terms import ConfirmOn, ConfirmRule, Offer, Shipping, Terms
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.reasons import MERGED
from orderdesk.domain.shop.places import Place
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.orders import collect
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_customer,
    a_line,
    a_move,
    a_ready_order,
    an_actor,
    an_address,
    an_order,
    rupees,
)
from tests.counter import Counter, buttons_in, kind_of
from tests.unit.usecases.test_notify_customer import PARCEL, book, choose, give_address, go

CUSTOMER = an_actor(ActorKind.CUSTOMER)
EVERY_LANGUAGE = ("en", "hi", "pt_BR")
VERIFIED = Terms(
    confirm_rules=(ConfirmRule(method=PaymentMethod.CASH_ON_DELIVERY, on=ConfirmOn.VERIFIED),)
)


def a_counter(order: Order | None = None, language: str = "", **speech: Any) -> Counter:
    """Of a shop that speaks three languages, and its customer one of them."""
    counter = Counter(order, a_customer(language=language))
    speak(counter, **{"languages": EVERY_LANGUAGE, **speech})
    return counter


def speak(counter: Counter, **speech: Any) -> None:
    store = counter.stores.get(STORE)
    counter.stores.put(replace(store, policy=replace(store.policy, speech=Speech(**speech))))


def happens(counter: Counter, step: tuple[Order, Event] | None) -> None:
    """Saved as the order's next version, and told."""
    assert step is not None
    order, event = step
    counter.orders.save(order, [event])
    counter.tell(event)


def titles(body: dict[str, Any]) -> list[str]:
    return [each["reply"]["title"] for each in body["interactive"]["action"]["buttons"]]


def test_a_hindi_customer_reads_hindi_from_the_question_to_the_parcel() -> None:
    counter = a_counter(language="hi")

    give_address(counter)
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    go(counter, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED)
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "आपका ऑर्डर #1001 पक्का हो गया है।\n"
        "कुल: ₹1,500.00। आप डिलीवरी के समय ₹1,500.00 नकद देंगे।\n"
        "पता: Priya, 14, MG Road, Pune 411001, IN\nरवाना होते ही हम आपको बताएँगे।",
        "आपका ऑर्डर #1001 अब BlueDart के साथ रास्ते में है।\n"
        "ट्रैकिंग नंबर: BD123\nकृपया ₹1,500.00 नकद तैयार रखें।",
    ]
    assert "पार्सल ट्रैक करें" in str(counter.messenger.sent[-1].body)


def test_a_brazilian_customer_is_asked_how_to_pay_in_reais() -> None:
    real = Money(129_990, "BRL")
    order = an_order(lines=(a_line(price=real, quantity=1),), ledger=Ledger(currency="BRL"))
    counter = a_counter(order, language="pt_BR")

    give_address(counter)
    counter.tell_news(after=1)
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=2)

    assert counter.bubbles[0].endswith("Como você prefere pagar?")
    assert titles(counter.messenger.sent[0].body)[:2] == ["Dinheiro na entrega", "Pagar on-line"]
    assert counter.bubbles[1] == (
        "Pedido #1001: pague R$\N{NO-BREAK SPACE}1.299,90 aqui. "
        "Ele é confirmado assim que for pago."
    )


def test_what_an_event_told_of_money_is_written_anew_in_the_language() -> None:
    order = a_ready_order(lines=(a_line(quantity=200),))
    counter = a_counter(order, language="hi")

    book(counter, a_capture(order))
    counter.tell_news(after=1)

    assert counter.bubbles == ["ऑर्डर #1001 के लिए हमें ₹1,50,000.00 मिल गए हैं। धन्यवाद!"]


def test_a_shop_says_it_in_its_own_words() -> None:
    counter = a_counter(
        a_ready_order(Stage.SHIPPED), texts={"en.delivered": "Enjoy it, {first_name}! {shop}"}
    )

    go(counter, Stage.DELIVERED)
    counter.tell_news(after=1)

    assert counter.bubbles == ["Enjoy it, Priya! Asha's kurtas"]


def test_the_name_of_a_text_is_kept_with_its_message() -> None:
    counter = a_counter(a_ready_order(Stage.PROCESSED))

    go(counter, Stage.SHIPPED, Stage.DELIVERED)
    counter.tell_news(after=1)

    assert [each.purpose for each in counter.thread] == ["shipped", "delivered"]


def test_a_message_carries_the_template_that_stands_for_it() -> None:
    counter = a_counter(
        a_ready_order(Stage.PROCESSED), language="hi", templates={"shipped": "our_shipped"}
    )

    go(counter, Stage.SHIPPED, Stage.DELIVERED)
    counter.tell_news(after=1)

    shipped, delivered = (each.template for each in counter.thread)
    assert json.loads(shipped)["template"]["language"] == {"code": "hi"}
    assert '"text": "BlueDart"' in shipped
    assert delivered == ""


def test_a_muted_stage_is_not_told() -> None:
    counter = a_counter(a_ready_order(Stage.PROCESSED), muted=("shipped",))

    go(counter, Stage.SHIPPED, Stage.DELIVERED)
    counter.tell_news(after=1)

    assert [each.purpose for each in counter.thread] == ["delivered"]


def test_a_muted_notice_still_asks_what_is_needed_next() -> None:
    counter = a_counter(an_order(address=an_address()), muted=("payment_received",))

    book(counter, a_capture(counter.order, amount=rupees(700)))
    counter.tell_news(after=1)

    assert counter.bubbles == ["How would you like to pay?"]


@pytest.mark.parametrize(
    ("order", "muted", "purposes"),
    [
        (an_order(), (), ["waits_for_address"]),
        (an_order(address=an_address()), (), ["waits_for_payment"]),
        (an_order(), ("waits_for_address",), []),
    ],
)
def test_a_reminder_goes_by_its_own_name_and_can_be_muted(
    order: Order, muted: tuple[str, ...], purposes: list[str]
) -> None:
    counter = a_counter(order, muted=muted)
    counter.change_customer(last_inbound_at=NOW)

    happens(counter, amending.remind(counter.order, 1, by=an_actor(ActorKind.SYSTEM), now=NOW))

    assert [each.purpose for each in counter.thread] == purposes


def test_cash_that_has_to_be_verified_is_asked_for_by_a_button() -> None:
    counter = a_counter(an_order(address=an_address(), terms=VERIFIED))

    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=1)

    asked = counter.messenger.sent[0].body
    assert counter.bubbles[0].startswith("Please confirm your order #1001:\n2 × Cotton kurta, M")
    assert buttons_in(asked) == [
        f"order:verify:{counter.order.order_id}",
        f"order:cancel:{counter.order.order_id}",
        f"address:change:{counter.order.order_id}",
    ]
    assert counter.order.stage is Stage.PLACED


def test_who_verifies_their_order_hears_that_it_is_confirmed() -> None:
    counter = a_counter(an_order(address=an_address(), terms=VERIFIED))
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)

    collect.verify(
        STORE,
        counter.order.order_id,
        by=CUSTOMER,
        orders=counter.orders,
        stores=counter.stores,
        now=NOW,
    )
    counter.tell_news(after=2)

    assert [each.split("\n")[0] for each in counter.bubbles] == ["Your order #1001 is confirmed."]


def test_the_address_is_asked_for_before_an_order_is_verified() -> None:
    counter = a_counter(an_order(terms=VERIFIED))

    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=1)
    give_address(counter)
    counter.tell_news(after=2)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["address_message", "button"]
    assert counter.bubbles[1].startswith("Please confirm your order #1001:")


@pytest.mark.parametrize(
    ("account", "title"),
    [
        ({"upi_id": "asha@okhdfc"}, "Bank or UPI transfer"),
        ({"pix_key": "k@x.br"}, "Bank transfer"),
        ({"pix_key": "k@x.br", "upi_id": "asha@okhdfc"}, "Bank or UPI transfer"),
        ({"instructions": "HDFC 123"}, "Bank transfer"),
    ],
)
def test_a_transfer_is_called_by_what_the_shop_takes(account: dict[str, Any], title: str) -> None:
    ways = (PaymentMethod.CASH_ON_DELIVERY, PaymentMethod.TRANSFER)
    terms = Terms(offers=tuple(Offer(method=each) for each in ways))
    counter = a_counter(an_order(terms=terms))
    store = counter.stores.get(STORE)
    counter.stores.put(replace(store, policy=replace(store.policy, transfer=Transfer(**account))))

    give_address(counter)
    counter.tell_news(after=1)

    assert titles(counter.messenger.sent[0].body)[1] == title


def a_claimed_order() -> Counter:
    waits = Ledger(currency="INR", method=PaymentMethod.TRANSFER)
    counter = a_counter(an_order(address=an_address(), ledger=waits))
    step = crediting.claim(
        counter.order, rupees(1500), claim_id="c1", proof="wamid.p", by=CUSTOMER, now=NOW
    )
    happens(counter, step)
    return counter


def test_who_sends_a_receipt_hears_that_it_came() -> None:
    counter = a_claimed_order()

    assert counter.bubbles == [
        "Thank you! We have your receipt for order #1001. We check it and confirm your order."
    ]


def test_a_payment_that_was_not_found_is_told_with_the_reason() -> None:
    counter = a_claimed_order()

    step = crediting.decline_claim(counter.order, "c1", "No such transfer", by=an_actor(), now=NOW)
    happens(counter, step)

    assert counter.bubbles[-1] == (
        "We could not find your payment of ₹1,500.00 for order #1001.\nReason: No such transfer\n"
        "₹1,500.00 is still open. If you did pay, please write to us here."
    )


def change_lines(counter: Counter, by: Actor, *, why: str = "repriced", quantity: int = 1) -> None:
    lines = (replace(counter.order.lines[0], quantity=quantity),)
    happens(counter, amending.change_lines(counter.order, lines, why=why, by=by, now=NOW))


def test_what_the_shop_changed_is_told_with_the_new_total() -> None:
    counter = a_counter(a_ready_order())

    change_lines(counter, an_actor())

    assert counter.bubbles == [
        "We have changed your order #1001. It is now:\n1 × Cotton kurta, M: ₹750.00\n"
        "New total: ₹750.00"
    ]


def test_a_change_that_leaves_too_much_paid_says_that_it_goes_back() -> None:
    counter = a_counter(a_ready_order(ledger=_paid(rupees(1500))))

    change_lines(counter, an_actor())

    assert counter.bubbles[0].endswith(
        "That is ₹750.00 more than the order costs. We will send it back to you."
    )


def test_a_price_of_the_catalog_before_the_first_question_is_not_told_apart() -> None:
    counter = a_counter()

    change_lines(counter, an_actor(ActorKind.SYSTEM))

    assert counter.bubbles == []


def test_carts_that_became_one_are_told_of_once() -> None:
    counter = a_counter(a_ready_order(Stage.PLACED))

    after, event = a_move(counter.order, Stage.CANCELLED, reason_code=MERGED, by=CUSTOMER)
    happens(counter, (after, event))

    assert counter.bubbles == []


def test_delivery_to_a_far_place_says_what_it_costs() -> None:
    terms = Terms(shipping=Shipping(fee=5000))
    counter = a_counter(an_order(terms=terms, shipping_fee=rupees(120)))

    give_address(counter)
    counter.tell_news(after=1)

    assert counter.bubbles[0].startswith(
        "We deliver order #1001 to:\nPriya, 14, MG Road, Pune 411001, IN\n"
        "Delivery to this address costs ₹120.00. Order #1001 now comes to ₹1,620.00.\n\n"
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Reason: we could not reach you"),
        ("hi", "कारण: आपसे संपर्क नहीं हो सका"),
        ("pt_BR", "Motivo: não conseguimos falar com você"),
    ],
)
def test_a_reason_of_ours_is_told_in_the_customers_language(language: str, told: str) -> None:
    counter = a_counter(a_ready_order(), language=language)

    go(counter, Stage.CANCELLED, reason_code="unreachable")
    counter.tell_news(after=1)

    assert counter.bubbles[0].split("\n")[1] == told


def test_staffs_own_words_are_told_as_they_are() -> None:
    counter = a_counter(a_ready_order(), language="hi")

    go(counter, Stage.CANCELLED, reason="Out of cotton")
    counter.tell_news(after=1)

    assert counter.bubbles[0].split("\n")[1] == "कारण: Out of cotton"


def test_a_place_without_cash_on_delivery_is_told_with_the_address() -> None:
    counter = a_counter(an_order())
    counter.places.put(STORE, [Place(prefix="411", cash_on_delivery=False)])

    give_address(counter)
    counter.tell_news(after=1)

    assert counter.bubbles[0].endswith(
        "\nCash on delivery is not possible at this address.\n\nHow would you like to pay?"
    )
    assert f"pay:cash_on_delivery:{counter.order.order_id}" not in str(counter.messenger.sent[0])


def _paid(amount: Money) -> Ledger:
    order = an_order()
    return Ledger(
        currency="INR",
        method=PaymentMethod.ONLINE,
        entries=(a_capture(order, amount=amount),),
    )


def test_a_parcel_with_a_long_name_of_its_carrier_stays_readable() -> None:
    counter = a_counter(a_ready_order(Stage.PROCESSED))

    go(counter, Stage.SHIPPED, tracking=replace(PARCEL, carrier="Blue  Dart\nExpress " * 5))
    counter.tell_news(after=1)

    assert counter.bubbles[0].startswith("Your order #1001 is on its way with Blue Dart Express")
    assert "…" in counter.bubbles[0].split("\n")[0]
