from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryOrders, MemoryStores, Shelf
from orderdesk.domain.errors import Invalid, NotAllowed, NotFound, Stale
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.ports import Idempotency
from tests.builders import NOW, STORE, a_placed_event, a_ready_order, an_actor


class Desk:
    """One confirmed order. `meanwhile` happens once, just after a reader has seen the order."""

    def __init__(self) -> None:
        shelf = Shelf()
        self.orders = WatchedOrders(shelf)
        self.stores = MemoryStores(shelf)
        self.placed = a_ready_order(Stage.CONFIRMED)
        self.orders.add(self.placed, a_placed_event(self.placed), raw="")

    @property
    def order(self) -> Order:
        return MemoryOrders(self.orders.shelf).get(STORE, self.placed.order_id)

    def move(self, to: Stage = Stage.APPROVED, **fields: Any) -> Order:
        default = {"order_id": self.placed.order_id, "by": an_actor(), "expected_version": 1}
        command = MoveCommand(store_id=STORE, to=to, **{**default, **fields})
        return move(command, orders=self.orders, stores=self.stores, now=NOW)


class WatchedOrders(MemoryOrders):
    meanwhile: Callable[[], object] | None = None
    unanswered = 0

    def replayed(self, store_id: str, idempotency: Idempotency) -> Order | None:
        """The first so many questions came before the other request was written."""
        self.unanswered -= 1
        return None if self.unanswered >= 0 else super().replayed(store_id, idempotency)

    def get(self, store_id: str, order_id: str) -> Order:
        found = super().get(store_id, order_id)
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_move_is_written_with_its_event(desk: Desk) -> None:
    moved = desk.move()

    assert (moved.stage, moved.version) == (Stage.APPROVED, 2)
    assert desk.order == moved
    (event,) = desk.orders.history(STORE, moved.order_id, after=1)
    assert (event.source, event.target, event.by) == (
        Stage.CONFIRMED,
        Stage.APPROVED,
        an_actor(),
    )


def test_a_move_decided_on_an_older_version_is_refused(desk: Desk) -> None:
    desk.move()

    with pytest.raises(Stale) as raised:
        desk.move(Stage.CANCELLED, reason="changed their mind")

    assert raised.value.current.stage is Stage.APPROVED


def test_who_names_no_version_moves_the_order_as_it_is_now(desk: Desk) -> None:
    desk.move()

    assert desk.move(Stage.PROCESSED, expected_version=None).version == 3


def test_a_move_that_was_overtaken_is_refused(desk: Desk) -> None:
    desk.orders.meanwhile = desk.move

    with pytest.raises(Stale):
        desk.move(Stage.CANCELLED, reason="changed their mind")

    assert desk.order.stage is Stage.APPROVED


def test_an_unknown_order_cannot_be_moved(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.move(order_id="unknown")


def test_a_repeated_request_moves_once(desk: Desk) -> None:
    first = desk.move(idempotency_key="key1")

    assert desk.move(idempotency_key="key1") == first
    assert desk.order == first


def test_the_same_request_twice_at_once_moves_once(desk: Desk) -> None:
    desk.orders.meanwhile = lambda: desk.move(idempotency_key="key1")

    moved = desk.move(idempotency_key="key1")

    assert (moved.stage, moved.version) == (Stage.APPROVED, 2)
    assert desk.order == moved


@pytest.mark.parametrize("expected_version", [1, None])
def test_the_same_request_just_before_is_no_refusal(
    desk: Desk, expected_version: int | None
) -> None:
    request: dict[str, Any] = {"idempotency_key": "key1", "expected_version": expected_version}
    first = desk.move(**request)
    desk.orders.unanswered = 1

    assert desk.move(**request) == first
    assert desk.order == first


def test_a_key_used_for_another_move_is_refused(desk: Desk) -> None:
    desk.move(idempotency_key="key1")

    with pytest.raises(Invalid, match="new key"):
        desk.move(Stage.CANCELLED, reason="no", idempotency_key="key1")


def test_a_refused_move_does_not_use_up_its_key(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.move(Stage.DELIVERED, idempotency_key="key1")

    assert desk.move(idempotency_key="key1").stage is Stage.APPROVED
