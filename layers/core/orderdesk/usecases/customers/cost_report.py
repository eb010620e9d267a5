"""What messages cost in a month, and for an order."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.costing import STAGE_OF, cap_of, level_of, month_of, spent_in
from orderdesk.domain.shop.days import days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from orderdesk.domain.money.budget import Level
    from orderdesk.domain.money.costing import Cell
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Costs

MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
NO_STAGE: Final = "none"  # of what is said beside any order's way
ENOUGH: Final = timedelta(days=1)  # of a month, to guess the rest of it


@dataclass(frozen=True, slots=True)
class Sum:
    """`cost` in millionths of a unit of the currency; `paid` messages cost something."""

    name: str
    messages: int
    paid: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """Of one currency. `other_currencies` are sums from before the budget's was changed."""

    currency: str
    total: Sum
    by_category: tuple[Sum, ...]
    by_stage: tuple[Sum, ...]
    by_purpose: tuple[Sum, ...]
    by_country: tuple[Sum, ...]
    other_currencies: tuple[Sum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """`per_order`, `forecast` and `cap` in millionths; `forecast` is None when it is too early."""

    month: str
    costs: CostReport
    orders: int
    per_order: int
    forecast: int | None
    cap: int | None
    level: Level


def month_report(store: Store, month: str, *, costs: Costs, now: datetime) -> MonthReport:
    """Of the month (`2026-11`), or of the current one when it is empty. Raises Invalid."""
    current = month_of(now, store.time_zone)
    month = month or current
    if not MONTH.fullmatch(month):
        raise Invalid("Send a month like 2026-11.", field="month")
    budget = store.policy.budget
    cells = costs.of_month(store.store_id, month)
    spent, orders = spent_in(cells, budget.currency), costs.orders_in(store.store_id, month)
    about_orders = spent_in(tuple(each for each in cells if each.about_order), budget.currency)
    return MonthReport(
        month=month,
        costs=report_of(cells, budget.currency),
        orders=orders,
        per_order=about_orders // orders if orders else 0,
        forecast=_forecast(spent, month, store, now) if month == current else spent,
        cap=cap_of(budget),
        level=level_of(budget, spent),
    )


def order_report(store: Store, order_id: str, *, costs: Costs) -> CostReport:
    return report_of(costs.of_order(store.store_id, order_id), store.policy.budget.currency)


def report_of(cells: Iterable[Cell], currency: str) -> CostReport:
    every = tuple(cells)
    ours = [each for each in every if each.currency == currency]
    return CostReport(
        currency=currency,
        total=_sum("total", ours),
        by_category=_by(ours, lambda cell: cell.category),
        by_stage=_by(ours, lambda cell: _stage(cell.purpose)),
        by_purpose=_by(ours, lambda cell: cell.purpose or "other"),
        by_country=_by(ours, lambda cell: cell.country),
        other_currencies=_by(
            (each for each in every if each.currency != currency), lambda cell: cell.currency
        ),
    )


def _stage(purpose: str) -> str:
    found = STAGE_OF.get(purpose)
    return found.value if found else NO_STAGE


def _by(cells: Iterable[Cell], name: Callable[[Cell], str]) -> tuple[Sum, ...]:
    """The dearest first."""
    groups: dict[str, list[Cell]] = {}
    for each in cells:
        groups.setdefault(name(each), []).append(each)
    sums = [_sum(named, group) for named, group in groups.items() if named]
    return tuple(sorted(sums, key=lambda each: (-each.cost, -each.messages, each.name)))


def _sum(name: str, cells: Iterable[Cell]) -> Sum:
    every = tuple(cells)
    return Sum(
        name,
        sum(each.messages for each in every),
        sum(each.paid for each in every),
        sum(each.cost for each in every),
    )


def _forecast(spent: int, month: str, store: Store, now: datetime) -> int | None:
    """The rest of the month as what has passed of it."""
    year, number = int(month[:4]), int(month[5:])
    last = date(year, number, calendar.monthrange(year, number)[1])
    begin, end = days(date(year, number, 1), last, store.time_zone)
    passed = now - begin
    if passed < ENOUGH:
        return None
    return spent * int((end - begin).total_seconds()) // int(passed.total_seconds())
