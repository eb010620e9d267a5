"""A message leaves the outbox once, in the form that is allowed, whatever comes between."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.adapters.memory import MemoryTemplates, MemoryUnsent
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.conversation import Delivery, Message
from orderdesk.domain.messages.sending import ErrorClass
from orderdesk.domain.messages.templates import Approval
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.put_again import put_again
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.messages.send import Result, Sending, send
from tests.builders import (
    NOW,
    STORE,
    a_customer,
    a_message,
    a_ready_order,
    an_order,
    rupees,
)
from tests.counter import Counter, kind_of, words_in

if TYPE_CHECKING:
    from orderdesk.usecases.messages.bodies import Body

SHIPPED: Body = {
    "type": "template",
    "template": {"name": "order_shipped", "language": {"code": "en"}, "components": []},
}
DAY = timedelta(days=1)


def say_hello(counter: Counter, key: str = "hello", words: str = "Hello!", **more: Any) -> None:
    say(
        counter.customers.get(STORE, "customer1"),
        more.pop("body", None) or bodies.text(words),
        key=key,
        purpose=more.pop("purpose", "greeting"),
        order=counter.order,
        conversations=counter.conversations,
        outbox=counter.outbox,
        now=NOW,
        **more,
    )


def sending(counter: Counter, key: str = "hello", *, after: timedelta = timedelta()) -> Sending:
    return send(STORE, key, room=counter.room, now=NOW + after)


def kept(counter: Counter, key: str = "hello") -> Message:
    message = counter.conversations.find(STORE, key)
    assert message is not None
    return message


def refusing(
    counter: Counter, error_class: ErrorClass, code: int | None = None, **more: Any
) -> None:
    counter.phone.errors.append(
        SendFailed("refused", error_code=code, retry=False, error_class=error_class, **more)
    )


def attention(counter: Counter) -> list[str]:
    return [each.reason for each in counter.order.attention]


# ------------------------------------------------------------ once


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

    assert sending(counter).result is Result.SENT
    assert sending(counter).result is Result.REPEATED

    assert counter.bubbles == ["Hello!"]


def test_a_message_that_was_erased_is_nothing_to_send() -> None:
    assert sending(Counter()).result is Result.REPEATED


def test_a_status_that_came_back_proves_that_it_was_sent() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.UNSURE)
    say_hello(counter)
    assert sending(counter).wait == timedelta(seconds=30)

    counter.conversations.sent(kept(counter), message_id="wamid.lost")

    assert sending(counter, after=timedelta(seconds=30)).result is Result.REPEATED
    assert counter.phone.sent == []


def test_an_answer_without_an_id_says_that_it_was_sent() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.ACCEPTED)
    say_hello(counter)

    assert sending(counter).result is Result.SENT
    assert kept(counter).delivery is Delivery.SENT


def test_a_message_that_the_outbox_lost_is_put_there_again() -> None:
    counter = Counter()
    say_hello(counter)
    counter.outbox.waiting.clear()

    assert put_again(counter.room, now=NOW + timedelta(minutes=14)) == 0
    assert put_again(counter.room, now=NOW + timedelta(minutes=15)) == 1
    assert put_again(counter.room, now=NOW + timedelta(minutes=16)) == 0

    assert counter.bubbles == ["Hello!"]


# ------------------------------------------------------------ to whom


def test_a_customer_who_talks_with_metas_agent_is_not_written_to() -> None:
    counter = Counter(customer=a_customer(handed_over=True))

    say_hello(counter)

    assert counter.bubbles == []
    assert counter.thread[0].delivery is Delivery.WITHDRAWN
    assert "Meta's business agent" in counter.thread[0].error
    assert attention(counter) == []


def test_what_was_sent_before_the_thread_was_handed_over_stays_sent() -> None:
    counter = Counter()
    say_hello(counter)
    counter.deliver()
    counter.change_customer(handed_over=True)

    say_hello(counter)

    assert [each.delivery for each in counter.thread] == [Delivery.SENT]


@pytest.mark.parametrize(
    ("fields", "more", "sent"),
    [
        ({"opted_out_at": NOW}, {}, False),
        ({"opted_out_at": NOW - DAY}, {}, True),  # they wrote again afterwards
        ({"opted_out_at": NOW}, {"purpose": "opted_out"}, True),
        ({"marketing_opted_out_at": NOW}, {}, True),
        ({"marketing_opted_out_at": NOW}, {"marketing": True}, False),
        ({"erased_at": NOW}, {}, False),
    ],
)
def test_who_wants_no_messages_gets_none(
    fields: dict[str, Any], more: dict[str, Any], *, sent: bool
) -> None:
    counter = Counter(customer=a_customer(**fields))

    say_hello(counter, **more)

    assert (counter.bubbles == ["Hello!"]) is sent
    assert counter.thread[0].delivery is (Delivery.SENT if sent else Delivery.WITHDRAWN)


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


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.REJECTED])
def test_nothing_is_asked_about_an_order_that_was_stopped_meanwhile(stage: Stage) -> None:
    counter = Counter(an_order(stage))

    say_hello(counter, purpose="ask_payment")
    say_hello(counter, key="news", words="It is over", purpose="cancelled")

    assert counter.bubbles == ["It is over"]
    assert kept(counter).delivery is Delivery.WITHDRAWN


# ------------------------------------------------------------ the window


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [(timedelta(hours=23, minutes=54), True), (timedelta(hours=23, minutes=55), False)],
)
def test_the_window_closes_five_minutes_before_meta_closes_it(
    ago: timedelta, *, is_open: bool
) -> None:
    counter = Counter(customer=a_customer(last_inbound_at=NOW - ago))

    say_hello(counter, template=SHIPPED)

    assert kind_of(counter.messenger.sent[0].body) == ("text" if is_open else "template")
    assert kept(counter).form == ("free" if is_open else "template")


@pytest.mark.parametrize("last", [None, NOW - DAY])
def test_no_free_words_go_into_a_closed_window(last: Any) -> None:
    counter = Counter(customer=a_customer(last_inbound_at=last))

    say_hello(counter)

    assert counter.bubbles == []
    assert counter.thread[0].delivery is Delivery.FAILED
    assert "only a template reaches them" in counter.thread[0].error
    assert attention(counter) == ["message_not_sent"]


def test_each_number_of_the_shop_has_a_window_of_its_own() -> None:
    counter = Counter(customer=a_customer(phone_number_id="999"))
    say_hello(counter, template=SHIPPED)
    assert kind_of(counter.messenger.sent[0].body) == "template"

    counter.conversations.append(a_message("wamid.hers", at=NOW - timedelta(hours=3)))
    say_hello(counter, key="again", template=SHIPPED)

    assert kind_of(counter.messenger.sent[1].body) == "text"


def test_a_template_that_meta_has_stopped_is_not_tried() -> None:
    counter = Counter(customer=a_customer(last_inbound_at=NOW - DAY))
    templates = MemoryTemplates()
    paused = Approval(name="order_shipped", language="en", status="PAUSED", at=NOW)
    templates.note(STORE, paused)
    counter.more["templates"] = templates

    say_hello(counter, template=SHIPPED)

    assert counter.messenger.sent == []
    assert "order_shipped (en) is paused" in counter.thread[0].error


def test_a_window_that_meta_says_is_closed_is_answered_with_the_template_once() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.WINDOW, 131047)
    say_hello(counter, template=SHIPPED)

    assert sending(counter).result is Result.SENT

    assert [kind_of(each.body) for each in counter.phone.sent] == ["template"]
    assert counter.phone.sent[0].callback_data == "hello"


def test_a_template_that_is_refused_for_the_window_too_fails() -> None:
    counter = Counter()
    for _ in range(2):
        refusing(counter, ErrorClass.WINDOW, 131047)
    say_hello(counter, template=SHIPPED)

    assert sending(counter).result is Result.FAILED
    assert kept(counter).error_code == 131047


# ------------------------------------------------------------ the order's page at Meta


def paid_in_whatsapp(stage: Stage, *, captured: bool) -> Any:
    asked = Entry(
        id="r1",
        kind=EntryKind.REQUESTED,
        amount=rupees(1500),
        at=NOW,
        method=PaymentMethod.WHATSAPP_PAY,
        reference="1001-1",
        provider="whatsapp",
    )
    money = Entry(
        id="c1",
        kind=EntryKind.CAPTURED,
        amount=rupees(1500),
        at=NOW,
        method=PaymentMethod.WHATSAPP_PAY,
        reference="pay_1",
        request="r1",
        provider="whatsapp",
    )
    ledger = Ledger(currency="INR", method=PaymentMethod.WHATSAPP_PAY).book(asked)
    return a_ready_order(stage, ledger=ledger.book(money) if captured else ledger)


@pytest.mark.parametrize(
    ("purpose", "status"),
    [
        ("confirmed", "processing"),
        ("part_shipped", "partially_shipped"),
        ("shipped", "shipped"),
        ("delivered", "completed"),
    ],
)
def test_an_order_that_was_paid_in_whatsapp_is_told_by_its_status(
    purpose: str, status: str
) -> None:
    counter = Counter(paid_in_whatsapp(Stage.SHIPPED, captured=True))

    say_hello(
        counter, purpose=purpose, body=bodies.link("On its way", "Track", "https://t.example")
    )

    [sent] = counter.messenger.sent
    assert kind_of(sent.body) == "order_status"
    assert words_in(sent.body) == "On its way\nhttps://t.example"
    parameters = sent.body["interactive"]["action"]["parameters"]  # type: ignore[index]
    assert parameters == {"reference_id": "1001-1", "order": {"status": status}}


def test_a_cancellation_with_money_in_it_is_told_in_words() -> None:
    counter = Counter(paid_in_whatsapp(Stage.CANCELLED, captured=True))

    say_hello(counter, purpose="cancelled")

    assert kind_of(counter.messenger.sent[0].body) == "text"


def test_buttons_are_not_lost_to_a_status() -> None:
    counter = Counter(paid_in_whatsapp(Stage.CONFIRMED, captured=True))
    choice = bodies.Choice("order:track:1", "Where is it?")

    say_hello(counter, purpose="confirmed", body=bodies.buttons("Confirmed", choice))

    assert kind_of(counter.messenger.sent[0].body) == "button"


def test_a_page_that_takes_no_such_status_leaves_the_words() -> None:
    counter = Counter(paid_in_whatsapp(Stage.SHIPPED, captured=True))
    refusing(counter, ErrorClass.ORDER_STATUS, 2046)
    say_hello(counter, purpose="shipped")

    assert sending(counter).result is Result.SENT
    assert kind_of(counter.phone.sent[0].body) == "text"


# ------------------------------------------------------------ errors, by class


def test_what_waits_holds_up_what_was_said_after_it() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.RATE, 130429)
    say_hello(counter)
    say_hello(counter, key="bye", words="Bye!")

    counter.deliver()
    assert counter.outbox.waiting == [(STORE, "hello"), (STORE, "bye")]
    counter.now += timedelta(seconds=2)

    assert counter.bubbles == ["Hello!", "Bye!"]


def test_a_rate_limit_pauses_the_whole_number_longer_each_time() -> None:
    counter = Counter()
    say_hello(counter)
    after, waits = timedelta(), []
    for _ in range(8):
        refusing(counter, ErrorClass.RATE, 130429)
        wait = sending(counter, after=after).wait
        assert wait is not None
        waits.append(wait.total_seconds())
        after += wait

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert kept(counter).attempts == 0


def test_meta_is_waited_for_as_long_as_it_asks() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.RATE, 4, retry_after=90)
    say_hello(counter)

    assert sending(counter).wait == timedelta(seconds=90)


def test_while_a_number_is_paused_its_messages_are_not_even_read() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.CREDENTIALS, 190)
    say_hello(counter)
    number = kept(counter).phone_number_id
    assert sending(counter).wait == timedelta(seconds=30)

    held = send(STORE, "never said", phone_number_id=number, room=counter.room, now=NOW)

    assert held.result is Result.WAITS
    assert held.wait is not None
    assert held.wait == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("error_class", "longest"),
    [
        (ErrorClass.CREDENTIALS, 300),
        (ErrorClass.ACCOUNT, 900),
        (ErrorClass.QUALITY, 1800),
    ],
)
def test_what_a_person_has_to_mend_holds_everything_and_fails_nothing(
    error_class: ErrorClass, longest: int
) -> None:
    counter = Counter()
    say_hello(counter)
    after = wait = timedelta()
    for _ in range(12):
        refusing(counter, error_class)
        found = sending(counter, after=after)
        assert (found.result, found.error_class) == (Result.WAITS, error_class)
        wait = found.wait or timedelta()
        after += wait

    assert wait.total_seconds() == longest
    assert kept(counter).delivery is Delivery.PENDING
    assert sending(counter, after=after).result is Result.SENT


def test_what_may_have_been_sent_is_tried_seven_times_in_an_hour_then_shown_on_the_order() -> None:
    counter = Counter()
    say_hello(counter)
    after, waits = timedelta(), []
    for _ in range(7):
        refusing(counter, ErrorClass.UNSURE, 131000)
        found = sending(counter, after=after)
        waits.append(found.wait)
        after += found.wait or timedelta()

    assert found.result is Result.FAILED
    assert [each.total_seconds() for each in waits if each] == [30, 120, 300, 600, 900, 1800]
    assert kept(counter).delivery is Delivery.FAILED
    assert attention(counter) == ["message_not_sent"]


def test_a_message_that_is_held_back_is_tried_once_a_day_later() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.TOMORROW, 131049)
    say_hello(counter, marketing=True, template=SHIPPED)
    say_hello(counter, key="bye", words="Bye!")

    assert sending(counter) == Sending(Result.POSTPONED, None, ErrorClass.TOMORROW, "refused")
    assert sending(counter, "bye").result is Result.SENT  # it does not wait behind the other
    counter.outbox.waiting.clear()
    assert sending(counter, after=timedelta(hours=2)).result is Result.POSTPONED

    later = timedelta(hours=25)
    assert put_again(counter.room, now=NOW + later) == 1
    refusing(counter, ErrorClass.TOMORROW, 131049)
    assert sending(counter, after=later).result is Result.FAILED


def test_a_mistake_of_ours_is_never_repeated() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.REQUEST, 131009)
    say_hello(counter)

    assert sending(counter).result is Result.FAILED
    assert (kept(counter).error, kept(counter).error_code) == ("refused", 131009)
    assert attention(counter) == ["message_not_sent"]


def test_a_template_that_meta_pauses_is_not_tried_for_the_next_customer() -> None:
    counter = Counter(customer=a_customer(last_inbound_at=NOW - DAY))
    counter.more["templates"] = MemoryTemplates()
    refusing(counter, ErrorClass.TEMPLATE, 132015)
    say_hello(counter, template=SHIPPED)
    say_hello(counter, key="next", template=SHIPPED)

    assert sending(counter).result is Result.FAILED
    assert sending(counter, "next").result is Result.FAILED

    assert "order_shipped (en) is paused" in kept(counter, "next").error
    assert counter.phone.errors == []


def test_whoever_refuses_advertising_gets_no_more_of_it() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.RECIPIENT, 131050)
    say_hello(counter, marketing=True)

    assert sending(counter).result is Result.FAILED

    assert not counter.customers.get(STORE, "customer1").wants_marketing
    assert attention(counter) == []


def test_what_waited_for_two_days_is_no_news_any_more() -> None:
    counter = Counter(customer=a_customer(last_inbound_at=NOW + DAY * 2))
    say_hello(counter)

    assert sending(counter, after=timedelta(hours=49)).result is Result.FAILED
    assert "two days" in kept(counter).error


def test_a_failed_message_is_listed_until_something_was_said_instead() -> None:
    counter = Counter()
    refusing(counter, ErrorClass.RECIPIENT, 131026)
    say_hello(counter)
    sending(counter)
    unsent = MemoryUnsent(counter.shelf)

    [failed] = unsent.failed(STORE).items
    assert (failed.message_id, json.loads(failed.details)) == ("hello", bodies.text("Hello!"))
