"""Fill the demo shop, the way that customers and staff would: carts, answers, payments, moves."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dev.demo.morning import MORNING, Pay, Story
from dev.simulator.client import Simulator
from dev.templates import PREFIX
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.products import DynamoProducts
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.paying import PixKeyType, Transfer, WhatsappPay
from orderdesk.domain.money.terms import Offer
from orderdesk.domain.orders import shipping
from orderdesk.domain.orders.actor import Actor, ActorKind, Permission, Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import order_id_of
from orderdesk.domain.orders.parcels import Goods
from orderdesk.domain.shop.catalog import Product
from orderdesk.domain.shop.policy import Policy, Store
from orderdesk.domain.shop.speech import Speech
from orderdesk.usecases.language.approved import TEMPLATED
from orderdesk.usecases.orders.amend import AmendCommand, amend
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.returns import ReturnDesk, opening
from orderdesk.usecases.ports import ListQuery

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.amend import Verb

CATALOG = Path(__file__).with_name("catalog.json")
SHOP_NAME = "Saffron Lane"
# Long enough to take a click back, short enough to watch the message come.
GRACE_PERIOD = timedelta(seconds=3)
# Every way to pay, every language of ours and the address Flow, so that all of it can be tried.
POLICY = Policy(
    grace_period=GRACE_PERIOD,
    offers=(
        Offer(method=PaymentMethod.WHATSAPP_PAY),
        Offer(method=PaymentMethod.ONLINE),
        Offer(method=PaymentMethod.CASH_ON_DELIVERY),
        Offer(method=PaymentMethod.TRANSFER),
    ),
    whatsapp_pay=WhatsappPay(configuration_name="saffron-lane-pay"),
    transfer=Transfer(
        instructions="Saffron Lane, account 000123456789, IFSC DEMO0000001",
        payee=SHOP_NAME,
        city="Bengaluru",
        upi_id="saffronlane@demobank",
        pix_key="pix@saffronlane.example",
        pix_key_type=PixKeyType.EMAIL,
    ),
    flow_id="104200000000001",
    speech=Speech(
        languages=("en", "hi", "pt_BR"), templates={each: PREFIX + each for each in TEMPLATED}
    ),
)
STAFF = Actor(
    kind=ActorKind.STAFF, id="demo-asha", name="Asha Rao", via="dashboard", role=Role.MANAGER
)
AT_ONCE = 4
PATIENCE_SECONDS = 60
POLL_SECONDS = 0.2


def seed_shop(
    *, dynamodb: DynamoDBClient, table_name: str, simulator_url: str, store_id: str = "main"
) -> None:
    """Write the shop's settings, unless it has some already, and its price list."""
    stores = DynamoStores(dynamodb, table_name)
    if stores.get(store_id).name == store_id:
        stores.put(Store(store_id=store_id, name=SHOP_NAME, policy=POLICY))
    pictures = f"{simulator_url.rstrip('/')}/pictures/"
    catalog = json.loads(CATALOG.read_text(encoding="utf-8"))
    DynamoProducts(dynamodb, table_name).put(
        store_id,
        [
            Product(
                retailer_id=each["retailer_id"],
                name=each["name"],
                picture=pictures + each["picture"],
                price=Money(each.get("sale_price", each["price"]), catalog["currency"]),
                available=each["availability"] == "in stock",
                description=each["description"],
                variant=each.get("size", ""),
            )
            for each in catalog["products"]
        ],
    )


def seed(
    *,
    dynamodb: DynamoDBClient,
    table_name: str,
    simulator_url: str,
    store_id: str = "main",
    say: Callable[[str], None] = print,
) -> None:
    """Let the morning happen, unless the shop has orders already."""
    orders = DynamoOrders(dynamodb, table_name)
    if orders.page(ListQuery(store_id=store_id, limit=1)).items:
        say("the shop has orders already")
        return
    play = _Play(orders, DynamoStores(dynamodb, table_name), Simulator(simulator_url), store_id)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, name in enumerate(pool.map(play.act, MORNING), start=1):
            say(f"{number} of {len(MORNING)} orders ({name})")


