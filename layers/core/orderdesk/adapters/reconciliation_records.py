"""Discrepancies as plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.adapters.records import money_from_record, to_record
from orderdesk.domain.times import time_from_text, time_to_text
from orderdesk.usecases.ports import Discrepancy, LastRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.adapters.records import Record


def discrepancy_to_record(found: Discrepancy) -> Record:
    record: Record = to_record(found)
    return record


def discrepancy_from_record(record: Mapping[str, Any]) -> Discrepancy:
    return Discrepancy(
        store_id=record["store_id"],
        order_id=record["order_id"],
        number=int(record["number"]),
        at=time_from_text(record["at"]),
        provider=record["provider"],
        what=record["what"],
        entry_id=record["entry_id"],
        amount=money_from_record(record["amount"]),
        happened_at=time_from_text(record["happened_at"]),
    )


def place_of(found: Discrepancy) -> str:
    """Sorts by time; the same entry of the same order is one."""
    return f"{time_to_text(found.at)}#{found.order_id}#{found.entry_id}"


def last_run_from_record(record: Mapping[str, Any]) -> LastRun:
    counts = {name: int(count) for name, count in record["counts"].items()}
    return LastRun(at=time_from_text(record["at"]), counts=counts)
