"""Whoever has two unfinished carts is asked once; whatever they do then, no goods are lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.adapters.order_records import order_to_record
from orderdesk.domain.messages.conversation import Direction
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.history import verify
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import order_id_of
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.messages.ask import ask
from orderdesk.usecases.messages.notify_customer import Desk, notify_customer
from orderdesk.usecases.orders import collect
from tests.builders import (
    NOW,
    PHONE_NUMBER,
    STORE,
    a_capture,
    a_store,
    an_actor,
    an_address,
    rupees,
)
from tests.whatsapp import SENT_AT, Shop, a_cart, a_tap, an_item, said

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order

OLDER, NEWER = "wamid.cart1", "wamid.cart2"
GOODS = {OLDER: {"kurta-m": 2, "mug": 1}, NEWER: {"kurta-m": 3, "plate": 4}}
PRICES = {OLDER: 750, NEWER: 800}


def send(shop: Shop, message_id: str, *, minutes: int = 0) -> None:
    items = [
        an_item(name, quantity=pieces, item_price=PRICES[message_id])
        for name, pieces in GOODS[message_id].items()
    ]
    at = str(int(SENT_AT) + 60 * minutes)
    now = NOW + timedelta(minutes=minutes)
    shop.hears(said(a_cart(*items, message_id=message_id, timestamp=at)), now=now)


@pytest.fixture
def shop() -> Shop:
    """A shop with two carts of Priya's, half an hour apart."""
    shop = Shop()
    send(shop, OLDER)
    send(shop, NEWER, minutes=30)
    return shop


def first_question(shop: Shop, message_id: str) -> Message:
    order = shop.order(message_id)
    ask(
        order,
        version=1,
        conversations=shop.conversations,
        outbox=shop.outbox,
        customers=shop.customers,
        stores=shop.stores,
        orders=shop.orders,
        gateways=shop.gateways,
        pages=None,
        now=NOW + timedelta(minutes=30),
    )
    asked = shop.conversations.find(STORE, f"{order.order_id}:1:ask")
    assert asked
    return asked


def tap(shop: Shop, verb: str, message_id: str = "wamid.tap1") -> None:
    button = f"cart:{verb}:{shop.order(NEWER).order_id}"
    shop.hears(said(a_tap(button, message_id)), now=NOW + timedelta(minutes=31))


def change(shop: Shop, message_id: str, **fields: Any) -> Order:
    """What the order is, whatever led to it."""
    order = shop.order(message_id)
    record = shop.shelf.orders[STORE, order.order_id].record
    changed = replace(order, **fields)
    record |= order_to_record(changed)
    return changed


def pieces(*orders: Order) -> dict[str, int]:
    found: dict[str, int] = {}
    for order in orders:
        for line in order.lines:
            found[line.retailer_id] = found.get(line.retailer_id, 0) + line.quantity
    return found


def alive(shop: Shop) -> list[Order]:
    both = [shop.order(each) for each in (OLDER, NEWER)]
    return [each for each in both if each.stage is not Stage.CANCELLED]


def told(shop: Shop) -> list[Message]:
    return [each for each in shop.thread if each.direction is Direction.OUTBOUND]


def buttons(message: Message) -> list[str]:
    action = json.loads(message.details)["interactive"]["action"]
    return [each["reply"]["id"] for each in action["buttons"]]


ALL = {"kurta-m": 5, "mug": 1, "plate": 4}


def test_the_second_cart_is_asked_about_in_place_of_its_first_question(shop: Shop) -> None:
    asked = first_question(shop, NEWER)

    order_id = shop.order(NEWER).order_id
    assert asked.purpose == "ask_about_cart"
    assert buttons(asked) == [f"cart:{each}:{order_id}" for each in ("merge", "replace", "keep")]
    assert "#1001" in asked.text


def test_the_first_cart_is_asked_for_its_address() -> None:
    shop = Shop()
    send(shop, OLDER)

    assert first_question(shop, OLDER).purpose == "ask_address"


