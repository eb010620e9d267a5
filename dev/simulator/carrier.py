"""A carrier of parcels: what it tells the application of a scan, in Orderdesk's own shape
(docs/couriers.md) or in Shiprocket's (https://apidocs.shiprocket.in/, Webhooks).
"""

import secrets
from datetime import UTC, datetime, timedelta, timezone

from dev.simulator.signing import meta_json
from dev.simulator.store import Json

SCANS, SHIPROCKET = "scans", "shiprocket"
CARRIER = "Delhivery"
INDIA = timezone(timedelta(hours=5, minutes=30))
#: Shiprocket's `shipment_status_id` and words for each of ours.
STATUSES = {
    "in_transit": (18, "IN TRANSIT"),
    "out_for_delivery": (17, "OUT FOR DELIVERY"),
    "failed_attempt": (21, "UNDELIVERED"),
    "delivered": (7, "DELIVERED"),
    "returning": (9, "RTO INITIATED"),
    "returned": (10, "RTO DELIVERED"),
    "lost": (12, "LOST"),
}


def scan_body(wanted: Json, now: float) -> tuple[str, str]:
    """The channel and body of a scan; `shape` is scans (the default) or shiprocket.

    Raises KeyError for a missing tracking number or status, ValueError for a wrong shape.
    """
    number, status = str(wanted["tracking_number"]), str(wanted["status"])
    shape = wanted.get("shape", SCANS)
    if shape == SCANS:
        return SCANS, meta_json(_own(wanted, number, status, now))
    if shape == SHIPROCKET:
        return SHIPROCKET, meta_json(_shiprockets(wanted, number, status, now))
    raise ValueError(f"shape is {SCANS} or {SHIPROCKET}, not {shape!r}")


def _own(wanted: Json, number: str, status: str, now: float) -> Json:
    scan = {
        "event_id": wanted.get("event_id") or secrets.token_hex(8),
        "tracking_number": number,
        "carrier": wanted.get("carrier", CARRIER),
        "status": status,
        "at": wanted.get("at") or datetime.fromtimestamp(now, UTC).isoformat(),
        "note": wanted.get("note", ""),
        "reason": wanted.get("reason", ""),
    }
    return {name: value for name, value in scan.items() if value}


def _shiprockets(wanted: Json, number: str, status: str, now: float) -> Json:
    status_id, label = STATUSES.get(status, (None, status))
    at = datetime.fromtimestamp(now, INDIA)
    scan = {
        "date": f"{at:%Y-%m-%d %H:%M:%S}",
        "status": "X-SCAN",
        "activity": wanted.get("note") or label.title(),
        "location": "Bengaluru",
        "sr-status": str(status_id or "NA"),
        "sr-status-label": label,
    }
    return {
        "awb": number,
        "courier_name": wanted.get("carrier", CARRIER),
        "current_status": label,
        "current_status_id": status_id,
        "shipment_status": label,
        "shipment_status_id": status_id,
        "current_timestamp": f"{at:%d %m %Y %H:%M:%S}",
        "order_id": "1373900_150876814",
        "sr_order_id": 348456385,
        "etd": f"{at:%Y-%m-%d %H:%M:%S}",
        "scans": [scan],
        "is_return": 0,
        "channel_id": 3422553,
        "pod_status": "OTP Based Delivery",
        "pod": "Not Available",
    }
