"""Goods that come back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.parcels import Goods

MAX_RETURNS: Final = 50


class ReturnKind(StrEnum):
    """FULL and PARTIAL by the customer, TO_ORIGIN by the courier who could not deliver."""

    FULL = "full"
    PARTIAL = "partial"
    TO_ORIGIN = "to_origin"


class ReturnState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"
    CLOSED = "closed"  # it does not come back after all


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCase:
    """`return_id` is r1, r2, … within the order; `reason` and `reason_code` as with moves.

    `restock` says that the goods can be sold again.
    """

    return_id: str
    kind: ReturnKind
    goods: tuple[Goods, ...]
    opened_at: datetime
    reason_code: str = ""
    reason: str = ""
    state: ReturnState = ReturnState.OPEN
    received_at: datetime | None = None
    restock: bool = False
    note: str = ""