@pytest.mark.parametrize(
    "older",
    [
        {"stage": Stage.CONFIRMED},
        {"stage": Stage.ON_HOLD},
        {"stage": Stage.ABANDONED},
        {"placed_at": NOW - timedelta(hours=7)},
    ],
)
def test_nothing_is_asked_when_the_other_cart_is_finished_paid_or_old(
    shop: Shop, older: dict[str, Any]
) -> None:
    change(shop, OLDER, **older)

    assert first_question(shop, NEWER).purpose == "ask_address"


def test_nothing_is_asked_once_money_is_in_the_other_cart(shop: Shop) -> None:
    order = shop.order(OLDER)
    change(shop, OLDER, ledger=order.ledger.book(a_capture(order, amount=rupees(1))))

    assert first_question(shop, NEWER).purpose == "ask_address"


def test_a_shop_can_choose_never_to_ask(shop: Shop) -> None:
    shop.stores.put(a_store(policy=Policy(ask_about_carts_within=timedelta())))

    assert first_question(shop, NEWER).purpose == "ask_address"


def test_two_carts_become_one_order(shop: Shop) -> None:
    tap(shop, "merge")

    older, newer = shop.order(OLDER), shop.order(NEWER)
    assert (older.stage, newer.stage) == (Stage.PLACED, Stage.CANCELLED)
    assert newer.merged_into == older.order_id
    assert pieces(older) == ALL
    assert older.total == rupees(5 * 800 + 750 + 4 * 800)
    [answer] = told(shop)
    assert answer.order_id == older.order_id
    assert str(older.total) in answer.text
    assert answer.purpose == "ask_address"
    for order in (older, newer):
        assert verify(order, shop.orders.history(STORE, order.order_id)).holds


def test_the_customer_is_told_of_it_once_and_hears_of_no_cancellation(shop: Shop) -> None:
    tap(shop, "merge")
    tap(shop, "merge", "wamid.tap2")
    desk = Desk(
        orders=shop.orders,
        stores=shop.stores,
        customers=shop.customers,
        conversations=shop.conversations,
        outbox=shop.outbox,
        later=None,  # type: ignore[arg-type]
        gateways=shop.gateways,
    )
    for message_id in (OLDER, NEWER):
        order_id = shop.order(message_id).order_id
        for event in shop.orders.history(STORE, order_id, after=1):
            notify_customer(event, desk=desk, now=NOW + timedelta(hours=1))

    assert len(told(shop)) == 1


def test_the_newer_cart_takes_the_place_of_the_older(shop: Shop) -> None:
    tap(shop, "replace")

    older, newer = shop.order(OLDER), shop.order(NEWER)
    assert (older.stage, newer.stage) == (Stage.CANCELLED, Stage.PLACED)
    history = shop.orders.history(STORE, older.order_id)
    assert history[-1].reason_code == "replaced"
    [answer] = told(shop)
    assert (answer.order_id, answer.purpose) == (newer.order_id, "ask_address")


def test_both_carts_go_on_and_each_is_asked_for_what_it_needs(shop: Shop) -> None:
    change(shop, OLDER, address=an_address())

    tap(shop, "keep")

    assert len(alive(shop)) == 2
    asked = {each.order_id: each.purpose for each in told(shop)}
    assert asked == {
        shop.order(OLDER).order_id: "ask_payment",
        shop.order(NEWER).order_id: "ask_address",
    }


def test_what_was_answered_for_the_newer_cart_counts_for_both(shop: Shop) -> None:
    change(
        shop,
        NEWER,
        address=an_address(),
        ledger=shop.order(NEWER).ledger.choose(PaymentMethod.CASH_ON_DELIVERY),
    )

    tap(shop, "merge")

    older = shop.order(OLDER)
    assert older.address == an_address()
    assert older.stage is Stage.CONFIRMED
    assert pieces(*alive(shop)) == ALL


