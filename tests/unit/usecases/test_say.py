"""One message per key, whatever comes between."""

import json

import pytest

from orderdesk.domain.conversation import Delivery
from orderdesk.domain.errors import SendFailed
from orderdesk.usecases import bodies
from orderdesk.usecases.say import Said, say
from tests.builders import NOW, PHONE_NUMBER, STORE, a_customer, an_order
from tests.counter import Counter

HELLO = bodies.text("Hello!")


def say_hello(counter: Counter, key: str = "hello") -> Said:
    return say(
        counter.customers.get(STORE, "customer1"),
        HELLO,
        key=key,
        order=counter.order,
        conversations=counter.conversations,
        messenger=counter.messenger,
        now=NOW,
    )


def test_a_message_is_sent_and_kept_under_whatsapps_id() -> None:
    counter = Counter()

    said = say_hello(counter)

    assert said == Said(Delivery.SENT)
    [message] = counter.thread
    assert (message.text, message.delivery) == ("Hello!", Delivery.SENT)
    assert message.message_id == counter.messenger.sent[0].message_id
    assert json.loads(message.details) == HELLO
    assert message.order_id == counter.order.order_id


def test_a_key_is_said_once() -> None:
    counter = Counter()

    say_hello(counter)
    say_hello(counter)

    assert counter.bubbles == ["Hello!"]
    assert len(counter.thread) == 1


def test_the_key_travels_with_the_message_and_comes_back_with_each_status() -> None:
    counter = Counter()

    say_hello(counter, key="order1:1:ask")

    assert counter.messenger.sent[0].callback_data == "order1:1:ask"


def test_what_may_go_out_later_raises_and_is_sent_the_next_time() -> None:
    counter = Counter()
    counter.messenger.errors.append(SendFailed("busy", error_code=130429, retry=True))

    with pytest.raises(SendFailed, match="busy"):
        say_hello(counter)
    assert [each.delivery for each in counter.thread] == [Delivery.PENDING]
    say_hello(counter)

    assert counter.bubbles == ["Hello!"]
    assert [each.delivery for each in counter.thread] == [Delivery.SENT]


def test_what_will_never_go_out_is_kept_with_the_reason() -> None:
    counter = Counter()
    reason = "the customer wrote more than 24 hours ago"
    counter.messenger.errors.append(SendFailed(reason, error_code=131047, retry=False))

    said = say_hello(counter)
    say_hello(counter)

    assert said == Said(Delivery.FAILED, 131047)
    [message] = counter.thread
    assert (message.delivery, message.error) == (Delivery.FAILED, reason)
    assert counter.bubbles == []


def test_a_status_that_came_back_proves_that_it_was_sent() -> None:
    counter = Counter()
    counter.messenger.errors.append(SendFailed("no answer", error_code=None, retry=True))
    with pytest.raises(SendFailed):
        say_hello(counter)
    pending = counter.conversations.find(STORE, "hello")
    assert pending is not None
    counter.conversations.sent(pending, message_id="wamid.lost")

    say_hello(counter)

    assert counter.bubbles == []


def test_a_crash_between_sending_and_keeping_sends_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter()
    with monkeypatch.context() as patch:
        patch.setattr(counter.conversations, "sent", _crash)
        with pytest.raises(RuntimeError):
            say_hello(counter)

    say_hello(counter)

    assert counter.bubbles == ["Hello!", "Hello!"]
    assert [each.delivery for each in counter.thread] == [Delivery.SENT]


def test_a_customer_who_talks_with_metas_agent_is_not_written_to() -> None:
    counter = Counter(customer=a_customer(handed_over=True))

    said = say_hello(counter)

    assert said.delivery is Delivery.FAILED
    assert counter.bubbles == []
    assert "Meta's business agent" in counter.thread[0].error


def test_what_was_sent_before_the_thread_was_handed_over_stays_sent() -> None:
    counter = Counter()
    say_hello(counter)
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


def test_the_answer_leaves_from_the_number_that_was_ordered_at() -> None:
    counter = Counter(customer=a_customer(phone_number_id="999"))

    say_hello(counter)

    assert counter.messenger.sent[0].to.phone_number_id == PHONE_NUMBER


def test_an_order_without_a_number_is_answered_from_the_one_written_to_last() -> None:
    counter = Counter(an_order(phone_number_id=""), a_customer(phone_number_id="999"))

    say_hello(counter)

    assert counter.messenger.sent[0].to.phone_number_id == "999"


def _crash(*args: object, **named: object) -> None:
    raise RuntimeError("the function ran out of time")
