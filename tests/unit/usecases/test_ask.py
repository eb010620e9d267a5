"""After a cart, the customer is asked for one thing: what is missing first."""

import pytest

from orderdesk.adapters.memory import MemoryGateways, MemoryUnsent
from orderdesk.adapters.pages import SignedPages
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.customer import save_address
from orderdesk.domain.shop.places import Place
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.messages import ask as asking
from orderdesk.usecases.messages.fallback import after_failure
from tests.builders import (
    NOW,
    STORE,
    a_customer,
    a_line,
    a_placed_event,
    a_ready_order,
    a_store,
    an_address,
    an_order,
)
from tests.counter import Counter, buttons_in, kind_of, words_in

TOO_OLD = SendFailed("too old", error_code=1026, retry=False)


def ask(counter: Counter, *, version: int = 1, online: bool = True) -> None:
    asking.ask(
        counter.order,
        version=version,
        orders=counter.orders,
        conversations=counter.conversations,
        outbox=counter.outbox,
        customers=counter.customers,
        stores=counter.stores,
        gateways=counter.gateways if online else MemoryGateways(),
        pages=counter.pages,
        places=counter.places,
        now=NOW,
    )


def fail(counter: Counter, error_code: int) -> None:
    """A status says that the last message did not arrive."""
    after_failure(
        counter.thread[-1],
        error_code,
        orders=counter.orders,
        conversations=counter.conversations,
        unsent=MemoryUnsent(counter.shelf),
        outbox=counter.outbox,
        customers=counter.customers,
        stores=counter.stores,
        pages=None,
        now=NOW,
    )


def test_an_indian_customer_gets_the_address_form_filled_with_what_is_known() -> None:
    counter = Counter()

    ask(counter)

    [sent] = counter.messenger.sent
    assert kind_of(sent.body) == "address_message"
    parameters = sent.body["interactive"]["action"]["parameters"]  # type: ignore[index]
    assert parameters == {
        "country": "IN",
        "values": {"name": "Priya", "phone_number": "+919876543210"},
    }


def test_the_one_question_says_thanks_and_what_was_ordered() -> None:
    counter = Counter()

    ask(counter)

    assert counter.bubbles == [
        "Thank you, Priya! We have your order, #1001:\n"
        "2 × Cotton kurta, M: ₹1,500.00\n"
        "Total: ₹1,500.00\n\n"
        "Where should we deliver it? Tap below to give your address."
    ]


@pytest.mark.parametrize(
    ("customer", "country", "kind"),
    [
        (a_customer(phone="919800012345"), "IN", "address_message"),
        (a_customer(phone="919800012345"), "GB", "text"),
        (a_customer(phone="447700900142"), "IN", "text"),
        (a_customer(phone="", user_id="IN.33180925746610458207"), "IN", "address_message"),
        (a_customer(phone="", user_id="US.60733129984405127781"), "IN", "text"),
        (a_customer(phone="", user_id="hidden"), "IN", "address_message"),
        (a_customer(phone="", user_id="hidden"), "BR", "text"),
    ],
)
def test_the_form_is_for_india_and_everybody_else_writes(
    customer: object, country: str, kind: str
) -> None:
    counter = Counter(customer=customer)  # type: ignore[arg-type]
    counter.stores.put(a_store(country=country))

    ask(counter)

    assert kind_of(counter.messenger.sent[0].body) == kind


def test_with_the_address_known_the_question_is_how_to_pay() -> None:
    counter = Counter(an_order(address=an_address()))

    ask(counter)

    [sent] = counter.messenger.sent
    order_id = counter.order.order_id
    assert buttons_in(sent.body) == [
        f"pay:cash_on_delivery:{order_id}",
        f"pay:online:{order_id}",
        f"address:change:{order_id}",
    ]
    assert counter.bubbles[0].endswith("How would you like to pay?")


def test_online_payment_is_offered_only_with_a_gateway() -> None:
    counter = Counter(an_order(address=an_address()))

    ask(counter, online=False)

    assert "pay:online" not in str(buttons_in(counter.messenger.sent[0].body))


def test_cash_is_not_offered_where_the_shop_does_not_take_it() -> None:
    counter = Counter(an_order(address=an_address(postal_code="190001")))
    counter.places.put(STORE, [Place(prefix="19", cash_on_delivery=False)])

    ask(counter)

    offered = str(buttons_in(counter.messenger.sent[0].body))
    assert "pay:online" in offered
    assert "pay:cash_on_delivery" not in offered


def test_asking_twice_asks_once() -> None:
    counter = Counter()

    ask(counter)
    ask(counter)

    assert len(counter.bubbles) == 1


def test_a_resumed_order_is_asked_about_again() -> None:
    counter = Counter(an_order(version=4))

    ask(counter, version=1)
    ask(counter, version=4)

    assert len(counter.bubbles) == 2
    assert counter.bubbles[1].startswith("We go on with your order, #1001:")


