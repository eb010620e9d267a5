"""Tell everybody again what happened to an order: `python -m dev.announce --help`.

For what the relay gave up on. Every listener ignores what it heard before.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from orderdesk.adapters.aws import client
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.sns import SnsLoudspeaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.usecases.ports import Loudspeaker, Orders


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each version as it is told; 1 when one could not be, and those after it were not."""
    given = _arguments(arguments)
    orders = DynamoOrders(client("dynamodb"), given.table)
    loudspeaker = SnsLoudspeaker(client("sns"), given.topic)
    return announce(given.store, given.order, given.first, orders, loudspeaker)


def announce(
    store_id: str, order_id: str, first: int, orders: Orders, loudspeaker: Loudspeaker
) -> int:
    """Everything from version `first` on, one after the other."""
    events = orders.history(store_id, order_id, after=first - 1)
    if not events:
        print(f"There is nothing from version {first} on of an order {order_id} in {store_id}.")
        return 1
    for event in events:
        if loudspeaker.announce([event]):
            print(f"Version {event.version} could not be told: try again with --from it.")
            return 1
        print(f"{event.version:>4}  {event.type}  {event.source or '–'} → {event.target}")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.announce", description=__doc__)
    parser.add_argument("--table", required=True, help="TableName of the stack's outputs")
    parser.add_argument("--topic", required=True, help="EventsTopicArn of the stack's outputs")
    parser.add_argument("--store", default="main", help="the store that the order belongs to")
    parser.add_argument("--order", required=True, help="the id of the order")
    parser.add_argument(
        "--from", dest="first", type=int, default=1, help="the first version to tell; all of them"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