class _Play:
    def __init__(
        self, orders: DynamoOrders, stores: DynamoStores, phone: Simulator, store_id: str
    ) -> None:
        self._orders, self._stores, self._phone, self._store_id = orders, stores, phone, store_id

    def act(self, story: Story) -> str:
        """One customer's order, as far as the story goes."""
        customer = self._customer(story)
        sent_at = datetime.now(UTC) - timedelta(minutes=story.minutes_ago)
        cart = self._phone.cart(
            customer, story.cart, note=story.note, sent_at=int(sent_at.timestamp())
        )
        order = self._wait_for_order(cart["id"])
        if story.address:
            self._give_address(customer, story)
            self._wait(lambda: self._stored(order).address is not None, "the address")
        if story.pay is not Pay.NOT_YET:
            self._pay(customer, story, order)
        for step in story.steps:
            command = MoveCommand(
                store_id=self._store_id,
                order_id=order.order_id,
                to=step.to,
                by=STAFF,
                reason=step.reason,
                tracking=step.tracking,
            )
            move(command, orders=self._orders, stores=self._stores, now=datetime.now(UTC))
        self._split(story, order)
        return story.name

    def _split(self, story: Story, order: Order) -> None:
        """What leaves before the rest, and what comes back."""
        now = datetime.now(UTC)
        part = story.part
        if part:

            def send(order: Order) -> tuple[Order, list[Event]]:
                goods = _goods(part.goods)
                step = shipping.ship_parcel(order, goods, part.tracking, by=STAFF, now=now)
                return step[0], [step[1]]

            self._amend(order, Permission.SHIP, send)
        if story.sends_back:
            desk = ReturnDesk(by=STAFF, policy=self._stores.get(self._store_id).policy, now=now)
            broken = opening(desk, _goods(story.sends_back), "damaged", "")
            self._amend(order, Permission.TAKE_BACK, broken)

    def _amend(self, order: Order, permission: Permission, verb: Verb) -> None:
        command = AmendCommand(
            store_id=self._store_id,
            order_id=order.order_id,
            by=STAFF,
            permission=permission,
            name="demo",
            verb=verb,
        )
        amend(command, orders=self._orders, stores=self._stores)

    def _customer(self, story: Story) -> str:
        fields: dict[str, Any] = {"country": story.country}
        if not story.has_phone:
            fields["phone"] = None
        return str(self._phone.add_customer(story.name, **fields)["id"])

    def _wait_for_order(self, message_id: str) -> Order:
        phone_number_id = str(self._phone.shop()["phone_number_id"])
        order_id = order_id_of(self._store_id, phone_number_id, message_id)

        def find() -> Order | None:
            return self._orders.find(self._store_id, order_id)

        order: Order = self._wait(find, "the order")
        return order

    def _stored(self, order: Order) -> Order:
        return self._orders.get(order.store_id, order.order_id)

    def _give_address(self, customer: str, story: Story) -> None:
        if isinstance(story.address, str):
            self._phone.wait_for_message(customer, timeout=PATIENCE_SECONDS)
            self._phone.text(customer, story.address)
        else:
            ask = self._phone.wait_for_message(customer, _is_form, timeout=PATIENCE_SECONDS)
            phone = f"+{self._phone.customer(customer)['phone']}"
            values = {"name": story.name, "phone_number": phone, **story.address}
            self._phone.fill_address(customer, ask["id"], **values)

    def _pay(self, customer: str, story: Story, order: Order) -> None:
        method = "cash_on_delivery" if story.pay is Pay.CASH else "online"
        button = f"pay:{method}:{order.order_id}"
        question = self._phone.wait_for_message(
            customer, lambda message: button in json.dumps(message), timeout=PATIENCE_SECONDS
        )
        self._phone.tap(customer, question["id"], button)
        if method == "online":
            link = self._phone.wait_for_payment_link(f"{order.number}-1", timeout=PATIENCE_SECONDS)
            self._phone.settle(link["id"], "fail" if story.pay is Pay.FAILS else "pay")
        if story.pay is not Pay.FAILS:
            self._wait(
                lambda: self._stored(order).stage is Stage.CONFIRMED, "the order's confirmation"
            )

    def _wait(self, found: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            value = found()
            if value:
                return value
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"{what} did not come within {PATIENCE_SECONDS} seconds")


def _is_form(message: dict[str, Any]) -> bool:
    """Whether it is India's address form."""
    kind: str = message["content"].get("interactive", {}).get("type", "")
    return kind == "address_message"


def _goods(pieces: dict[str, int]) -> tuple[Goods, ...]:
    return tuple(Goods(retailer_id=each, quantity=count) for each, count in pieces.items())
