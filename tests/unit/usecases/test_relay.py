"""What was committed is told, in order per order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.memory import MemoryLoudspeaker
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.relay import Committed, relay
from tests.builders import a_move, a_placed_event, an_order

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order


def a_life(message_id: str = "wamid.cart1") -> list[Committed]:
    """Three events of one order, as the stream brings them."""
    order = an_order(message_id=message_id)
    confirmed, second = a_move(order, Stage.CONFIRMED)
    _, third = a_move(confirmed, Stage.APPROVED)
    return [committed(order, event) for event in (a_placed_event(order), second, third)]


def committed(order: Order, event: Event) -> Committed:
    return Committed(
        sequence=f"{order.message_id}:{event.version}", order=order.order_id, event=event
    )


def unreadable(record: Committed) -> Committed:
    return Committed(sequence=record.sequence, order=record.order, event=None)


def told(loudspeaker: MemoryLoudspeaker) -> list[int]:
    return [event.version for event in loudspeaker.announced]


def test_everything_is_told_in_order() -> None:
    loudspeaker = MemoryLoudspeaker()

    assert relay(a_life(), loudspeaker=loudspeaker) == ()
    assert told(loudspeaker) == [1, 2, 3]


def test_what_cannot_be_told_comes_again_with_what_follows_it() -> None:
    first, second, third = a_life()
    loudspeaker = MemoryLoudspeaker()
    assert second.event
    loudspeaker.failing = {second.event.event_id}

    failed = relay([first, second, third], loudspeaker=loudspeaker)

    assert failed == (second.sequence, third.sequence)
    assert told(loudspeaker) == [1]


def test_an_order_that_cannot_be_told_does_not_hold_up_another() -> None:
    loudspeaker = MemoryLoudspeaker()
    (one, *_), (other, *_) = a_life(), a_life("wamid.cart2")
    assert one.event
    loudspeaker.failing = {one.event.event_id}

    assert relay([one, other], loudspeaker=loudspeaker) == (one.sequence,)
    assert loudspeaker.announced == [other.event]


def test_a_record_that_cannot_be_read_holds_up_its_own_order_only() -> None:
    first, second, third = a_life()
    (other, *_) = a_life("wamid.cart2")
    loudspeaker = MemoryLoudspeaker()

    failed = relay([first, unreadable(second), other, third], loudspeaker=loudspeaker)

    assert failed == (second.sequence, third.sequence)
    assert loudspeaker.announced == [first.event, other.event]


def test_records_that_come_again_are_told_under_the_same_id() -> None:
    records = a_life()
    loudspeaker = MemoryLoudspeaker()
    relay(records, loudspeaker=loudspeaker)

    assert relay(records[1:], loudspeaker=loudspeaker) == ()
    assert told(loudspeaker) == [1, 2, 3]


def test_nothing_to_tell_is_nothing_wrong() -> None:
    (first, *_) = a_life()

    assert relay([unreadable(first)], loudspeaker=MemoryLoudspeaker()) == (first.sequence,)
    assert relay([], loudspeaker=MemoryLoudspeaker()) == ()
