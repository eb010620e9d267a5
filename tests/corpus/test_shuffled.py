"""Everything that others recorded, twice and in any order: what comes of it is the same.

Meta and gateways deliver at least once and in no order. What is compared is what people see and
what the books say: orders with their lines, address and money, and each person's conversation.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.adapters.payments import events, stripe_events
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.orders.history import verify
from orderdesk.domain.orders.order import order_id_of
from orderdesk.usecases.payments.payment_news import hear
from tests.builders import NOW, PHONE_NUMBER, STORE
from tests.recorded import BODIES, PAYMENTS, SAID, earliest, payment_of
from tests.whatsapp import Shop, a_cart, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OURS = order_id_of(STORE, PHONE_NUMBER, "wamid.paid")

pytestmark = pytest.mark.skipif(not BODIES, reason="the corpus is not there")


def test_shuffled_and_repeated_it_comes_to_the_same() -> None:
    in_order = everything_that_came(sorted(BODIES, key=earliest), PAYMENTS)
    assert len(in_order["orders"]) > 5
    assert len(in_order["orders"][OURS]["money"]) > 5

    for seed in range(6):
        dice = random.Random(seed)
        bodies, payments = BODIES * 2, PAYMENTS * 2
        dice.shuffle(bodies)
        dice.shuffle(payments)

        assert everything_that_came(bodies, payments) == in_order, seed


def test_each_history_holds_whatever_the_order_was() -> None:
    shop = Shop()
    bodies = BODIES * 2
    random.Random(7).shuffle(bodies)
    hear_all(shop, bodies, PAYMENTS)

    for store_id, order_id in shop.shelf.orders:
        order = shop.orders.get(store_id, order_id)
        assert verify(order, shop.orders.history(store_id, order_id)).flaws == ()


def everything_that_came(bodies: Sequence[bytes], payments: Sequence[Path]) -> dict[str, Any]:
    shop = Shop()
    hear_all(shop, bodies, payments)
    people = {
        customer_id: tuple(sorted(f"{each.kind} {each.value}" for each in customer.known_as))
        for (store_id, customer_id), customer in shop.shelf.customers.items()
        if (store_id, customer_id) not in shop.shelf.merged
    }
    return {
        "people": {
            people[customer_id]: (one.opted_out_at, one.marketing_opted_out_at, one.handed_over)
            for (_, customer_id), one in shop.shelf.customers.items()
            if customer_id in people
        },
        "orders": {
            order_id: account_of(shop, order_id, people) for _, order_id in shop.shelf.orders
        },
        "threads": {
            (people[each["customer_id"]], *(each[name] for name in SAID))
            for each in shop.shelf.messages.values()
        },
        "set aside": set(shop.dead_letters),
    }


def account_of(shop: Shop, order_id: str, people: dict[str, Any]) -> dict[str, Any]:
    order = shop.orders.get(STORE, order_id)
    money = sorted((e.id, e.kind.value, str(e.amount), e.reference) for e in order.ledger.entries)
    return {
        "customer": people[order.customer.customer_id],
        "lines": [(each.retailer_id, each.quantity, str(each.price)) for each in order.lines],
        "stage": order.stage,
        "total": str(order.total),
        "address": order.address.lines if order.address else (),
        "note": order.note,
        "money": money,
        "balance": str(order.ledger.balance),
        "status": order.payment_status,
    }


def hear_all(shop: Shop, bodies: Sequence[bytes], payments: Sequence[Path]) -> None:
    """A payment cannot be made before there is an order to pay."""
    shop.hears(said(a_cart(message_id="wamid.paid")))
    half = len(bodies) // 2
    for body in bodies[:half]:
        shop.hears(body)
    for path in payments:
        hear_payment(shop, path)
    for body in bodies[half:]:
        shop.hears(body)


def hear_payment(shop: Shop, path: Path) -> None:
    body = payment_of(path, STORE, OURS)
    try:
        if path.name.startswith("STRIPE"):
            news = stripe_events.parse(body)
        else:
            news = events.parse(body, event_id=path.name)
    except Unreadable as error:
        shop.dead_letters.append(error.reason)
        return
    hear(
        news,
        store_id=STORE,
        gateways=shop.gateways,
        orders=shop.orders,
        stores=shop.stores,
        now=NOW,
    )
