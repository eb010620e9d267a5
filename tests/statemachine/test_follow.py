"""The use cases and the real adapter on a running machine; only the orders are in memory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from orderdesk.adapters.stepfunctions import StepFunctionsConductor
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import RESTING, Stage, find_move
from orderdesk.usecases.orders.conduct import Course
from orderdesk.usecases.orders.enter import Arrival, enter
from orderdesk.usecases.orders.sweep import Outcome
from orderdesk.usecases.ports import Execution
from tests.podium import Podium
from tests.statemachine.machine import wait_until

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.statemachine.machine import Call, Engine

PLACED, CONFIRMED, APPROVED = Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED


class Theatre(Podium):
    """A podium whose machine runs in moto and calls `enter` by itself."""

    def __init__(self, engine: Engine, arn: str, message_id: str) -> None:
        super().__init__()
        self.engine, self.arn = engine, arn
        self.real = StepFunctionsConductor(engine.client, arn)
        self.order = self.place(message_id)
        engine.listeners[self.order.order_id] = self.arrive

    def arrive(self, call: Call) -> None:
        execution = Execution(
            store_id=call["store_id"],
            order_id=call["order_id"],
            name=call["execution"],
            stage=Stage(call["stage"]),
            version=call["version"],
            token=call["token"],
        )
        enter(
            Arrival(execution=execution, attempt=call["attempt"], now=self.now),
            work=self.work,
            orders=self.orders,
            stores=self.stores,
            executions=self.executions,
            conductor=self.conductor,
        )

    def tell_last(self) -> Course:
        return self.conduct(self.history(self.order)[-1])

    def wait_for(self, stage: Stage, version: int) -> None:
        wait_until(lambda: self.parked_at(self.order) == (stage, version))

    def is_parked_as(self, name: str) -> bool:
        parked = self.executions.find(self.order.store_id, self.order.order_id)
        return parked is not None and parked.name == f"{self.order.order_id}-{name}"

    def walk(self, *stages: Stage) -> None:
        """Move, tell and wait, stage by stage."""
        for stage in stages:
            after = self.move(self.order, stage)
            self.tell_last()
            self.wait_for(stage, after.version)
            if stage in RESTING:
                wait_until(lambda: self.executions_of() == [])

    def executions_of(self, status: str = "RUNNING") -> list[str]:
        """Names of the order's executions, without its id."""
        found = self.engine.client.list_executions(stateMachineArn=self.arn)["executions"]
        names = [each["name"] for each in found if each["status"] == status]
        prefix = f"{self.order.order_id}-"
        return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))

    def kill(self) -> None:
        """The execution ends as FAILED: it is told a stage that its own has no way to."""
        (name,) = self.executions_of()
        parked = self.executions.find(self.order.store_id, self.order.order_id)
        assert parked is not None
        assert find_move(parked.stage, Stage.RETURNED) is None
        self.real.advance(parked, stage=Stage.RETURNED, version=0)
        wait_until(lambda: name in self.executions_of("FAILED"))


@pytest.fixture
def theatre(engine: Engine, lifecycle: str, request: pytest.FixtureRequest) -> Theatre:
    made = Theatre(engine, lifecycle, message_id=f"wamid.{request.node.name}")
    made.conductor = made.real  # type: ignore[assignment]
    made.tell_last()
    made.wait_for(PLACED, 1)
    return made


def test_an_order_is_followed_from_cart_to_archive_and_out_of_it_again(theatre: Theatre) -> None:
    theatre.walk(CONFIRMED, APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED)
    assert theatre.executions_of("SUCCEEDED") == ["v1"]
    theatre.walk(Stage.ARCHIVED)
    assert theatre.executions_of("SUCCEEDED") == ["v1"]

    theatre.walk(Stage.DELIVERED)

    assert theatre.executions_of("SUCCEEDED") == ["v1", "v7"]
    assert theatre.ended_at(theatre.order) == (Stage.DELIVERED, 8)


