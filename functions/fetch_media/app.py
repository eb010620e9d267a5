"""Keeps a copy of each file that a customer sent, when it is what it says."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from orderdesk import wiring
from orderdesk.batch import work_off
from orderdesk.usecases.customers.media import Archive, fetch

logger = Logger()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    return work_off(event, _fetch, failed=_log_failure)


def _fetch(ticket: dict[str, str]) -> None:
    store_id, message_id = ticket["store_id"], ticket["message_id"]
    outcome = fetch(store_id, message_id, archive=_archive())
    said = {"store_id": store_id, "key": message_id, "outcome": outcome.value}
    logger.info("file handled", extra=said)


def _archive() -> Archive:
    return Archive(
        conversations=wiring.conversations(),
        source=wiring.media_source(),
        shelf=wiring.media(),
    )


def _log_failure(message_id: str) -> None:
    logger.exception("file comes again", extra={"message_id": message_id})
