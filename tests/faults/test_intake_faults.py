"""Faults 1 to 7 and 22 to 24: what Meta and the gateway send twice, late, broken or forged."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from tests.builders import STORE
from tests.whatsapp import (
    MG_ROAD,
    a_body,
    a_cart,
    a_change,
    a_contact,
    a_form,
    a_status,
    a_tap,
    a_text,
    said,
)

if TYPE_CHECKING:
    from tests.faults.rig import Rig

CART = said(a_cart())


def test_fault_01_the_same_webhook_many_times_has_one_effect(rig: Rig) -> None:
    for _ in range(10):
        assert rig.post(CART) == 200
        # SQS forgets a deduplication id after five minutes, and Meta sends for days.
        assert rig.work() == []
    rig.settle(times=3)

    assert [event.type for event in rig.history()] == [EventType.PLACED]
    assert rig.said == [f"{rig.order().order_id}:1:ask"]


def test_fault_02_of_two_duplicates_at_once_one_becomes_the_order(rig: Rig) -> None:
    rig.post(CART)
    together = Barrier(2)

    def work(_: int) -> list[str]:
        together.wait(timeout=10)
        return rig.work()

    with ThreadPoolExecutor(2) as pool:
        failures = list(pool.map(work, range(2)))
    # One may be told to come again while the other's transaction is under way; no more than that.
    rig.work()
    rig.settle()

    assert [] in failures
    assert [event.type for event in rig.history()] == [EventType.PLACED]
    assert len(rig.said) == 1


STATUSES = ("sent", "delivered", "read")


@pytest.mark.parametrize("order", list(itertools.permutations(STATUSES)))
def test_fault_03_a_status_that_comes_late_never_sets_a_message_back(
    rig: Rig, order: tuple[str, ...]
) -> None:
    rig.receive(CART)
    rig.settle()
    [ours] = rig.messenger.sent

    for name in order:
        rig.receive(a_body(a_change(statuses=[a_status(name, ours.message_id)])))

    found = rig.app("inbox").wiring.conversations().find(STORE, ours.message_id)
    assert found.delivery is Delivery.READ


def test_fault_03_messages_that_come_in_another_order_end_in_the_same_order(rig: Rig) -> None:
    """Payment, then address, then a repeated cart: as good as the other way round."""
    rig.receive(CART)
    order_id = rig.order().order_id
    rig.receive(said(a_tap(f"pay:cash_on_delivery:{order_id}")))
    rig.receive(said(a_form(MG_ROAD)))
    rig.receive(CART)

    assert rig.order().stage is Stage.CONFIRMED
    assert rig.order().version == len(rig.history())


def test_fault_04_a_payment_after_the_cancellation_asks_for_its_refund(rig: Rig) -> None:
    rig.receive(CART)
    order_id = rig.order().order_id
    rig.receive(said(a_tap(f"order:cancel:{order_id}")))

    for _ in range(2):
        assert rig.pay(a_payment(order_id)) == (200, {"receipt": "booked"})

    order = rig.order()
    assert order.stage is Stage.CANCELLED
    assert order.ledger.captured == order.total
    # The gateway told it twice; it is booked once and a person is called once.
    assert len(order.attention) == 1
    assert [event.version for event in rig.history()] == list(range(1, order.version + 1))


def test_fault_05_a_poisoned_message_is_set_aside_and_stops_nobody(rig: Rig) -> None:
    nobody = a_text(message_id="wamid.poison", **{"from": ...})
    body = a_body(a_change(messages=[a_cart(), nobody, a_text(message_id="wamid.last")]))
    rig.post(body)

    assert rig.work() == []

    assert [reason for _, reason in rig.inbox.dead_letters] == ["no_sender"]
    assert rig.order().stage is Stage.PLACED


def test_fault_06_of_a_batch_only_what_failed_comes_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"from": "919800011111"}
    contacts = [a_contact(), a_contact(wa_id="919800011111")]
    messages = [a_cart(), a_text(message_id="wamid.2"), a_cart(message_id="wamid.other", **other)]
    rig.post(a_body(a_change(contacts=contacts, messages=messages)))
    cart, text, _ = (each.entry_id for each in rig.inbox.entries)
    conversations = rig.app("inbox").wiring.conversations()
    with monkeypatch.context() as patch:
        patch.setattr(conversations, "append", _failing_on(conversations.append, "wamid.cart1"))
        failed = rig.work()

    # The customer's later message waits behind the one that failed; the other customer does not.
    assert failed == [cart, text]
    assert rig.order("wamid.other").stage is Stage.PLACED
    assert rig.work(each for each in rig.inbox.entries if each.entry_id in failed) == []
    assert [event.type for event in rig.history()] == [EventType.PLACED]


@pytest.mark.parametrize("writes", range(9))
def test_fault_07_a_batch_that_ends_anywhere_is_done_by_its_second_delivery(
    rig: Rig, writes: int
) -> None:
    rig.post(CART)
    rig.work()
    order_id = rig.order().order_id
    rig.post(said(a_form(MG_ROAD), a_tap(f"pay:cash_on_delivery:{order_id}"), a_text()))
    batch = rig.inbox.entries[1:]

    rig.faulty.dies_after(writes=writes)
    failed = rig.work(batch)
    assert bool(failed) is rig.faulty.is_dead
    rig.faulty.recovers()
    assert rig.work(batch) == []
    rig.settle(times=2)

    order = rig.order()
    kinds = [event.type for event in rig.history()]
    assert order.stage is Stage.CONFIRMED
    assert kinds.count(EventType.ADDRESS_RECEIVED) == 1
    assert kinds.count(EventType.PAYMENT_METHOD_CHOSEN) == 1
    assert [event.version for event in rig.history()] == list(range(1, order.version + 1))
    assert len(rig.said) == len(set(rig.said))


def test_fault_22_a_recorded_webhook_played_again_changes_nothing(rig: Rig) -> None:
    rig.receive(CART)
    before = rig.items

    rig.later(days=6)
    rig.receive(CART)

    assert rig.items == before


def test_fault_22_a_recorded_payment_played_again_books_nothing(rig: Rig) -> None:
    """The gateway signs no time, and sends for a day: what protects is the id of the payment."""
    rig.receive(CART)
    body = a_payment(rig.order().order_id)
    rig.pay(body)
    before = rig.order()

    rig.later(days=30)

    assert rig.pay(body) == (200, {"receipt": "booked"})
    assert rig.order() == before


def test_fault_23_what_is_forged_is_refused_and_leaves_no_trace(rig: Rig) -> None:
    before = rig.items

    assert rig.post(CART, secret="guessed") == 403
    assert rig.post(CART, secret="") == 403

    assert not rig.inbox.entries
    assert rig.items == before
    assert rig.faulty.asked == []


@pytest.mark.parametrize(
    ("size", "status"), [(1_000, 200), (3 * 1024 * 1024, 200), (3 * 1024 * 1024 + 1, 413)]
)
def test_fault_24_a_body_is_taken_up_to_metas_limit_and_no_further(
    rig: Rig, size: int, status: int
) -> None:
    assert rig.post(CART.ljust(size)) == status
    assert bool(rig.inbox.entries) is (status == 200)


def _failing_on(append: object, message_id: str) -> object:
    def fail(message: object) -> bool:
        if getattr(message, "message_id", "") == message_id:
            raise RuntimeError("A bug")
        done: bool = append(message)  # type: ignore[operator]
        return done

    return fail


def a_payment(order_id: str, payment_id: str = "pay_1") -> bytes:
    """All of a default cart, captured."""
    entity = {
        "id": payment_id,
        "amount": 150_000,
        "currency": "INR",
        "created_at": 1_795_500_000,
        "method": "upi",
        "notes": {"store_id": STORE, "order_id": order_id, "reference": "1001-1"},
    }
    event = {"event": "payment.captured", "payload": {"payment": {"entity": entity}}}
    return json.dumps(event).encode()
