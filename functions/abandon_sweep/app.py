"""EventBridge Scheduler, every minute → what is overdue is closed, what lags is healed.

`{"verify": "all"}` looks at every execution, not only those that may lag: after a disaster. An
execution that was stopped or failed is told by Step Functions, and its order gets another at once.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.usecases.orders.enrich import price
from orderdesk.usecases.orders.sweep import Sweep, heal, sweep
from orderdesk.usecases.payments.pay import ask_gateway

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()

# An order may take this long when the payment gateway is slow; the next minute goes on.
SPARE_MILLISECONDS: Final = 30_000


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Counts by outcome; `finished` is False when time ran out before all orders were looked at."""
    now = datetime.now(UTC)
    here: Any = {"orders": wiring.orders(), "stores": wiring.stores(), "now": now}
    run = Sweep(
        **here,
        executions=wiring.executions(),
        conductor=wiring.conductor(),
        ask_gateway=partial(ask_gateway, gateways=wiring.gateways(), **here),
        price=partial(price, book=wiring.prices(), **here),
        enough_time=lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS,
    )
    if event.get("source") == "aws.states":
        return _look_after(run, event["detail"])
    swept = sweep(run, verify_all=event.get("verify") == "all")
    summary: dict[str, Any] = {outcome.value: n for outcome, n in swept.counts.items()}
    summary["finished"] = swept.finished
    logger.info("swept", extra=summary)
    return summary


def _look_after(run: Sweep, detail: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html"""
    position = json.loads(detail["input"])
    outcome = heal(run, position["store_id"], position["order_id"])
    said = {"execution": detail["name"], "status": detail["status"], "outcome": outcome.value}
    logger.warning("execution ended", extra=said)
    return said
