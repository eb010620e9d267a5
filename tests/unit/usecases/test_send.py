"""A message leaves the outbox once, whatever comes between."""

from orderdesk.domain.conversation import Delivery
from orderdesk.domain.errors import SendFailed
from orderdesk.usecases import bodies
from orderdesk.usecases.say import say
from tests.builders import NOW, STORE, a_customer, an_order
from tests.counter import Counter


def say_hello(counter: Counter, key: str = "hello", words: str = "Hello!") -> None:
    say(
        counter.customers.get(STORE, "customer1"),
        bodies.text(words),
        key=key,
        purpose="greeting",
        order=counter.order,
        conversations=counter.conversations,
        outbox=counter.outbox,
        now=NOW,
    )


def test_a_message_is_sent_and_kept_under_whatsapps_id() -> None:
    counter = Counter()

    say_hello(counter)

    [message] = counter.thread
    assert (message.text, message.delivery) == ("Hello!", Delivery.SENT)
    assert message.message_id == counter.messenger.sent[0].message_id


def test_the_key_travels_with_the_message_and_comes_back_with_each_status() -> None:
    counter = Counter()

    say_hello(counter, key="order1:1:ask")

    assert counter.messenger.sent[0].callback_data == "order1:1:ask"


def test_what_the_outbox_hands_out_twice_is_sent_once() -> None:
    counter = Counter()
    say_hello(counter)
    twice = counter.outbox.waiting * 2

    counter.deliver()
    counter.outbox.waiting = twice

    assert counter.bubbles == ["Hello!"]


def test_what_may_go_out_later_waits_and_so_does_what_was_said_after_it() -> None:
    counter = Counter()
    counter.messenger.errors.append(SendFailed("busy", error_code=130429, retry=True))
    say_hello(counter)
    say_hello(counter, key="bye", words="Bye!")

    counter.deliver()

    assert counter.outbox.waiting == [(STORE, "hello"), (STORE, "bye")]
    assert counter.bubbles == ["Hello!", "Bye!"]


def test_what_will_never_go_out_is_kept_with_the_reason() -> None:
    counter = Counter()
    counter.messenger.errors.append(SendFailed("blocked", error_code=130403, retry=False))
    say_hello(counter)

    [message] = counter.thread
    assert (message.delivery, message.error) == (Delivery.FAILED, "blocked")
    assert counter.bubbles == []


def test_a_status_that_came_back_proves_that_it_was_sent() -> None:
    counter = Counter()
    counter.messenger.errors.append(SendFailed("no answer", error_code=None, retry=True))
    say_hello(counter)
    counter.deliver()
    pending = counter.conversations.find(STORE, "hello")
    assert pending is not None
    counter.conversations.sent(pending, message_id="wamid.lost")

    assert counter.bubbles == []


def test_a_customer_who_talks_with_metas_agent_is_not_written_to() -> None:
    counter = Counter(customer=a_customer(handed_over=True))

    say_hello(counter)

    assert counter.bubbles == []
    assert counter.thread[0].delivery is Delivery.FAILED
    assert "Meta's business agent" in counter.thread[0].error


def test_what_was_sent_before_the_thread_was_handed_over_stays_sent() -> None:
    counter = Counter()
    say_hello(counter)
    counter.deliver()
    counter.change_customer(handed_over=True)

    say_hello(counter)

    assert [each.delivery for each in counter.thread] == [Delivery.SENT]


def test_a_customer_without_a_phone_number_is_reached_by_whatsapp_id() -> None:
    customer = a_customer(phone="", user_id="IN.33180925746610458207")
    contact = an_order().customer
    order = an_order(customer=type(contact)(customer_id="customer1", name="Meera"))
    counter = Counter(order, customer)

    say_hello(counter)

    to = counter.messenger.sent[0].to
    assert (to.phone, to.user_id) == ("", "IN.33180925746610458207")


def test_who_hides_their_number_is_reached_by_the_one_they_ordered_with() -> None:
    counter = Counter(customer=a_customer(phone="", user_id=""))

    say_hello(counter)

    assert counter.messenger.sent[0].to.phone == counter.order.customer.phone
