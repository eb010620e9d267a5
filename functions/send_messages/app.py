"""Sends what waits in the outbox: each customer's messages in order, others side by side.

Without messages it is called by the clock: then it puts back what the outbox has lost.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.adapters.metrics import measure
from orderdesk.batch import work_off
from orderdesk.domain.errors import NotFound
from orderdesk.domain.messages.sending import NEEDS_A_PERSON
from orderdesk.mailroom import mailroom
from orderdesk.usecases.messages.put_again import put_again
from orderdesk.usecases.messages.send import Mailroom, Result, send

logger = Logger()

SECONDS: Final = 18  # of the function's thirty: one more call to WhatsApp may take ten


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    room, now = mailroom(lambda wait: time.sleep(wait.total_seconds())), datetime.now(UTC)
    if "Records" not in event:
        return {"put_again": put_again(room, now=now)}
    stop_at = time.monotonic() + SECONDS
    work = partial(_send, room=room, stop_at=stop_at, name=getattr(context, "function_name", ""))
    return work_off(event, work, failed=_log_failure, hold=wiring.outbox().hold)


def _send(ticket: dict[str, str], *, room: Mailroom, stop_at: float, name: str) -> timedelta | None:
    if time.monotonic() > stop_at:
        return timedelta()
    names = {"store_id": ticket["store_id"], "key": ticket["message_id"]}
    now = datetime.now(UTC)
    try:
        sending = send(**ticket, room=room, now=now)
    except NotFound as error:
        # A message without its customer is of a table that was emptied: nobody to write to.
        logger.warning("nobody to write to", extra={**names, "reason": error.message})
        return None
    amiss = sending.error_class is not None or sending.result is Result.FAILED
    said = {"result": sending.result, "error_class": sending.error_class, "reason": sending.reason}
    (logger.warning if amiss else logger.info)("message handled", extra={**names, **said})
    if sending.error_class in NEEDS_A_PERSON:
        measure("SendingStopped", 1, function=name, at=now)
    return sending.wait


def _log_failure(message_id: str) -> None:
    logger.exception("message comes again", extra={"message_id": message_id})
