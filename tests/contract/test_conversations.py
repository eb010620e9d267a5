from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from orderdesk.domain.errors import Invalid, NotFound
from orderdesk.domain.messages.conversation import Delivery, Media, MediaState, Message
from orderdesk.usecases.ports import Conversations
from tests.builders import NOW, STORE, a_message, an_answer

KEY, WAMID = "order1:1:ask", "wamid.out1"


def said(conversations: Conversations, minute: int, **fields: str) -> Message:
    message = a_message(f"wamid.{minute}", at=NOW + timedelta(minutes=minute), **fields)
    assert conversations.append(message)
    return message


def sent(conversations: Conversations) -> Message:
    answer = an_answer(KEY)
    conversations.append(answer)
    conversations.sent(answer, message_id=WAMID)
    return answer


def test_a_message_is_found_as_it_was(conversations: Conversations) -> None:
    message = a_message(
        order_id="order1", reply_to="wamid.0", details='{"latitude": 18.520430123456789}'
    )

    assert conversations.append(message)

    assert conversations.find(STORE, message.message_id) == message
    assert conversations.find("other", message.message_id) is None
    assert conversations.find(STORE, "wamid.unknown") is None


def test_a_message_that_comes_twice_is_on_the_thread_once(conversations: Conversations) -> None:
    message = said(conversations, 0)
    again = replace(message, text="changed", at=NOW + timedelta(days=2))

    assert not conversations.append(again)

    assert conversations.page(STORE, "customer1").items == (message,)


def test_a_message_moves_to_no_other_customer(conversations: Conversations) -> None:
    message = said(conversations, 0)

    assert not conversations.append(replace(message, customer_id="ravi"))

    assert conversations.page(STORE, "ravi").items == ()


def test_another_store_may_have_a_message_of_the_same_id(conversations: Conversations) -> None:
    said(conversations, 0)
    theirs = a_message("wamid.0", store_id="other", text="theirs")

    assert conversations.append(theirs)

    assert conversations.find("other", "wamid.0") == theirs


def test_a_thread_is_read_newest_first_page_by_page(conversations: Conversations) -> None:
    made = [said(conversations, minute) for minute in (2, 0, 1)]
    said(conversations, 9, customer_id="ravi")

    first = conversations.page(STORE, "customer1", limit=2)
    second = conversations.page(STORE, "customer1", limit=2, cursor=first.cursor)

    assert first.items == (made[0], made[2])
    assert second.items == (made[1],)
    assert second.cursor is None


def test_a_cursor_of_another_thread_is_refused(conversations: Conversations) -> None:
    for minute in range(2):
        said(conversations, minute)
    cursor = conversations.page(STORE, "customer1", limit=1).cursor

    with pytest.raises(Invalid, match="begin again"):
        conversations.page(STORE, "ravi", cursor=cursor)


def test_an_answer_waits_under_our_own_key(conversations: Conversations) -> None:
    answer = an_answer(KEY)

    assert conversations.append(answer)
    assert not conversations.append(answer)

    assert conversations.find(STORE, KEY) == answer


def test_a_sent_answer_is_found_by_both_its_names(conversations: Conversations) -> None:
    answer = sent(conversations)

    expected = replace(answer, message_id=WAMID, delivery=Delivery.SENT)
    assert conversations.find(STORE, KEY) == expected
    assert conversations.find(STORE, WAMID) == expected
    assert conversations.page(STORE, "customer1").items == (expected,)


def test_sending_told_twice_changes_nothing(conversations: Conversations) -> None:
    answer = sent(conversations)
    conversations.sent(answer, message_id=WAMID)

    assert len(conversations.page(STORE, "customer1").items) == 1


def test_what_was_never_on_the_thread_cannot_be_sent(conversations: Conversations) -> None:
    with pytest.raises(NotFound):
        conversations.sent(an_answer("unknown"), message_id=WAMID)

    assert conversations.find(STORE, WAMID) is None


@pytest.mark.parametrize("name", [KEY, WAMID])
def test_a_status_is_kept_by_either_name(conversations: Conversations, name: str) -> None:
    sent(conversations)

    told = conversations.set_delivery(STORE, name, Delivery.DELIVERED)

    assert told is not None
    assert told.delivery is Delivery.DELIVERED
    assert conversations.find(STORE, WAMID) == told


def test_a_status_of_an_unknown_message_is_ignored(conversations: Conversations) -> None:
    assert conversations.set_delivery(STORE, "wamid.unknown", Delivery.READ) is None


@pytest.mark.parametrize(
    "statuses", list(permutations([Delivery.SENT, Delivery.DELIVERED, Delivery.READ]))
)
def test_statuses_in_any_order_end_with_the_furthest(
    conversations: Conversations, statuses: tuple[Delivery, ...]
) -> None:
    sent(conversations)

    for each in statuses:
        conversations.set_delivery(STORE, WAMID, each)

    found = conversations.find(STORE, WAMID)
    assert found is not None
    assert found.delivery is Delivery.READ


def test_a_status_may_come_before_the_answer_to_the_sending(conversations: Conversations) -> None:
    answer = an_answer(KEY)
    conversations.append(answer)
    conversations.set_delivery(STORE, KEY, Delivery.DELIVERED)

    conversations.sent(answer, message_id=WAMID)

    found = conversations.find(STORE, WAMID)
    assert found == replace(answer, message_id=WAMID, delivery=Delivery.DELIVERED)


