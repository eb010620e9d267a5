"""Step Functions task → a stage's entry work, then the wait, or the end where the order rests."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.messages.ask import ask
from orderdesk.usecases.orders.enter import Arrival, enter
from orderdesk.usecases.orders.stage_work import Desk, work_of_stages
from orderdesk.usecases.ports import Execution

logger = Logger()


def handler(event: dict[str, Any], context: object) -> None:
    now = datetime.now(UTC)
    execution = Execution(
        store_id=event["store_id"],
        order_id=event["order_id"],
        name=event["execution"],
        stage=Stage(event["stage"]),
        version=event["version"],
        token=event["token"],
    )
    enter(
        Arrival(execution=execution, attempt=event["attempt"], now=now),
        work=work_of_stages(_desk(now)),
        orders=wiring.orders(),
        stores=wiring.stores(),
        executions=wiring.executions(),
        conductor=wiring.conductor(),
    )
    logger.info("entered", execution=execution.name, stage=event["stage"], version=event["version"])


def _desk(now: datetime) -> Desk:
    return Desk(
        orders=wiring.orders(),
        stores=wiring.stores(),
        stock=wiring.stock(),
        gateways=wiring.gateways(),
        prices=wiring.prices(),
        ask=partial(
            ask,
            conversations=wiring.conversations(),
            outbox=wiring.outbox(),
            customers=wiring.customers(),
            gateways=wiring.gateways(),
            pages=wiring.pages(),
            places=wiring.places(),
            now=now,
        ),
        now=now,
    )
