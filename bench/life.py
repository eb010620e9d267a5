"""An order on the deployed stack: from cart to open dashboard, and through Step Functions."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

from bench.report import Figure, Section, at_least, at_most
from dev.cloud import Cloud
from dev.demo.seed import seed_shop
from dev.ports import any_free
from dev.stack import LocalStack
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.adapters.kept import KeptStores
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.people.customer import Customer
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.move import MoveCommand, move
from orderdesk.usecases.orders.place import place
from tests.browser.conftest import give_password
from tests.builders import NOW, a_cart, an_actor, an_address
from tests.conftest import QUIET
from tests.dynamo import definition
from tests.messages import Sender
from tests.shop import NUMBER, STORE, Shop, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from orderdesk.domain.orders.order import Order

CARTS: Final = 50
LIVES: Final = 60
WAY: Final = (Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED)

METHOD: Final = f"""\
The application deployed to the local cloud on this machine, everything running, IAM enforced.
Webhook to card: {CARTS} signed carts posted one after another; from before the POST until the open
dashboard in Chromium announces the order. Transitions: states entered in the execution histories of
one order that went from Placed to Delivered and into the archive. Whole life: place, address, cash,
four moves, in this process on the DynamoDB of a local cloud that runs nothing else, one client,
{LIVES} orders."""


def measure() -> Section:
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder), simulator=True) as stack:
        seed_shop(
            dynamodb=stack.client("dynamodb"),
            table_name=stack.outputs["TableName"],
            simulator_url=stack.phone_url,
        )
        shop = Shop(stack)
        figures = [*_transitions(shop), *_to_card(shop, stack)]
        shop.close()
    figures += _whole_lives()
    return Section(title="An order's life on the stack", method=METHOD, figures=tuple(figures))


def _to_card(shop: Shop, stack: LocalStack) -> list[Figure]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=QUIET)
        page = browser.new_page(base_url=stack.url)
        page.goto("/")
        page.get_by_role("link", name="Sign in").click()
        give_password(page, "agent")
        page.wait_for_url("**/orders**")
        page.locator("#live[data-state=live]").wait_for()
        times = [_one_cart(shop, page, number) for number in range(CARTS)]
        browser.close()
    return [
        at_most("signed webhook → open dashboard, median", statistics.median(times), 1.5, "s"),
        at_most(f"the same, worst of {CARTS}", max(times), 3, "s"),
    ]


def _one_cart(shop: Shop, page: Page, number: int) -> float:
    sender = Sender(number=NUMBER, phone=f"9198222{number:05}", name=f"Bench {number}")
    begun = time.perf_counter()
    answer = shop.post(sender.cart(f"wamid.bench-{number}"))
    assert answer.status_code == 200, answer.text
    page.locator("#news a:visible").wait_for(timeout=30_000)
    took = time.perf_counter() - begun
    page.locator("#news a").click()
    page.locator("#news a").wait_for(state="hidden")
    return took


def _chromium() -> Path:
    return Path(__file__).parents[1] / ".tools" / "bin" / "chromium"


def _transitions(shop: Shop) -> list[Figure]:
    sender = Sender(number=NUMBER, phone="919822299999", name="Bench Transitions")
    shop.post(sender.cart("wamid.bench-transitions"))
    order = shop.placed(STORE, NUMBER, "wamid.bench-transitions")
    shop.wait_until_standing(order, Stage.PLACED)
    shop.post(sender.button("wamid.bench-pay", f"pay:cash_on_delivery:{order.order_id}"))
    shop.post(sender.text("wamid.bench-address", "Bench, 12 Hill Road, Mumbai 400050"))
    shop.wait_for_stage(order, Stage.CONFIRMED)
    for stage in (*WAY, Stage.ARCHIVED):
        needed = {"own_delivery": True} if stage is Stage.SHIPPED else None
        shop.move(order, stage, tracking=needed)
        if stage is Stage.ARCHIVED:
            wait_for(lambda: _rests_in_the_archive(shop, order), "the end in the archive")
        else:
            shop.wait_until_standing(order, stage)
    executions = shop.executions_of(order)
    entered = [s for name in executions for s in shop.entered(f"{order.order_id}-{name}")]
    stages = sum(name in set(Stage) for name in entered)
    running = sum(status == "RUNNING" for status in executions.values())
    words = f"states entered by an order through {stages} stages and into the archive"
    return [
        at_most(words, len(entered), 2 * stages + 2, "transitions", 0),
        at_most("executions of it that are open in the end", running, 0, "executions", 0),
    ]


def _rests_in_the_archive(shop: Shop, order: Order) -> bool:
    known = shop.executions.find(order.store_id, order.order_id)
    return known is not None and (known.stage, known.token) == (Stage.ARCHIVED, "")


def _whole_lives() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        cloud = Cloud(here / "cloud", any_free(), log=here / "log", pid_file=here / "pid")
        cloud.start()
        try:
            client = cloud.client("dynamodb")
            client.create_table(TableName="bench", **definition())
            orders = DynamoOrders(client, "bench")
            stores = KeptStores(DynamoStores(client, "bench"))
            _live(-1, orders=orders, stores=stores, now=NOW)  # the first call opens a connection
            begun = time.perf_counter()
            for number in range(LIVES):
                _live(number, orders=orders, stores=stores, now=NOW)
            took = time.perf_counter() - begun
        finally:
            cloud.stop()
    return [at_least("whole lives of orders", LIVES / took, 15, "a second")]


def _live(number: int, **ports: Any) -> None:
    customer = Customer(store_id="bench", customer_id=f"bench{number}", name="Bench")
    by, staff = system("bench"), an_actor()
    order = place(a_cart(f"wamid.life-{number}"), customer, by=by, raw="{}", **ports)
    where = (order.store_id, order.order_id)
    collect.receive_address(*where, an_address(), by=by, **ports)
    collect.choose_payment(*where, PaymentMethod.CASH_ON_DELIVERY, by=by, **ports)
    for stage in WAY:
        tracking = Tracking(own_delivery=True) if stage is Stage.SHIPPED else None
        command = MoveCommand(
            store_id=order.store_id, order_id=order.order_id, to=stage, by=staff, tracking=tracking
        )
        move(command, **ports)