def test_a_failed_message_says_why_and_an_arrived_one_no_longer(
    conversations: Conversations,
) -> None:
    sent(conversations)

    failed = conversations.set_delivery(STORE, WAMID, Delivery.FAILED, error="131026")
    assert failed is not None
    assert (failed.delivery, failed.error) == (Delivery.FAILED, "131026")

    arrived = conversations.set_delivery(STORE, WAMID, Delivery.DELIVERED)
    assert arrived is not None
    assert (arrived.delivery, arrived.error) == (Delivery.DELIVERED, "")


def test_what_whatsapp_sent_is_kept_whole_however_long(conversations: Conversations) -> None:
    message = a_message(details='{"body": "' + "ñ" * 600_000 + '"}', text="t" * 4096)

    conversations.append(message)

    assert conversations.find(STORE, message.message_id) == message


def test_half_a_surrogate_pair_does_not_stop_a_message(conversations: Conversations) -> None:
    conversations.append(a_message(text="broken \ud83d"))

    found = conversations.find(STORE, "wamid.1")
    assert found is not None
    assert found.text.startswith("broken ")


def several(conversations: Conversations, *ids: str, customer_id: str = "before") -> None:
    for minutes, each in enumerate(ids):
        at = NOW + timedelta(minutes=minutes)
        conversations.append(a_message(each, customer_id=customer_id, at=at))


def ids_of(conversations: Conversations, customer_id: str) -> list[str]:
    return [each.message_id for each in conversations.page(STORE, customer_id).items]


def test_what_was_said_since_a_time_is_read_oldest_first(conversations: Conversations) -> None:
    several(conversations, "wamid.1", "wamid.2", "wamid.3", "wamid.4")

    def since(minutes: float, limit: int = 50) -> list[str]:
        at = NOW + timedelta(minutes=minutes)
        found = conversations.since(STORE, "before", at, limit=limit)
        return [each.message_id for each in found]

    assert since(1) == ["wamid.2", "wamid.3", "wamid.4"]
    assert since(0.5, limit=2) == ["wamid.2", "wamid.3"]
    assert since(9) == []


def test_a_thread_moves_to_who_the_customer_turned_out_to_be(conversations: Conversations) -> None:
    several(conversations, "wamid.1", "wamid.2", "wamid.3")
    several(conversations, "wamid.4", customer_id="now")

    moved = [conversations.adopt(STORE, "before", "now", limit=2) for _ in range(3)]

    assert moved == [2, 1, 0]
    assert ids_of(conversations, "before") == []
    assert set(ids_of(conversations, "now")) == {f"wamid.{number}" for number in (1, 2, 3, 4)}
    found = conversations.find(STORE, "wamid.2")
    assert found
    assert found.customer_id == "now"


def test_a_message_that_was_moved_is_still_known_by_both_of_its_ids(
    conversations: Conversations,
) -> None:
    answer = an_answer(customer_id="before")
    conversations.append(answer)
    conversations.sent(answer, message_id="wamid.out1")

    conversations.adopt(STORE, "before", "now")

    conversations.set_delivery(STORE, "wamid.out1", Delivery.READ)
    for each in (answer.message_id, "wamid.out1"):
        found = conversations.find(STORE, each)
        assert found
        assert (found.customer_id, found.delivery) == ("now", Delivery.READ)


def test_what_is_written_to_a_former_thread_lands_in_the_other(
    conversations: Conversations,
) -> None:
    several(conversations, "wamid.1")
    conversations.adopt(STORE, "before", "now")

    assert conversations.append(a_message("wamid.late", customer_id="before"))
    assert not conversations.append(a_message("wamid.late", customer_id="before"))

    assert ids_of(conversations, "before") == []
    assert set(ids_of(conversations, "now")) == {"wamid.1", "wamid.late"}


def test_a_thread_that_is_removed_leaves_nothing_to_find(conversations: Conversations) -> None:
    several(conversations, "wamid.1", "wamid.2", "wamid.3")
    answer = an_answer(customer_id="before")
    conversations.append(answer)
    conversations.sent(answer, message_id="wamid.out1")
    several(conversations, "wamid.other", customer_id="other")

    removed = [conversations.remove(STORE, "before", limit=3) for _ in range(3)]

    assert removed == [3, 1, 0]
    assert ids_of(conversations, "before") == []
    for each in ("wamid.1", "wamid.out1", answer.message_id):
        assert conversations.find(STORE, each) is None
    assert ids_of(conversations, "other") == ["wamid.other"]


def test_what_became_of_a_file_is_kept_with_its_message(conversations: Conversations) -> None:
    pending = Media(media_id="media1", mime_type="image/jpeg", sha256="aGk=")
    conversations.append(a_message("wamid.picture", kind="image", media=pending))
    stored = replace(pending, state=MediaState.STORED, key="main/inbound/abc", size=9)

    conversations.set_media(STORE, "wamid.picture", stored)
    conversations.set_media(STORE, "wamid.unknown", stored)

    found = conversations.find(STORE, "wamid.picture")
    assert found is not None
    assert found.media == stored
    assert conversations.find(STORE, "wamid.unknown") is None
