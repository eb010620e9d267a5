"""Whatever customers, staff, a courier, the clock and bad luck do on the deployed stack, in any
order, the rules hold.

The walk is driven by a seeded random generator and not by Hypothesis, whose walk through the shop
in memory is tests/walks: a stack keeps its state and goes on by itself, so that no run can be
repeated or shrunk, and Hypothesis repeats what failed. What was done is printed when it fails;
WALK_SEED chooses another walk.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.amending import MONEY_FLAGS
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.history import digest, verify
from orderdesk.domain.orders.lifecycle import RESTING, MoveClass, Stage, find_move
from tests.e2e.killing import impatient
from tests.e2e.walking import GRACE, Walk
from tests.shop import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SEED: Final = int(os.environ.get("WALK_SEED", "12"))
STEPS: Final = 180
LOOK_EVERY: Final = 3  # steps
PATIENCE: Final = 120.0
MONEY_STAYS_OUT: Final = frozenset({Stage.ABANDONED, Stage.CANCELLED, Stage.REJECTED})
QUEUES: Final = tuple(
    f"{name}QueueUrl"
    for name in ("Inbox", "Conduct", "NotifyCustomer", "NotifyCustomerLater", "NotifyStaff")
)
# A move is committed a moment after the time that it bears.
A_MOMENT: Final = timedelta(seconds=1)


class Watch:
    """Looks at what is new in each order's history; `seen` is the version looked at last."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.seen: dict[str, int] = {}
        self.last_hash: dict[str, str] = {}

    def look(self) -> None:
        for order_id in self.walk.order_ids:
            order, seen = self.walk.order(order_id), self.seen.get(order_id, 0)
            if order.version == seen:
                continue
            history = self.walk.shop.orders.history(order.store_id, order_id, after=seen)
            events = [event for event in history if event.version <= order.version]
            assert [event.version for event in events] == list(range(seen + 1, order.version + 1))
            for event in events:
                assert event.previous == self.last_hash.get(order_id, "")
                self.last_hash[order_id] = digest(event)
                is_a_move_of_the_table(event)
            assert order.history_hash == self.last_hash[order_id]
            assert order.stage is events[-1].target
            assert order.changed_by == events[-1].by
            has_no_forgotten_money(order)
            self.seen[order_id] = order.version


def is_a_move_of_the_table(event: Event) -> None:
    if not event.changes_stage:
        assert event.source is event.target
        return
    found = find_move(event.source, event.target)
    assert found is not None
    assert found.id == event.move_id
    assert found.is_open_to(event.by)
    assert found.is_permitted(event.by)


def has_no_forgotten_money(order: Order) -> None:
    balance = order.ledger.balance.minor
    assert balance >= 0
    if order.stage in MONEY_STAYS_OUT and balance and not order.refund_waived:
        assert order.stage is not Stage.ABANDONED
        assert MONEY_FLAGS & {each.reason for each in order.attention}


def numbers_in(shop: Shop, suffix: str) -> dict[str, int]:
    """How many messages wait or are worked on, by the output's name of the queue."""
    with closing(shop.stack.client("sqs")) as sqs:
        return {
            name: sum(
                int(count)
                for count in sqs.get_queue_attributes(
                    QueueUrl=url,
                    AttributeNames=[
                        "ApproximateNumberOfMessages",
                        "ApproximateNumberOfMessagesNotVisible",
                        "ApproximateNumberOfMessagesDelayed",
                    ],
                )["Attributes"].values()
            )
            for name, url in shop.stack.outputs.items()
            if name.endswith(suffix)
        }


def wait_until_quiet(walk: Walk) -> None:
    """No webhook, message or event is under way, and nothing waits to be tried again."""
    calm = [0]

    def look() -> bool:
        idle = walk.shop.phone.health()["idle"]
        working = numbers_in(walk.shop, "QueueUrl")
        busy = any(count for name, count in working.items() if name in QUEUES)
        names = [name for running_of in running(walk).values() for name in running_of]
        busy = busy or any(walk.is_between_tries(name) for name in names)
        calm[0] = 0 if busy or not idle else calm[0] + 1
        return calm[0] >= 5

    wait_for(look, "quiet", PATIENCE)


