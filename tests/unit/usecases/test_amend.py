from dataclasses import replace

import pytest

from orderdesk.adapters.memory import MemoryOrders, MemoryStores
from orderdesk.domain.errors import Blocked, Forbidden, Invalid, NotFound, Stale
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import Permission, Role
from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.history import verify
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.place import place
from tests.builders import NOW, STORE, a_capture, a_cart, a_customer, an_actor, an_order, rupees
from tests.goods import a_price_book

PICKUP = Fulfilment.PICKUP


class Desk:
    def __init__(self) -> None:
        self.orders, self.stores = MemoryOrders(), MemoryStores()
        self.order = place(
            a_cart(),
            a_customer(),
            by=an_actor(),
            raw="{}",
            orders=self.orders,
            stores=self.stores,
            prices=a_price_book(),
            now=NOW,
        )

    def amend(self, to: Fulfilment = PICKUP, **fields: object) -> Order:
        def verb(order: Order) -> tuple[Order, list[Event]] | None:
            step = amending.choose_fulfilment(order, to, by=an_actor(), now=NOW)
            return (step[0], [step[1]]) if step else None

        given = {
            "store_id": STORE,
            "order_id": self.order.order_id,
            "by": an_actor(),
            "permission": Permission.EDIT,
            "name": f"fulfilment {to}",
            "verb": verb,
            **fields,
        }
        return amend(AmendCommand(**given), orders=self.orders, stores=self.stores)  # type: ignore[arg-type]

    def history(self) -> tuple[Event, ...]:
        return self.orders.history(STORE, self.order.order_id)


def test_an_amendment_is_one_more_item_of_the_history() -> None:
    desk = Desk()

    after = desk.amend()

    assert (after.fulfilment, after.version) == (PICKUP, 2)
    assert [each.before for each in desk.history()[-1].changes] == ["courier"]
    assert verify(after, desk.history()).holds


def test_nothing_to_do_leaves_no_trace() -> None:
    desk = Desk()

    assert desk.amend(Fulfilment.COURIER).version == 1


def test_who_saw_another_version_is_told_who_changed_it() -> None:
    desk = Desk()
    desk.amend()

    with pytest.raises(Stale) as caught:
        desk.amend(Fulfilment.DIGITAL, expected_version=1)
    assert caught.value.current.changed_by == an_actor()


def test_a_role_without_the_permission_is_refused() -> None:
    desk = Desk()

    with pytest.raises(Forbidden, match="edit"):
        desk.amend(by=an_actor(role=Role.VIEWER))


def test_a_repeated_key_does_it_once_and_means_one_thing() -> None:
    desk = Desk()
    first = desk.amend(idempotency_key="k", expected_version=1)

    assert desk.amend(idempotency_key="k", expected_version=1) == first
    assert len(desk.history()) == 2
    with pytest.raises(Invalid, match="Idempotency-Key"):
        desk.amend(Fulfilment.DIGITAL, idempotency_key="k")


def a_cancelled_order_with_money() -> Order:
    order = an_order(Stage.CANCELLED)
    item = Attention(reason=amending.REFUND_DUE, text="₹1,500.00 has to go back.", at=NOW)
    return replace(order, ledger=order.ledger.book(a_capture(order)), attention=(item,))


def test_money_that_has_to_go_back_is_not_ticked_off() -> None:
    with pytest.raises(Blocked, match=r"Refund ₹1,500\.00, or say why"):
        amending.resolve_attention(
            a_cancelled_order_with_money(), amending.REFUND_DUE, by=an_actor(), now=NOW
        )


def test_a_whole_refund_settles_it() -> None:
    order = a_cancelled_order_with_money()
    half = a_capture(order, id="r1", kind=EntryKind.REFUNDED, reference="pay_1", amount=rupees(700))
    rest = a_capture(order, id="r2", kind=EntryKind.REFUNDED, reference="pay_1", amount=rupees(800))

    partly = amending.book(order, half, by=an_actor(), now=NOW)
    assert partly
    assert partly[0].flagged(amending.REFUND_DUE)
    wholly = amending.book(partly[0], rest, by=an_actor(), now=NOW)
    assert wholly
    assert not wholly[0].attention


def test_the_shop_may_keep_the_money_when_it_says_why() -> None:
    order = a_cancelled_order_with_money()
    with pytest.raises(Invalid, match="Say why"):
        amending.waive_refund(order, " ", by=an_actor(), now=NOW)

    kept = amending.waive_refund(order, "Store credit given", by=an_actor(), now=NOW)

    assert kept
    assert (kept[0].refund_waived, kept[0].attention) == ("Store credit given", ())


def test_what_is_not_open_cannot_be_resolved() -> None:
    with pytest.raises(NotFound):
        amending.resolve_attention(an_order(), "anything", by=an_actor(), now=NOW)
