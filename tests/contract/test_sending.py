"""Pace, what did not leave, and what Meta said of templates: in memory and on DynamoDB."""

from dataclasses import replace
from datetime import datetime, timedelta

from orderdesk.domain.messages.conversation import Delivery, Message
from orderdesk.domain.messages.sending import ErrorClass, Pause
from orderdesk.domain.messages.templates import Approval
from orderdesk.usecases.ports import Conversations, Pace, Templates, Unsent
from tests.builders import NOW, PHONE_NUMBER, STORE, an_answer

MINUTE = timedelta(minutes=1)


def waiting(conversations: Conversations, key: str = "order1:1:ask", **fields: object) -> Message:
    message = replace(an_answer(key), **fields)  # type: ignore[arg-type]
    conversations.append(message)
    return message


def keys(messages: tuple[Message, ...]) -> list[str]:
    return [each.message_id for each in messages]


# ------------------------------------------------------------ what did not leave


def test_a_message_that_nobody_sent_is_overdue_after_a_quarter_of_an_hour(
    conversations: Conversations, unsent: Unsent
) -> None:
    message = waiting(conversations, at=NOW)

    assert unsent.overdue(STORE, before=NOW + 14 * MINUTE, limit=9) == ()
    assert unsent.overdue(STORE, before=NOW + 15 * MINUTE, limit=9) == (message,)
    assert unsent.overdue("other", before=NOW + 15 * MINUTE, limit=9) == ()


def test_what_was_sent_or_failed_is_not_overdue(
    conversations: Conversations, unsent: Unsent
) -> None:
    sent, failed = waiting(conversations, "a"), waiting(conversations, "b")
    conversations.sent(sent, message_id="wamid.1")
    conversations.set_delivery(STORE, failed.message_id, Delivery.FAILED, error="blocked")

    assert unsent.overdue(STORE, before=NOW + timedelta(days=9), limit=9) == ()


def test_an_attempt_is_noted_and_puts_the_message_off(
    conversations: Conversations, unsent: Unsent
) -> None:
    message, later = waiting(conversations, at=NOW), NOW + timedelta(hours=24)

    noted = unsent.note(message, attempts=2, again_at=later, error="held", error_code=131049)

    assert noted
    kept = conversations.find(STORE, message.message_id)
    assert kept == replace(
        message, attempts=2, next_attempt_at=later, error="held", error_code=131049
    )
    assert unsent.overdue(STORE, before=later + 14 * MINUTE, limit=9) == ()
    assert unsent.overdue(STORE, before=later + 15 * MINUTE, limit=9) == (kept,)


def test_no_attempt_is_noted_of_what_has_left(conversations: Conversations, unsent: Unsent) -> None:
    message = waiting(conversations)
    conversations.sent(message, message_id="wamid.1")

    assert not unsent.note(message, attempts=1, again_at=NOW, error="no answer", error_code=None)
    assert not unsent.note(
        replace(message, message_id="unknown"),
        attempts=1,
        again_at=NOW,
        error="no answer",
        error_code=None,
    )
    kept = conversations.find(STORE, message.message_id)
    assert kept is not None
    assert (kept.delivery, kept.attempts) == (Delivery.SENT, 0)


def test_what_was_put_again_is_looked_at_again_later(
    conversations: Conversations, unsent: Unsent
) -> None:
    message = waiting(conversations, at=NOW)

    unsent.look_again(message, at=NOW + 60 * MINUTE)

    assert unsent.overdue(STORE, before=NOW + 59 * MINUTE, limit=9) == ()
    assert unsent.overdue(STORE, before=NOW + 60 * MINUTE, limit=9) == (message,)


def test_a_message_that_is_to_wait_from_the_beginning_is_overdue_after_that(
    conversations: Conversations, unsent: Unsent
) -> None:
    message = waiting(conversations, at=NOW, next_attempt_at=NOW + 60 * MINUTE)

    assert unsent.overdue(STORE, before=NOW + 74 * MINUTE, limit=9) == ()
    assert unsent.overdue(STORE, before=NOW + 75 * MINUTE, limit=9) == (message,)


def test_failures_are_listed_newest_first_page_by_page(
    conversations: Conversations, unsent: Unsent
) -> None:
    for minute in (1, 3, 2):
        message = waiting(conversations, f"key{minute}", at=NOW + minute * MINUTE)
        conversations.set_delivery(
            STORE, message.message_id, Delivery.FAILED, error="blocked", error_code=130403
        )
    waiting(conversations, "fine")

    first = unsent.failed(STORE, limit=2)
    second = unsent.failed(STORE, limit=2, cursor=first.cursor)

    assert (keys(first.items), keys(second.items)) == (["key3", "key2"], ["key1"])
    assert second.cursor is None
    assert (first.items[0].error, first.items[0].error_code) == ("blocked", 130403)
    assert unsent.failed("other").items == ()


def test_what_was_said_instead_or_arrived_after_all_is_no_failure(
    conversations: Conversations, unsent: Unsent
) -> None:
    replaced, arrived = waiting(conversations, "a"), waiting(conversations, "b")
    for message in (replaced, arrived):
        conversations.set_delivery(STORE, message.message_id, Delivery.FAILED)

    unsent.replace(replaced, by="a:template")
    conversations.set_delivery(STORE, arrived.message_id, Delivery.DELIVERED)

    assert unsent.failed(STORE).items == ()
    kept = conversations.find(STORE, "a")
    assert kept is not None
    assert kept.replaced_by == "a:template"


# ------------------------------------------------------------ who may send when


def admitted(pace: Pace, times: int, *, at: datetime = NOW, customer: str = "asha") -> int:
    """How many of so many messages to one customer may be sent at once."""
    found = [pace.admit(PHONE_NUMBER, customer, now=at).granted for _ in range(times)]
    assert found == sorted(found, reverse=True)
    return sum(found)