def test_an_order_that_leaves_its_rest_is_waited_for_again(theatre: Theatre) -> None:
    theatre.walk(Stage.CANCELLED, CONFIRMED, APPROVED)

    assert theatre.executions_of() == ["v2"]
    assert theatre.executions_of("SUCCEEDED") == ["v1"]


def test_an_execution_whose_record_was_lost_is_replaced(theatre: Theatre) -> None:
    theatre.orders.shelf.executions.clear()
    theatre.later(minutes=1)

    assert theatre.swept(verify_all=True)[Outcome.HEALED] == 1

    wait_until(partial(theatre.is_parked_as, "v1-r1"))


def test_moves_that_nobody_told_of_are_replayed_hop_by_hop(theatre: Theatre) -> None:
    theatre.move(theatre.order, CONFIRMED, Stage.ON_HOLD, APPROVED)

    assert theatre.tell_last() is Course.ADVANCED

    theatre.wait_for(APPROVED, 4)
    assert theatre.executions_of() == ["v1"]


def test_an_execution_that_was_stopped_is_replaced_when_the_order_moves(theatre: Theatre) -> None:
    theatre.kill()
    theatre.move(theatre.order, CONFIRMED)

    assert theatre.tell_last() is Course.STARTED

    theatre.wait_for(CONFIRMED, 2)
    assert theatre.executions_of() == ["v2"]


def test_an_execution_that_was_stopped_is_started_again_at_the_same_place(
    theatre: Theatre,
) -> None:
    for restart in ("v1-r1", "v1-r2"):
        theatre.kill()

        assert theatre.swept(verify_all=True)[Outcome.HEALED] == 1

        wait_until(partial(theatre.is_parked_as, restart))
        assert theatre.executions_of() == [restart]


def test_a_second_start_is_nothing_while_the_first_one_runs(theatre: Theatre) -> None:
    order: Order = theatre.order

    theatre.real.start(store_id=order.store_id, order_id=order.order_id, stage=PLACED, version=1)

    assert theatre.executions_of() == ["v1"]


def test_of_two_executions_the_last_to_park_ends_the_other(theatre: Theatre) -> None:
    order = theatre.order
    theatre.move(order, CONFIRMED)
    theatre.real.start(store_id=order.store_id, order_id=order.order_id, stage=CONFIRMED, version=2)
    theatre.wait_for(CONFIRMED, 2)

    wait_until(lambda: theatre.executions_of("SUCCEEDED") == ["v1"])
    assert theatre.executions_of() == ["v2"]


def test_an_arrival_that_fails_is_tried_again_by_the_machine(theatre: Theatre) -> None:
    attempts: list[int] = []

    def fail_twice(order: Order, version: int) -> None:
        attempts.append(version)
        if len(attempts) < 3:
            raise Unavailable("WhatsApp does not answer.")

    theatre.work = {CONFIRMED: fail_twice}
    theatre.walk(CONFIRMED)

    assert attempts == [2, 2, 2]
    assert theatre.executions_of() == ["v1"]


def test_an_arrival_that_always_fails_waits_in_the_end_and_asks_a_person(theatre: Theatre) -> None:
    def fail(order: Order, version: int) -> None:
        raise Unavailable("WhatsApp does not answer.")

    theatre.work = {CONFIRMED: fail}
    theatre.walk(CONFIRMED)

    reasons = [item.reason for item in theatre.current(theatre.order).attention]
    assert reasons == ["entry_work_failed"]
    assert theatre.executions_of() == ["v1"]


def test_a_token_that_was_lost_with_its_record_is_made_up_for_by_the_sweep(
    theatre: Theatre,
) -> None:
    theatre.orders.shelf.executions.clear()
    theatre.move(theatre.order, CONFIRMED)
    assert theatre.tell_last() is Course.UNDERWAY
    theatre.later(hours=2)

    assert theatre.swept()[Outcome.HEALED] == 1

    theatre.wait_for(CONFIRMED, 2)
    assert "v2" in theatre.executions_of()