@pytest.mark.parametrize(
    "order",
    [
        a_ready_order(Stage.PLACED),
        an_order(Stage.CONFIRMED),
        an_order(Stage.CANCELLED),
        an_order(address=an_address(), last_customer_action_at=NOW.replace(hour=10)),
    ],
    ids=["nothing is missing", "it went on", "it was stopped", "the customer answered already"],
)
def test_there_is_nothing_to_ask(order: object) -> None:
    counter = Counter(order)  # type: ignore[arg-type]

    ask(counter)

    assert counter.bubbles == []


def test_an_online_order_that_is_not_paid_is_asked_how_to_pay() -> None:
    online = Ledger(currency="INR", method=PaymentMethod.ONLINE)
    counter = Counter(an_order(address=an_address(), ledger=online))

    ask(counter)

    assert kind_of(counter.messenger.sent[0].body) == "button"


def test_a_long_cart_stays_within_whatsapps_limit() -> None:
    lines = tuple(a_line(f"sku-{n}", name="A very long name " * 20, quantity=9) for n in range(200))
    counter = Counter(an_order(lines=lines))

    ask(counter)

    words = words_in(counter.messenger.sent[0].body)
    assert len(words) <= 1024
    assert "… and 195 more" in words
    assert "\nTotal: ₹13,50,000.00\n" in words
    assert words.endswith("Tap below to give your address.")


def test_a_phone_that_cannot_show_the_form_is_asked_in_words_instead() -> None:
    counter = Counter()
    counter.messenger.errors.append(TOO_OLD)

    ask(counter)

    assert kind_of(counter.messenger.sent[0].body) == "text"
    assert [each.delivery for each in counter.thread] == [Delivery.FAILED, Delivery.SENT]


def test_a_status_that_says_so_later_asks_in_words_once() -> None:
    counter = Counter()
    ask(counter)
    form = counter.thread[-1]

    for _ in range(2):
        after_failure(
            form,
            1026,
            orders=counter.orders,
            conversations=counter.conversations,
            unsent=MemoryUnsent(counter.shelf),
            outbox=counter.outbox,
            customers=counter.customers,
            stores=counter.stores,
            pages=None,
            now=NOW,
        )

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["address_message", "text"]
    assert counter.bubbles[1].startswith("Thank you, Priya! We have your order, #1001:")
    assert "Tap below" not in counter.bubbles[1]
    assert "Please reply with your full address" in counter.bubbles[1]


def test_any_other_failure_asks_nothing() -> None:
    counter = Counter()
    ask(counter)

    fail(counter, 131026)

    assert len(counter.bubbles) == 1


def test_a_failed_form_is_forgotten_once_the_address_is_there() -> None:
    counter = Counter()
    ask(counter)
    key = (STORE, counter.order.order_id)
    counter.shelf.orders.pop(key)
    answered = a_ready_order(Stage.PLACED)
    counter.orders.add(answered, a_placed_event(answered), raw="{}")

    fail(counter, 1026)

    assert len(counter.bubbles) == 1


def test_the_customer_can_give_another_address_each_time_they_ask() -> None:
    counter = Counter(a_ready_order())

    for tap in ("wamid.tap1", "wamid.tap1", "wamid.tap2"):
        asking.ask_for_another_address(
            counter.order,
            "Your order #1001: we change the address.",
            because_of=tap,
            changes=True,
            conversations=counter.conversations,
            outbox=counter.outbox,
            customers=counter.customers,
            stores=counter.stores,
            pages=None,
            now=NOW,
        )

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["address_message"] * 2


def test_who_cannot_see_the_form_is_asked_for_the_change_in_words() -> None:
    counter = Counter(a_ready_order())
    counter.messenger.errors.append(TOO_OLD)

    asking.ask_for_another_address(
        counter.order,
        "We change the address.",
        because_of="wamid.tap1",
        changes=True,
        conversations=counter.conversations,
        outbox=counter.outbox,
        customers=counter.customers,
        stores=counter.stores,
        pages=None,
        now=NOW,
    )

    assert counter.bubbles[0].startswith("We change the address.\n\nWhere should we deliver it?")
    assert kind_of(counter.messenger.sent[0].body) == "text"
    assert counter.customers.get(STORE, "customer1").cannot_show == ("address_message",)


def test_what_cannot_be_shown_is_not_tried_with_the_next_order() -> None:
    counter = Counter()
    counter.messenger.errors.append(TOO_OLD)
    ask(counter)
    counter.messenger.sent.clear()

    ask(counter, version=7)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["text"]


def test_each_link_of_the_chain_that_fails_leads_to_the_next() -> None:
    counter = Counter(customer=save_address(a_customer(), an_address(), now=NOW))
    counter.stores.put(a_store(policy=Policy(flow_id="4711")))
    counter.pages = SignedPages("https://shop.example", lambda: "key")
    counter.messenger.errors += [TOO_OLD] * 4

    ask(counter)

    assert [each.delivery for each in counter.thread].count(Delivery.FAILED) == 4
    assert [kind_of(each.body) for each in counter.messenger.sent] == ["text"]
    refused = counter.customers.get(STORE, "customer1").cannot_show
    assert refused == ("button", "address_message", "flow", "cta_url")
    assert counter.bubbles[0].startswith("Thank you, Priya!")
