"""EventBridge Scheduler, every quarter of an hour → gateways are asked about open payments.

`{"order_id": …, "store_id": …}` asks about one order, whenever its time is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.metrics import measure
from orderdesk.usecases.payments.reconcile import Outcome, Reconciler, reconcile, reconcile_order

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()

# An order may take this long when a gateway is slow; the next run goes on.
SPARE_MILLISECONDS: Final = 30_000


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Orders by what came of asking."""
    run = Reconciler(
        gateways=wiring.gateways(),
        orders=wiring.orders(),
        stores=wiring.stores(),
        reconciliations=wiring.reconciliations(),
        enough_time=lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS,
        now=datetime.now(UTC),
    )
    if "order_id" in event:
        order = run.orders.get(event["store_id"], event["order_id"])
        return {"outcome": reconcile_order(order, run).value}
    counts = reconcile(run)
    summary = {outcome.value: count for outcome, count in counts.items()}
    logger.info("reconciled", extra=summary)
    found = counts[Outcome.FOUND] + counts[Outcome.FAILED]
    measure("PaymentDrift", found, function=context.function_name, at=run.now)
    return summary
