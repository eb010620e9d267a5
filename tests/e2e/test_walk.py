"""The deployed machine, walked over every edge of the table."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.lifecycle import MOVES, RESTING, Stage
from orderdesk.domain.people.customer import Customer
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.place import place
from tests.builders import a_cart, a_move
from tests.goods import a_price_book
from tests.podium import way_to

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STORE = "walks"
EDGES = [(move.source, move.target) for move in MOVES if move.source]
LONGEST = 14  # moves of one order, so that several orders walk at once


def walks() -> list[list[Stage]]:
    """Lives that begin in Placed and together pass every edge of the table."""
    left = list(EDGES)
    found: list[list[Stage]] = []
    walk = [Stage.PLACED]
    while left:
        here = walk[-1]
        source, target = min(left, key=lambda edge: len(way_to(here, edge[0])))
        if len(walk) + len(way_to(here, source)) >= LONGEST:
            found.append(walk)
            walk = [Stage.PLACED]
            continue
        walk += [*way_to(here, source), target]
        left = [edge for edge in left if edge not in set(pairwise(walk))]
    return [*found, walk]


def place_and_move(shop: Shop, number: int, walk: list[Stage]) -> Order:
    """The order and its whole history are in the table before the machine is through with it."""
    now, by = datetime.now(UTC), system("walk")
    customer = Customer(store_id=STORE, customer_id=f"walker{number}", name="Walker")
    order = place(
        a_cart(f"wamid.walk-{number}"),
        customer,
        by=by,
        raw="{}",
        orders=shop.orders,
        stores=shop.stores,
        prices=a_price_book(),
        now=now,
    )

    def decide(order: Order) -> tuple[Order, list[Event]]:
        events = []
        for stage in walk[1:]:
            order, event = a_move(order, stage, at=now, source=order.stage)
            events.append(event)
        return order, events

    policy = shop.stores.get(STORE).policy
    return change(STORE, order.order_id, decide, orders=shop.orders, policy=policy)


def test_the_walks_pass_every_edge() -> None:
    assert {edge for walk in walks() for edge in pairwise(walk)} == set(EDGES)
    assert len(EDGES) == 48


def test_the_deployed_machine_walks_every_edge_of_the_table(shop: Shop) -> None:
    orders = [
        (place_and_move(shop, number, walk), walk) for number, walk in enumerate(walks(), start=1)
    ]

    walked: set[tuple[str, str]] = set()
    for order, walk in orders:
        name = shop.wait_until_standing(order, walk[-1])
        entered = shop.entered(name)
        stages = [state for state in entered if state in set(Stage)]
        assert stages == walk
        assert shop.executions_of(order).keys() == {"v1"}
        assert len(entered) == 2 * len(walk) + (2 if walk[-1] in RESTING else 0)
        walked |= set(pairwise(stages))

    assert walked == set(EDGES)
