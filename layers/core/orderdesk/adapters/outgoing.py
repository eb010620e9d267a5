"""Calls to other people's HTTP APIs, over connections that stay open between invocations.

urllib3 because botocore has loaded it anyway, and because it notices that a kept connection was
closed while the container slept, before a request that must not be sent twice goes into it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import urllib3

from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the JSON object of the answer; empty when it held anything else. Names of headers
    are lower-case.
    """

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Mapping[str, object] | None = None,
    form: Sequence[tuple[str, str]] | None = None,
    read_seconds: float = READ_SECONDS,
) -> Answer:
    """One request, never repeated here: whether that is safe, only the caller knows. `body` goes
    as JSON, a `form` as an HTML form would.

    Raises Unavailable when there was no answer; what was asked may have been done nevertheless.
    """
    sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    kind = "application/json"
    if form is not None:
        sent, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
    described = {"accept": "application/json", "content-type": kind, **headers}
    try:
        patience = urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds)
        answer = _pool().request(method, url, body=sent, headers=described, timeout=patience)
    except urllib3.exceptions.HTTPError as error:
        host = urllib3.util.parse_url(url).host
        raise Unavailable(f"{host} did not answer ({type(error).__name__}).") from error
    named = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, _object(answer.data), named)


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
