"""What couriers say of a parcel: our own shape, and Shiprocket's (told apart by what is in it).

docs/couriers.md describes ours. Shiprocket's: https://apidocs.shiprocket.in/, Webhooks; every post
carries all scans so far, and no id of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Unreadable
from orderdesk.domain.orders.parcels import ParcelState
from orderdesk.domain.orders.tracking import canonical
from orderdesk.usecases.orders.courier import Scan

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shiprocket's times say no zone; they are India's, which knows no summer time.
INDIA: Final = timezone(timedelta(hours=5, minutes=30))
SHIPROCKET_TIMES: Final = ("%d %m %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
# By `shipment_status_id`. `current_status_id` counts differently and is not looked at.
SHIPROCKET: Final[Mapping[int, tuple[str, ParcelState]]] = {
    6: ("SHIPPED", ParcelState.IN_TRANSIT),
    7: ("DELIVERED", ParcelState.DELIVERED),
    9: ("RTO INITIATED", ParcelState.RETURNING),
    10: ("RTO DELIVERED", ParcelState.RETURNED),
    12: ("LOST", ParcelState.LOST),
    14: ("RTO ACKNOWLEDGED", ParcelState.RETURNED),
    17: ("OUT FOR DELIVERY", ParcelState.OUT_FOR_DELIVERY),
    18: ("IN TRANSIT", ParcelState.IN_TRANSIT),
    21: ("UNDELIVERED", ParcelState.FAILED_ATTEMPT),
    22: ("DELAYED", ParcelState.IN_TRANSIT),
    24: ("DESTROYED", ParcelState.LOST),
    38: ("REACHED AT DESTINATION HUB", ParcelState.IN_TRANSIT),
    39: ("MISROUTED", ParcelState.IN_TRANSIT),
    40: ("RTO NDR", ParcelState.RETURNING),
    41: ("RTO OFD", ParcelState.RETURNING),
    42: ("PICKED UP", ParcelState.IN_TRANSIT),
    44: ("DISPOSED OFF", ParcelState.LOST),
    46: ("RTO IN TRANSIT", ParcelState.RETURNING),
    51: ("HANDOVER TO COURIER", ParcelState.IN_TRANSIT),
    75: ("RTO LOCK", ParcelState.RETURNING),
    76: ("UNTRACEABLE", ParcelState.LOST),
    77: ("ISSUE RELATED TO THE RECIPIENT", ParcelState.FAILED_ATTEMPT),
    78: ("REACHED BACK AT SELLER CITY", ParcelState.RETURNING),
}
LABELS: Final = dict(SHIPROCKET.values())
# Riders' numbers stand in what couriers write, and have no place in an order's history.
PHONE: Final = re.compile(r"\+\d[\d -]{8,}\d|\d{5}[ -]?\d{5,}")
LONGEST_TEXT: Final = 300


def parse(body: bytes) -> Scan:
    """The scan, with `state` None when it says nothing that we act on. Raises Unreadable."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable("the body", "is no JSON") from error
    if isinstance(given, dict) and "tracking_number" in given:
        return _own(given)
    if isinstance(given, dict) and "awb" in given:
        return _shiprockets(given)
    raise _unreadable("the body", "has neither tracking_number nor awb")


def _own(given: Mapping[str, Any]) -> Scan:
    said = _text(given, "status")
    return Scan(
        scan_id=_text(given, "event_id"),
        tracking_number=_number(_text(given, "tracking_number"), "tracking_number"),
        carrier=_text(given, "carrier", needed=False),
        state=ParcelState(said.lower()) if said.lower() in ParcelState else None,
        said=said,
        at=_own_time(_text(given, "at")),
        note=_note(_text(given, "note", needed=False)),
        reason_code=_text(given, "reason", needed=False),
    )


def _own_time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unreadable("at", f"{text!r} is no time such as 2026-11-24T15:04:05+05:30") from error
    if at.tzinfo is None:
        raise _unreadable("at", f"{text!r} says no time zone: end it with Z or +05:30")
    return _in_utc(at, "at")


def _shiprockets(given: Mapping[str, Any]) -> Scan:
    awb = given["awb"]
    number = _number(str(awb) if type(awb) is int else _text(given, "awb"), "awb")
    said = _said(given)
    time = str(given.get("current_timestamp") or "")
    name = f"{number}\n{given.get('shipment_status_id')}\n{said}\n{time}"
    return Scan(
        scan_id=hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32],
        tracking_number=number,
        carrier=_text(given, "courier_name", needed=False),
        state=_shiprockets_status(given, said),
        said=said,
        at=_shiprockets_time(time),
        note=_note(_newest_activity(given)),
    )


def _said(given: Mapping[str, Any]) -> str:
    words = given.get("shipment_status") or given.get("current_status")
    return words.strip()[:LONGEST_TEXT] if isinstance(words, str) else ""


def _shiprockets_status(given: Mapping[str, Any], said: str) -> ParcelState | None:
    """None too for a parcel that is fetched from the customer: it is delivered to the shop."""
    if str(given.get("is_return") or "0") != "0":
        return None
    number = given.get("shipment_status_id")
    if isinstance(number, int) and number in SHIPROCKET:
        return SHIPROCKET[number][1]
    return LABELS.get(" ".join(re.split(r"[^A-Z0-9]+", said.upper())).strip())


def _shiprockets_time(text: str) -> datetime | None:
    """None for one that cannot be read: no news is lost over its date."""
    for form in SHIPROCKET_TIMES:
        try:
            return _in_utc(datetime.strptime(text, form).replace(tzinfo=INDIA), "at")
        except (ValueError, Unreadable):
            continue
    return None


def _newest_activity(given: Mapping[str, Any]) -> str:
    scans = given.get("scans")
    known = [each for each in scans if isinstance(each, dict)] if isinstance(scans, list) else []
    newest = max(known, key=lambda each: str(each.get("date")), default={})
    return ", ".join(str(newest[key]) for key in ("activity", "location") if newest.get(key))


def _number(text: str, field: str) -> str:
    number = canonical(text)
    if not number:
        raise _unreadable(field, "has no letter or digit")
    return number


def _text(given: Mapping[str, Any], field: str, *, needed: bool = True) -> str:
    value = given.get(field)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise _unreadable(field, "is needed, as text" if needed else "is a text, or left out")
    return value.strip()[:LONGEST_TEXT]


def _note(text: str) -> str:
    return PHONE.sub("…", text)[:LONGEST_TEXT]


def _in_utc(at: datetime, field: str) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise _unreadable(field, "is a time outside of the calendar") from error


def _unreadable(field: str, problem: str) -> Unreadable:
    return Unreadable("courier_scan", f"{field} {problem}.")
