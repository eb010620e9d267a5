"""Lists of orders: each page is one query of one index, wherever in the list it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orderdesk.adapters import lanes
from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.records import summary_from_record
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.ports import Page, Sort

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.adapters.dynamo.table import Table
    from orderdesk.adapters.records import Record
    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.usecases.ports import ListQuery, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One partition of an index, with the names of its two key attributes."""

    index: str
    lane_key: str
    sort_key: str
    lane: str
    descending: bool
    dates: lanes.Dates | None = None

    @property
    def scope(self) -> str:
        return lanes.scope_of(self.index, self.lane, descending=self.descending, dates=self.dates)


def page(table: Table, query: ListQuery) -> Page[Summary]:
    index, lane = lanes.lane_of(query)
    where = Lane(
        index=index,
        lane_key="store_lane" if query.stage is None else "stage_lane",
        sort_key="date_key" if query.sort is Sort.ORDER_DATE else "payment_key",
        lane=lane,
        descending=query.descending,
        dates=lanes.dates_of(query),
    )
    return _page(table, query.store_id, where, _summary, limit=query.limit, cursor=query.cursor)


def number_in(table: Table, store_id: str, stage: Stage) -> int:
    lane = {"lane": lanes.stage_lane(store_id, stage)}
    return table.count("#stage_lane = :lane", lane, index="stage_by_date")


def of_customer(
    table: Table, store_id: str, customer_id: str, *, limit: int, cursor: str | None
) -> Page[Summary]:
    where = Lane(
        index="by_customer",
        lane_key="customer_lane",
        sort_key="date_key",
        lane=lanes.customer_lane(store_id, customer_id),
        descending=True,
    )
    return _page(table, store_id, where, _summary, limit=limit, cursor=cursor)


def due(table: Table, store_id: str, *, before: datetime, limit: int) -> tuple[str, ...]:
    found = table.query(
        "#due_lane = :lane AND #due_at <= :before",
        {"lane": lanes.due_lane(store_id), "before": time_to_text(before)},
        index="by_due",
        limit=limit,
    )
    return tuple(_order_id(each) for each in found)


def to_reconcile(table: Table, store_id: str, *, before: datetime, limit: int) -> tuple[str, ...]:
    found = table.query(
        "#reconcile_lane = :lane AND #reconcile_at <= :before",
        {"lane": lanes.reconcile_lane(store_id), "before": time_to_text(before)},
        index="by_reconcile",
        limit=limit,
    )
    return tuple(_order_id(each) for each in found)


def to_check(
    table: Table, store_id: str, *, before: datetime | None, limit: int, cursor: str | None
) -> Page[str]:
    where = Lane(
        index="by_conduct",
        lane_key="conduct_lane",
        sort_key="conduct_at",
        lane=lanes.conduct_lane(store_id),
        descending=False,
    )
    until = (lanes.FIRST, time_to_text(before) if before else lanes.EVER)
    return _page(table, store_id, where, _order_id, limit=limit, cursor=cursor, between=until)


def _page[Item](
    table: Table,
    store_id: str,
    where: Lane,
    make: Callable[[Record], Item],
    *,
    limit: int,
    cursor: str | None,
    between: lanes.Dates | None = None,
) -> Page[Item]:
    """Asks for one row more than it shows: only so is it known which page is the last."""
    condition = f"#{where.lane_key} = :lane"
    values: dict[str, Any] = {"lane": where.lane}
    if between := where.dates or between:
        condition = f"{condition} AND #{where.sort_key} BETWEEN :first AND :last"
        values["first"], values["last"] = between
    found = table.query(
        condition,
        values,
        index=where.index,
        descending=where.descending,
        limit=limit + 1,
        after=_start(store_id, where, cursor) if cursor is not None else None,
    )
    shown = found[:limit]
    return Page(
        items=tuple(make(each) for each in shown),
        cursor=cursor_of(where.scope, _position(where, shown[-1])) if found[limit:] else None,
    )


def _position(where: Lane, row: Record) -> tuple[str]:
    """The row's sort key, which ends in the order's id in every list."""
    sort_key = row[where.sort_key]
    order_id = _order_id(row)
    return (sort_key if sort_key.endswith(f"#{order_id}") else f"{sort_key}#{order_id}",)


def _start(store_id: str, where: Lane, cursor: str) -> dict[str, str]:
    (position,) = position_of(where.scope, cursor, parts=1)
    before, _, order_id = position.rpartition("#")
    sort_key = before if where.sort_key == "conduct_at" else position
    key = keys.order_key(store_id, order_id)
    return {**key, where.lane_key: where.lane, where.sort_key: sort_key}


def _order_id(row: Record) -> str:
    return keys.order_id_in(row["pk"])


def _summary(row: Record) -> Summary:
    return summary_from_record(row["summary"])
