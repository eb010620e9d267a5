import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.messages.conversation import Delivery, Direction, Media
from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.costing import Cell
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.history import chain
from orderdesk.domain.orders.order import Order
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.intake.receive import Outcome
from tests.builders import NOW, PHONE_NUMBER, STORE, a_customer, a_store, an_actor
from tests.builders import a_message as a_bubble
from tests.whatsapp import Shop, a_body, a_cart, a_change, a_message, a_status, a_text, said

PICTURE = {"id": "media1", "mime_type": "image/jpeg", "sha256": "aGk=", "caption": "The receipt"}
KINDS = ("image", "video", "audio", "voice", "document", "sticker")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_on_the_thread_and_about_to_be_fetched(kind: str) -> None:
    shop = Shop()

    shop.hears(said(a_message(kind, PICTURE)))

    (bubble,) = shop.thread
    assert bubble.media == Media(media_id="media1", mime_type="image/jpeg", sha256="aGk=")
    assert [each.message_id for each in shop.media_queue.messages] == ["wamid.1"]


def test_a_file_that_comes_again_is_fetched_once() -> None:
    shop = Shop()

    for _ in range(3):
        shop.hears(said(a_message("image", PICTURE)))

    assert len(shop.media_queue.messages) == 1


def test_while_the_queue_of_files_is_down_the_message_comes_again() -> None:
    class Down:
        def put(self, message: object) -> None:
            raise ConnectionError

    shop = Shop()
    shop.media_queue = Down()  # type: ignore[assignment]

    with pytest.raises(ConnectionError):
        shop.hears(said(a_message("image", PICTURE)))

    assert shop.thread == []


@pytest.mark.parametrize("content", [{}, {"id": ""}, {"mime_type": "image/jpeg"}, "nonsense"])
def test_a_file_without_an_id_is_a_message_without_one(content: object) -> None:
    shop = Shop()

    shop.hears(said(a_message("image", content)))

    assert [each.media for each in shop.thread] == [None]
    assert shop.media_queue.messages == []


def test_a_text_has_no_file() -> None:
    shop = Shop()

    shop.hears(said(a_text()))

    assert shop.media_queue.messages == []


# A picture while money is to be transferred.


def an_order_that_waits(shop: Shop, provider: str) -> Order:
    """A cart whose customer was asked for the money; without provider they transfer it."""
    shop.hears(said(a_cart()))
    order = shop.order()
    asked = Entry(
        id="r1",
        kind=EntryKind.REQUESTED,
        amount=order.amount_due,
        at=NOW,
        method=PaymentMethod.ONLINE if provider else PaymentMethod.TRANSFER,
        provider=provider,
        reference="1001-1",
    )
    booked = amending.book(order, asked, by=an_actor(), now=NOW)
    assert booked
    order, events = chain(booked[0], [booked[1]])
    shop.orders.save(order, events)
    return shop.order()


@pytest.mark.parametrize("kind", ["image", "document"])
def test_a_picture_while_money_is_to_be_transferred_is_its_receipt(kind: str) -> None:
    shop = Shop()
    order = an_order_that_waits(shop, provider="")

    outcomes = shop.hears(said(a_message(kind, PICTURE, "wamid.receipt")))

    (claim,) = shop.order().ledger.open_claims
    assert (claim.amount, claim.proof) == (order.amount_due, "wamid.receipt")
    assert outcomes == [Outcome.ANSWERED]
    assert shop.thread[-1].order_id == order.order_id


@pytest.mark.parametrize(("kind", "provider"), [("image", "razorpay"), ("audio", "")])
def test_any_other_file_is_no_receipt(kind: str, provider: str) -> None:
    shop = Shop()
    an_order_that_waits(shop, provider)

    shop.hears(said(a_message(kind, PICTURE, "wamid.receipt")))

    assert shop.order().ledger.open_claims == ()


# What the meter makes of statuses.

RATES = {"IN": {"utility": 115_000, "marketing": 863_100, "service": 115_000}}
STATUSES = ("sent", "delivered", "read", "failed")


def a_shop_with_rates() -> Shop:
    shop = Shop()
    budget = Budget(rates=RATES, free_service_messages=2)
    shop.stores.put(a_store(policy=Policy(budget=budget)))
    return shop


