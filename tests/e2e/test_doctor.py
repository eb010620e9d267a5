"""What was broken by hand on the deployed stack is found, put right, and found no more."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Store
from tests.messages import Sender
from tests.shop import wait_for
from tests.template import ROOT

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CLINIC, NUMBER = "clinic", "990021"


def orders_of_the_clinic(shop: Shop, count: int) -> list[Order]:
    """A store of its own, so that what other tests break is not found here."""
    shop.stores.put(Store(store_id=CLINIC, name="Clinic"))
    shop.stores.map_number(NUMBER, CLINIC)
    for tail in range(count):
        sender = Sender(number=NUMBER, phone=f"91981{NUMBER}{tail}", name=f"Patient {tail}")
        shop.post(sender.cart(f"wamid.{NUMBER}-{tail}"))
    orders = [shop.placed(CLINIC, NUMBER, f"wamid.{NUMBER}-{tail}") for tail in range(count)]
    for order in orders:
        shop.wait_until_standing(order, Stage.PLACED)
    return orders


def lose_the_token(shop: Shop, order: Order) -> str:
    """The name of the order's execution, which nobody can answer any more."""
    name = shop.wait_until_standing(order, Stage.PLACED)
    shop.stack.client("dynamodb").update_item(
        TableName=shop.stack.outputs["TableName"],
        Key={"pk": {"S": f"{CLINIC}#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}},
        UpdateExpression="SET #token = :none",
        ExpressionAttributeNames={"#token": "token"},
        ExpressionAttributeValues={":none": {"S": ""}},
    )
    return name


def run(shop: Shop, command: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output, with the credentials of whoever calls."""
    table = shop.stack.outputs["TableName"]
    done = subprocess.run(
        [sys.executable, "-m", command, "--table", table, "--store", CLINIC, *arguments],
        cwd=ROOT,
        env=shop.stack.cloud.environment() | {"PYTHONPATH": "layers/core"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_an_execution_a_counter_and_a_deadline_are_put_right(shop: Shop) -> None:
    tokenless, undated = orders_of_the_clinic(shop, 2)
    name = lose_the_token(shop, tokenless)
    machine = shop.stack.outputs["StateMachineArn"]
    counts = DynamoCounts(shop.stack.client("dynamodb"), shop.stack.outputs["TableName"])
    wait_for(lambda: counts.get(CLINIC)[Stage.PLACED] == 2, "the counters")
    doctor = ("dev.doctor", "--state-machine", machine)
    shop.orders.postpone(shop.reload(undated), datetime.now(UTC) + timedelta(days=90))
    counts.set(CLINIC, {Stage.PLACED: 9, Stage.SHIPPED: 1}, seen=counts.get(CLINIC))

    code, said = run(shop, *doctor, "--fix")
    assert code == 0, said
    assert f"{tokenless.order_id}  execution  fixed" in said
    assert f"{undated.order_id}  deadline   fixed" in said
    assert "counted wrongly: placed +7, shipped +1" in said

    assert shop.wait_until_standing(tokenless, Stage.PLACED) != name
    code, said = run(shop, *doctor)
    assert (code, said.splitlines()[-1]) == (0, "All agrees.")
    assert shop.reload(undated).due_at == undated.due_at
    assert counts.get(CLINIC)[Stage.PLACED] == 2


def test_the_deployed_doctor_mends_with_the_permissions_that_its_role_has(shop: Shop) -> None:
    order, _ = orders_of_the_clinic(shop, 2)
    name = lose_the_token(shop, order)

    examined = shop.stack.invoke("doctor", {})

    assert examined["finished"] is True
    assert examined["failed"] == 0
    assert examined["fixed"]["execution"] >= 1
    assert shop.wait_until_standing(order, Stage.PLACED) != name
