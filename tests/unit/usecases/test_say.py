"""One message per key on the thread, and in the outbox until it has left."""

import json

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.domain.messages.conversation import Delivery, Message
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.bodies import Body
from orderdesk.usecases.messages.say import say
from tests.builders import NOW, PHONE_NUMBER, STORE, a_customer, an_order
from tests.counter import Counter

HELLO = bodies.text("Hello!")
APPROVED: Body = {"type": "template", "template": {"name": "hello", "language": {"code": "en"}}}


def say_hello(counter: Counter, key: str = "hello", template: Body | None = None) -> Message:
    return say(
        counter.customers.get(STORE, "customer1"),
        HELLO,
        key=key,
        purpose="greeting",
        order=counter.order,
        template=template,
        conversations=counter.conversations,
        outbox=counter.outbox,
        now=NOW,
    )


def test_a_message_waits_on_the_thread_and_in_the_outbox() -> None:
    counter = Counter()

    message = say_hello(counter, template=APPROVED)

    assert counter.outbox.waiting == [(STORE, "hello")]
    [kept] = counter.conversations.page(STORE, "customer1").items
    assert kept == message
    assert (kept.text, kept.delivery, kept.purpose) == ("Hello!", Delivery.PENDING, "greeting")
    assert json.loads(kept.details) == HELLO
    assert json.loads(kept.template) == APPROVED
    assert kept.order_id == counter.order.order_id


def test_a_key_is_said_once() -> None:
    counter = Counter()

    say_hello(counter)
    counter.deliver()
    say_hello(counter)

    assert counter.bubbles == ["Hello!"]
    assert len(counter.thread) == 1


def test_a_message_that_the_outbox_never_got_is_put_there_by_the_next_attempt() -> None:
    counter = Counter()
    counter.outbox.is_down = True
    with pytest.raises(Unavailable):
        say_hello(counter)
    counter.outbox.is_down = False

    say_hello(counter)

    assert counter.bubbles == ["Hello!"]
    assert len(counter.thread) == 1


def test_the_answer_leaves_from_the_number_that_was_ordered_at() -> None:
    counter = Counter(customer=a_customer(phone_number_id="999"))

    assert say_hello(counter).phone_number_id == PHONE_NUMBER


def test_an_order_without_a_number_is_answered_from_the_one_written_to_last() -> None:
    counter = Counter(an_order(phone_number_id=""), a_customer(phone_number_id="999"))

    assert say_hello(counter).phone_number_id == "999"