def sends(shop: Shop, number: int, purpose: str) -> None:
    seen = a_customer()
    phone = [Alias(AliasKind.PHONE, seen.phone)]
    customer = shop.customers.identify(STORE, phone, seen=seen, now=NOW)
    shop.conversations.append(
        a_bubble(
            f"wamid.out{number}",
            customer_id=customer.customer_id,
            direction=Direction.OUTBOUND,
            delivery=Delivery.SENT,
            order_id=f"order{number % 3}",
            purpose=purpose,
        )
    )


def told(shop: Shop, number: int, status: str, pricing: object) -> list[Outcome]:
    fields = {} if pricing is None else {"pricing": pricing}
    return shop.hears(a_body(a_change(statuses=[a_status(status, f"wamid.out{number}", **fields)])))


def test_a_message_is_priced_by_the_first_status_that_says_its_price() -> None:
    shop = a_shop_with_rates()
    sends(shop, 1, "shipped")

    told(shop, 1, "delivered", None)
    told(shop, 1, "sent", {"category": "utility", "type": "regular", "pricing_model": "PMP"})
    told(shop, 1, "read", {"category": "utility", "type": "regular"})

    message = shop.conversations.find(STORE, "wamid.out1")
    assert message is not None
    assert (message.category, message.cost, message.country) == ("utility", 115_000, "IN")
    assert [each.messages for each in shop.costs.of_month(STORE, "2026-11")] == [1]


@pytest.mark.parametrize("pricing", ["nonsense", [], {"category": {}}, {"type": "regular"}, {}])
def test_a_price_that_cannot_be_read_is_none(pricing: object) -> None:
    shop = a_shop_with_rates()
    sends(shop, 1, "shipped")

    assert told(shop, 1, "delivered", pricing) == [Outcome.DELIVERY_KNOWN]

    assert shop.costs.of_month(STORE, "2026-11") == ()


MESSAGES = [
    ("shipped", {"category": "utility", "type": "regular"}),
    ("confirmed", {"category": "service", "type": "regular"}),
    ("delivered", {"category": "service", "type": "regular"}),
    ("order_status", {"category": "service", "type": "regular"}),
    ("waits_for_payment", {"category": "marketing", "type": "regular"}),
    ("", {"category": "utility", "type": "free_customer_service"}),
    ("shipped", {"category": "authentication-international", "type": "regular"}),
]


@given(
    statuses=st.lists(
        st.tuples(st.integers(0, len(MESSAGES) - 1), st.sampled_from(STATUSES), st.booleans()),
        max_size=40,
    )
)
def test_sums_are_those_of_the_messages_whatever_the_order_of_statuses(
    statuses: list[tuple[int, str, bool]],
) -> None:
    shop = a_shop_with_rates()
    for number, (purpose, _) in enumerate(MESSAGES):
        sends(shop, number, purpose)

    for number, status, has_pricing in statuses:
        told(shop, number, status, MESSAGES[number][1] if has_pricing else None)

    messages = [each for each in shop.thread if each.country]
    month = shop.costs.of_month(STORE, "2026-11")
    orders = [cell for n in range(3) for cell in shop.costs.of_order(STORE, f"order{n}")]
    assert total(month) == total(orders)
    assert total(month) == (len(messages), sum(each.cost for each in messages))
    for name in ("category", "purpose", "country"):
        by_messages = {getattr(each, name) for each in messages}
        assert {getattr(cell, name) for cell in month} == by_messages
    for message in shop.thread:
        assert bool(message.country) == (
            bool(message.category) and message.delivery is not Delivery.FAILED
        )
    services = [each for each in messages if each.category == "service"]
    counted = shop.costs.service_messages(STORE, "2026-11", PHONE_NUMBER)
    assert counted == len(services)


def total(cells: tuple[Cell, ...] | list[Cell]) -> tuple[int, int]:
    return sum(each.messages for each in cells), sum(each.cost for each in cells)


@given(
    order=st.permutations(
        [(n, status) for n in range(3) for status in ("sent", "delivered", "read")] * 2
    )
)
def test_statuses_in_any_order_and_twice_cost_the_same(order: list[tuple[int, str]]) -> None:
    shop = a_shop_with_rates()
    for number in range(3):
        sends(shop, number, "shipped")

    for number, status in order:
        told(shop, number, status, {"category": "utility", "type": "regular"})

    (cell,) = shop.costs.of_month(STORE, "2026-11")
    assert cell == Cell(
        category="utility",
        purpose="shipped",
        currency="INR",
        country="IN",
        about_order=True,
        messages=3,
        paid=3,
        cost=345_000,
    )
