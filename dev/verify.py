"""Prove the histories of orders: `python -m dev.verify --help`.

Ends with 1 when an item of a history was changed, or is missing.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from dev.console import Console
from dev.table import aligned, counted
from orderdesk.adapters.aws import client
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.domain.orders.history import verify
from orderdesk.usecases.orders.doctor import pages
from orderdesk.usecases.ports import Round

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orderdesk.domain.orders.history import Verdict
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Orders

HEAD: Final = ("Store", "Order", "Id", "Version", "What is wrong")
LOOKS: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, and print each flaw; of one order also the hash that a copy can be held against."""
    given = _arguments(arguments)
    dynamodb = client("dynamodb")
    orders, stores = DynamoOrders(dynamodb, given.table), DynamoStores(dynamodb, given.table)
    store_ids = [given.store] if given.store else list(stores.all_ids())
    console = Console(sys.stdout)
    if given.order:
        rows = _of_one(store_ids, given.order, orders, console)
    else:
        rows = [row for each in store_ids for row in _of_store(each, orders, console)]
    for line in aligned(HEAD, rows) if rows else ["Nothing was changed, and nothing is missing."]:
        console.say(line)
    return 1 if rows else 0


def _of_one(
    store_ids: Sequence[str], order_id: str, orders: Orders, console: Console
) -> list[list[str]]:
    store_id = next((each for each in store_ids if orders.find(each, order_id)), None)
    if store_id is None:
        raise SystemExit(f"There is no order {order_id} in {', '.join(store_ids)}.")
    order, verdict = _verified(store_id, order_id, orders)
    console.say(f"#{order.number} at version {order.version}, chained from {verdict.proven_from}")
    console.say(f"hash of the last item: {verdict.last_hash or 'none'}")
    if verdict.erased:
        versions = ", ".join(map(str, verdict.erased))
        console.say(f"personal data was erased from the items of version {versions}")
    return list(_rows(order, verdict))


def _of_store(store_id: str, orders: Orders, console: Console) -> list[list[str]]:
    seen = 0
    rows: list[list[str]] = []
    with console.step(f"Verifying {store_id}") as step:
        for order_ids, _ in pages(Round(store_id=store_id), orders):
            for order_id in order_ids:
                rows += _looked_at(store_id, order_id, orders)
            seen += len(order_ids)
            step.progress(counted(seen, "order"))
        step.outcome = f"{store_id}: {counted(seen, 'order')}, {counted(len(rows), 'flaw')}"
    return rows


def _looked_at(store_id: str, order_id: str, orders: Orders) -> list[list[str]]:
    """One that cannot be read does not keep the others from being proven."""
    try:
        return list(_rows(*_verified(store_id, order_id, orders)))
    except (KeyError, TypeError, ValueError) as error:
        return [[store_id, "", order_id, "", f"it cannot be read: {error!r}"]]


def _verified(store_id: str, order_id: str, orders: Orders) -> tuple[Order, Verdict]:
    """Of order and history as they were at one time: an order that goes on is read again."""
    order = orders.get(store_id, order_id)
    for _ in range(LOOKS):
        verdict = verify(order, orders.history(store_id, order_id))
        now = orders.get(store_id, order_id) if verdict.flaws else order
        if now.version == order.version:
            break
        order = now
    return order, verdict


def _rows(order: Order, verdict: Verdict) -> Iterator[list[str]]:
    for flaw in verdict.flaws:
        version = str(flaw.version or "")
        yield [order.store_id, str(order.number), order.order_id, version, flaw.problem]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.verify", description=__doc__)
    parser.add_argument("--table", required=True, help="TableName of the stack's outputs")
    parser.add_argument("--store", default="", help="only this one; all of them by default")
    parser.add_argument("--order", default="", help="only the order of this id")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
