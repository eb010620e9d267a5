"""Calls to other people's HTTP APIs, over connections that stay open between invocations.

urllib3 because botocore has loaded it anyway, and because it notices that a kept connection was
closed while the container slept, before a request that must not be sent twice goes into it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import urllib3

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the JSON object of the answer; empty when it held anything else."""

    status: int
    body: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def call(
    method: str, url: str, *, headers: Mapping[str, str], body: Mapping[str, object] | None = None
) -> Answer:
    """One request, never repeated here: whether that is safe, only the caller knows.

    Raises Unavailable when there was no answer; what was asked may have been done nevertheless.
    """
    sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    described = {"accept": "application/json", "content-type": "application/json", **headers}
    try:
        answer = _pool().request(method, url, body=sent, headers=described)
    except urllib3.exceptions.HTTPError as error:
        host = urllib3.util.parse_url(url).host
        raise Unavailable(f"{host} did not answer ({type(error).__name__}).") from error
    return Answer(answer.status, _object(answer.data))


@cache
def _pool() -> urllib3.PoolManager:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return urllib3.PoolManager(timeout=timeout, retries=False)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