def a_pause(seconds: int = 10, failures: int = 1) -> Pause:
    until = NOW + timedelta(seconds=seconds)
    return Pause(
        until=until, failures=failures, error_class=ErrorClass.RATE, reason="busy", since=NOW
    )


def test_twenty_messages_to_one_customer_may_be_sent_at_once_then_one_in_six_seconds(
    pace: Pace,
) -> None:
    assert admitted(pace, 25) == 20
    assert pace.admit(PHONE_NUMBER, "asha", now=NOW).wait == timedelta(seconds=6)
    assert admitted(pace, 5, at=NOW + timedelta(seconds=12)) == 2
    assert admitted(pace, 25, at=NOW + timedelta(hours=1)) == 20


def test_one_customer_does_not_slow_down_another(pace: Pace) -> None:
    admitted(pace, 25)

    assert admitted(pace, 1, customer="ravi") == 1


def test_messages_of_one_number_leave_at_its_rate(pace: Pace) -> None:
    waits = [pace.admit(PHONE_NUMBER, f"customer{n}", now=NOW).wait for n in range(4)]
    other = pace.admit("another-number", "asha", now=NOW)

    assert [wait.total_seconds() for wait in waits] == [0, 0.1, 0.2, 0.3]
    assert other.wait == timedelta()


def test_what_a_customer_may_not_get_takes_no_place_of_the_number(pace: Pace) -> None:
    admitted(pace, 20)
    before = pace.admit(PHONE_NUMBER, "ravi", now=NOW).wait

    admitted(pace, 9)

    after = pace.admit(PHONE_NUMBER, "meera", now=NOW).wait
    assert after - before == timedelta(seconds=0.1)


def test_a_paused_number_sends_nothing_until_one_message_finds_out(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(10, failures=3))

    early = pace.admit(PHONE_NUMBER, "asha", now=NOW + timedelta(seconds=4))
    over = NOW + timedelta(seconds=11)
    first = pace.admit(PHONE_NUMBER, "asha", now=over)
    second = pace.admit(PHONE_NUMBER, "ravi", now=over)

    assert (early.granted, early.wait) == (False, timedelta(seconds=6))
    assert (first.granted, second.granted) == (True, False)
    assert pace.admit("another-number", "asha", now=NOW).granted


def test_a_message_that_was_sent_ends_the_pause(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(10))
    over = NOW + timedelta(seconds=11)
    assert pace.admit(PHONE_NUMBER, "asha", now=over).granted

    pace.resume(PHONE_NUMBER)

    assert pace.paused(PHONE_NUMBER, now=over) is None
    assert pace.admit(PHONE_NUMBER, "ravi", now=over).granted


def test_a_message_that_failed_too_makes_the_next_pause(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(10))
    over = NOW + timedelta(seconds=11)
    assert pace.admit(PHONE_NUMBER, "asha", now=over).granted

    pace.pause(PHONE_NUMBER, a_pause(13, failures=2))

    known = pace.paused(PHONE_NUMBER, now=over)
    assert known is not None
    assert (known.failures, known.reason) == (2, "busy")
    assert not pace.admit(PHONE_NUMBER, "ravi", now=NOW + timedelta(seconds=12)).granted
    assert pace.admit(PHONE_NUMBER, "ravi", now=NOW + timedelta(seconds=14)).granted


def test_when_the_one_that_tries_is_never_heard_of_another_tries(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(10, failures=3))
    assert pace.admit(PHONE_NUMBER, "asha", now=NOW + timedelta(seconds=11)).granted

    late = NOW + timedelta(seconds=60)
    found = [
        pace.admit(PHONE_NUMBER, f"customer{n}", now=late + timedelta(seconds=3 * n)).granted
        for n in range(3)
    ]

    assert True in found


def test_after_a_short_pause_all_go_on(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(10, failures=1))
    over = NOW + timedelta(seconds=10)

    found = [pace.admit(PHONE_NUMBER, name, now=over).granted for name in ("asha", "ravi")]

    assert found == [True, True]


def test_one_message_that_may_have_been_sent_holds_up_no_other(pace: Pace) -> None:
    unsure = replace(a_pause(10), error_class=ErrorClass.UNSURE)

    pace.pause(PHONE_NUMBER, unsure)
    assert pace.admit(PHONE_NUMBER, "asha", now=NOW).granted
    pace.pause(PHONE_NUMBER, replace(unsure, failures=3, until=NOW + timedelta(seconds=12)))
    assert not pace.admit(PHONE_NUMBER, "asha", now=NOW + timedelta(seconds=2)).granted


def test_a_shorter_pause_does_not_shorten_a_longer_one(pace: Pace) -> None:
    pace.pause(PHONE_NUMBER, a_pause(60))
    pace.pause(PHONE_NUMBER, a_pause(5))

    assert not pace.admit(PHONE_NUMBER, "asha", now=NOW + timedelta(seconds=30)).granted


# ------------------------------------------------------------ templates


def test_the_last_thing_that_meta_said_of_a_template_counts(templates: Templates) -> None:
    approved = Approval(name="shipped", language="en", status="APPROVED", at=NOW)
    stopped = replace(approved, status="PAUSED", at=NOW + MINUTE, reason="low quality")

    templates.note(STORE, stopped)
    templates.note(STORE, approved)

    assert templates.find(STORE, "shipped", "en") == stopped
    assert templates.find(STORE, "shipped", "hi") is None
    assert templates.find("other", "shipped", "en") is None
    assert templates.all(STORE) == (stopped,)
    assert (approved.is_usable, stopped.is_usable) == (True, False)