def test_a_request_for_less_is_asked_anew_for_both(shop: Shop) -> None:
    order = shop.order(OLDER)
    asked = Entry(
        id="plink_1",
        kind=EntryKind.REQUESTED,
        amount=order.total,
        at=NOW,
        method=PaymentMethod.ONLINE,
        reference="1001-1",
        provider="razorpay",
    )
    change(
        shop,
        OLDER,
        address=an_address(),
        ledger=order.ledger.choose(PaymentMethod.ONLINE).book(asked),
    )

    tap(shop, "merge")

    events = [each.type.value for each in shop.orders.history(STORE, order.order_id, after=1)]
    assert events == ["order.lines_changed", "order.payment_method_chosen"]


def test_money_in_either_cart_keeps_them_apart(shop: Shop) -> None:
    for message_id in (OLDER, NEWER):
        paid = Shop()
        send(paid, OLDER)
        send(paid, NEWER, minutes=30)
        order = paid.order(message_id)
        change(paid, message_id, ledger=order.ledger.book(a_capture(order, amount=rupees(1))))

        tap(paid, "merge")

        assert len(alive(paid)) == 2
        assert pieces(*alive(paid)) == ALL


def test_a_tap_whose_handling_ended_halfway_is_finished_by_its_repetition(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: Any, **more: Any) -> Any:
        monkeypatch.undo()
        raise RuntimeError

    monkeypatch.setattr(shop.conversations, "append", crash)
    with pytest.raises(RuntimeError):
        tap(shop, "merge")
    assert pieces(*alive(shop)) == ALL

    tap(shop, "merge")

    assert pieces(*alive(shop)) == ALL
    assert len(told(shop)) == 1


STEPS = st.lists(
    st.sampled_from(
        ["merge", "replace", "keep", "pay older", "pay newer", "address", "cash", "repeat"]
    ),
    min_size=1,
    max_size=7,
)


@given(STEPS)
@settings(max_examples=120, deadline=None)
def test_goods_are_never_lost_or_doubled_whatever_is_tapped_and_paid(steps: list[str]) -> None:
    shop = Shop()
    send(shop, OLDER)
    send(shop, NEWER, minutes=30)
    last = "keep"
    for number, step in enumerate(steps):
        if step == "repeat":
            tap(shop, last, f"wamid.tap{number}")
        elif step in {"merge", "replace", "keep"}:
            last = step
            tap(shop, step, f"wamid.tap{number}")
        else:
            _happens(shop, step, number)
        _check(shop)


def _happens(shop: Shop, step: str, number: int) -> None:
    what, _, which = step.partition(" ")
    ids = {"older": OLDER, "newer": NEWER}
    order_id = order_id_of(STORE, PHONE_NUMBER, ids.get(which, OLDER))
    order = shop.orders.get(STORE, order_id)
    ports: dict[str, Any] = {"orders": shop.orders, "stores": shop.stores, "now": NOW}
    by = an_actor(ActorKind.SYSTEM)
    if what == "pay":
        entry = a_capture(order, id=f"pay_{number}", amount=rupees(100))
        collect.book(STORE, order_id, entry, by=by, **ports)
    elif what == "address":
        collect.receive_address(STORE, order_id, an_address(), by=by, **ports)
    else:
        method = PaymentMethod.CASH_ON_DELIVERY
        collect.choose_payment(STORE, order_id, method, by=by, **ports)


def _check(shop: Shop) -> None:
    """Each cart's goods are in one order that lives, unless the customer replaced it."""
    older, newer = shop.order(OLDER), shop.order(NEWER)
    reasons = [
        each.reason_code
        for order in (older, newer)
        for each in shop.orders.history(STORE, order.order_id)
        if each.target is Stage.CANCELLED and each.changes_stage
    ]
    wanted = dict(GOODS[NEWER]) if reasons == ["replaced"] else ALL
    assert pieces(*alive(shop)) == wanted
    assert len(reasons) <= 1
    for order in (older, newer):
        assert verify(order, shop.orders.history(STORE, order.order_id)).holds
        if order.stage is Stage.CANCELLED and order.ledger.captured.minor:
            assert order.flagged("late_payment")
