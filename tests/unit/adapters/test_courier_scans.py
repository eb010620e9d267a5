"""What couriers say: our own shape, and Shiprocket's as its documentation shows it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from orderdesk.adapters.couriers.scans import SHIPROCKET, parse
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.orders.parcels import ParcelState
from orderdesk.usecases.orders.courier import Scan


def ours(**fields: Any) -> bytes:
    scan = {
        "event_id": "scan-1",
        "tracking_number": "DL 7700-1",
        "carrier": "Delhivery",
        "status": "out_for_delivery",
        "at": "2026-11-24T15:04:05+05:30",
        "note": "With the rider",
    }
    return json.dumps({k: v for k, v in (scan | fields).items() if v is not None}).encode()


def shiprockets(**fields: Any) -> bytes:
    """https://apidocs.shiprocket.in/, Webhooks: the sample payload, with other scans."""
    told = {
        "awb": "19041424751540",
        "courier_name": "Delhivery Surface",
        "current_status": "IN TRANSIT",
        "current_status_id": 20,
        "shipment_status": "IN TRANSIT",
        "shipment_status_id": 18,
        "current_timestamp": "23 05 2023 11:43:52",
        "order_id": "1373900_150876814",
        "sr_order_id": 348456385,
        "scans": [
            {
                "date": "2023-05-19 11:59:16",
                "status": "X-UCI",
                "activity": "Manifested",
                "location": "Chomu",
                "sr-status": "5",
                "sr-status-label": "MANIFEST GENERATED",
            },
            {
                "date": "2023-05-23 11:43:52",
                "status": "X-ILL2F",
                "activity": "Bag added to trip",
                "location": "Jaipur",
                "sr-status": "18",
                "sr-status-label": "IN TRANSIT",
            },
        ],
        "is_return": 0,
        "channel_id": 3422553,
    }
    return json.dumps(told | fields).encode()


def test_a_scan_in_our_own_shape_is_read_whole() -> None:
    assert parse(ours(reason="refused")) == Scan(
        scan_id="scan-1",
        tracking_number="DL77001",
        carrier="Delhivery",
        state=ParcelState.OUT_FOR_DELIVERY,
        said="out_for_delivery",
        at=datetime(2026, 11, 24, 9, 34, 5, tzinfo=UTC),
        note="With the rider",
        reason_code="refused",
    )


@pytest.mark.parametrize("status", list(ParcelState))
def test_every_status_of_ours_is_understood(status: ParcelState) -> None:
    assert parse(ours(status=status.value)).state is status
    assert parse(ours(status=status.value.upper())).state is status


def test_carrier_note_and_reason_may_be_left_out() -> None:
    scan = parse(ours(carrier=None, note=None))

    assert (scan.carrier, scan.note, scan.reason_code) == ("", "", "")


def test_a_status_that_we_do_not_know_is_no_error() -> None:
    scan = parse(ours(status="at_customs"))

    assert (scan.state, scan.said) == (None, "at_customs")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "the body is no JSON"),
        (b"\xff", "the body is no JSON"),
        (b"[" * 500_000, "the body is no JSON"),
        (b"[]", "neither tracking_number nor awb"),
        (b"{}", "neither tracking_number nor awb"),
        (ours(event_id=None), "event_id is needed"),
        (ours(event_id=7), "event_id is needed"),
        (ours(tracking_number=" "), "tracking_number is needed"),
        (ours(tracking_number="--"), "tracking_number has no letter or digit"),
        (ours(status=None), "status is needed"),
        (ours(at=None), "at is needed"),
        (ours(at="yesterday"), "at 'yesterday' is no time"),
        (ours(at="2026-11-24T15:04:05"), "at .* says no time zone"),
        (ours(at="0001-01-01T00:00:00+14:00"), "outside of the calendar"),
        (ours(note=["far"]), "note is a text"),
        (shiprockets(awb=None), "awb is needed"),
        (shiprockets(awb=True), "awb is needed"),
        (shiprockets(awb=""), "awb is needed"),
    ],
)
def test_a_body_that_cannot_be_understood_says_where(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse(body)


def test_shiprockets_sample_is_read() -> None:
    scan = parse(shiprockets())

    assert scan.tracking_number == "19041424751540"
    assert (scan.carrier, scan.state) == ("Delhivery Surface", ParcelState.IN_TRANSIT)
    assert scan.at == datetime(2023, 5, 23, 6, 13, 52, tzinfo=UTC)
    assert scan.note == "Bag added to trip, Jaipur"


@pytest.mark.parametrize("status_id", SHIPROCKET)
def test_shiprockets_status_is_known_by_its_number_and_by_its_words(status_id: int) -> None:
    label, status = SHIPROCKET[status_id]

    by_number = parse(shiprockets(shipment_status_id=status_id, shipment_status="?"))
    by_words = parse(shiprockets(shipment_status_id=None, shipment_status=label.title()))

    assert by_number.state is by_words.state is status


def test_shiprockets_other_table_of_numbers_is_not_looked_at() -> None:
    """There 15 means that the parcel comes back; here, that its pickup has another day."""
    body = shiprockets(
        current_status_id=15, shipment_status_id=15, shipment_status="PICKUP RESCHEDULED"
    )

    assert parse(body).state is None


@pytest.mark.parametrize("label", ["MANIFEST GENERATED", "PARTIAL_DELIVERED", "Something new", ""])
def test_what_shiprocket_says_beyond_that_is_kept_in_its_words(label: str) -> None:
    scan = parse(shiprockets(shipment_status_id=5, shipment_status=label, current_status=label))

    assert (scan.state, scan.said) == (None, label)


def test_a_parcel_that_is_fetched_back_from_the_customer_is_not_delivered_to_them() -> None:
    body = shiprockets(is_return=1, shipment_status_id=7, shipment_status="DELIVERED")

    assert parse(body).state is None


def test_each_post_of_shiprocket_gets_a_name_that_its_repetition_gets_again() -> None:
    first = parse(shiprockets())

    assert parse(shiprockets(scans=[])).scan_id == first.scan_id
    assert parse(shiprockets(current_timestamp="23 05 2023 11:43:53")).scan_id != first.scan_id


@pytest.mark.parametrize("time", [None, "", "soon", "31 02 2023 00:00:00", 17])
def test_no_news_is_lost_over_its_date(time: object) -> None:
    scan = parse(shiprockets(current_timestamp=time))

    assert (scan.at, scan.state) == (None, ParcelState.IN_TRANSIT)


@pytest.mark.parametrize("scans", [None, [], "none", [None], [{"date": None}], {}])
def test_shiprockets_scans_may_be_anything(scans: object) -> None:
    assert parse(shiprockets(scans=scans)).note == ""


def test_a_number_of_digits_may_come_as_a_number() -> None:
    assert parse(shiprockets(awb=19041424751540)).tracking_number == "19041424751540"


def test_riders_phone_numbers_are_not_kept() -> None:
    scans = [{"date": "1", "activity": "Out with Ravi, MobileNo: +91 98765-43210", "location": ""}]

    assert parse(shiprockets(scans=scans)).note == "Out with Ravi, MobileNo: …"
    assert parse(ours(note="call 9876543210")).note == "call …"
    assert parse(ours(note="on 2026-11-24 15:00")).note == "on 2026-11-24 15:00"


def test_a_long_note_is_cut() -> None:
    assert len(parse(ours(note="x" * 5000)).note) == 300