def running(walk: Walk) -> dict[str, list[str]]:
    """Names of the running executions of each order."""
    found: dict[str, list[str]] = {order_id: [] for order_id in walk.order_ids}
    with closing(walk.shop.stack.client("stepfunctions")) as machine:
        pages = machine.get_paginator("list_executions").paginate(
            stateMachineArn=walk.shop.stack.outputs["StateMachineArn"], statusFilter="RUNNING"
        )
        for name in (each["name"] for page in pages for each in page["executions"]):
            order_id = name.partition("-")[0]
            if order_id in found:
                found[order_id].append(name)
    return found


def misplaced(walk: Walk) -> list[str]:
    """Orders whose executions are not where they should be: one stands in the stage of each live
    order, and none is left of one at rest.
    """
    wrong = []
    for order_id, names in running(walk).items():
        order = walk.order(order_id)
        if order.stage in RESTING:
            fine = not names
        else:
            parked = walk.shop.executions.find(order.store_id, order_id)
            fine = (
                parked is not None
                and parked.stage is order.stage
                and names == [parked.name]
                and walk.shop.state_of(parked.name) == ("RUNNING", order.stage)
            )
        if not fine:
            wrong.append(f"{order_id} in {order.stage}: {names}")
    return wrong


def was_told_right(walk: Walk, histories: Mapping[str, Sequence[Event]]) -> None:
    """No message twice, and none of a move that was taken back before it was due."""
    keys = Counter(
        message["callback_data"]
        for _, phone in walk.people
        for message in walk.shop.phone.received(phone)
        if message["callback_data"]
    )
    assert keys
    assert [key for key, times in keys.items() if times > 1] == []
    for order_id, history in histories.items():
        for moved, after in pairwise(history):
            undo = find_move(after.source, after.target) if after.changes_stage else None
            taken_back = (
                undo is not None
                and undo.kind is MoveClass.UNDO
                and after.target is moved.source
                and after.at - moved.at < GRACE - A_MOMENT
            )
            if moved.type is EventType.MOVED and taken_back and moved.by.kind is ActorKind.STAFF:
                assert f"{order_id}:{moved.version}:{moved.target}" not in keys


def is_filed_right(walk: Walk, orders: list[Order]) -> None:
    """Counters and lists say what the orders say."""
    stages = Counter(order.stage for order in orders)
    with closing(walk.shop.stack.client("dynamodb")) as dynamodb:
        counts = DynamoCounts(dynamodb, walk.shop.stack.outputs["TableName"])
        counted = {stage: count for stage, count in counts.get(walk.store_id).items() if count}
    listed = {stage: walk.shop.orders.number_in(walk.store_id, stage) for stage in stages}
    assert counted == stages
    assert listed == stages


def check_all(walk: Walk) -> bool:
    """Whether all of it was seen at one moment: the clock may strike while we look."""
    orders = [walk.order(order_id) for order_id in walk.order_ids]
    histories = {
        order.order_id: walk.shop.orders.history(order.store_id, order.order_id) for order in orders
    }
    try:
        for order in orders:
            assert verify(order, histories[order.order_id]).flaws == ()
            has_no_forgotten_money(order)
        wrong = misplaced(walk)
        assert not wrong, wrong
        is_filed_right(walk, orders)
        was_told_right(walk, histories)
    except AssertionError:
        if [walk.order(each.order_id) for each in orders] == orders:
            raise
        return False
    return True


def test_whatever_happens_the_rules_hold(shop: Shop) -> None:
    dead = numbers_in(shop, "DeadLetterQueueUrl")
    with impatient(shop.stack, QUEUES, seconds=10), closing(Walk(shop, seed=SEED)) as walk:
        watch = Watch(walk)
        try:
            walk.open()
            for step in range(STEPS):
                walk.step()
                if step % LOOK_EVERY == 0:
                    watch.look()
            walk.calm_down()
            wait_until_quiet(walk)
            shop.stack.heal()
            wait_until_quiet(walk)
            watch.look()
            wait_for(lambda: check_all(walk), "a moment in which nothing happens")
        except BaseException as problem:
            problem.add_note("\n".join([f"Seed {SEED}:", *walk.log]))
            raise
        finally:
            walk.calm_down()
        assert numbers_in(shop, "DeadLetterQueueUrl") == dead
        assert len(walk.order_ids) > 5
