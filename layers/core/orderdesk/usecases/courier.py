"""A courier's scan becomes the parcel's state, and moves the order when it decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class ScanStatus(StrEnum):
    """Where a parcel is, in the words that every courier's are turned into."""

    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    FAILED_ATTEMPT = "failed_attempt"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a courier told. `tracking_number` is canonical; `said` are the courier's own words.

    `status` is None when it says nothing that we act on, `at` when the time could not be read.
    `reason_code` says why a parcel comes back, when the courier says so.
    """

    scan_id: str
    tracking_number: str
    status: ScanStatus | None
    said: str
    at: datetime | None
    carrier: str = ""
    note: str = ""
    reason_code: str = ""
