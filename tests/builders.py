"""Things of the shop with good defaults: a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Actor, ActorKind, Role
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact, Line, Order, order_id_of
from orderdesk.domain.orders.parcels import Goods, Parcel, Tracking
from orderdesk.domain.orders.placing import Cart, placed_event
from orderdesk.domain.people.address import Address
from orderdesk.domain.people.customer import Customer
from orderdesk.domain.shop.policy import Store
from orderdesk.usecases.ports import Session

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
STORE = "main"
PHONE_NUMBER = "106540352242922"
CASH = Ledger(currency="INR", method=PaymentMethod.CASH_ON_DELIVERY)


def rupees(amount: int) -> Money:
    return Money(amount * 100, "INR")


def an_actor(kind: ActorKind = ActorKind.STAFF, **fields: Any) -> Actor:
    """A manager at the dashboard; of another kind, somebody of that kind."""
    if kind is ActorKind.STAFF:
        default = Actor(kind=kind, id="asha", name="Asha", via="dashboard", role=Role.MANAGER)
    elif kind is ActorKind.CUSTOMER:
        default = Actor(kind=kind, id="customer1", name="Priya", via="whatsapp")
    else:
        default = Actor(kind=kind, id="system", name="Orderdesk", via="sweep")
    return replace(default, **fields)


def a_line(retailer_id: str = "kurta-m", **fields: Any) -> Line:
    default = Line(retailer_id=retailer_id, name="Cotton kurta, M", quantity=2, price=rupees(750))
    return replace(default, **fields)


def an_address(**fields: Any) -> Address:
    """One that a courier finds."""
    default = Address(
        name="Priya",
        house_number="14",
        address="MG Road",
        city="Pune",
        postal_code="411001",
        country="IN",
    )
    return replace(default, **fields)


def a_customer(customer_id: str = "customer1", **fields: Any) -> Customer:
    default = Customer(
        store_id=STORE,
        customer_id=customer_id,
        name="Priya",
        phone="919876543210",
        phone_number_id=PHONE_NUMBER,
        last_inbound_at=NOW,
    )
    return replace(default, **fields)


def a_cart(message_id: str = "wamid.cart1", **fields: Any) -> Cart:
    default = Cart(
        message_id=message_id,
        phone_number_id=PHONE_NUMBER,
        catalog_id="catalog1",
        lines=(a_line(),),
        currency="INR",
        sent_at=NOW,
    )
    return replace(default, **fields)


def an_order(stage: Stage = Stage.PLACED, **fields: Any) -> Order:
    """Placed now, at version 1, without address and payment; `message_id` gives it its id."""
    message_id = fields.get("message_id", "wamid.cart1")
    default = Order(
        store_id=STORE,
        order_id=order_id_of(fields.get("store_id", STORE), PHONE_NUMBER, message_id),
        number=1001,
        version=1,
        stage=stage,
        stage_since=NOW,
        placed_at=NOW,
        last_customer_action_at=NOW,
        customer=Contact(customer_id="customer1", name="Priya", phone="919876543210"),
        lines=(a_line(),),
        ledger=Ledger(currency="INR"),
        message_id=message_id,
        phone_number_id=PHONE_NUMBER,
        catalog_id="catalog1",
    )
    return replace(default, **fields)


def a_ready_order(stage: Stage = Stage.CONFIRMED, **fields: Any) -> Order:
    """With an address, to be paid in cash."""
    return an_order(stage, **{"address": an_address(), "ledger": CASH, **fields})


def a_parcel(parcel_id: str = "p1", **fields: Any) -> Parcel:
    """The whole of an_order, on its way by the shop's own delivery since now."""
    default = Parcel(
        parcel_id=parcel_id,
        goods=(Goods(retailer_id="kurta-m", quantity=2),),
        tracking=Tracking(own_delivery=True),
        shipped_at=NOW,
    )
    return replace(default, **fields)


def a_capture(order: Order, **fields: Any) -> Entry:
    """The whole amount, paid online now."""
    default = Entry(
        id="pay_1",
        kind=EntryKind.CAPTURED,
        amount=order.total,
        at=NOW,
        method=PaymentMethod.ONLINE,
        provider="razorpay",
        reference=f"{order.number}-1",
    )
    return replace(default, **fields)


def a_placed_event(order: Order, **fields: Any) -> Event:
    return replace(placed_event(order, by=an_actor(ActorKind.CUSTOMER), now=NOW), **fields)


def an_event(order: Order, **fields: Any) -> Event:
    """What leads from this order to the next version: an address, unless said otherwise."""
    default = Event(
        type=EventType.ADDRESS_RECEIVED,
        store_id=order.store_id,
        order_id=order.order_id,
        version=order.version + 1,
        at=NOW,
        by=an_actor(ActorKind.CUSTOMER),
        source=order.stage,
        target=order.stage,
    )
    return replace(default, **fields)


def a_move(order: Order, to: Stage, **fields: Any) -> tuple[Order, Event]:
    """The order one version on in `to`, with its event, whatever the rules of moving say."""
    at = fields.get("at", NOW)
    after = replace(order, stage=to, version=order.version + 1, stage_since=at)
    event = an_event(order, **{"type": EventType.MOVED, "target": to, "by": an_actor(), **fields})
    return after, event


def a_message(message_id: str = "wamid.1", **fields: Any) -> Message:
    """A text of the customer."""
    default = Message(
        store_id=STORE,
        customer_id="customer1",
        message_id=message_id,
        direction=Direction.INBOUND,
        kind="text",
        text="Is it in stock?",
        at=NOW,
        delivery=Delivery.RECEIVED,
        phone_number_id=PHONE_NUMBER,
    )
    return replace(default, **fields)


def an_answer(key: str = "order1:1:ask", **fields: Any) -> Message:
    """A message of ours that is not sent yet, under our own key."""
    default = a_message(
        key, direction=Direction.OUTBOUND, text="Where shall it go?", delivery=Delivery.PENDING
    )
    return replace(default, **fields)


def a_store(store_id: str = STORE, **fields: Any) -> Store:
    return replace(Store(store_id=store_id, name="Asha's kurtas"), **fields)


def a_session(session_id: str = "session1", **fields: Any) -> Session:
    default = Session(
        store_id=STORE,
        session_id=session_id,
        user_id="asha",
        name="Asha",
        email="asha@shop.example",
        role=Role.MANAGER,
        csrf_token="csrf1",
        expires_at=NOW.replace(hour=21),
    )
    return replace(default, **fields)
