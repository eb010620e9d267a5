"""EventBridge Scheduler, every night → all orders are looked at, and what drifted is put right.

`{"fix": false}` only tells what it finds.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.metrics import measure
from orderdesk.usecases.orders.doctor import Doctor
from orderdesk.usecases.orders.rounds import make_rounds

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()

# An order whose execution is replaced may take this long; the next night goes on.
SPARE_MILLISECONDS: Final = 30_000


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Findings by kind; `finished` is False when time ran out before all orders were looked at."""
    doctor = Doctor(
        orders=wiring.orders(),
        stores=wiring.stores(),
        executions=wiring.executions(),
        conductor=wiring.conductor(),
        counts=wiring.counts(),
        now=datetime.now(UTC),
        wait=time.sleep,
    )
    examined = make_rounds(
        doctor,
        wiring.rounds(),
        mend=event.get("fix") is not False,
        enough_time=lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS,
    )
    summary: dict[str, Any] = {
        "orders": examined.orders,
        "drift": dict(examined.drift),
        "fixed": +examined.fixed,
        "failed": examined.failed,
        "finished": examined.finished,
    }
    logger.info("examined", extra=summary)
    drift = examined.drift.total() + examined.failed
    measure("Drift", drift, function=context.function_name, at=doctor.now)
    return summary
