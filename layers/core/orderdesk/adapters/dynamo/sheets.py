"""A list that a shop keeps: one partition, one item per row, a page per query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters.cursors import cursor_of, position_of
from orderdesk.usecases.ports import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.adapters.dynamo.table import Table
    from orderdesk.adapters.records import Record


def page_of[Row](
    table: Table,
    pk: str,
    make: Callable[[Record], Row],
    *,
    limit: int,
    cursor: str | None,
) -> Page[Row]:
    """In the order of the sort keys. Raises Invalid for a cursor of another list."""
    after = None
    if cursor is not None:
        (last,) = position_of(pk, cursor, parts=1)
        after = {"pk": pk, "sk": last}
    found = table.query("#pk = :pk", {"pk": pk}, limit=limit + 1, after=after)
    shown = found[:limit]
    return Page(
        items=tuple(make(each) for each in shown),
        cursor=cursor_of(pk, (shown[-1]["sk"],)) if found[limit:] else None,
    )
