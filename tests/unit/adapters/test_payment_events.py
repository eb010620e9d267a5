"""What Razorpay's webhooks say, from its documentation and from real bodies."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orderdesk.adapters.payments.events import TELLS, parse
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.money.money import Money

CORPUS = sorted(Path(__file__).parents[3].joinpath("../shared/corpus/payments").glob("RAZORPAY-*"))


def a_body(event: str = "payment.captured", **fields: Any) -> bytes:
    payment = {
        "id": "pay_1",
        "amount": 150000,
        "currency": "INR",
        "created_at": 1764000000,
        "method": "upi",
        "notes": {"store_id": "main", "order_id": "order1", "reference": "1001-1"},
        "error_description": None,
        **fields,
    }
    return json.dumps({"event": event, "payload": {"payment": {"entity": payment}}}).encode()


def test_a_captured_payment_names_its_order_by_its_notes() -> None:
    news = parse(a_body(), event_id="event1")

    assert (news.kind, news.event_id) == (EntryKind.CAPTURED, "event1")
    assert (news.store_id, news.order_id, news.reference) == ("main", "order1", "1001-1")
    assert news.payment is not None
    assert news.payment.amount == Money(150000, "INR")
    assert news.payment.at == datetime(2025, 11, 24, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("event", ["payment.captured", "order.paid", "payment_link.paid"])
def test_each_event_of_one_payment_carries_the_same_id(event: str) -> None:
    news = parse(a_body(event), event_id="any")

    assert news.payment is not None
    assert (news.kind, news.payment.payment_id) == (EntryKind.CAPTURED, "pay_1")


def test_a_failure_says_why() -> None:
    news = parse(a_body("payment.failed", error_description="declined"), event_id="any")

    assert (news.kind, news.failure) == (EntryKind.FAILED, "declined")


def test_notes_that_are_an_empty_list_are_no_notes() -> None:
    assert parse(a_body(notes=[]), event_id="any").order_id == ""


@pytest.mark.parametrize("event", ["payment.authorized", "refund.created", "invented.tomorrow"])
def test_what_is_not_ours_needs_no_payload(event: str) -> None:
    body = json.dumps({"event": event}).encode()

    assert parse(body, event_id="any").kind is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (b"[]", "has to be a JSON object"),
        (b"{}", "event has to be a text"),
        (b'{"event": "payment.captured", "payload": {"payment": {}}}', "payload.payment.entity"),
        (b'{"event": "payment.captured"}', "payload"),
        (b'{"event": "payment.captured", "payload": {}}', "names no payment"),
        (a_body(amount="1500"), "payload.payment.entity.amount"),
        (a_body(amount=15.5), "payload.payment.entity.amount"),
        (a_body(amount=-1), "payload.payment.entity.amount"),
        (a_body(amount=10**18), "more than an order can be worth"),
        (a_body(created_at=10**15), "created_at"),
        (a_body(currency="rupees"), "not a currency"),
    ],
)
def test_a_body_that_cannot_be_understood_says_where(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse(body, event_id="any")


def a_refund(event: str = "refund.processed", *, told: Any = (), **payment: Any) -> bytes:
    refund = {
        "id": "rfnd_1",
        "payment_id": "pay_1",
        "amount": 50000,
        "currency": "INR",
        "created_at": 1764003600,
        "notes": told or [],
    }
    body = json.loads(a_body(**payment))
    payload = {"refund": {"entity": refund}, **body["payload"]}
    return json.dumps({"event": event, "payload": payload}).encode()


@pytest.mark.parametrize(
    ("event", "kind"),
    [("refund.processed", EntryKind.REFUNDED), ("refund.failed", EntryKind.REFUND_FAILED)],
)
def test_a_refund_is_told_under_its_own_id_with_the_notes_of_its_payment(
    event: str, kind: EntryKind
) -> None:
    news = parse(a_refund(event), event_id="any")

    assert (news.kind, news.store_id, news.order_id) == (kind, "main", "order1")
    assert news.payment is not None
    assert (news.payment.payment_id, news.reference) == ("rfnd_1", "pay_1")
    assert news.payment.amount == Money(50000, "INR")
    assert news.payment.at == datetime(2025, 11, 24, 17, 0, tzinfo=UTC)


def test_a_refund_names_its_order_itself_when_its_payment_has_no_notes() -> None:
    ours = a_refund(told={"store_id": "main", "order_id": "order2"}, notes=[])

    assert parse(ours, event_id="any").order_id == "order2"


def test_money_that_was_never_captured_comes_back_by_itself_and_is_nobodys() -> None:
    assert parse(a_refund(captured=False), event_id="any").kind is None


def test_a_payment_inside_whatsapp_is_whatsapps_to_tell() -> None:
    news = parse(a_body(notes={"order_id": "order1", "provider": "whatsapp"}), event_id="any")

    assert (news.kind, news.reason) == (None, "WhatsApp tells of this payment itself.")


def a_dispute(event: str) -> bytes:
    dispute = {
        "id": "disp_1",
        "payment_id": "pay_1",
        "amount": 39000,
        "currency": "INR",
        "reason_code": "goods_not_received",
        "created_at": 1764090000,
    }
    payload = {"dispute": {"entity": dispute}, **json.loads(a_body())["payload"]}
    return json.dumps({"event": f"payment.dispute.{event}", "payload": payload}).encode()


@pytest.mark.parametrize(("event", "told"), [("created", "opened"), ("won", "won")])
def test_a_dispute_says_what_it_is_about_and_moves_nothing_yet(event: str, told: str) -> None:
    news = parse(a_dispute(event), event_id="any")

    assert (news.kind, news.dispute, news.failure) == (None, told, "goods_not_received")
    assert (news.order_id, news.reference) == ("order1", "pay_1")
    assert news.payment is not None
    assert news.payment.amount == Money(39000, "INR")


def test_a_dispute_that_is_lost_is_money_that_went_back() -> None:
    news = parse(a_dispute("lost"), event_id="any")

    assert (news.kind, news.dispute) == (EntryKind.REFUNDED, "lost")
    assert news.payment is not None
    assert (news.payment.payment_id, news.reference) == ("disp_1", "pay_1")


def test_a_refund_without_a_refund_says_so() -> None:
    body = a_body("refund.processed")

    with pytest.raises(Unreadable, match="names no refund"):
        parse(body, event_id="any")


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_recorded_body_is_understood(path: Path) -> None:
    body = path.read_bytes()

    news = parse(body, event_id="any")

    name = json.loads(body)["event"]
    assert news.provider == "razorpay"
    assert bool(news.kind or news.dispute or news.reason)
    assert (news.kind is not None) == (name in TELLS or name == "payment.dispute.lost")
