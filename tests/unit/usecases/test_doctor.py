"""Each kind of drift, made by hand, is found, put right, and found no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from orderdesk.adapters.records import event_to_record, to_record
from orderdesk.domain.errors import Stale
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.settings import Redating
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.orders.conduct import follow
from orderdesk.usecases.orders.doctor import Doctor, Finding, Kind, examine, examine_order
from orderdesk.usecases.orders.mend import fix
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import NOW, STORE, a_capture, an_actor, an_event
from tests.walks.machine import Shop
from tests.walks.world import World

if TYPE_CHECKING:
    from orderdesk.adapters.memory.shelf import Kept
    from orderdesk.domain.orders.order import Order

CALM = Policy(reminders=(), escalate_after={})


@pytest.fixture
def world() -> World:
    """Three orders that were placed half an hour ago, and all is well."""
    made = World(CALM, stock=None)
    for number in range(3):
        made.cart(number)
    made.settle()
    made.now += timedelta(minutes=30)
    return made


def a_doctor(world: World, **fields: object) -> Doctor:
    default = Doctor(
        orders=world.orders,
        stores=world.stores,
        executions=world.executions,
        conductor=world.conductor,
        counts=world.counts,
        now=world.now,
        wait=lambda seconds: None,
    )
    return replace(default, **fields)  # type: ignore[arg-type]


def look(world: World) -> list[Finding]:
    return list(examine(STORE, a_doctor(world)))


def the_finding(world: World) -> Finding:
    [found] = look(world)
    return found


def fixed(world: World, finding: Finding) -> bool:
    done = fix(finding, a_doctor(world))
    while world.enter_next():
        pass
    return done


def kept(world: World, place: int = 0) -> Kept:
    return world.orders.shelf.orders[STORE, world.order_ids[place]]


def moved(world: World, to: Stage, place: int = 0) -> Order:
    command = MoveCommand(
        store_id=STORE,
        order_id=world.order_ids[place],
        to=to,
        by=an_actor(),
        reason="Nobody answers",
        reason_code="other",
    )
    return move(command, orders=world.orders, stores=world.stores, now=world.now)


def test_a_shop_in_which_all_agrees_has_no_findings(world: World) -> None:
    assert look(world) == []


def test_an_execution_that_ended_is_started_again(world: World) -> None:
    waiting = world.conductor.tasks[1]
    world.conductor.lose(waiting.name)

    found = the_finding(world)

    assert (found.kind, found.order_id) == (Kind.EXECUTION, waiting.order_id)
    assert "has ended" in found.text
    assert fixed(world, found)
    assert look(world) == []
    assert world.waiting(waiting.order_id) == [Stage.PLACED]


def test_an_order_that_no_execution_was_ever_started_for_gets_one(world: World) -> None:
    world.cart(7)
    world.now += timedelta(hours=1)
    world.told.update({world.order_ids[-1]: 1})
    world.counts.count(world.history(world.order_ids[-1])[0])

    found = the_finding(world)

    assert (found.kind, found.order_id) == (Kind.EXECUTION, world.order_ids[-1])
    assert fixed(world, found)
    assert look(world) == []


def test_an_execution_that_stayed_behind_catches_up(world: World) -> None:
    order = moved(world, Stage.ON_HOLD)
    for event in world.untold(order.order_id):
        world.counts.count(event)
    kept(world).conduct_at = time_to_text(world.now + timedelta(days=1))
    assert look(world) == []  # it may be on its way
    world.now += timedelta(minutes=20)

    found = the_finding(world)

    assert "stands in placed" in found.text
    assert fixed(world, found)
    assert look(world) == []


@pytest.mark.parametrize("change", [{"token": ""}, {"stage": Stage.SHIPPED, "version": 9}])
def test_an_execution_that_nobody_could_answer_is_replaced(
    world: World, change: dict[str, object]
) -> None:
    """As when the table was set back to what it was, or somebody wrote into it."""
    order_id = world.order_ids[0]
    parked = world.executions.find(STORE, order_id)
    assert parked
    changed = replace(parked, **change)  # type: ignore[arg-type]
    world.orders.shelf.executions[STORE, order_id] = changed

    found = the_finding(world)

    assert (found.kind, found.order_id) == (Kind.EXECUTION, order_id)
    assert fixed(world, found)
    assert look(world) == []
    assert world.waiting(order_id) == [Stage.PLACED]


def test_an_execution_of_an_order_at_rest_is_ended(world: World) -> None:
    order = moved(world, Stage.CANCELLED)
    world.settle()
    world.now += timedelta(minutes=20)
    assert look(world) == []
    parked = world.executions.find(STORE, order.order_id)
    assert parked
    world.executions.park(replace(parked, token="left over"), check_at=world.now)

    found = the_finding(world)

    assert "rests in cancelled, and its execution waits" in found.text
    assert fixed(world, found)
    assert look(world) == []


@pytest.mark.parametrize("due_at", [None, NOW + timedelta(days=90)])
def test_a_deadline_that_is_missing_or_too_late_is_set(world: World, due_at: object) -> None:
    before = kept(world).record["due_at"]
    kept(world).record["due_at"] = time_to_text(due_at) if due_at else None  # type: ignore[arg-type]

    found = the_finding(world)

    assert (found.kind, found.number) == (Kind.DEADLINE, 1001)
    assert "to abandon" in found.text
    assert fixed(world, found)
    assert look(world) == []
    assert kept(world).record["due_at"] == before


def test_a_deadline_that_a_guard_put_off_is_none_of_the_doctors_business(world: World) -> None:
    world.now += timedelta(hours=25)
    for place in range(3):
        kept(world, place).record["due_at"] = time_to_text(world.now + timedelta(days=1))

    assert look(world) == []


def test_deadlines_that_are_being_set_anew_are_left_to_the_sweep(world: World) -> None:
    kept(world).record["due_at"] = None
    world.orders.shelf.redatings[STORE] = Redating(
        store_id=STORE, version=1, since=world.now, stages=(Stage.PLACED,)
    )

    assert look(world) == []


def test_a_deadline_that_nobody_acted_on_is_told_and_left_to_the_sweep(world: World) -> None:
    world.now += timedelta(hours=26)

    found = look(world)

    assert {each.kind for each in found} == {Kind.OVERDUE}
    assert len(found) == 3
    assert not fixed(world, found[0])


def test_money_that_nobody_is_asked_to_send_back_is_asked_for(world: World) -> None:
    order = moved(world, Stage.CANCELLED)
    world.settle()
    world.now += timedelta(minutes=20)
    ledger = kept(world).record["ledger"] | {"entries": [to_record(a_capture(order))]}
    kept(world).record |= {"ledger": ledger}

    found = the_finding(world)

    assert found.kind is Kind.MONEY
    assert fixed(world, found)
    assert world.order(order.order_id).flagged("refund_due")
    world.settle()
    assert look(world) == []


def test_an_order_that_nobody_would_ever_look_at_is_looked_at_again(world: World) -> None:
    kept(world).conduct_at = None

    found = the_finding(world)

    assert (found.kind, found.text) == (Kind.LISTS, "filed wrongly: conduct_at")
    assert fixed(world, found)
    assert look(world) == []


def test_counters_that_count_wrong_are_put_right(world: World) -> None:
    world.counts.set(STORE, {Stage.PLACED: 5, Stage.SHIPPED: -1}, seen=world.counts.get(STORE))

    found = the_finding(world)

    assert (found.kind, found.order_id) == (Kind.COUNTERS, "")
    assert found.text == "counted wrongly: placed +2, shipped −1"
    assert fixed(world, found)
    assert look(world) == []
    assert world.counts.get(STORE)[Stage.PLACED] == 3


def test_counters_that_wait_for_news_are_no_drift(world: World) -> None:
    order = moved(world, Stage.ON_HOLD)

    def news_come(_: float) -> None:
        for event in world.untold(order.order_id):
            world.counts.count(event)

    assert list(examine(STORE, a_doctor(world, wait=news_come))) == []


def test_counters_that_moved_meanwhile_are_not_overwritten(world: World) -> None:
    world.counts.set(STORE, {Stage.PLACED: 5}, seen=world.counts.get(STORE))
    found = the_finding(world)
    doctor = a_doctor(world)
    seen = world.counts.get(STORE)
    world.cart(9)
    world.counts.count(world.history(world.order_ids[-1])[0])

    assert not world.counts.set(STORE, {Stage.PLACED: 3}, seen=seen)
    assert fix(found, doctor)
    assert world.counts.get(STORE)[Stage.PLACED] == 4


def test_a_history_item_that_was_changed_is_told_once_and_never_mended(world: World) -> None:
    order = moved(world, Stage.ON_HOLD)
    world.settle()
    world.now += timedelta(minutes=20)
    before = dict(kept(world).history[1])
    kept(world).history[1]["reason"] = "Nothing of the kind"

    found = the_finding(world)
    assert (found.kind, found.known) == (Kind.HISTORY, False)
    assert "version 2: it is not what was written" in found.text
    assert not found.fixable
    assert not fixed(world, found)
    assert world.order(order.order_id).flagged("history_broken")

    again = the_finding(world)
    assert again.known
    assert not fixed(world, again)
    told = [event.type for event in world.history(order.order_id)]
    assert told.count(EventType.ATTENTION_RAISED) == 1
    assert kept(world).history[1] == before | {"reason": "Nothing of the kind"}


def test_a_history_item_that_is_missing_is_told(world: World) -> None:
    moved(world, Stage.ON_HOLD)
    world.settle()
    world.now += timedelta(minutes=20)
    del kept(world).history[0]

    found = the_finding(world)

    assert found.kind is Kind.HISTORY
    assert "version 1: it is missing" in found.text


def test_a_history_that_cannot_go_on_is_told_and_stops_nobody(world: World) -> None:
    """On DynamoDB an item that stands where the next one belongs refuses every write."""

    class Refusing(type(world.orders)):  # type: ignore[misc]
        def save(self, order: Order, *_: object, **__: object) -> None:
            raise Stale(order)

    order = world.order(world.order_ids[0])
    kept(world).history.append(event_to_record(an_event(order)))

    found = the_finding(world)
    doctor = a_doctor(world, orders=Refusing(world.orders.shelf))

    assert "version 2: the order is only at version 1" in found.text
    assert not fix(found, doctor)
    assert not the_finding(world).known


def test_an_order_that_cannot_be_read_does_not_hide_the_others(world: World) -> None:
    class Broken(type(world.orders)):  # type: ignore[misc]
        def history(self, store_id: str, order_id: str, *, after: int = 0) -> object:
            if order_id == world.order_ids[0]:
                raise KeyError("stage")
            return super().history(store_id, order_id, after=after)

    kept(world, 1).conduct_at = None
    found = list(examine(STORE, a_doctor(world, orders=Broken(world.orders.shelf))))

    assert {(each.kind, each.order_id) for each in found} == {
        (Kind.UNREADABLE, world.order_ids[0]),
        (Kind.LISTS, world.order_ids[1]),
    }


def test_an_order_that_changes_while_it_is_looked_at_is_looked_at_again(world: World) -> None:
    order_id = world.order_ids[0]
    kept(world).record["due_at"] = None

    class Busy(type(world.orders)):  # type: ignore[misc]
        def misfiled(self, store_id: str, order_id: str) -> tuple[str, ...]:
            kept(world).record["due_at"] = time_to_text(world.now + timedelta(hours=1))
            return ()

    doctor = a_doctor(world, orders=Busy(world.orders.shelf))

    assert examine_order(STORE, order_id, doctor) == ()


def test_what_is_healed_between_finding_and_fixing_is_left_alone(world: World) -> None:
    name = world.conductor.tasks[0].name
    world.conductor.lose(name)
    found = the_finding(world)
    follow(
        STORE,
        found.order_id,
        orders=world.orders,
        executions=world.executions,
        conductor=world.conductor,
        lost_since=world.now,
    )
    started = len(world.conductor.walks)

    fixed(world, found)

    assert len(world.conductor.walks) == started
    assert look(world) == []


class Examined(Shop):
    """Whatever happened in a shop: once it has settled, everything agrees."""

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        # Also of a cart whose answer was lost, the stream tells.
        stored = [order_id for _, order_id in self.world.orders.shelf.orders]
        self.world.order_ids += [each for each in stored if each not in self.world.order_ids]
        super().teardown()
        self.world.now += timedelta(minutes=20)
        assert look(self.world) == []


Examined.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
TestExamined = Examined.TestCase
