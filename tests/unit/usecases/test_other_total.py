"""A customer who was asked to pay, and whose order costs something else now, is asked anew."""

from dataclasses import replace

import pytest

from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.amending import change_lines, price_shipping
from orderdesk.domain.orders.event import Event
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import write
from tests.builders import NOW, STORE, a_line, an_actor, an_address, an_order, rupees
from tests.counter import Counter


def asked_to_pay() -> Counter:
    """1,500 rupees, by a link."""
    counter = Counter(an_order(address=an_address()))
    collect.choose_payment(
        STORE,
        counter.placed.order_id,
        PaymentMethod.ONLINE,
        by=an_actor(),
        orders=counter.orders,
        stores=counter.stores,
        now=NOW,
    )
    counter.tell_news()
    return counter


def cost(counter: Counter, price: Money) -> int:
    """Each of the two kurtas costs so much now; the version before that."""
    lines = (replace(a_line(), price=price),)
    return happened(
        counter, change_lines(counter.order, lines, why="repriced", by=an_actor(), now=NOW)
    )


def happened(counter: Counter, step: tuple[Order, Event] | None) -> int:
    assert step is not None
    before = counter.order.version
    policy = counter.stores.get(STORE).policy
    write(step[0], [step[1]], orders=counter.orders, policy=policy)
    return before


def kinds(ledger: Ledger) -> list[tuple[EntryKind, int]]:
    return [(each.kind, each.amount.minor // 100) for each in ledger.entries]


@pytest.mark.parametrize("rupees_each", [700, 800])
def test_other_prices_void_the_link_and_make_another(rupees_each: int) -> None:
    counter = asked_to_pay()

    counter.tell_news(after=cost(counter, rupees(rupees_each)))

    assert kinds(counter.order.ledger) == [
        (EntryKind.REQUESTED, 1500),
        (EntryKind.VOIDED, 1500),
        (EntryKind.REQUESTED, 2 * rupees_each),
    ]
    last = counter.order.ledger.open_request
    assert last is not None
    assert last.link in str([each.body for each in counter.messenger.sent])


def test_nobody_is_sent_the_link_that_is_voided() -> None:
    counter = asked_to_pay()
    old = counter.order.ledger.open_request
    sent = len(counter.messenger.sent)

    counter.tell_news(after=cost(counter, rupees(700)))

    assert old is not None
    news = [str(each.body) for each in counter.messenger.sent[sent:]]
    assert "New total: ₹1,400.00" in news[0]
    assert not any(old.link in each for each in news)


def test_told_twice_it_is_asked_once() -> None:
    counter = asked_to_pay()
    before = cost(counter, rupees(700))
    counter.tell_news(after=before)
    sent, ledger = len(counter.messenger.sent), counter.order.ledger

    counter.tell_news(after=before)

    assert (len(counter.messenger.sent), counter.order.ledger) == (sent, ledger)


def test_another_fee_for_shipping_is_another_total() -> None:
    counter = asked_to_pay()
    step = price_shipping(counter.order, rupees(40), by=an_actor(), now=NOW)

    counter.tell_news(after=happened(counter, step))

    assert kinds(counter.order.ledger)[-1] == (EntryKind.REQUESTED, 1540)


def test_the_same_total_keeps_its_link() -> None:
    counter = asked_to_pay()
    lines = (replace(a_line(), name="Another name"),)
    step = change_lines(counter.order, lines, why="named", by=an_actor(), now=NOW)

    counter.tell_news(after=happened(counter, step))

    assert kinds(counter.order.ledger) == [(EntryKind.REQUESTED, 1500)]


def test_who_pays_in_cash_is_asked_for_no_link() -> None:
    counter = Counter(
        an_order(ledger=Ledger(currency="INR", method=PaymentMethod.CASH_ON_DELIVERY))
    )

    counter.tell_news(after=cost(counter, rupees(700)))

    assert counter.order.ledger.entries == ()
