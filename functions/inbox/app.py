"""Does what customers and Meta told us: one queued update at a time, each customer's in order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.whatsapp.inbound import parse
from orderdesk.batch import work_off
from orderdesk.domain.errors import Unreadable
from orderdesk.reception import reception
from orderdesk.usecases.intake.inbound import ReportIn, described
from orderdesk.usecases.intake.receive import receive

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    return work_off(event, _work, failed=_log_failure, read=str)


def _work(body: str) -> None:
    """What no repetition makes readable is set aside with its reason, and done."""
    inbox, now = wiring.inbox(), datetime.now(UTC)
    try:
        update = parse(inbox.open(body), now=now)
        outcome = receive(update, desk=reception(), now=now)
    except Unreadable as error:
        inbox.dead_letter(body, error.reason)
        logger.warning("set aside", extra={"reason": error.reason, "remark": error.message})
        return
    said = {"update": type(update).__name__, "outcome": outcome.value, **described(update)}
    problem = isinstance(update, ReportIn) and update.is_error
    (logger.error if problem else logger.info)("received", extra=said)


def _log_failure(message_id: str) -> None:
    logger.exception("update comes again", extra={"message_id": message_id})
