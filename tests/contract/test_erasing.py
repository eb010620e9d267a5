"""A customer is erased, on whatever the ports stand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.errors import Blocked, NotFound
from orderdesk.domain.messages.conversation import Media, MediaState
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.history import chain, verify
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.people.customer import Alias, AliasKind, Customer, save_address
from orderdesk.usecases.customers.erase import Eraser, Erasure, erase_customer
from tests.builders import (
    NOW,
    STORE,
    a_customer,
    a_message,
    a_placed_event,
    a_store,
    an_actor,
    an_address,
    an_order,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order
    from tests.contract.conftest import Shop

PHONE = Alias(AliasKind.PHONE, "919876543210")
USER_ID = Alias(AliasKind.USER_ID, "IN.13491208655302741918")
LATER = NOW + timedelta(days=90)
BY = an_actor(name="Asha")


class Crash(Exception):
    pass


class Files:
    def __init__(self) -> None:
        self.deleted: list[str] = []

    def delete(self, key: str) -> None:
        self.deleted.append(key)


class Bench:
    """A customer who ordered, wrote and sent a picture."""

    def __init__(self, shop: Shop, *, stage: Stage = Stage.DELIVERED, orders: int = 2) -> None:
        self.shop = shop
        self.files = Files()
        shop.stores.put(a_store())
        seen = a_customer(customer_id="", user_id=USER_ID.value)
        self.customer = shop.customers.identify(STORE, [USER_ID, PHONE], seen=seen, now=NOW)
        shop.customers.change(
            STORE,
            self.customer.customer_id,
            lambda one: save_address(one, an_address(), now=NOW),
        )
        self.orders = [self._order(number, stage) for number in range(orders)]
        for number in range(5):
            self._message(number)

    def _order(self, number: int, stage: Stage) -> Order:
        by = an_actor(ActorKind.CUSTOMER, id=self.customer.customer_id)
        order = an_order(
            stage,
            message_id=f"wamid.cart{number}",
            number=1001 + number,
            note="For Priya",
            address=an_address(),
            customer=Contact(
                customer_id=self.customer.customer_id, name="Priya", phone=PHONE.value
            ),
        )
        event = a_placed_event(order, by=by, target=stage)
        order, (event,) = chain(order, [event])
        assert self.shop.orders.add(order, event, raw='{"from": "919876543210"}')
        return order

    def _message(self, number: int) -> None:
        media = Media(media_id="m", key=f"media/{number}", state=MediaState.STORED)
        self.shop.conversations.append(
            a_message(
                f"wamid.{number}",
                customer_id=self.customer.customer_id,
                at=NOW + timedelta(minutes=number),
                media=media if number == 2 else None,
            )
        )

    def erase(self, **more: Any) -> Erasure:
        shop = self.shop
        eraser = Eraser(
            customers=shop.customers,
            conversations=shop.conversations,
            orders=shop.orders,
            stores=shop.stores,
            files=self.files,
            by=BY,
            now=LATER,
        )
        return erase_customer(STORE, self.customer.customer_id, eraser=eraser, **more)

    def is_erased(self) -> bool:
        shop, customer_id = self.shop, self.customer.customer_id
        bare = Customer(store_id=STORE, customer_id=customer_id, erased_at=LATER)
        texts = []
        for order in self.orders:
            stored = shop.orders.get(STORE, order.order_id)
            history = shop.orders.history(STORE, order.order_id)
            assert verify(stored, history).holds
            assert history[-1].type is EventType.ERASED
            texts += [str(stored), str(history), shop.orders.raw(STORE, order.order_id)]
        return (
            shop.customers.get(STORE, customer_id) == bare
            and not shop.conversations.page(STORE, customer_id).items
            and not any(word in text for text in texts for word in ("Priya", "9876", "MG Road"))
        )


def test_everything_personal_is_gone_and_the_accounts_are_there(shop: Shop) -> None:
    bench = Bench(shop)

    erasure = bench.erase()

    assert erasure.is_done
    assert bench.is_erased()
    assert bench.files.deleted == ["media/2"]
    assert shop.conversations.find(STORE, "wamid.1") is None
    listed = shop.orders.of_customer(STORE, bench.customer.customer_id).items
    assert [(each.number, each.total, each.customer_name) for each in listed] == [
        (each.number, each.total, "") for each in bench.orders
    ]


def test_who_writes_again_is_somebody_new(shop: Shop) -> None:
    bench = Bench(shop)
    bench.erase()

    again = shop.customers.identify(STORE, [PHONE], seen=a_customer(customer_id=""), now=LATER)

    assert again.customer_id != bench.customer.customer_id
    assert shop.orders.of_customer(STORE, again.customer_id).items == ()


def test_erasing_twice_is_erasing_once(shop: Shop) -> None:
    bench = Bench(shop)
    bench.erase()
    versions = [shop.orders.get(STORE, each.order_id).version for each in bench.orders]

    assert bench.erase().is_done

    assert [shop.orders.get(STORE, each.order_id).version for each in bench.orders] == versions
    assert bench.is_erased()


def test_an_open_order_keeps_its_customer_unless_staff_insist(shop: Shop) -> None:
    bench = Bench(shop, stage=Stage.APPROVED)

    with pytest.raises(Blocked, match="#100"):
        bench.erase()
    assert shop.customers.get(STORE, bench.customer.customer_id).phone == PHONE.value

    assert bench.erase(force=True).is_done
    assert bench.is_erased()


def test_an_unknown_customer_cannot_be_erased(shop: Shop) -> None:
    bench = Bench(shop)
    bench.customer = replace(bench.customer, customer_id="nobody")

    with pytest.raises(NotFound):
        bench.erase()


def test_what_is_too_much_for_one_go_is_erased_in_several(shop: Shop) -> None:
    bench = Bench(shop, orders=4)

    goes = 1
    while not bench.erase(share=3).is_done:
        goes += 1

    assert goes > 2
    assert bench.is_erased()


@pytest.mark.parametrize(
    "step",
    ["change", "forget history", "save", "delete", "remove", "forget", "raw"],
)
@pytest.mark.parametrize("before", [True, False])
def test_whatever_a_crash_left_is_erased_the_next_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    bench = Bench(shop)
    targets: dict[str, tuple[Any, str]] = {
        "change": (shop.customers, "change"),
        "forget history": (shop.orders, "forget"),
        "raw": (shop.orders, "raw"),
        "save": (shop.orders, "save"),
        "delete": (bench.files, "delete"),
        "remove": (shop.conversations, "remove"),
        "forget": (shop.customers, "forget"),
    }
    target, name = targets[step]
    real: Callable[..., Any] = getattr(target, name)

    def crashing(*arguments: Any, **more: Any) -> Any:
        monkeypatch.undo()
        if not before:
            real(*arguments, **more)
        raise Crash

    monkeypatch.setattr(target, name, crashing)
    with suppress(Crash):
        bench.erase()

    assert bench.erase().is_done
    assert bench.is_erased()
