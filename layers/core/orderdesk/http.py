"""HTTP as API Gateway's version 2 events speak it: request, response, routes, errors.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from orderdesk.domain import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orderdesk.domain.errors import OrderdeskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`headers` have lower-case names; `body` is the raw bytes; `params` come from the path."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()

    def to_event(self) -> dict[str, Any]:
        binary = isinstance(self.body, bytes)
        text = base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "cookies": list(self.cookies),
            "body": text,
            "isBase64Encoded": binary,
        }


def request_of(event: Mapping[str, Any]) -> Request:
    """The request in an event of a Lambda proxy integration, payload version 2.0."""
    http = event["requestContext"]["http"]
    stage = event["requestContext"].get("stage", "$default")
    path: str = event.get("rawPath") or http["path"]
    if stage != "$default":
        path = path.removeprefix(f"/{stage}")
    pairs = parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True)
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    # API Gateway splits cookies off; local emulators leave them in the header.
    cookies = event.get("cookies") or headers.get("cookie", "").split(";")
    return Request(
        method=http["method"].upper(),
        path=path or "/",
        query=dict(pairs),
        headers=headers,
        cookies=dict(_cookie(each) for each in cookies if each),
        body=body_of(event),
    )


def body_of(event: Mapping[str, Any]) -> bytes:
    """The bytes as they were sent: what a signature was made over. Raises Invalid."""
    body: str = event.get("body") or ""
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:
        raise errors.Invalid("The body is neither text nor Base64.", field="body") from error


def _cookie(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value


STATUS: Final[Mapping[type[OrderdeskError], int]] = {
    errors.Invalid: 400,
    errors.Unreadable: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.NotAllowed: 409,
    errors.Blocked: 409,
    errors.Stale: 409,
    errors.StaleSettings: 412,
    errors.TooLarge: 413,
    errors.SendFailed: 502,
    errors.Unavailable: 503,
}


def status_of(error: OrderdeskError) -> int:
    return STATUS.get(type(error), 500)


def error_body(error: OrderdeskError) -> dict[str, Any]:
    """The one shape of every error: `{"error": {"code", "message", "details"}}`."""
    details = dict(error.details)
    return {"error": {"code": error.code, "message": error.message, "details": details}}


def json_response(body: object, *, status: int = 200, **headers: str) -> Response:
    """Header names as keywords: `retry_after="5"` becomes `retry-after`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        headers={"content-type": "application/json; charset=utf-8", **named},
    )


def error_response(error: OrderdeskError) -> Response:
    if isinstance(error, errors.Unavailable):
        wait = str(error.retry_after)
        return json_response(error_body(error), status=status_of(error), retry_after=wait)
    return json_response(error_body(error), status=status_of(error))


def unexpected_response() -> Response:
    """For a bug of ours: the cause is in the log, not in the answer."""
    message = "Something went wrong on our side. It has been logged; try again."
    return json_response(
        {"error": {"code": "internal", "message": message, "details": {}}}, status=500
    )


type Endpoint[Context] = Callable[[Request, Context], Response]


class Router[Context]:
    """Paths with `{name}` parts to functions; the most literal path wins by being added first."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, tuple[str, ...], Endpoint[Context]]] = []

    def add(self, method: str, path: str, endpoint: Endpoint[Context]) -> None:
        self._routes.append((method, _split(path), endpoint))

    def answer(self, request: Request, context: Context) -> Response:
        """Raises NotFound when no path fits; answers 405 when the path fits another method."""
        methods = []
        for method, pattern, endpoint in self._routes:
            params = _match(pattern, _split(request.path))
            if params is None:
                continue
            if method == request.method:
                return endpoint(_with_params(request, params), context)
            methods.append(method)
        if methods:
            return _wrong_method(request, methods)
        raise errors.NotFound(f"There is nothing at {request.path}.")


def _split(path: str) -> tuple[str, ...]:
    return tuple(unquote(part) for part in path.strip("/").split("/"))


def _match(pattern: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    params = {}
    for expected, given in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            params[expected[1:-1]] = given
        elif expected != given:
            return None
    return params


def _with_params(request: Request, params: dict[str, str]) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.headers,
        cookies=request.cookies,
        body=request.body,
        params=params,
    )


def _wrong_method(request: Request, methods: list[str]) -> Response:
    allow = ", ".join(sorted(set(methods)))
    message = f"{request.path} answers {allow}, not {request.method}."
    body = {"error": {"code": "method_not_allowed", "message": message, "details": {}}}
    return json_response(body, status=405, allow=allow)
