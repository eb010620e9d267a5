"""Deadlines of orders that wait while their shop changes its times.

Each order keeps one deadline, written by the rules of its last change. A later one needs no care:
when the old one passes, the sweep finds that nothing is due and puts the order off. An earlier one
would be found too late. So a change of settings notes which stages it concerns, and the sweep goes
through their lists page by page, sets what is earlier now, and remembers how far it got.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid, NotFound
from orderdesk.domain.orders.timing import deadline
from orderdesk.usecases.ports import ListQuery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.shop.policy import Policy
    from orderdesk.domain.shop.settings import Redating
    from orderdesk.usecases.ports import Orders, Page, Stores, Summary

PAGE: Final = 100
PAGES: Final = 10  # of one store, in one run
# Functions keep settings for half a minute (adapters/kept.py): until then, somebody may still write
# an order by the old ones, behind our back. Lists are up to date by then as well.
SETTLED: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


def redate(store_id: str, *, orders: Orders, stores: Stores, now: datetime) -> Iterator[bool]:
    """Sets earlier deadlines, order by order: True where one was set. Several may do it at once."""
    todo = stores.redating(store_id)
    if todo is None or now < todo.since + SETTLED:
        return
    policy = stores.latest(store_id).policy
    for _ in range(PAGES):
        page = _page(todo, orders)
        for each in page.items:
            yield _redate(each, policy, orders)
        todo = _further(todo, page.cursor)
        stores.redated(todo)
        if not todo.stages:
            return


def _page(todo: Redating, orders: Orders) -> Page[Summary]:
    query = ListQuery(
        store_id=todo.store_id,
        stage=todo.stages[0],
        descending=False,
        limit=PAGE,
        cursor=todo.cursor,
    )
    try:
        return orders.page(query)
    except Invalid:  # the cursor is of another release: begin this list again
        return orders.page(replace(query, cursor=None))


def _further(todo: Redating, cursor: str | None) -> Redating:
    stages = todo.stages if cursor else todo.stages[1:]
    return replace(todo, stages=stages, cursor=cursor)


def _redate(summary: Summary, policy: Policy, orders: Orders) -> bool:
    """One that fails keeps the deadline that it has, and never stops the others."""
    try:
        order = orders.get(summary.store_id, summary.order_id)
        due = deadline(order, policy)
        if due is None or (order.due_at and order.due_at <= due.at):
            return False
        orders.postpone(order, due.at)
    except NotFound:
        return False
    except Exception:
        log.exception("dating failed", extra={"order_id": summary.order_id})
        return False
    return True
